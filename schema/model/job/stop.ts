// Owns the request to stop a job: who, how, when, and whether its supervisor has acted. Not the signals (jobrunner/child.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import { closeInteractions } from './interaction.ts';
import { changeState, Job, JobAlreadyEnded, JobNotFound } from './job.ts';
import { activeStates, hasEnded } from './state.ts';

/** From the gentlest: SIGINT lets scap clean up, SIGTERM asks it to end, SIGKILL leaves the deployment half done. */
export const stopModes = ['interrupt', 'terminate', 'kill'] as const;
export type StopMode = (typeof stopModes)[number];

const StopSchema = defineEntity({
  name: 'Stop',
  tableName: 'stop',
  properties: {
    id: p.integer().primary(),
    job: () => p.manyToOne(Job).mapToPk().deleteRule('cascade').index(),
    mode: word(stopModes),
    requestedBy: () => p.manyToOne(User).mapToPk(),
    requestedAt: time(),
    /** When the supervisor sent the first signal for it. */
    handledAt: time().nullable(),
  },
});
/** A request to stop a job. */
export class Stop extends StopSchema.class {}
StopSchema.setClass(Stop);

/** Who wants which job stopped, and how. */
interface StopRequest {
  readonly jobId: number;
  readonly mode: StopMode;
  readonly user: User;
  /** What it came through, for the audit log. */
  readonly through?: ActionSource | undefined;
}

/**
 * Asks for a job to be stopped: cancels a queued one, else hands the request to its supervisor. One transaction, done again when nobody
 * knows whether it was committed; that is no second request. Throws {@link JobNotFound}, {@link JobAlreadyEnded}.
 */
export async function requestStop(db: Database, wish: StopRequest, now = Date.now()): Promise<Job> {
  return await retryUntilOutcomeKnown((again) => takeStop(db, wish, now, again));
}

async function takeStop(db: Database, wish: StopRequest, now: number, again: boolean): Promise<Job> {
  return await db.write(['jobs', 'orders', 'log'], async (em) => {
    const stop = { job: wish.jobId, mode: wish.mode, requestedBy: wish.user.id, requestedAt: now };
    const cancelled = await changeState(em, wish.jobId, ['queued'], {
      state: 'cancelled',
      finishedAt: now,
      reason: `Cancelled by ${wish.user.name} before it started.`,
    });
    const record = (detail: string): Promise<void> =>
      recordAudit(em, {
        at: now,
        user: wish.user,
        action: 'stop',
        jobId: wish.jobId,
        detail,
        through: wish.through,
      });
    if (cancelled) {
      await em.insert(Stop, { ...stop, handledAt: now });
      await record(`${wish.mode}: cancelled before it started`);
    } else if (again && (await em.count(Stop, stop)) > 0) {
      return await em.findOneOrFail(Job, { id: wish.jobId });
    } else if (await changeState(em, wish.jobId, activeStates, { state: 'stopping' })) {
      // Whoever reads scap's stdin after the signal is not who asked: an answer would go to the wrong question.
      await closeInteractions(em, wish.jobId, now);
      await em.insert(Stop, stop);
      await record(wish.mode);
    }
    const job = await em.findOne(Job, { id: wish.jobId, removedAt: null });
    if (!job) throw new JobNotFound(wish.jobId);
    if (!cancelled && hasEnded(job.state)) throw new JobAlreadyEnded(job);
    return job;
  });
}

/** Stops of a job that its supervisor has not acted on, oldest first, with who asked. */
export async function unhandledStops(
  em: SqlEntityManager,
  jobId: number,
): Promise<{ stop: Stop; user: User }[]> {
  const stops = await em.find(Stop, { job: jobId, handledAt: null }, { orderBy: { id: 'asc' } });
  return await Promise.all(
    stops.map(async (stop) => ({ stop, user: await em.findOneOrFail(User, { id: stop.requestedBy }) })),
  );
}

/** Records that the supervisor has acted on a stop. One transaction. */
export async function recordStopHandled(db: Database, stop: Stop, now = Date.now()): Promise<void> {
  await db.write(['jobs'], async (em) => {
    await em.nativeUpdate(Stop, { id: stop.id, handledAt: null }, { handledAt: now });
    await changeState(em, stop.job, activeStates, {});
  });
}
