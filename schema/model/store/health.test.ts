// The health of a database, with a real lock of another process and a really replaced file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { openTestDatabase, ownDatabase } from '../../../tests/support/database.ts';
import { migrate } from '../migration/migration.ts';
import { openDatabase } from '../open.ts';
import { sqliteFile } from './database.ts';
import { Health } from './health.ts';
import { lockHolderOf, writerOf } from './lock-holder.ts';

/** Resolves when the health has this state. */
function watched(db: Parameters<typeof makeHealth>[0]) {
  const states: string[] = [];
  let wake = (): void => {};
  const health = makeHealth(db, () => {
    states.push(health.now.state);
    wake();
  });
  return {
    health,
    async reaches(state: string): Promise<void> {
      while (health.now.state !== state)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    },
    [Symbol.dispose]: () => health[Symbol.dispose](),
  };
}
const makeHealth = (...args: ConstructorParameters<typeof Health>) => new Health(...args);

describe('the health of a SQLite database', () => {
  it('a locked SQLite database is busy, with the process that holds the lock and the time when it took it', async () => {
    await using test = await openTestDatabase('sqlite');
    const { database } = test;
    const file = sqliteFile(database.url);
    using watch = watched(database);
    const script = `const db = new (require('better-sqlite3'))(${JSON.stringify(file)}); db.exec('begin immediate'); console.log('locked'); process.stdin.on('end', () => process.exit()).resume();`;
    const before = Date.now();
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    expect(lockHolderOf(file)).toBe(`node (process ${holder.pid})`);
    await watch.reaches('busy');
    const { message, since } = watch.health.now;
    expect(message).toContain(`locked by node (process ${holder.pid})`);
    expect(since).toBeGreaterThanOrEqual(before);
    expect(since).toBeLessThan(Date.now() - 1_500);
    holder.stdin.end();
    await watch.reaches('ok');
    expect(lockHolderOf(file)).toBeNull();
  });

  it('a SQLite database is replaced when another file has its name', async () => {
    await using test = await openTestDatabase('sqlite');
    const { database } = test;
    const file = sqliteFile(database.url);
    await database.continuity.begin(database, async () => {});
    using watch = watched(database);
    new SqliteDatabase(`${file}.other`).close();
    renameSync(`${file}.other`, file);
    await watch.reaches('replaced');
    expect(watch.health.now.message).toContain('must restart');
  });
});

it('a PostgreSQL database that cannot be written is read-only until an operator lets it be written', async () => {
  await using own = await ownDatabase('postgresql');
  await migrate(own.url);
  const admin = new pg.Client({ connectionString: own.url });
  await admin.connect();
  const name = new URL(own.url).pathname.slice(1);
  await admin.query(`alter database ${name} set default_transaction_read_only = on`);
  await using database = await openDatabase(own.url);
  using watch = watched(database);
  await watch.reaches('read-only');
  const write = () => database.write(['holds'], (em) => database.execute('delete from hold', [], em));
  await expect(write()).rejects.toThrow('The database is read-only. Nothing was recorded.');
  // Holds for new sessions only.
  await admin.query(`alter database ${name} reset default_transaction_read_only`);
  await admin.end();
  await watch.reaches('ok');
  await write();
});

it.each([
  ['1: POSIX  ADVISORY  WRITE 77 fe:01:42 120 120', 77],
  ['1: POSIX  ADVISORY  READ 77 fe:01:42 123 123', null],
  ['1: POSIX  ADVISORY  WRITE 77 fe:01:43 120 120', null],
  ['1: POSIX  ADVISORY  WRITE -1 fe:01:42 120 120', null],
])('the health check reads the holder of the write lock from %j', (line, pid) => {
  expect(writerOf(`${line}\n`, 42)).toBe(pid);
});
