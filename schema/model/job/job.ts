// Owns the job: what was wished, its states and the one conditional update that changes them. Not questions, stops or log lines, not how a job ends (ending.ts).
import { defineEntity, p, raw } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import type { Change } from './change.ts';
import type { ProcessIdentity } from './process.ts';
import { activeStateList, type JobState, jobKinds, jobStates, transitions } from './state.ts';

/** The lane of a deployment host that nobody named. In one lane one job runs at a time. */
export const defaultLane = 'default';

/** A supervisor. `cgroup`: the directory of its control group, which has the job's processes in it. */
export interface SupervisorIdentity extends ProcessIdentity {
  readonly cgroup?: string | null;
}

/** A measured step, as scap reports it. Counts of targets. */
export interface Progress {
  readonly name: string;
  readonly total: number;
  readonly inFlight: number | null;
  readonly ok: number;
  readonly failed: number;
  readonly finished: number;
  readonly remaining: number;
  /** 0 to 100. */
  readonly percent: number;
  readonly done: boolean;
}

const JobSchema = defineEntity({
  name: 'Job',
  tableName: 'job',
  properties: {
    id: p.integer().primary(),
    kind: word(jobKinds),
    state: word(jobStates),
    lane: text(),
    /** What is wanted: the change numbers, in the order scap gets them. */
    changes: p.json<readonly Change[]>(),
    title: text(),
    owner: () => p.manyToOne(User).mapToPk(),
    /** The caller's own key: the same key of the same owner is the same job. */
    idempotencyKey: text().nullable(),
    retryOf: p.integer().nullable(),
    queuedAt: time(),
    startedAt: time().nullable(),
    finishedAt: time().nullable(),
    status: text().nullable(),
    progress: p.json<Progress | null>().nullable(),
    exitStatus: p.integer().nullable(),
    exitSignal: text().nullable(),
    reason: text().nullable(),
    runner: text().nullable(),
    supervisor: p.json<SupervisorIdentity | null>().nullable(),
    /** scap itself, the leader of its process group. */
    child: p.json<ProcessIdentity | null>().nullable(),
    /** Which rules its supervisor keeps, see supervision.ts; null: those of version 1. */
    supervision: p.integer().nullable(),
    /** Since when what happens cannot be written down as it comes; null while it can. */
    behindSince: time().nullable(),
    /** When its log was stored anew in its compact form (compaction.ts); null: not yet. */
    compactedAt: time().nullable(),
    /** When it was withdrawn, being old: from then on nobody is shown it, and it is being removed. */
    removedAt: time().nullable(),
    /** Counts every change of the row: who has seen revision 7 has seen all before it. */
    revision: p.integer(),
  },
  uniques: [{ name: 'job_idempotency', properties: ['owner', 'idempotencyKey'] }],
  indexes: [
    {
      // Never two at once in a lane: the database says so.
      name: 'job_lane_active',
      expression: `create unique index "job_lane_active" on "job" ("lane") where "state" in (${activeStateList})`,
    },
    { name: 'job_state', properties: ['state'] },
  ],
});
/** A deployment: wished for, running or ended. */
export class Job extends JobSchema.class {}
JobSchema.setClass(Job);

export class JobNotFound extends DomainError {
  constructor(id: number | string) {
    super(`There is no job ${id}.`);
  }
}

export class JobAlreadyEnded extends DomainError {
  readonly job: Job;
  constructor(job: Job) {
    super(
      `Job ${job.id} has ended already: ${job.state} at ${new Date(job.finishedAt ?? 0).toISOString()}.${job.reason ? ` ${job.reason}` : ''}`,
    );
    this.job = job;
  }
}

export class JobNotEnded extends DomainError {
  readonly job: Job;
  constructor(job: Job) {
    super(`Job ${job.id} is still ${job.state}. Retry it once it has ended.`);
    this.job = job;
  }
}

/** What may change in a job's row after it was made. */
export interface JobChange {
  readonly state?: JobState;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly status?: string | null;
  readonly progress?: Progress | null;
  readonly exitStatus?: number | null;
  readonly exitSignal?: string | null;
  readonly reason?: string;
  readonly child?: ProcessIdentity;
  readonly behindSince?: number | null;
}

/**
 * The one way a job's row changes: a conditional update that says in which states it may, of those that {@link transitions} allows.
 * `false`: the job was in none of them (or is gone), and nothing was done. Runs in the caller's transaction.
 */
export async function changeState(
  em: SqlEntityManager,
  jobId: number,
  from: readonly JobState[],
  change: JobChange,
): Promise<boolean> {
  const { state } = change;
  const legal = state === undefined ? from : from.filter((before) => transitions[before].includes(state));
  const changed = await em.nativeUpdate(
    Job,
    { id: jobId, state: { $in: [...legal] } },
    { ...change, revision: raw<number>('revision + 1') },
  );
  return changed === 1;
}

/**
 * Holds a job for the caller's transaction: what belongs to it is changed by one at a time. Every transaction takes the job before its questions
 * and stops; in the other order two would wait for each other. SQLite has one writer as it is.
 */
export async function lockJob(db: Database, em: SqlEntityManager, jobId: number): Promise<void> {
  if (db.dialect === 'postgresql')
    await db.execute('select id from job where id = ? for update', [jobId], em);
}
