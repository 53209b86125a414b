// Owns making a backup: one SQLite file, also of a PostgreSQL database, made while everything runs. Not restoring it (restore.ts).
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { migrate } from '../migration/migration.ts';
import { dialectOf, sqliteFile } from '../store/database.ts';
import { BackupRefused, fileProblem } from './refusal.ts';
import { copyFromPostgreSql } from './table.ts';

export interface BackupContent {
  readonly bytes: number;
  readonly jobs: number;
  /** When the last job was queued, claimed, answered, stopped or ended, in milliseconds since 1970 UTC. */
  readonly lastOrderAt: number;
}

/**
 * Backs up a database into a new file that only its owner can read, as of one moment, beside running processes. The file appears only when it is
 * complete and on the disk. Throws {@link BackupRefused} if it exists.
 */
export async function backUp(url: string, file: string): Promise<BackupContent> {
  checkBackupName(file);
  try {
    return await backUpInto(url, file);
  } catch (error) {
    // Created meanwhile.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new BackupRefused(existing(file));
    throw fileProblem(error, { reading: null, writing: dirname(file) });
  }
}

/** Throws unless a backup can get this name: it is free, and its directory exists. */
export function checkBackupName(file: string): void {
  if (existsSync(file)) throw new BackupRefused(existing(file));
  if (!existsSync(dirname(file)))
    throw new BackupRefused(`The directory ${dirname(file)} does not exist. No backup was made.`);
}

const existing = (file: string): string => `${file} exists already: choose another name for the backup.`;

async function backUpInto(url: string, file: string): Promise<BackupContent> {
  const directory = mkdtempSync(join(dirname(file), '.spiderpig-backup-'));
  const copy = join(directory, 'copy');
  try {
    if (dialectOf(url) === 'sqlite') {
      const source = new SqliteDatabase(sqliteFile(url), { readonly: true, fileMustExist: true });
      await source.backup(copy).finally(() => source.close());
    } else {
      await migrate(`sqlite:${copy}`);
      const target = new SqliteDatabase(copy);
      await copyFromPostgreSql(url, target).finally(() => target.close());
    }
    chmodSync(copy, 0o600);
    const content = checkBackup(copy);
    sync(copy);
    // Fails if the file exists, unlike a rename.
    linkSync(copy, file);
    sync(dirname(file));
    return content;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function sync(path: string): void {
  const opened = openSync(path, 'r');
  fsyncSync(opened);
  closeSync(opened);
}

export const notABackup = (file: string, why: string): BackupRefused =>
  new BackupRefused(`${file} is not a backup of SpiderPig (${why}).`);

/**
 * Checks that a file is a whole database of SpiderPig, and makes it a single file without a write-ahead log. `name`: of what it is a copy. Throws
 * {@link BackupRefused}.
 */
export function checkBackup(file: string, name = file): BackupContent {
  try {
    const database = new SqliteDatabase(file, { fileMustExist: true });
    try {
      database.pragma('journal_mode = delete');
      const damage = database.pragma('quick_check', { simple: true });
      if (damage !== 'ok')
        throw new BackupRefused(
          `${name} is damaged: ${String(damage)
            .replace(/^\*{3}.*\n/, '')
            .slice(0, 200)}`,
        );
      const read = (sql: string): number => Number(database.prepare(sql).pluck().get());
      return {
        bytes: statSync(file).size,
        jobs: read('select count(*) from job'),
        lastOrderAt: read('select at from ledger order by id desc limit 1'),
      };
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError) throw notABackup(name, error.message);
    throw error;
  }
}
