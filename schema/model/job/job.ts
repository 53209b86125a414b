// Owns the job: what was wished, its states and the one conditional update that changes them. Not questions, stops or log lines, not how a job ends (ending.ts).
import { randomUUID } from 'node:crypto';
import { defineEntity, p, raw, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import type { Change } from './change.ts';
import { currentHold, deploymentsHeld, lockHolds, notHeldCondition } from './hold.ts';
import { isSame, type ProcessIdentity } from './process.ts';
import { currentSupervision } from './supervision.ts';

/** What can be deployed, and how; the jobrunner turns each kind into argv (jobrunner/command.ts). */
export const jobKinds = ['backport', 'revert'] as const;
export type JobKind = (typeof jobKinds)[number];

/** Every state a job can be in. See docs/architecture.md for the diagram. */
export const jobStates = [
  'queued',
  'starting',
  'running',
  'waiting',
  'stopping',
  'succeeded',
  'failed',
  'stopped',
  'lost',
  'cancelled',
] as const;
export type JobState = (typeof jobStates)[number];

/** A supervisor has it or is about to: it occupies its lane. */
export const activeStates = [
  'starting',
  'running',
  'waiting',
  'stopping',
] as const satisfies readonly JobState[];
/** Nothing changes it any more. */
export const endedStates = [
  'succeeded',
  'failed',
  'stopped',
  'lost',
  'cancelled',
] as const satisfies readonly JobState[];

/** The diagram: what each state may become. A further stop leaves a job *stopping*. */
export const transitions: Readonly<Record<JobState, readonly JobState[]>> = {
  queued: ['starting', 'cancelled'],
  starting: ['running', 'stopping', 'failed', 'lost'],
  running: ['waiting', 'stopping', 'succeeded', 'failed', 'lost'],
  waiting: ['running', 'stopping', 'succeeded', 'failed', 'lost'],
  stopping: ['stopping', 'stopped', 'succeeded', 'failed', 'lost'],
  succeeded: [],
  failed: [],
  stopped: [],
  lost: [],
  cancelled: [],
};

/** Whether a job in this state has ended. */
export const hasEnded = (state: JobState): boolean => endedStates.some((ended) => ended === state);

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

const activeList = activeStates.map((state) => `'${state}'`).join(', ');

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
      expression: `create unique index "job_lane_active" on "job" ("lane") where "state" in (${activeList})`,
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

/** What a deployer wants done. */
export interface JobRequest {
  readonly kind: JobKind;
  readonly changes: readonly Change[];
  readonly owner: User;
  readonly lane?: string;
  readonly idempotencyKey?: string | null;
  readonly retryOf?: number;
  /** What it came through, for the audit log. */
  readonly through?: ActionSource | undefined;
}

/** What people call the job: the first change's subject, else the numbers. */
export function titleOf(wish: Pick<JobRequest, 'kind' | 'changes'>): string {
  const [first, ...others] = wish.changes;
  const name = first?.subject ?? `change ${first?.number ?? ''}`;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return storableText(`${wish.kind === 'revert' ? 'Revert: ' : ''}${name}${more}`, 300);
}

/**
 * Puts a job into the queue. With an idempotency key that its owner has used before, the job made then is returned, as long as it is kept.
 * One transaction, done again when nobody knows whether it was committed. Throws {@link DeploymentsHeld} while a hold counts: of a start and
 * a hold at once, either the job was queued before the hold began, or it is refused.
 */
export async function enqueueJob(db: Database, wish: JobRequest, now = Date.now()): Promise<Job> {
  const row = {
    kind: wish.kind,
    state: 'queued' as const,
    lane: wish.lane ?? defaultLane,
    changes: wish.changes.map((change) => ({
      ...change,
      subject: change.subject === null ? null : storableText(change.subject, 1_000),
      commitMessage: change.commitMessage === null ? null : storableText(change.commitMessage),
    })),
    title: titleOf(wish),
    owner: wish.owner.id,
    // A wish without a key gets one, by which it is known again when it is done again.
    idempotencyKey: wish.idempotencyKey ?? randomUUID(),
    retryOf: wish.retryOf ?? null,
    queuedAt: now,
    revision: 1,
  };
  return await retryUntilOutcomeKnown(async () => {
    for (;;) {
      try {
        return await db.write(['jobs', 'orders'], async (em) => {
          await lockHolds(db, em, 'start');
          const hold = await currentHold(em, now);
          if (hold) {
            // What was queued before the hold is no new job.
            const made = { owner: row.owner, idempotencyKey: row.idempotencyKey };
            const before = await em.findOne(Job, made);
            if (before) return before;
            throw await deploymentsHeld(em, hold);
          }
          const id = await em.insert(Job, row);
          await recordAudit(em, {
            at: now,
            user: wish.owner,
            action: wish.retryOf === undefined ? 'start' : 'retry',
            jobId: id,
            detail: startDetail(wish),
            through: wish.through,
          });
          return await em.findOneOrFail(Job, { id });
        });
      } catch (error) {
        if (!(error instanceof UniqueConstraintViolationException)) throw error;
        const before = await db.em().findOne(Job, { owner: row.owner, idempotencyKey: row.idempotencyKey });
        // None: it was removed in this moment, and its key is free.
        if (before) return before;
      }
    }
  });
}

/** What the audit log says of a start: what is deployed, and of which job it is a repetition. Pure. */
function startDetail({ kind, changes, retryOf }: JobRequest): string {
  const what = `${kind} of ${changes.map((change) => change.number).join(', ')}`;
  return retryOf === undefined ? what : `of job ${retryOf}: ${what}`;
}

/**
 * Puts the wish of an ended job into the queue again, as a new job. Throws {@link JobNotFound}, {@link JobNotEnded}, {@link DeploymentsHeld}.
 * One transaction.
 */
export async function retryJob(
  db: Database,
  wish: { jobId: number; owner: User; idempotencyKey?: string | null; through?: ActionSource | undefined },
): Promise<Job> {
  const job = await db.em().findOne(Job, { id: wish.jobId, removedAt: null });
  if (!job) throw new JobNotFound(wish.jobId);
  if (!hasEnded(job.state)) throw new JobNotEnded(job);
  return await enqueueJob(db, {
    kind: job.kind,
    changes: job.changes,
    lane: job.lane,
    owner: wish.owner,
    idempotencyKey: wish.idempotencyKey ?? null,
    retryOf: job.id,
    through: wish.through,
  });
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

/** As many placeholders as there are words. */
const marks = (words: readonly string[]): string => words.map(() => '?').join(', ');

/** Whether a job of these lanes waits that this version can run. */
export async function hasQueuedJob(db: Database, lanes: readonly string[]): Promise<boolean> {
  if (lanes.length === 0) return false;
  const rows = await db.execute(
    `select 1 from job where state = 'queued' and lane in (${marks(lanes)}) and kind in (${marks(jobKinds)}) limit 1`,
    [...lanes, ...jobKinds],
  );
  return rows.length > 0;
}

/**
 * Takes the oldest queued job of a free lane, if there is one: *queued* becomes *starting*. Returns its number. A kind that this version does
 * not know, which a newer server may queue, waits for a newer jobrunner. One transaction.
 * No other job overtakes one of its lane: not even while the older one is just being taken by somebody else. While a hold counts none is taken.
 */
export async function claimJob(
  db: Database,
  runner: string,
  lanes: readonly string[],
  now = Date.now(),
): Promise<number | null> {
  if (lanes.length === 0) return null;
  try {
    return await db.write(['jobs'], (em) => takeQueued(db, em, runner, lanes, now));
  } catch (error) {
    // Another jobrunner took another job of this lane in the same moment: the unique index let one through.
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

/** What {@link claimJob} does, in the caller's transaction. */
async function takeQueued(
  db: Database,
  em: SqlEntityManager,
  runner: string,
  lanes: readonly string[],
  now: number,
): Promise<number | null> {
  await lockHolds(db, em, 'start');
  const rows = await db.execute(
    `update job set state = 'starting', runner = ?, revision = revision + 1
     where state = 'queued' and id = (
       select q.id from job q where q.state = 'queued' and q.lane in (${marks(lanes)}) and q.kind in (${marks(jobKinds)})
         and not exists (select 1 from job a where a.lane = q.lane and (a.state in (${activeList})
           or (a.state = 'queued' and a.id < q.id and a.kind in (${marks(jobKinds)}))))
       order by q.id limit 1 ${db.dialect === 'postgresql' ? 'for update skip locked' : ''})
       and ${notHeldCondition}
     returning id`,
    [runner, ...lanes, ...jobKinds, ...jobKinds, now],
    em,
  );
  return rows.length === 0 ? null : Number(rows[0]?.['id']);
}

/** Claims of a lane that no job can have: so that the next claim, which somebody waits for, is not the first in a long time. Rings nothing. */
export async function warmUpClaim(db: Database): Promise<void> {
  for (let times = 0; times < 3; times++)
    await db.write([], (em) => takeQueued(db, em, '', [''], Date.now()));
}

/** The drivers' own codes: a statement past the ORM is not translated by it. */
function isUniqueViolation(error: unknown): boolean {
  if (error instanceof UniqueConstraintViolationException) return true;
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === '23505' || error.code === 'SQLITE_CONSTRAINT_UNIQUE')
  );
}

/**
 * The supervisor says who it is, before it starts anything. Of several that were handed the same job, one wins: `false` for the others, and
 * for a job that is not (or no longer) to be started. Who has won already wins again. One transaction.
 */
export async function recordSupervisor(
  db: Database,
  jobId: number,
  supervisor: SupervisorIdentity,
): Promise<boolean> {
  return await db.write(['jobs'], (em) => assignSupervisor(em, jobId, supervisor));
}

/** What {@link recordSupervisor} does, in the caller's transaction. */
export async function assignSupervisor(
  em: SqlEntityManager,
  jobId: number,
  supervisor: SupervisorIdentity,
): Promise<boolean> {
  const won = await em.nativeUpdate(
    Job,
    { id: jobId, state: { $in: ['starting', 'stopping'] }, supervisor: null },
    { supervisor, supervision: currentSupervision, revision: raw<number>('revision + 1') },
  );
  if (won === 1) return true;
  const job = await em.findOne(Job, { id: jobId, state: { $in: ['starting', 'stopping'] } });
  return job?.supervisor != null && isSame(job.supervisor, supervisor);
}

/** scap was started: *starting* becomes *running*; a job that is already being stopped stays so. One transaction. */
export async function recordStart(
  db: Database,
  jobId: number,
  child: ProcessIdentity,
  now = Date.now(),
): Promise<void> {
  await db.write(['jobs'], async (em) => {
    const started = { child, startedAt: now };
    if (!(await changeState(em, jobId, ['starting'], { ...started, state: 'running' }))) {
      await changeState(em, jobId, ['stopping'], started);
    }
  });
}

/**
 * Since when what happens in a job cannot be written down as it comes, `null` once it can again. Of an active job, and where it says
 * something new; else nothing is done. One transaction.
 */
export async function recordBacklog(db: Database, jobId: number, since: number | null): Promise<void> {
  await db.write(['jobs'], async (em) => {
    const other = since === null ? { $ne: null } : null;
    await em.nativeUpdate(
      Job,
      { id: jobId, state: { $in: [...activeStates] }, behindSince: other },
      { behindSince: since, revision: raw<number>('revision + 1') },
    );
  });
}

/** What scap says of itself. Data beside the state, never the state. One transaction. */
export async function recordReport(
  db: Database,
  jobId: number,
  report: Pick<JobChange, 'status' | 'progress'>,
): Promise<void> {
  await db.write(['jobs'], (em) => changeState(em, jobId, activeStates, report));
}
