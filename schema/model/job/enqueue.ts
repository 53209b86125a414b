// Owns putting jobs into the queue: new ones and retries, both idempotent. Not taking them out of it (claim.ts).
import { randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import type { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { defaultLane } from '../runner/lane.ts';
import { storableText } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import { currentTrace } from '../store/trace-context.ts';
import type { Change } from './change.ts';
import { currentHold, deploymentsHeld, lockHolds } from './hold.ts';
import { Job, JobNotEnded, JobNotFound, JobNotRetryable } from './job.ts';
import { type JobKind, kindOf } from './kind/list.ts';
import { activeStates, hasEnded } from './state.ts';

/** What a deployer asks for. */
export interface JobRequest {
  readonly kind: JobKind;
  readonly changes: readonly Change[];
  /** Of a kind that has others than changes. */
  readonly parameters?: object | null;
  readonly owner: User;
  readonly lane?: string;
  readonly idempotencyKey?: string | null;
  readonly retryOf?: number;
  /** Where the request came from, for the audit log. */
  readonly through?: ActionSource | undefined;
}

/** The title of a job. Throws if the parameters are not those of its kind. Pure. */
export function titleOf({ kind, ...work }: Pick<JobRequest, 'kind' | 'changes' | 'parameters'>): string {
  return storableText(kindOf(kind).title({ parameters: null, ...work }), 300);
}

/**
 * Adds a job to the queue. If the owner has used the idempotency key before, returns that job instead, as long as it has not been removed.
 * One transaction, retried while its outcome is unknown. Throws {@link DeploymentsHeld} while deployments are held, {@link LaneOccupied}. A start that races with
 * a hold is either queued before the hold begins or refused.
 */
export async function enqueueJob(db: Database, request: JobRequest, now = Date.now()): Promise<Job> {
  const row = {
    kind: request.kind,
    state: 'queued' as const,
    lane: request.lane ?? defaultLane,
    changes: request.changes.map((change) => ({
      ...change,
      subject: change.subject === null ? null : storableText(change.subject, 1_000),
      commitMessage: change.commitMessage === null ? null : storableText(change.commitMessage),
    })),
    parameters: request.parameters ?? null,
    title: titleOf(request),
    owner: request.owner.id,
    // A request without a key gets one, so that a retry of the transaction finds its own job.
    idempotencyKey: request.idempotencyKey ?? randomUUID(),
    retryOf: request.retryOf ?? null,
    queuedAt: now,
    trace: currentTrace(),
    revision: 1,
  };
  return await retryUntilOutcomeKnown(async () => {
    for (;;) {
      try {
        return await db.write(['jobs', 'orders'], async (em) => {
          const { needsFreeLane } = kindOf(row.kind);
          // Two starts that both need the lane exclude each other as a hold excludes starts.
          await lockHolds(db, em, needsFreeLane ? 'hold' : 'start');
          const hold = await currentHold(em, now);
          if (hold) {
            // A repeated request for a job that was queued before the hold is not refused.
            const made = { owner: row.owner, idempotencyKey: row.idempotencyKey };
            const before = await em.findOne(Job, made);
            if (before) return before;
            throw await deploymentsHeld(em, hold);
          }
          if (needsFreeLane) await requireFreeLane(em, row);
          const id = await em.insert(Job, row);
          await recordAudit(em, {
            at: now,
            user: request.owner,
            action: request.retryOf === undefined ? 'start' : 'retry',
            jobId: id,
            detail: startDetail(request),
            through: request.through,
          });
          return await em.findOneOrFail(Job, { id });
        });
      } catch (error) {
        if (!(error instanceof UniqueConstraintViolationException)) throw error;
        const before = await db.em().findOne(Job, { owner: row.owner, idempotencyKey: row.idempotencyKey });
        // Not found: the job was removed in the meantime, so the key is free again.
        if (before) return before;
      }
    }
  });
}

/** Another job is running or queued in the lane, and this kind of job needs a free one. */
export class LaneOccupied extends DomainError {
  readonly job: Job;
  constructor(job: Job) {
    const doing = job.state === 'queued' ? 'queued' : 'running';
    super(
      `Job ${job.id} (“${job.title}”) is ${doing}, and may change what the wikis run. Wait until it has ended, then look again.`,
    );
    this.job = job;
  }
}

/** Throws {@link LaneOccupied} while a job is running or queued in the lane. A repeated request finds its own job by its key. */
async function requireFreeLane(
  em: SqlEntityManager,
  { lane, owner, idempotencyKey }: { lane: string; owner: number; idempotencyKey: string },
): Promise<void> {
  const states = ['queued', ...activeStates] as const;
  const [job] = await em.find(
    Job,
    { lane, state: { $in: [...states] } },
    { orderBy: { id: 'asc' }, limit: 1 },
  );
  if (job && (job.owner !== owner || job.idempotencyKey !== idempotencyKey)) throw new LaneOccupied(job);
}

/** The audit log's text for a start: what is deployed, and which job it repeats. Pure. */
function startDetail({ kind, changes, parameters = null, retryOf }: JobRequest): string {
  const what = kindOf(kind).detail({ changes, parameters });
  return retryOf === undefined ? what : `of job ${retryOf}: ${what}`;
}

/**
 * Queues the request of an ended job again, as a new job. One transaction. Throws {@link JobNotFound}, {@link JobNotEnded}, {@link
 * JobNotRetryable}, {@link DeploymentsHeld}.
 */
export async function retryJob(
  db: Database,
  request: {
    jobId: number;
    owner: User;
    /** The changes as Gerrit knows them now; undefined: as they were for the first job. */
    changes?: readonly Change[] | undefined;
    idempotencyKey?: string | null;
    through?: ActionSource | undefined;
  },
): Promise<Job> {
  const job = await db.em().findOne(Job, { id: request.jobId, removedAt: null });
  if (!job) throw new JobNotFound(request.jobId);
  if (!hasEnded(job.state)) throw new JobNotEnded(job);
  const { retry } = kindOf(job.kind);
  if (retry !== true) throw new JobNotRetryable(job, retry);
  return await enqueueJob(db, {
    kind: job.kind,
    changes: request.changes ?? job.changes,
    parameters: job.parameters ?? null,
    lane: job.lane,
    owner: request.owner,
    idempotencyKey: request.idempotencyKey ?? null,
    retryOf: job.id,
    through: request.through,
  });
}
