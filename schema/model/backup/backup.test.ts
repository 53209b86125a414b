// Backups of both databases, restored into both: every row, the numbers that come next, and what is refused. Real files and a real PostgreSQL.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  dialects,
  makeAsciiDatabase,
  openTestDatabase,
  ownDatabase,
} from '../../../tests/support/database.ts';
import { hostSource } from '../account/audit.ts';
import { createToken } from '../account/token.ts';
import { User } from '../account/user.ts';
import { claimJob } from '../job/claim.ts';
import { currentHold } from '../job/hold.ts';
import { requestStop } from '../job/stop.ts';
import { systemLine } from '../log/line.ts';
import { appendLines, readLines } from '../log/log.ts';
import { findDatabase } from '../migration/migration.ts';
import { dispatchEvents, WebhookDelivery } from '../notification/delivery.ts';
import { createWebhook } from '../notification/webhook.ts';
import { openDatabase } from '../open.ts';
import { identify } from '../runner/process.ts';
import { holdAfterRewind } from '../runner/rewind.ts';
import { Runner, registerRunner } from '../runner/runner.ts';
import { type Database, type Dialect, sqliteFile } from '../store/database.ts';
import { backUp } from './backup.ts';
import { BackupRefused } from './refusal.ts';
import { restoreBackup } from './restore.ts';
import { copiedTables } from './table.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-backup-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** All rows of all tables, in a form that both drivers give. */
async function everything(db: Database): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const table of copiedTables) {
    if (table === 'log_chunk') continue; // its lines are compared instead: PostgreSQL stores them compressed
    const rows = await db.execute(`select * from "${table}"`, []);
    all[table] = rows.map(normalized).sort();
  }
  return all;
}
const normalized = (row: Record<string, unknown>): string =>
  JSON.stringify(
    Object.entries(row)
      .map(([name, value]) => {
        if (typeof value === 'boolean') return [name, String(Number(value))];
        if (typeof value === 'string' && /^[[{]/.test(value)) return [name, sorted(JSON.parse(value))];
        return [name, typeof value === 'object' ? sorted(value) : String(value)];
      })
      .sort(),
  );
const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
        .map(([name, inner]) => [name, sorted(inner)])
        .sort()
    : Array.isArray(value)
      ? value.map(sorted)
      : value;

const pairs = dialects.flatMap((from) => dialects.map((to): [Dialect, Dialect] => [from, to]));

describe.each(pairs)('a backup of %s restored into %s', (from, to) => {
  it('a restored backup has every row and continues the job numbers, and deployments are held', async () => {
    await using test = await openTestDatabase(from);
    const { database } = test;
    const first = await test.enqueue();
    await test.enqueue();
    await claimJob(database, 'runner', ['default']);
    await appendLines(database, first.id, 1, [
      systemLine('notice', 'ä line', 5),
      systemLine('status', 'x', 6),
    ]);
    await requestStop(database, { jobId: first.id, mode: 'kill', user: test.bob });
    await createToken(database, { name: 'bot', scope: 'read', userName: 'alice' });
    const settings = {
      name: 'x',
      url: 'https://x.test/',
      format: 'json',
      template: null,
      enabled: true,
    } as const;
    await createWebhook(
      database,
      { ...settings, events: ['stopped'] },
      { by: test.bob, through: hostSource },
    );
    await dispatchEvents(database);
    await requestStop(database, { jobId: first.id, mode: 'kill', user: test.bob });
    const before = await everything(database);
    const file = join(directory, 'backup');
    expect(await backUp(database.url, file)).toMatchObject({ jobs: 2 });
    expect(statSync(file).mode & 0o777).toBe(0o600);

    await using own = await ownDatabase(to);
    expect(await restoreBackup(own.url, file, { data: directory })).toMatchObject({ jobs: 2 });
    await using restored = await openDatabase(own.url);
    expect(await everything(restored)).toEqual(before);
    expect((await readLines(restored, first.id, 0, 9)).map(({ text }) => text)).toEqual(['ä line', 'x']);
    await restored.continuity.beginRestored(restored, async (rewind) => {
      await holdAfterRewind(restored, rewind, { what: 'A backup was restored.' });
    });
    expect((await currentHold(restored.em()))?.reason).toContain('A backup was restored.');
    expect(await claimJob(restored, 'runner', ['default'])).toBeNull();
    // What was to be sent at that time is not sent again, but the hold is.
    const messages = await restored.em().find(WebhookDelivery, {});
    expect(messages).toMatchObject([{ state: 'failed', problem: 'The database was restored.' }]);
    expect((await dispatchEvents(restored)).map(({ kind }) => kind)).toEqual(['held']);
    const [added] = await restored.execute(
      `insert into job (kind, state, lane, changes, title, owner_id, queued_at, revision)
       select kind, 'queued', lane, changes, title, owner_id, 1, 1 from job where id = ${first.id} returning id`,
      [],
    );
    expect(added?.['id']).toBe(1_003);
  });
});

it.each(dialects)('a backup copies every table of %s that is not derived from others', async (dialect) => {
  await using test = await openTestDatabase(dialect);
  const rows = await test.database.execute(
    dialect === 'sqlite'
      ? "select name from sqlite_master where type = 'table'"
      : 'select table_name as name from information_schema.tables where table_schema = current_schema()',
    [],
  );
  const kept = /^(sqlite_.*|mikro_orm_migrations|job_count|job_search|job_number|job_project|job_title.*)$/;
  const names = rows.map(({ name }) => String(name)).filter((name) => !kept.test(name));
  expect(names.sort()).toEqual([...copiedTables].sort());
});

describe('a backup', () => {
  it('a backup does not replace a file that exists, and leaves no file when it fails', async () => {
    await using test = await openTestDatabase('sqlite');
    const file = join(directory, 'backup');
    writeFileSync(file, 'mine');
    await expect(backUp(test.database.url, file)).rejects.toThrow(`${file} exists already`);
    await expect(backUp('sqlite:/nowhere/x', join(directory, 'other'))).rejects.toThrow();
    expect(existsSync(join(directory, 'other'))).toBe(false);
  });

  it('restore refuses a file that is not a backup, and a database that is in use', async () => {
    await using test = await openTestDatabase('sqlite');
    const other = join(directory, 'other');
    writeFileSync(other, 'no database, but longer than the header of one'.repeat(20));
    await expect(restoreBackup(test.database.url, other, { data: directory })).rejects.toThrow(
      `${other} is not a backup of SpiderPig`,
    );
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    await expect(restoreBackup(test.database.url, file, { data: directory })).rejects.toThrow(BackupRefused);
    await expect(restoreBackup(test.database.url, file, { data: directory })).rejects.toThrow(
      'is in use: stop the server',
    );
    expect(await test.database.em().count(User)).toBe(2);
  });

  it('restore creates nothing before it refuses a file that is not a backup', async () => {
    const created: string[] = [];
    const url = `sqlite:${join(directory, 'new', 'spiderpig.sqlite')}`;
    const options = { data: join(directory, 'new'), prepare: () => void created.push('data directory') };
    const text = join(directory, 'text');
    writeFileSync(text, 'a dump of PostgreSQL');
    const empty = join(directory, 'empty');
    writeFileSync(empty, '');
    const foreign = join(directory, 'foreign');
    const database = new SqliteDatabase(foreign);
    database.exec('create table bookmark (id integer)');
    database.close();
    for (const file of [text, empty, foreign])
      await expect(restoreBackup(url, file, options)).rejects.toThrow(`${file} is not a backup of SpiderPig`);
    await expect(restoreBackup(url, join(directory, 'none'), options)).rejects.toThrow('does not exist');
    expect(created).toEqual([]);
    expect(readdirSync(directory).sort()).toEqual(['empty', 'foreign', 'text']);
  });

  it('restore refuses a backup of a newer version', async () => {
    await using test = await openTestDatabase('sqlite');
    await test.database.execute(
      "insert into mikro_orm_migrations (name) values ('Migration20991231000000_future')",
      [],
    );
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    const url = `sqlite:${join(directory, 'other.sqlite')}`;
    await expect(restoreBackup(url, file, { data: directory })).rejects.toThrow(
      new BackupRefused(
        `${file} is of a newer version of SpiderPig: restore it with that version. Nothing was changed.`,
      ),
    );
  });

  it('restore keeps the previous SQLite database under another name', async () => {
    const url = `sqlite:${join(directory, 'spiderpig.sqlite')}`;
    await using test = await openTestDatabase('sqlite');
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    await restoreBackup(url, file, { data: directory });
    const { before } = await restoreBackup(url, file, { data: directory });
    expect(before).toMatch(/spiderpig\.sqlite\.before-\d{8}T\d{6}Z$/);
    expect(existsSync(before ?? '')).toBe(true);
    expect(existsSync(sqliteFile(url))).toBe(true);
  });

  it('restore refuses a PostgreSQL database that has users, and one that a process has open', async () => {
    await using test = await openTestDatabase('postgresql');
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    await using empty = await ownDatabase('postgresql');
    {
      await using _open = await openDatabase(empty.url);
      await expect(restoreBackup(empty.url, file, { data: directory })).rejects.toThrow(
        /is in use \(spiderpig on .*\): stop the server and the jobrunner/,
      );
    }
    await restoreBackup(empty.url, file, { data: directory });
    await expect(restoreBackup(empty.url, file, { data: directory })).rejects.toThrow('is not empty');
  });

  it('restore replaces what processes wrote into a PostgreSQL database at their start', async () => {
    await using test = await openTestDatabase('postgresql');
    const runner = {
      id: 'deploy1:default',
      host: 'deploy1',
      lanes: ['default'],
      process: identify(process.pid),
      startedAt: 1,
      scap: 'scap',
      simulated: false,
    };
    await registerRunner(test.database, { ...runner, lanes: ['kept'] });
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    await using empty = await ownDatabase('postgresql');
    {
      await using started = await openDatabase(empty.url);
      await registerRunner(started, runner);
    }
    await restoreBackup(empty.url, file, { data: directory });
    await using restored = await openDatabase(empty.url);
    expect(await restored.em().find(Runner, {})).toEqual([expect.objectContaining({ lanes: ['kept'] })]);
  });

  it('restore does not migrate an older PostgreSQL database that it refuses', async () => {
    await using test = await openTestDatabase('postgresql');
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    await using other = await openTestDatabase('postgresql');
    await other.database.execute("delete from mikro_orm_migrations where name like '%gate%'", []);
    const { url } = other.database;
    await other.database[Symbol.asyncDispose]();
    await expect(restoreBackup(url, file, { data: directory })).rejects.toThrow('is not empty');
    expect(await findDatabase(url)).toBe('old');
  });

  it('a directory that is missing, a name that is too long, and a directory in place of a backup are refused with a sentence', async () => {
    await using test = await openTestDatabase('sqlite');
    const { url } = test.database;
    await expect(backUp(url, join(directory, 'none', 'backup'))).rejects.toThrow(
      new BackupRefused(`The directory ${join(directory, 'none')} does not exist. No backup was made.`),
    );
    await expect(backUp(url, join(directory, 'x'.repeat(300)))).rejects.toThrow(
      new BackupRefused(`${directory} cannot be written (link: ENAMETOOLONG). No backup was made.`),
    );
    const other = `sqlite:${join(directory, 'other.sqlite')}`;
    await expect(restoreBackup(other, directory, { data: directory })).rejects.toThrow(
      new BackupRefused(`${directory} cannot be read (EISDIR). Nothing was changed.`),
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  it('restore refuses a PostgreSQL database that the server would refuse', async () => {
    await using test = await openTestDatabase('postgresql');
    const file = join(directory, 'backup');
    await backUp(test.database.url, file);
    await using ascii = await ownDatabase('postgresql', makeAsciiDatabase);
    await expect(restoreBackup(ascii.url, file, { data: directory })).rejects.toThrow(
      'The encoding of the database is SQL_ASCII',
    );
    expect(await findDatabase(ascii.url)).toBe('missing');
  });
});
