// Owns handing a job over: another deployer becomes responsible for it, and its owner stays. Not who may deploy (account/user.ts).
import { raw } from '@mikro-orm/core';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { recordJobEvent } from '../notification/event.ts';
import type { Database } from '../store/database.ts';
import { Job, JobAlreadyEnded, JobNotFound, lockJob } from './job.ts';
import { activeStates, hasEnded } from './state.ts';

/** The job cannot be handed over to this user, or not by this one. Nothing was changed. */
export class JobNotHandedOver extends DomainError {}

/** The id of the user who is responsible for a job: its owner, unless it was handed over. Pure. */
export const responsibleFor = ({ owner, responsible }: Pick<Job, 'owner' | 'responsible'>): number =>
  responsible ?? owner;

/** Which job is handed over to whom, and who asks. */
export interface HandoverRequest {
  readonly jobId: number;
  /** Must be a deployer who is not banned; the caller checks that. */
  readonly to: User;
  readonly user: User;
  /** Whether the user may hand over jobs of others. Every deployer may take one over. */
  readonly handsOverAny: boolean;
  readonly through?: ActionSource | undefined;
}

/**
 * Makes a deployer responsible for a job that has not ended. Does nothing if they are already. One transaction. Throws {@link JobNotFound}, {@link
 * JobAlreadyEnded}, {@link JobNotHandedOver}.
 */
export async function handOverJob(db: Database, request: HandoverRequest, now = Date.now()): Promise<Job> {
  const { jobId, to, user, handsOverAny, through } = request;
  return await db.write(['jobs', 'events'], async (em) => {
    // Two users who hand it over at the same time: the second one must see what the first one did.
    await lockJob(db, em, jobId);
    const job = await em.findOne(Job, { id: jobId, removedAt: null });
    if (!job) throw new JobNotFound(jobId);
    if (hasEnded(job.state)) throw new JobAlreadyEnded(job);
    const before = responsibleFor(job);
    if (before === to.id) return job;
    const mayGive = handsOverAny || before === user.id || job.owner === user.id;
    if (!mayGive && to.id !== user.id)
      throw new JobNotHandedOver(
        `You are neither the owner of job ${jobId} nor responsible for it, so you cannot hand it over to ${to.name}. You can take it over yourself.`,
      );
    const changed = await em.nativeUpdate(
      Job,
      { id: jobId, state: { $in: ['queued', ...activeStates] } },
      { responsible: to.id, revision: raw<number>('revision + 1') },
    );
    const current = await em.findOneOrFail(Job, { id: jobId }, { refresh: true });
    if (changed === 0) throw new JobAlreadyEnded(current);
    const detail = to.id === user.id ? 'taken over' : `handed over to ${to.name}`;
    await recordAudit(em, { at: now, user, action: 'hand over', jobId, detail, through });
    const { name: from } = await em.findOneOrFail(User, { id: before });
    await recordJobEvent(em, 'handed_over', {
      jobId,
      at: now,
      by: user.name,
      handover: { from, to: to.name },
    });
    return current;
  });
}
