// Owns bringing a database to this version's tables, safely at every start, on both dialects. The steps themselves are in migrations/.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM as PostgreSqlORM } from '@mikro-orm/postgresql';
import { MikroORM as SqliteORM } from '@mikro-orm/sqlite';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { type Dialect, dialectOf, entities, sqliteFile } from './database.ts';
import { DomainError } from './error.ts';
import { migrations as postgresqlMigrations } from './migrations/postgresql/list.ts';
import { migrations as sqliteMigrations } from './migrations/sqlite/list.ts';

/** The database was written by a later SpiderPig. Nothing was touched. */
export class DatabaseIsNewer extends DomainError {
  constructor(names: readonly string[]) {
    super(
      `This database was written by a newer version of SpiderPig (it has ${names.join(', ')}, which this version does not know). Run that version, or name another database.`,
    );
  }
}

const lists = { sqlite: sqliteMigrations, postgresql: postgresqlMigrations };
/** "spid" in ASCII: the key of PostgreSQL's advisory lock. */
const lockKey = 0x73_70_69_64;
/** How long one start waits for another to finish migrating, in milliseconds. */
const lockTimeout = 60_000;
const lockRetry = 20;

/**
 * Brings the database to this version: makes it when there is none. Several processes may do it at once; they take turns.
 * Throws {@link DatabaseIsNewer}.
 */
export async function migrate(url: string): Promise<void> {
  const dialect = dialectOf(url);
  if (dialect === null) throw new Error(`not a database URL: ${url}`);
  await using _lock = dialect === 'sqlite' ? await lockSqlite(sqliteFile(url)) : await lockPostgreSql(url);
  await using orm = await openForMigration(url, dialect);
  const { migrator } = orm;
  const known = new Set(lists[dialect].map((entry) => entry.name));
  const unknown = (await migrator.getExecuted()).map((row) => row.name).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new DatabaseIsNewer(unknown);
  if ((await migrator.getPending()).length === 0) return;
  await orm.withoutForeignKeys(() => migrator.up());
}

interface MigrationORM extends AsyncDisposable {
  readonly orm: SqliteORM | PostgreSqlORM;
  readonly migrator: Migrator;
  withoutForeignKeys(work: () => Promise<unknown>): Promise<void>;
}

/** A connection of its own for migrating. `authoring` is for writing new migrations: it keeps a snapshot of the tables beside them. */
export async function openForMigration(
  url: string,
  dialect: Dialect,
  authoring?: { directory: string },
): Promise<MigrationORM> {
  const options = {
    entities,
    migrations: {
      migrationsList: lists[dialect],
      transactional: true,
      allOrNothing: true,
      disableForeignKeys: false,
      snapshotOnMigrate: false,
      silent: true,
      ...(authoring
        ? { path: authoring.directory, snapshot: true, snapshotName: '.snapshot', emit: 'ts' as const }
        : { snapshot: false }),
    },
  };
  if (dialect === 'sqlite') {
    const file = sqliteFile(url);
    closeSync(openSync(file, 'a', 0o600));
    const orm = new SqliteORM({ ...options, dbName: file });
    await orm.connect();
    const native = await orm.em.getConnection().getNativeClient();
    return {
      orm,
      migrator: new Migrator(orm.em),
      // A change of a column rebuilds its table. With foreign keys on, dropping the old one deletes every child row that cascades,
      // and SQLite ignores the pragma inside a transaction: so it is set out here, and what it would have held is checked after.
      async withoutForeignKeys(work) {
        native.pragma('foreign_keys = off');
        await work();
        const broken = native.pragma('foreign_key_check');
        native.pragma('foreign_keys = on');
        if (Array.isArray(broken) && broken.length > 0) {
          throw new Error(`migration left ${broken.length} rows without their parents`);
        }
      },
      [Symbol.asyncDispose]: () => orm.close(true),
    };
  }
  const orm = new PostgreSqlORM({ ...options, clientUrl: url });
  await orm.connect();
  return {
    orm,
    migrator: new Migrator(orm.em),
    async withoutForeignKeys(work) {
      await work();
    },
    [Symbol.asyncDispose]: () => orm.close(true),
  };
}

/** A lock file that is itself a SQLite database: the operating system lets go of it when its holder dies. */
async function lockSqlite(file: string): Promise<AsyncDisposable> {
  const path = join(file, '..', 'migration.lock');
  closeSync(openSync(path, 'a', 0o600));
  const lock = new SqliteDatabase(path, { timeout: 0 });
  for (let waited = 0; ; waited += lockRetry) {
    try {
      lock.exec('begin exclusive');
      break;
    } catch (error) {
      const busy = error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!busy || waited >= lockTimeout) {
        lock.close();
        throw error;
      }
      // Not SQLite's own waiting: it would stop this process, and the holder may be in it.
      await setTimeout(lockRetry);
    }
  }
  return {
    async [Symbol.asyncDispose]() {
      lock.exec('rollback');
      lock.close();
    },
  };
}

async function lockPostgreSql(url: string): Promise<AsyncDisposable> {
  const client = new pg.Client({ connectionString: url, application_name: 'spiderpig migration' });
  await client.connect();
  await client.query(`set lock_timeout = ${lockTimeout}`);
  await client.query('select pg_advisory_lock($1)', [lockKey]);
  return { [Symbol.asyncDispose]: () => client.end() };
}
