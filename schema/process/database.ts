// Owns opening the configured database at the start of a process: reserve, migrations, connection.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { findDatabase, migrate } from '../model/migration/migration.ts';
import { openDatabase } from '../model/open.ts';
import { holdAfterRewind } from '../model/runner/rewind.ts';
import { type Database, dialectOf, type OpenOptions, sqliteFile } from '../model/store/database.ts';
import { checkPostgreSql } from '../model/store/postgresql-check.ts';
import { DiskFull, Reserve } from '../model/store/reserve.ts';
import type { Configuration } from './configuration/configuration.ts';
import { withoutPassword } from './configuration/option-value.ts';
import { ConfigurationError } from './error.ts';
import { startError } from './start-error.ts';

/** Free bytes that a process needs on the disk to start: the index of SQLite's write-ahead log and a few small files. */
const startBytes = 262_144;

/**
 * Migrates the database to this version and opens it, with its reserve. If it was restored or has lost commits, deployments are held before
 * this resolves, and also when that happens later; `onRewind` is called with the reason. Throws {@link ConfigurationError} when it does not exist or cannot
 * be accessed, or was written by a newer version.
 */
export async function openMigratedDatabase(
  { data, databaseUrl }: Pick<Configuration, 'data' | 'databaseUrl'>,
  onRewind: (reason: string) => void = (reason) => process.stderr.write(`${reason}\n`),
  options: Pick<OpenOptions, 'entities'> = {},
): Promise<Database> {
  try {
    const reserve =
      dialectOf(databaseUrl) === 'sqlite' ? new Reserve(dirname(sqliteFile(databaseUrl))) : null;
    if (reserve && reserve.freeBytes() < startBytes) reserve.release();
    if (reserve === null) await checkPostgreSql(databaseUrl);
    await migrate(databaseUrl);
    const database = await openDatabase(databaseUrl, { ...options, marks: data });
    await database.continuity.begin(database, async (rewind) => {
      const reason = await holdAfterRewind(database, rewind);
      if (reason !== null) onRewind(`Deployments are held. ${reason}`);
    });
    void database.continuity.watch(database);
    try {
      reserve?.create();
    } catch (error) {
      // Without a reserve, answers and stops still use what space there is, and log lines wait until there is more.
      if (!(error instanceof DiskFull)) throw error;
    }
    return database;
  } catch (error) {
    throw startError(databaseUrl, error);
  }
}

/**
 * Opens the database of an existing installation, for a command of an operator. Creates and migrates nothing: a command with other options than
 * the server would otherwise make a second installation, and a command of a newer version would change the tables below a running server.
 * Throws {@link ConfigurationError}, which says what to set.
 */
export async function openExistingDatabase({
  databaseUrl,
}: Pick<Configuration, 'databaseUrl'>): Promise<Database> {
  const name = withoutPassword(databaseUrl);
  try {
    if (dialectOf(databaseUrl) === 'sqlite') checkFile(sqliteFile(databaseUrl), name);
    const found = await findDatabase(databaseUrl);
    if (found === 'missing') throw notInstalled(name);
    if (found === 'old')
      throw new ConfigurationError(
        `the database ${name} is of an older version: start the server and the jobrunner of this version, which migrate it. Nothing was changed`,
      );
    return await openDatabase(databaseUrl);
  } catch (error) {
    throw startError(databaseUrl, error);
  }
}

const notInstalled = (name: string): ConfigurationError =>
  new ConfigurationError(
    `there is no SpiderPig database at ${name}. Set --database or --data (SPIDERPIG_DATABASE_URL, SPIDERPIG_DATA) as for the server, and run as its Unix user; in a new installation, start the server first. Nothing was created`,
  );

/** Throws unless a SQLite file exists that this user may write. Its directory gets files beside it, so it must belong to this user too. */
function checkFile(file: string, name: string): void {
  const directory = dirname(file);
  if (existsSync(directory) && process.getuid) {
    const { uid } = statSync(directory);
    if (uid !== process.getuid())
      throw new ConfigurationError(
        `the directory of the database ${name} belongs to another user (uid ${uid}): run the command as that user`,
      );
  }
  if (!existsSync(file)) throw notInstalled(name);
  accessSync(file, constants.R_OK | constants.W_OK);
}
