// Owns locks between processes for work that only one of them should do at a time. Not rows: those are claimed by conditional updates.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import type pg from 'pg';
import { sessionSettings } from './connection.ts';
import { dialectOf, sqliteFile } from './database.ts';

/** The locks, with their keys on PostgreSQL: "spid" in ASCII and the following numbers. On SQLite the name is that of a file. */
const keys = { migration: 0x73_70_69_64, 'clean-up': 0x73_70_69_65, compaction: 0x73_70_69_66 } as const;
export type LockName = keyof typeof keys;

/** How long to wait for the lock, in milliseconds. */
const waitLimit = 60_000;
const retryDelay = 20;

/**
 * Takes the lock, waiting for it if needed; dispose the result to release it. The operating system or PostgreSQL releases it when its
 * holder dies. Throws if another process holds it for more than a minute.
 */
export async function takeLock(url: string, name: LockName): Promise<AsyncDisposable> {
  const limit = performance.now() + waitLimit;
  if (dialectOf(url) === 'postgresql') {
    const client = await connect(url, name);
    // A session that waits in `pg_advisory_lock` has a snapshot, and "create index concurrently" of the holder would wait for its end.
    while (!(await hasLocked(client, name))) await pause(limit, name, () => client.end());
    return held(client);
  }
  for (;;) {
    const lock = tryFile(url, name);
    if (lock) return lock;
    // SQLite's own waiting would block this process, which may itself be the holder.
    await pause(limit, name);
  }
}

/** Waits until the lock may be free. Throws after the limit. */
async function pause(limit: number, name: LockName, close = async () => {}): Promise<void> {
  if (performance.now() > limit) {
    await close();
    throw new Error(`another process holds the lock ${name}`);
  }
  await wait(retryDelay);
}

async function hasLocked(client: pg.Client, name: LockName): Promise<boolean> {
  const { rows } = await client.query('select pg_try_advisory_lock($1) as taken', [keys[name]]);
  return rows[0]?.taken === true;
}

/** Takes the lock if it is free; `null` if it is not. */
export async function tryLock(url: string, name: LockName): Promise<AsyncDisposable | null> {
  if (dialectOf(url) !== 'postgresql') return tryFile(url, name);
  const client = await connect(url, name);
  if (await hasLocked(client, name)) return held(client);
  await client.end();
  return null;
}

/** A lock file that is itself a SQLite database: the operating system releases the lock when its holder dies. */
function tryFile(url: string, name: LockName): AsyncDisposable | null {
  const path = join(sqliteFile(url), '..', `${name}.lock`);
  closeSync(openSync(path, 'a', 0o600));
  const lock = new SqliteDatabase(path, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      lock.exec('rollback');
      lock.close();
    },
  };
}

async function connect(url: string, name: LockName): Promise<pg.Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, application_name: `spiderpig ${name}` });
  // A broken connection releases the lock. That is not an error for its holder: work under a lock is idempotent.
  client.on('error', () => {});
  await client.connect();
  // Also without the statement_timeout of the role, which would end the wait for a long migration.
  await client.query(sessionSettings);
  return client;
}

const held = (client: pg.Client): AsyncDisposable => ({
  [Symbol.asyncDispose]: () => client.end().catch(() => {}),
});
