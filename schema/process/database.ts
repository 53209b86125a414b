// Owns opening the configured database at the start of a process: reserve, migrations, connection.
import { dirname } from 'node:path';
import { migrate } from '../model/migration/migration.ts';
import { openDatabase } from '../model/open.ts';
import { type Database, dialectOf, sqliteFile } from '../model/store/database.ts';
import { DiskFull, Reserve } from '../model/store/reserve.ts';
import type { Configuration } from './configuration.ts';
import { ConfigurationError, errorCode } from './error.ts';
import { withoutPassword } from './option-value.ts';

/** Free bytes that a process needs on the disk to start: the index of SQLite's write-ahead log and a few small files. */
const startBytes = 262_144;

/**
 * Migrates the database to this version and opens it, with its reserve. Throws {@link ConfigurationError} when it does not exist or cannot
 * be accessed, and a `DomainError` when it was written by a newer version.
 */
export async function openMigratedDatabase({
  databaseUrl,
}: Pick<Configuration, 'databaseUrl'>): Promise<Database> {
  try {
    const reserve =
      dialectOf(databaseUrl) === 'sqlite' ? new Reserve(dirname(sqliteFile(databaseUrl))) : null;
    if (reserve && reserve.freeBytes() < startBytes) reserve.release();
    await migrate(databaseUrl);
    const database = await openDatabase(databaseUrl);
    try {
      reserve?.create();
    } catch (error) {
      // Without a reserve, answers and stops still use what space there is, and log lines wait until there is more.
      if (!(error instanceof DiskFull)) throw error;
    }
    return database;
  } catch (error) {
    const code = errorCode(error);
    // A code comes from the system or the database: it does not exist or cannot be accessed. Anything else is a defect of a migration.
    if (!/^[A-Z0-9_]+$/.test(code)) throw error;
    throw new ConfigurationError(`--database: ${withoutPassword(databaseUrl)} cannot be opened (${code})`);
  }
}
