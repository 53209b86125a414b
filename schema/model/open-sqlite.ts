// Owns opening a SQLite database. Imported only when there is one (open.ts).
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MikroORM } from '@mikro-orm/sqlite';
import { Continuity } from './store/continuity.ts';
import { type Database, type Entities, type OpenOptions, sqliteFile } from './store/database.ts';
import { fileDoorbell } from './store/doorbell.ts';
import { HighWater } from './store/high-water.ts';
import { Reserve } from './store/reserve.ts';
import { databaseOf, ormOptions } from './store/transaction.ts';

/** Opens a SQLite database, creating its file. */
export async function openSqlite(
  url: string,
  { entities, marks, doorbellFallback, busyLimit }: OpenOptions & { readonly entities: Entities },
): Promise<Database> {
  const file = sqliteFile(url);
  // Created here so that only the owner can read it, regardless of the umask; the WAL file inherits the mode.
  closeSync(openSync(file, 'a', 0o600));
  const orm = new MikroORM({ ...ormOptions, entities, dbName: file });
  await orm.connect();
  const native = await orm.em.getConnection().getNativeClient();
  native.pragma('journal_mode = wal');
  // An acknowledged answer, start, stop or exit must survive a power failure: WAL with FULL syncs at each commit.
  native.pragma('synchronous = full');
  // SQLite waits for a lock by blocking the process. Keep that short; retryWhileBusy retries without blocking.
  native.pragma('busy_timeout = 10');
  const dataVersion = native.prepare('pragma data_version').pluck();
  const doorbell = fileDoorbell(
    join(dirname(file), 'bell'),
    () => Number(dataVersion.get()),
    doorbellFallback,
  );
  const directories = [dirname(file), ...(marks === undefined ? [] : [marks])];
  return databaseOf({
    dialect: 'sqlite',
    url,
    orm,
    doorbell,
    busyLimit,
    reserve: new Reserve(dirname(file)),
    shortage: null,
    continuity: new Continuity(new HighWater(directories), file),
  });
}
