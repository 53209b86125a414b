// Owns leases: whether supervisors and jobrunners get on with their work, and since when they do not. Not whether their processes exist (process.ts, presence.ts).
import { raw } from '@mikro-orm/core';
import { Job } from '../job/job.ts';
import { activeStateList } from '../job/state.ts';
import type { Database } from '../store/database.ts';
import { listRunners } from './presence.ts';
import { Runner } from './runner.ts';

/** How often a lease is renewed, in milliseconds: a supervisor's always, a jobrunner's while jobs are queued for it. */
export const leaseInterval = 5_000;
/** After how long without renewal the holder of a lease does not respond, in milliseconds. */
const leaseLimit = 15_000;
/** The longest time between two checks of which the second can be trusted, in milliseconds: the checking process may have been paused itself. */
const longestPause = 10_000;

/**
 * Renews the lease of a job's supervisor. It calls this only after it has looked for answers and stops and has handled them: a process that
 * exists but hangs does not get here. Rings only if the job was marked as not responding.
 */
export async function renewLease(db: Database, jobId: number, now = Date.now()): Promise<void> {
  const [row] = await db.write([], (em) =>
    db.execute(
      `update job set lease_at = ? where id = ? and state in (${activeStateList}) returning not_responding_since`,
      [now, jobId],
      em,
    ),
  );
  if (row?.['not_responding_since'] == null) return;
  await db.write(['jobs'], async (em) => {
    const change = { notRespondingSince: null, revision: raw<number>('revision + 1') };
    await em.nativeUpdate(Job, { id: jobId }, change);
  });
}

/** Renews the lease of a jobrunner, after it has looked for jobs. Rings only if it was marked as not responding. */
export async function renewRunnerLease(db: Database, runnerId: string, now = Date.now()): Promise<void> {
  const [row] = await db.write([], (em) =>
    db.execute(
      'update runner set seen_at = ? where id = ? returning not_responding_since',
      [now, runnerId],
      em,
    ),
  );
  if (row?.['not_responding_since'] == null) return;
  await db.write(['runners'], async (em) => {
    await em.nativeUpdate(Runner, { id: runnerId }, { notRespondingSince: null });
  });
}

/** A lease that is due. */
interface Due {
  /** The value that changes with each renewal. */
  readonly renewedAt: number;
  /** Records that its holder does not respond, unless it was renewed since. `since`: milliseconds since 1970. */
  readonly mark: (since: number) => Promise<void>;
}

/**
 * Watches all leases. A holder does not respond if the same lease is seen for {@link leaseLimit}, by the monotonic clock of this process: no
 * clocks are compared, so neither a step nor a difference of clocks matters.
 */
export class LeaseWatch {
  readonly #db: Database;
  readonly #clock: () => number;
  #seen = new Map<string, { readonly renewedAt: number; readonly since: number }>();
  #checkedAt = Number.NEGATIVE_INFINITY;

  /** `clock`: a monotonic clock, in milliseconds. */
  constructor(db: Database, clock = (): number => performance.now()) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Looks at all leases and marks those whose holder does not respond. Returns how many are due. */
  async check(): Promise<number> {
    const due = new Map([...(await this.#dueJobs()), ...(await this.#dueRunners())]);
    const now = this.#clock();
    const before = now - this.#checkedAt > longestPause ? new Map<string, never>() : this.#seen;
    this.#checkedAt = now;
    this.#seen = new Map();
    for (const [holder, { renewedAt, mark }] of due) {
      const known = before.get(holder);
      const since = known?.renewedAt === renewedAt ? known.since : now;
      this.#seen.set(holder, { renewedAt, since });
      if (now - since >= leaseLimit) await mark(Math.round(Date.now() - (now - since)));
    }
    return due.size;
  }

  async #dueJobs(): Promise<[string, Due][]> {
    const rows = await this.#db.execute(
      `select id, lease_at from job
       where state in (${activeStateList}) and lease_at is not null and not_responding_since is null`,
      [],
    );
    return rows.map((row) => {
      const [id, leaseAt] = [Number(row['id']), Number(row['lease_at'])];
      const mark = async (since: number): Promise<void> => {
        await this.#db.write(['jobs'], async (em) => {
          const change = { notRespondingSince: since, revision: raw<number>('revision + 1') };
          await em.nativeUpdate(Job, { id, leaseAt, notRespondingSince: null }, change);
        });
      };
      return [`job ${id}`, { renewedAt: leaseAt, mark }];
    });
  }

  /** A jobrunner has work to do while jobs are queued in its lanes. */
  async #dueRunners(): Promise<[string, Due][]> {
    const queued = await this.#db.execute("select distinct lane from job where state = 'queued'", []);
    if (queued.length === 0) return [];
    const lanes = new Set(queued.map(({ lane }) => lane));
    const online = (await listRunners(this.#db)).filter(
      ({ runner, online: isOnline }) => isOnline && runner.lanes.some((lane) => lanes.has(lane)),
    );
    return online.map(({ runner: { id, seenAt } }) => {
      const mark = async (since: number): Promise<void> => {
        await this.#db.write(['runners'], async (em) => {
          await em.nativeUpdate(Runner, { id, seenAt }, { notRespondingSince: since });
        });
      };
      return [`runner ${id}`, { renewedAt: seenAt, mark }];
    });
  }
}

/** What does not respond, as sentences for operators. */
export async function notResponding(db: Database): Promise<string[]> {
  const since = (value: unknown): string => new Date(Number(value)).toISOString();
  const jobs = await db.execute(
    `select id, not_responding_since from job
     where state in (${activeStateList}) and not_responding_since is not null order by id limit 20`,
    [],
  );
  const runners = await db.execute(
    'select id, not_responding_since from runner where left_at is null and not_responding_since is not null order by id limit 20',
    [],
  );
  return [
    ...jobs.map(
      (row) =>
        `The supervisor of job ${row['id']} has not responded since ${since(row['not_responding_since'])}.`,
    ),
    ...runners.map(
      (row) => `The jobrunner ${row['id']} has not responded since ${since(row['not_responding_since'])}.`,
    ),
  ];
}
