// Owns restoring a backup: it checks the backup, keeps the database that was there, and replaces it. Not holding the queue (runner/rewind.ts).
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { DatabaseIsNewer, findDatabase, migrate } from '../migration/migration.ts';
import { dialectOf, sqliteFile } from '../store/database.ts';
import { doorbellName } from '../store/doorbell.ts';
import { checkPostgreSql } from '../store/postgresql-check.ts';
import { type BackupContent, checkBackup, notABackup } from './backup.ts';
import { openCopyClient } from './client.ts';
import { BackupRefused, fileProblem } from './refusal.ts';
import { copyToPostgreSql } from './table.ts';

/** What was restored. */
export interface Restored extends BackupContent {
  /** Where the SQLite file is that was there before; `null` if there was none. */
  readonly before: string | null;
}

/**
 * Restores a backup of either dialect into a database of either dialect, and migrates it to this version. A SQLite file that was there is kept
 * under another name; a PostgreSQL database must be empty and unused. `data`: the data directory, where the backup is copied and migrated before it goes into
 * PostgreSQL. `prepare` is called before anything is created, and after what can be checked until then. Throws {@link BackupRefused}, `UnsuitableDatabase`, and `DatabaseIsNewer` for a database of a newer version.
 */
export async function restoreBackup(
  url: string,
  file: string,
  {
    data,
    now = Date.now(),
    prepare = () => {},
  }: { readonly data: string; readonly now?: number; readonly prepare?: () => void },
): Promise<Restored> {
  if (!existsSync(file)) throw new BackupRefused(`${file} does not exist.`);
  const isSqlite = dialectOf(url) === 'sqlite';
  const parent = isSqlite ? dirname(sqliteFile(url)) : data;
  try {
    checkKind(file);
  } catch (error) {
    throw fileProblem(error, { reading: file, writing: parent });
  }
  // Before anything is written: server and jobrunner refuse a database that fails these checks.
  if (!isSqlite) {
    await checkPostgreSql(url);
    await checkFree(url);
  }
  prepare();
  try {
    return await restoreIn(parent, url, file, now);
  } catch (error) {
    throw fileProblem(error, { reading: file, writing: parent });
  }
}

/** How a file of SQLite begins, and where its header says whether it has a write-ahead log. */
const sqliteHeader = { text: 'SQLite format 3\0', length: 100, writeVersion: 18, withLog: 2 };

/**
 * Throws if a file is clearly not a backup of SpiderPig. Changes nothing: SQLite would create files beside a database with a write-ahead log. Everything else
 * is checked in a copy.
 */
function checkKind(file: string): void {
  const header = Buffer.alloc(sqliteHeader.length);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, header, 0, header.length, 0);
  } catch (error) {
    // An error of reading does not name the file.
    throw Object.assign(error instanceof Error ? error : new Error(String(error)), { path: file });
  } finally {
    closeSync(opened);
  }
  const isSqlite = header.toString('latin1', 0, sqliteHeader.text.length) === sqliteHeader.text;
  if (!isSqlite) throw notABackup(file, 'file is not a database');
  if (header[sqliteHeader.writeVersion] === sqliteHeader.withLog) return;
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    database.prepare('select 1 from job, ledger').pluck().get();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('no such table'))
      throw notABackup(file, error.message);
    // The check of the copy says what is wrong.
  } finally {
    database.close();
  }
}

/** Restores by way of a copy in `parent`, which is removed afterwards. */
async function restoreIn(parent: string, url: string, file: string, now: number): Promise<Restored> {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  const directory = mkdtempSync(join(parent, '.spiderpig-restore-'));
  const copy = join(directory, 'copy');
  try {
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    checkBackup(copy, file);
    await migrateBackup(copy, file);
    const content = checkBackup(copy, file);
    if (dialectOf(url) === 'sqlite') return { ...content, before: replaceFile(sqliteFile(url), copy, now) };
    await fillPostgreSql(url, copy);
    return { ...content, before: null };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Migrates the copy of a backup to this version. */
async function migrateBackup(copy: string, file: string): Promise<void> {
  await migrate(`sqlite:${copy}`).catch((error: unknown) => {
    if (!(error instanceof DatabaseIsNewer)) throw error;
    throw new BackupRefused(
      `${file} is of a newer version of SpiderPig: restore it with that version. Nothing was changed.`,
    );
  });
}

/** Puts a file in place of a database. Returns the new name of the one that was there. */
function replaceFile(target: string, copy: string, now: number): string | null {
  let before: string | null = null;
  if (existsSync(target)) {
    checkUnused(target);
    const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    before = `${target}.before-${time}`;
    for (const end of ['-wal', '-shm', ''])
      if (existsSync(`${target}${end}`)) renameSync(`${target}${end}`, `${before}${end}`);
  }
  renameSync(copy, target);
  return before;
}

/** Throws if another process has the database open. Also moves the write-ahead log into the file. */
function checkUnused(file: string): void {
  const database = new SqliteDatabase(file, { timeout: 0 });
  try {
    // With a write-ahead log, every process that has the file open holds a lock for as long.
    database.pragma('locking_mode = exclusive');
    database.exec('begin exclusive; commit');
    database.pragma('wal_checkpoint(truncate)');
  } catch (error) {
    if (!(error instanceof SqliteDatabase.SqliteError)) throw error;
    if (error.code.startsWith('SQLITE_BUSY'))
      throw new BackupRefused(
        `${file} is in use: stop the server and the jobrunner, and wait until no job runs. Nothing was changed.`,
      );
    // A damaged file is a reason to restore a backup. It is kept.
  } finally {
    database.close();
  }
}

/** Throws if a PostgreSQL database has jobs, users or an audit log, or is open in another process. Changes nothing. */
async function checkFree(url: string): Promise<void> {
  const isMissing = (await findDatabase(url)) === 'missing';
  await using target = await openCopyClient(url);
  const { rows: processes } = await target.client.query<{ name: string }>(
    'select distinct application_name as name from pg_stat_activity where datname = current_database() and application_name like $1',
    [doorbellName('%')],
  );
  if (processes.length > 0)
    throw new BackupRefused(
      `The PostgreSQL database is in use (${processes.map(({ name }) => name).join(', ')}): stop the server and the jobrunner, and wait until no job runs. Nothing was changed.`,
    );
  if (isMissing) return;
  const { rows } = await target.client.query(
    '(select 1 from account limit 1) union all (select 1 from job limit 1) union all (select 1 from audit_entry limit 1)',
  );
  if (rows.length > 0)
    throw new BackupRefused(
      'The PostgreSQL database is not empty. Create a new database for the backup, and name it in SPIDERPIG_DATABASE_URL. Nothing was changed.',
    );
}

async function fillPostgreSql(url: string, copy: string): Promise<void> {
  await migrate(url);
  const source = new SqliteDatabase(copy, { readonly: true });
  await copyToPostgreSql(source, url).finally(() => source.close());
}
