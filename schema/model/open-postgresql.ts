// Owns opening a PostgreSQL database. Imported only when there is one (open.ts).
import { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import {
  beginSession,
  ConnectionShortage,
  releaseBrokenConnections,
  socketWithTimeout,
  waitForConnections,
} from './store/connection.ts';
import { Continuity } from './store/continuity.ts';
import type { Database, Entities, OpenOptions } from './store/database.ts';
import { notifyDoorbell } from './store/doorbell.ts';
import { HighWater } from './store/high-water.ts';
import { databaseOf, ormOptions } from './store/transaction.ts';

/** Opens a PostgreSQL database. Rejects when it cannot be reached. */
export async function openPostgreSql(
  url: string,
  { entities, marks, doorbellFallback }: OpenOptions & { readonly entities: Entities },
): Promise<Database> {
  const shortage = new ConnectionShortage();
  const orm = new MikroORM({
    ...ormOptions,
    entities,
    clientUrl: url,
    pool: { min: 0, max: 8 },
    driverOptions: {
      stream: socketWithTimeout,
      onPoolCreated: (pool: pg.Pool) => {
        releaseBrokenConnections(pool);
        waitForConnections(pool, shortage);
      },
      onConnect: beginSession,
    },
  });
  await orm.connect();
  try {
    return databaseOf({
      dialect: 'postgresql',
      url,
      orm,
      doorbell: await notifyDoorbell(url, doorbellFallback),
      reserve: null,
      shortage,
      continuity: new Continuity(marks === undefined ? null : new HighWater([marks]), null),
    });
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}
