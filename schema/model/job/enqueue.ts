// Owns putting jobs into the queue: new ones and retries, both idempotent. Not taking them out of it (claim.ts).
import { randomUUID } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import type { User } from '../account/user.ts';
import { storableText } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import type { Change } from './change.ts';
import { currentHold, deploymentsHeld, lockHolds } from './hold.ts';
import { defaultLane, Job, JobNotEnded, JobNotFound } from './job.ts';
import { hasEnded, type JobKind } from './state.ts';

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
