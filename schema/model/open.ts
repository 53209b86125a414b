// Owns opening a database, SQLite or PostgreSQL, with its entities and its doorbell. Not migrating it (migration/migration.ts).
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MikroORM as PostgreSqlORM } from '@mikro-orm/postgresql';
import { MikroORM as SqliteORM } from '@mikro-orm/sqlite';
import type pg from 'pg';
import { entities } from './entities.ts';
import { keepaliveSettings, releaseBrokenConnections, socketWithTimeout } from './store/connection.ts';
import { type Database, dialectOf, sqliteFile } from './store/database.ts';
import { fileDoorbell, notifyDoorbell } from './store/doorbell.ts';
import { Reserve } from './store/reserve.ts';
import { databaseOf } from './store/transaction.ts';

const shared = {
  entities,
  // Each operation forks its own entity manager.
  allowGlobalContext: false,
  discovery: { warnWhenNoEntities: false },
} as const;

/** Opens the database with its doorbell, without migrating it. Throws on an unknown URL scheme and when the database cannot be reached. */
export async function openDatabase(url: string): Promise<Database> {
  const dialect = dialectOf(url);
  if (dialect === null) throw new Error(`not a database URL: ${url}`);
  return dialect === 'sqlite' ? await openSqlite(url) : await openPostgreSql(url);
}

async function openSqlite(url: string): Promise<Database> {
  const file = sqliteFile(url);
  // Created here so that only the owner can read it, regardless of the umask; the WAL file inherits the mode.
  closeSync(openSync(file, 'a', 0o600));
  const orm = new SqliteORM({ ...shared, dbName: file });
  await orm.connect();
  const native = await orm.em.getConnection().getNativeClient();
  native.pragma('journal_mode = wal');
  // An acknowledged answer, start, stop or exit must survive a power failure: WAL with FULL syncs at each commit.
  native.pragma('synchronous = full');
  // SQLite waits for a lock by blocking the process. Keep that short; retryWhileBusy retries without blocking.
  native.pragma('busy_timeout = 10');
  const dataVersion = native.prepare('pragma data_version').pluck();
  const doorbell = fileDoorbell(join(dirname(file), 'bell'), () => Number(dataVersion.get()));
  return databaseOf({ dialect: 'sqlite', url, orm, doorbell, reserve: new Reserve(dirname(file)) });
}

async function openPostgreSql(url: string): Promise<Database> {
  const orm = new PostgreSqlORM({
    ...shared,
    clientUrl: url,
    pool: { min: 0, max: 8 },
    driverOptions: {
      stream: socketWithTimeout,
      onPoolCreated: releaseBrokenConnections,
      onConnect: (client: pg.Client) => client.query(keepaliveSettings),
    },
  });
  await orm.connect();
  try {
    return databaseOf({
      dialect: 'postgresql',
      url,
      orm,
      doorbell: await notifyDoorbell(url),
      reserve: null,
    });
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}
