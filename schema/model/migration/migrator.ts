// Owns running migrations with MikroORM, on both dialects. Not when they run (migration.ts). The migrations are in sqlite/ and postgresql/.
import { closeSync, openSync } from 'node:fs';
import type { Configuration } from '@mikro-orm/core';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM as PostgreSqlORM } from '@mikro-orm/postgresql';
import { MikroORM as SqliteORM } from '@mikro-orm/sqlite';
import type pg from 'pg';
import { entities } from '../entities.ts';
import { sessionSettings } from '../store/connection.ts';
import { type Dialect, sqliteFile } from '../store/database.ts';
import { listedMigrations } from './list.ts';

/**
 * Tables that only SQL knows, not the entities. Triggers fill them, also for processes of an earlier version: the counts of jobs, and the
 * indexes for searching jobs (SQLite: a full-text table with its shadow tables; PostgreSQL: trigrams in an array).
 */
const tablesOfTriggers = [/^job_(count|search|number|project|title(_.*)?)$/];

/** A connection on which migrations run. */
interface MigrationORM extends AsyncDisposable {
  readonly orm: SqliteORM | PostgreSqlORM;
  /** Runs migrations in one transaction. */
  readonly migrator: Migrator;
  /** Runs each statement of migrations in a separate transaction. */
  readonly online: Migrator;
  withoutForeignKeys(work: () => Promise<unknown>): Promise<void>;
}

/** Opens a separate connection for migrating. `authoring` is for writing new migrations: it keeps a snapshot of the tables beside them. */
export async function openForMigration(
  url: string,
  dialect: Dialect,
  authoring?: { directory: string },
): Promise<MigrationORM> {
  const options = {
    entities,
    schemaGenerator: { skipTables: tablesOfTriggers, ignoreTriggers: true },
    migrations: {
      migrationsList: await Promise.all(
        listedMigrations[dialect].map(async ({ name, load }) => ({ name, class: await load() })),
      ),
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
    // Works only while the database has no table. It allows releasing the space of removed rows (removal.ts), and costs 0.1 % of the file.
    native.pragma('auto_vacuum = incremental');
    return {
      ...migratorsOf(orm),
      // Changing a column rebuilds its table. With foreign keys on, dropping the old table would delete all rows that cascade, and SQLite
      // ignores the pragma inside a transaction. So it is set outside, and foreign keys are checked afterwards.
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
  const orm = new PostgreSqlORM({
    ...options,
    clientUrl: url,
    // Otherwise the table of migrations is searched for in the schema "public", and created again at each migration.
    schema: await currentSchema(url),
    driverOptions: { onConnect: (client: pg.Client) => client.query(sessionSettings) },
  });
  await orm.connect();
  return {
    ...migratorsOf(orm),
    async withoutForeignKeys(work) {
      await work();
    },
    [Symbol.asyncDispose]: () => orm.close(true),
  };
}

/** A migrator reads its options when it is created. */
function migratorsOf(orm: SqliteORM | PostgreSqlORM): Pick<MigrationORM, 'orm' | 'migrator' | 'online'> {
  const migrator = new Migrator(orm.em);
  const config: Configuration = orm.config;
  config.set('migrations', { ...config.get('migrations'), transactional: false, allOrNothing: false });
  return { orm, migrator, online: new Migrator(orm.em) };
}

/** The schema in which this user's tables are created. */
async function currentSchema(url: string): Promise<string> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({ connectionString: url, application_name: 'spiderpig migration' });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string | null }>('select current_schema() as name');
    return rows[0]?.name ?? 'public';
  } finally {
    await client.end();
  }
}
