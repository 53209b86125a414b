// Owns the locks by which processes on one database take turns at work that one of them does for all. Not rows: those are won by conditional updates.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { dialectOf, sqliteFile } from './database.ts';

/** What is done in turns, with its key on PostgreSQL: "spid" in ASCII and what follows it. On SQLite the name is that of a file. */
const keys = { migration: 0x73_70_69_64, 'clean-up': 0x73_70_69_65, compaction: 0x73_70_69_66 } as const;
export type LockName = keyof typeof keys;

/** How long another's turn is waited for, in milliseconds. */
const patience = 60_000;
const retryDelay = 20;

/**
 * Takes the lock, or waits for it; dispose it to let go. The operating system or PostgreSQL lets go of it when its holder dies. Throws when
 * another holds it for more than a minute.
 */
export async function takeLock(url: string, name: LockName): Promise<AsyncDisposable> {
  if (dialectOf(url) === 'postgresql') {
    const client = await connect(url, name);
    await client.query(`set lock_timeout = ${patience}`);
    await client.query('select pg_advisory_lock($1)', [keys[name]]);
    return held(client);
  }
  const limit = performance.now() + patience;
  for (;;) {
    const lock = tryFile(url, name);
    if (lock) return lock;
    if (performance.now() > limit) throw new Error(`another process holds the lock ${name}`);
    // Not SQLite's own waiting: it would stop this process, and the holder may be in it.
    await wait(retryDelay);
  }
}

/** Takes the lock if nobody has it; `null`: somebody has. */
export async function tryLock(url: string, name: LockName): Promise<AsyncDisposable | null> {
  if (dialectOf(url) !== 'postgresql') return tryFile(url, name);
  const client = await connect(url, name);
  const { rows } = await client.query('select pg_try_advisory_lock($1) as taken', [keys[name]]);
  if (rows[0]?.taken === true) return held(client);
  await client.end();
  return null;
}

/** A lock file that is itself a SQLite database: the operating system lets go of it when its holder dies. */
function tryFile(url: string, name: LockName): AsyncDisposable | null {
  const path = join(sqliteFile(url), '..', `${name}.lock`);
  closeSync(openSync(path, 'a', 0o600));
  const lock = new SqliteDatabase(path, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      lock.exec('rollback');
      lock.close();
    },
  };
}

async function connect(url: string, name: LockName): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: `spiderpig ${name}` });
  // A connection that breaks lets go of the lock. That is no error of who holds it: what is done under a lock is safe to be done twice.
  client.on('error', () => {});
  await client.connect();
  return client;
}

const held = (client: pg.Client): AsyncDisposable => ({
  [Symbol.asyncDispose]: () => client.end().catch(() => {}),
});
