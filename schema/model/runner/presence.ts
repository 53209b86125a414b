// Owns whether a jobrunner is online, decided without heartbeats: on SQLite by its process, on PostgreSQL by a session lock. Not its row (runner.ts).
import { hostname } from 'node:os';
import { openPersistentConnection } from '../store/connection.ts';
import type { Database } from '../store/database.ts';
import { doorbellName } from '../store/doorbell.ts';
import { isAlive } from './process.ts';
import {
  Runner,
  type RunnerDescription,
  recordRunnerLeft,
  registerRunner,
  runnerRetention,
} from './runner.ts';

/** Jobrunners of an earlier version write a heartbeat every five seconds; without one for this long they are offline, in milliseconds. */
const heartbeatLimit = 16_000;
/** The first key of the advisory locks that mean presence, "pig" in ASCII; the second is `hashtext` of the runner's id. */
const presenceKey = 0x70_69_67;

/** A jobrunner, and whether it is online: it runs, and looks for jobs. */
export interface RunnerStatus {
  readonly runner: Runner;
  readonly online: boolean;
}

/** The announced presence of a jobrunner. */
export interface Presence {
  /** Records that the jobrunner exits. Rejects if that cannot be recorded; the jobrunner is then found missing later. */
  leave(): Promise<void>;
}

/**
 * Makes a jobrunner online until `leave` is called or its process ends. If its connection to PostgreSQL is cut, it is offline after at most
 * 16 s, and registers again once it has reconnected.
 */
export async function announcePresence(db: Database, runner: RunnerDescription): Promise<Presence> {
  const connection =
    db.dialect === 'postgresql'
      ? await openPersistentConnection(db.url, 'spiderpig jobrunner', async (client) => {
          // A shared lock never waits, not even for the lock of this process's previous session, which a cut connection may have left
          // behind.
          await client.query('select pg_advisory_lock_shared($1, hashtext($2))', [presenceKey, runner.id]);
          await registerRunner(db, runner);
        })
      : await registerRunner(db, runner);
  return {
    async leave() {
      await connection?.[Symbol.asyncDispose]();
      await recordRunnerLeft(db, runner.id);
    },
  };
}

/** The jobrunners that are online, and those that left less than a day ago, sorted by id. Reads only. */
export async function listRunners(db: Database, now = Date.now()): Promise<readonly RunnerStatus[]> {
  const runners = await db.em().find(Runner, {}, { orderBy: { id: 'asc' } });
  const holders = db.dialect === 'postgresql' && runners.length > 0 ? await lockHolders(db) : null;
  const present = (runner: Runner): boolean => {
    if (runner.leftAt != null || runner.notRespondingSince != null) return false;
    if (!runner.process) return now - runner.seenAt < heartbeatLimit;
    return holders ? holders.has(runner.id) : isAlive(runner.process);
  };
  return runners
    .map((runner) => ({ runner, online: present(runner) }))
    .filter(({ runner: { leftAt } }) => leftAt == null || now - leftAt < runnerRetention);
}

/** Whether any process of that host has the database open. */
export async function isHostConnected(db: Database, host: string): Promise<boolean> {
  if (db.dialect === 'sqlite') return host === hostname();
  const sessions = await db.execute(
    'select 1 as one from pg_stat_activity where datname = current_database() and application_name = ?',
    [doorbellName(host)],
  );
  return sessions.length > 0;
}

/** The ids of the jobrunners whose presence lock is held. */
async function lockHolders(db: Database): Promise<ReadonlySet<unknown>> {
  const rows = await db.execute(
    `select r.id from runner r join pg_locks l on l.objid = (hashtext(r.id)::bigint & 4294967295)::oid
     where l.locktype = 'advisory' and l.objsubid = 2 and l.classid = ?::bigint::oid
       and l.database = (select oid from pg_database where datname = current_database())`,
    [presenceKey],
  );
  return new Set(rows.map((row) => row['id']));
}

/** The lanes of all listed jobrunners, sorted by name. Pure. */
export function lanesOf(runners: readonly RunnerStatus[]): readonly string[] {
  return [...new Set(runners.flatMap(({ runner }) => runner.lanes))].sort();
}
