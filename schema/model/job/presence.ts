// Owns whether a jobrunner is there, told without writing: its process on SQLite, which is one host, a lock of its session on PostgreSQL. Not what it is (runner.ts).
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

/** A jobrunner of an earlier version writes a heartbeat every five seconds; silent for this long it counts as gone, in milliseconds. */
const heartbeatLimit = 16_000;
/** "pig" in ASCII: the first key of the advisory locks that mean presence; the second is `hashtext` of the runner's id. */
const presenceKey = 0x70_69_67;

/** A jobrunner, and whether it is there. */
export interface RunnerStatus {
  readonly runner: Runner;
  readonly online: boolean;
}

/** That a jobrunner is there. */
export interface Presence {
  /** It goes, and says so. Rejects when it cannot be said; it is missed all the same. */
  leave(): Promise<void>;
}

/**
 * A jobrunner is there until it leaves, or its process ends. Where its connection to PostgreSQL is cut, it counts as gone
 * after at most 16 s, and registers anew once there is another.
 */
export async function announcePresence(db: Database, runner: RunnerDescription): Promise<Presence> {
  const connection =
    db.dialect === 'postgresql'
      ? await openPersistentConnection(db.url, 'spiderpig jobrunner', async (client) => {
          // Shared: nobody ever waits for it, not even for the lock of our own session before, which a cut has left behind.
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

/** The jobrunners that are there, and those that went less than a day ago; by id. Only reads. */
export async function listRunners(db: Database, now = Date.now()): Promise<readonly RunnerStatus[]> {
  const runners = await db.em().find(Runner, {}, { orderBy: { id: 'asc' } });
  const holders = db.dialect === 'postgresql' && runners.length > 0 ? await lockHolders(db) : null;
  const present = (runner: Runner): boolean => {
    if (runner.leftAt != null) return false;
    if (!runner.process) return now - runner.seenAt < heartbeatLimit;
    return holders ? holders.has(runner.id) : isAlive(runner.process);
  };
  return runners
    .map((runner) => ({ runner, online: present(runner) }))
    .filter(({ runner: { leftAt } }) => leftAt == null || now - leftAt < runnerRetention);
}

/** Whether some process of that host, whichever it is, has the database open: it is not gone. */
export async function isHostConnected(db: Database, host: string): Promise<boolean> {
  if (db.dialect === 'sqlite') return host === hostname();
  const sessions = await db.execute(
    'select 1 as one from pg_stat_activity where datname = current_database() and application_name = ?',
    [doorbellName(host)],
  );
  return sessions.length > 0;
}

/** The ids of the rows whose lock some session holds. */
async function lockHolders(db: Database): Promise<ReadonlySet<unknown>> {
  const rows = await db.execute(
    `select r.id from runner r join pg_locks l on l.objid = (hashtext(r.id)::bigint & 4294967295)::oid
     where l.locktype = 'advisory' and l.objsubid = 2 and l.classid = ?::bigint::oid
       and l.database = (select oid from pg_database where datname = current_database())`,
    [presenceKey],
  );
  return new Set(rows.map((row) => row['id']));
}

/** The lanes that jobrunners serve, of those that are there and those that went less than a day ago; by name. Pure. */
export function lanesOf(runners: readonly RunnerStatus[]): readonly string[] {
  return [...new Set(runners.flatMap(({ runner }) => runner.lanes))].sort();
}
