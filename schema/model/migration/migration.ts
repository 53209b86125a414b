// Owns whether a database has this version's tables, and getting it there safely at every start. Not how migrations run (migrator.ts).
import { existsSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { DomainError } from '../error.ts';
import { type Dialect, dialectOf, sqliteFile } from '../store/database.ts';
import { takeLock } from '../store/lock.ts';
import { listedMigrations } from './list.ts';

/** A newer version of SpiderPig has migrated the database. Nothing was changed. */
export class DatabaseIsNewer extends DomainError {
  constructor(names: readonly string[]) {
    super(
      `This database was written by a newer version of SpiderPig (it has ${names.join(', ')}, which this version does not know). Run that version, or choose another database.`,
    );
  }
}

/**
 * Migrates the database to this version, creating it if needed. Safe to call from several processes: they take turns. Throws {@link
 * DatabaseIsNewer}.
 */
export async function migrate(url: string): Promise<void> {
  const dialect = dialectOf(url);
  if (dialect === null) throw new Error(`not a database URL: ${url}`);
  const executed = dialect === 'sqlite' ? executedOnSqlite(url) : await executedOnPostgreSql(url);
  // Nearly every start ends here, without the lock and without the library that migrates.
  if (executed !== null && !hasPending(dialect, executed)) return;
  const { openForMigration } = await import('./migrator.ts');
  await using _lock = await takeLock(url, 'migration');
  await using orm = await openForMigration(url, dialect);
  const names = (await orm.migrator.getExecuted()).map(({ name }) => name);
  // Another process may have migrated it meanwhile.
  if (!hasPending(dialect, names)) return;
  await orm.withoutForeignKeys(async () => {
    for (const { isOnline, migrations } of stepsTo(dialect, names))
      await (isOnline ? orm.online : orm.migrator).up({ migrations });
  });
}

/** The migrations that are missing, in their order: those that run together in one transaction, and those that run online. Pure. */
function stepsTo(
  dialect: Dialect,
  executed: readonly string[],
): readonly { readonly isOnline: boolean; readonly migrations: string[] }[] {
  const steps: { readonly isOnline: boolean; readonly migrations: string[] }[] = [];
  for (const { name, isOnline = false } of listedMigrations[dialect]) {
    if (executed.includes(name)) continue;
    const last = steps.at(-1);
    if (last?.isOnline === isOnline) last.migrations.push(name);
    else steps.push({ isOnline, migrations: [name] });
  }
  return steps;
}

/**
 * What is at a database URL: `missing` (nothing, or no tables of SpiderPig), `old` (a migration of this version is missing) or `current`. Changes
 * nothing. Throws {@link DatabaseIsNewer}, and what the driver throws when the database cannot be reached.
 */
export async function findDatabase(url: string): Promise<'missing' | 'old' | 'current'> {
  const dialect = dialectOf(url);
  if (dialect === null) throw new Error(`not a database URL: ${url}`);
  const executed = dialect === 'sqlite' ? executedOnSqlite(url) : await executedOnPostgreSql(url);
  if (executed === null) return 'missing';
  return hasPending(dialect, executed) ? 'old' : 'current';
}

/** Whether a migration of this version is missing among those that were executed. Throws {@link DatabaseIsNewer}. */
function hasPending(dialect: Dialect, executed: readonly string[]): boolean {
  const known = listedMigrations[dialect].map(({ name }) => name);
  const unknown = executed.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new DatabaseIsNewer(unknown);
  return known.some((name) => !executed.includes(name));
}

/** PostgreSQL's error code for a table that does not exist. */
const undefinedTable = '42P01';
const executedQuery = 'select name from mikro_orm_migrations';

/** The names of the executed migrations; null if there is no database yet, or it cannot be read now. */
function executedOnSqlite(url: string): readonly string[] | null {
  const file = sqliteFile(url);
  if (!existsSync(file)) return null;
  let database: SqliteDatabase.Database | null = null;
  try {
    database = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
    return database.prepare(executedQuery).pluck().all().map(String);
  } catch {
    // The way that migrates opens it again, and reports what is wrong with it.
    return null;
  } finally {
    database?.close();
  }
}

/** The names of the executed migrations; null if the database is empty. Rejects if it cannot be reached. */
async function executedOnPostgreSql(url: string): Promise<readonly string[] | null> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, application_name: 'spiderpig migration' });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ readonly name: string }>(executedQuery);
    return rows.map(({ name }) => name);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === undefinedTable) return null;
    throw error;
  } finally {
    await client.end();
  }
}
