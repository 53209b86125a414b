// Owns opening a database of either dialect, with its entities and its doorbell. Not migrating it (migration/migration.ts).
import { type Database, dialectOf, type OpenOptions } from './store/database.ts';

/** Opens the database with its doorbell, without migrating it. Throws on an unknown URL scheme and when the database cannot be reached. */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const dialect = dialectOf(url);
  if (dialect === null) throw new Error(`not a database URL: ${url}`);
  const entities = options.entities ?? (await import('./entities.ts')).entities;
  // Each loads its driver, which the other never needs: together they double the time until a process is ready.
  if (dialect === 'sqlite')
    return await (await import('./open-sqlite.ts')).openSqlite(url, { ...options, entities });
  return await (await import('./open-postgresql.ts')).openPostgreSql(url, { ...options, entities });
}
