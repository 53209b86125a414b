// Owns the job's row and the one conditional update that changes its state. Not queueing (enqueue.ts), claiming (claim.ts) or ending (ending.ts).
import { defineEntity, p, raw } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { minuteInUtc } from '../../text/minute.ts';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import type { ProcessIdentity } from '../runner/process.ts';
import { partialIndexes, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import type { Change } from './change.ts';
import { jobKinds } from './kind/list.ts';
import { type JobOutcome, jobOutcomes } from './outcome.ts';
import { activeStateList, type JobState, jobStates, transitions } from './state.ts';

/** The supervisor process of a job. `cgroup`: the directory of its control group, which contains the job's processes. */
export interface SupervisorIdentity extends ProcessIdentity {
  readonly cgroup?: string | null;
  /** The pid of its launcher (jobrunner/process/launcher.ts). */
  readonly launcher?: number;
}

/** A step with a measured progress, as scap reports it. Counts are numbers of targets. */
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

/** A line of the log that looks like an error. `text`: its visible text, shortened. */
export interface ErrorLine {
  readonly number: number;
  readonly text: string;
}

/** A process of a stopped job that still runs after scap has exited. */
export interface LeftoverProcess {
  /** The name of its program, at most 15 characters. */
  readonly name: string;
  readonly pid: number;
  /** When it was started, in milliseconds since 1970 UTC. */
  readonly since: number;
}

const JobSchema = defineEntity({
  name: 'Job',
  tableName: 'job',
  properties: {
    id: p.integer().primary(),
    kind: word(jobKinds),
    state: word(jobStates),
    lane: text(),
    /** The changes, in the order in which scap gets them; empty for a kind without changes. */
    changes: p.json<readonly Change[]>(),
    /** The parameters of kinds that have others than changes, see kind/; null if the kind has none. */
    parameters: p.json<object | null>().nullable(),
    title: text(),
    owner: () => p.manyToOne(User).mapToPk(),
    /** To whom it was handed over (handover.ts); null if the owner is responsible. */
    responsible: () => p.manyToOne(User).mapToPk().nullable(),
    /** Chosen by the client: the same key of the same owner names the same job. */
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
    /** Null before the end, and for a job that a supervisor of an earlier version ended, see {@link outcomeOfState}. */
    outcome: word(jobOutcomes).nullable(),
    /** The last status that scap reported, also after it was cleared. */
    lastStatus: text().nullable(),
    /** The last line of output that looks like an error, of a job that did not simply succeed. */
    lastError: p.json<ErrorLine | null>().nullable(),
    /** Equal for jobs with the same error line apart from its numbers, see error-fingerprint.ts; null: no error line. */
    errorFingerprint: text().nullable(),
    /** The argv with which scap was started. */
    command: p.json<readonly string[] | null>().nullable(),
    /** The processes of a stopped job that still run after scap has exited, at most 100; null when nothing winds down. */
    remaining: p.json<readonly LeftoverProcess[] | null>().nullable(),
    runner: text().nullable(),
    supervisor: p.json<SupervisorIdentity | null>().nullable(),
    /** scap itself, the leader of its process group. */
    child: p.json<ProcessIdentity | null>().nullable(),
    /** The version of the rules its supervisor follows, see supervision.ts; null: version 1. */
    supervision: p.integer().nullable(),
    /** Since when events of this job cannot be recorded immediately; null while they can. */
    behindSince: time().nullable(),
    /** When its supervisor last had handled all answers and stops, see lease.ts; null: under a supervisor of an earlier version. */
    leaseAt: time().nullable(),
    /** Since when its supervisor has not renewed the lease; null while it does. */
    notRespondingSince: time().nullable(),
    /** When its log was compacted (compaction.ts); null if not yet. */
    compactedAt: time().nullable(),
    /** When it was withdrawn because of its age. From then on it is hidden, and it is being removed. */
    removedAt: time().nullable(),
    /** Its place in the queue of its lane, see queue.ts; null: its number, because it was not moved. */
    queuePlace: p.integer().nullable(),
    /** The `traceparent` of what queued it, see ../store/trace-context.ts; null if no trace is recorded. */
    trace: text().nullable(),
    /** Incremented by each change of the row: a reader of revision 7 has seen all earlier changes. */
    revision: p.integer(),
  },
  uniques: [{ name: 'job_idempotency', properties: ['owner', 'idempotencyKey'] }],
  indexes: [
    {
      // The database guarantees at most one active job per lane.
      name: 'job_lane_active',
      expression: `create unique index "job_lane_active" on "job" ("lane") where "state" in (${activeStateList})`,
    },
    { name: 'job_state', properties: ['state'] },
    // Each list of jobs is read from one of these in its order (listing.ts).
    ...partialIndexes('job', {
      job_listed: ['"state", "outcome", "id"', '"removed_at" is null'],
      job_listed_owner: ['"owner_id", "state", "outcome", "id"', '"removed_at" is null'],
      // Trains are rare.
      job_kind: ['"kind", "id"', '"removed_at" is null'],
      job_error: ['"error_fingerprint", "id"', '"removed_at" is null and "error_fingerprint" is not null'],
      // Jobs in the order of their ends. The first one has what filters need, since reading rows with long messages takes ten times as long.
      job_ended: [
        '"finished_at", "id", "state", "outcome", "owner_id", "kind", "lane", "queued_at", "started_at", "error_fingerprint", "removed_at"',
        '"removed_at" is null and "finished_at" is not null',
      ],
      job_ended_as: [
        '"state", "outcome", "finished_at", "id", "removed_at"',
        '"removed_at" is null and "finished_at" is not null',
      ],
      job_ended_owner: [
        '"owner_id", "state", "outcome", "finished_at", "id", "removed_at"',
        '"removed_at" is null and "finished_at" is not null',
      ],
      // The clean-up and the compaction look for their next job every hour and every minute (removal.ts, compaction.ts).
      job_withdrawn: ['"id"', '"removed_at" is not null'],
      job_uncompacted: [
        '"finished_at"',
        '"compacted_at" is null and "removed_at" is null and "finished_at" is not null',
      ],
    }),
  ],
});
/** A deployment: queued, running or ended. */
export class Job extends JobSchema.class {}
JobSchema.setClass(Job);

/** There is no job of this number. */
export class JobNotFound extends DomainError {
  constructor(id: number | string) {
    super(`There is no job ${id}.`);
  }
}

/** The job has ended, so it can no longer be changed. */
export class JobAlreadyEnded extends DomainError {
  readonly job: Job;
  constructor(job: Job) {
    super(
      `Job ${job.id} has already ended: ${job.state} at ${minuteInUtc(job.finishedAt ?? 0)}.${job.reason ? ` ${job.reason}` : ''}`,
    );
    this.job = job;
  }
}

/** The job has not ended, so it cannot be retried yet. */
export class JobNotEnded extends DomainError {
  readonly job: Job;
  constructor(job: Job) {
    super(`Job ${job.id} is still ${job.state}. Wait until it has ended.`);
    this.job = job;
  }
}

/** A job of this kind cannot be queued again as it was. */
export class JobNotRetryable extends DomainError {
  readonly job: Job;
  constructor(job: Job, why: string) {
    super(`Job ${job.id} cannot be retried. ${why}`);
    this.job = job;
  }
}

/** Columns of a job that can change after it was queued. */
export interface JobChange {
  readonly state?: JobState;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly status?: string | null;
  readonly progress?: Progress | null;
  readonly exitStatus?: number | null;
  readonly exitSignal?: string | null;
  readonly reason?: string;
  readonly outcome?: JobOutcome;
  readonly lastStatus?: string;
  readonly lastError?: ErrorLine | null;
  readonly errorFingerprint?: string | null;
  readonly command?: readonly string[];
  readonly child?: ProcessIdentity;
  readonly behindSince?: number | null;
  readonly notRespondingSince?: number | null;
  readonly remaining?: readonly LeftoverProcess[] | null;
}

/**
 * Updates a job's row if its state is one of `from` and {@link transitions} allows the change. The only way to change a job's state.
 * Returns `false` if the job was in another state or does not exist; then nothing was changed. Runs in the caller's transaction.
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
 * Locks a job for the caller's transaction, so that its questions and stops are changed by one transaction at a time. To avoid deadlocks,
 * every transaction locks the job before its questions and stops. SQLite has a single writer, so this does nothing there.
 */
export async function lockJob(db: Database, em: SqlEntityManager, jobId: number): Promise<void> {
  if (db.dialect === 'postgresql')
    await db.execute('select id from job where id = ? for update', [jobId], em);
}
