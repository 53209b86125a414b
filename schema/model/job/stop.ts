// Owns requests to stop a job: by whom, how, when, and whether the supervisor has acted. Not the signals (jobrunner/process/signal.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { recordJobEvent } from '../notification/event.ts';
import { time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';
import { closeInteractions } from './interaction.ts';
import { changeState, Job, JobAlreadyEnded, JobNotFound } from './job.ts';
import { activeStates, hasEnded } from './state.ts';

/** From gentle to forced: SIGINT lets scap clean up, SIGTERM asks it to exit, SIGKILL leaves the deployment half done. */
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

/** Which job to stop, how, and who asks. */
interface StopRequest {
  readonly jobId: number;
  readonly mode: StopMode;
  readonly user: User;
  /** Where the request came from, for the audit log. */
  readonly through?: ActionSource | undefined;
}

/**
 * Requests a stop: cancels a queued job, else leaves the request to the supervisor. One transaction, retried while its outcome is unknown;
 * a retry does not create a second request. Throws {@link JobNotFound}, {@link JobAlreadyEnded}.
 */
export async function requestStop(db: Database, request: StopRequest, now = Date.now()): Promise<Job> {
  return await retryUntilOutcomeKnown((isRetry) => takeStop(db, request, now, isRetry));
}

async function takeStop(db: Database, request: StopRequest, now: number, isRetry: boolean): Promise<Job> {
  return await db.write(['jobs', 'orders', 'log', 'events'], async (em) => {
    const [row] = await db.execute('select queued_at from job where id = ?', [request.jobId], em);
    // Not before the job was queued, whose time can be of another clock.
    const requestedAt = Math.max(now, Number(row?.['queued_at'] ?? 0));
    const stop = { job: request.jobId, mode: request.mode, requestedBy: request.user.id, requestedAt };
    const cancelled = await changeState(em, request.jobId, ['queued'], {
      state: 'cancelled',
      outcome: 'cancelled',
      finishedAt: requestedAt,
      reason: `Cancelled by ${request.user.name} before it started.`,
    });
    const record = (detail: string): Promise<void> =>
      recordAudit(em, {
        at: now,
        user: request.user,
        action: 'stop',
        jobId: request.jobId,
        detail,
        through: request.through,
      });
    if (cancelled) {
      await em.insert(Stop, { ...stop, handledAt: requestedAt });
      await record(`${request.mode}: cancelled before it started`);
      await recordJobEvent(em, 'ended', { jobId: request.jobId, at: requestedAt, by: request.user.name });
    } else if (isRetry && (await em.count(Stop, stop)) > 0) {
      return await em.findOneOrFail(Job, { id: request.jobId });
    } else if (await changeState(em, request.jobId, activeStates, { state: 'stopping' })) {
      // After the signal another process may read scap's stdin: an answer could go to the wrong question.
      await closeInteractions(em, request.jobId, now);
      await em.insert(Stop, stop);
      await record(request.mode);
      await recordJobEvent(em, 'stopped', { jobId: request.jobId, at: requestedAt, by: request.user.name });
    }
    const job = await em.findOne(Job, { id: request.jobId, removedAt: null });
    if (!job) throw new JobNotFound(request.jobId);
    if (!cancelled && hasEnded(job.state)) throw new JobAlreadyEnded(job);
    return job;
  });
}

/** Stops of a job that its supervisor has not acted on, oldest first, with the users who asked. */
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
    await changeState(em, stop.job, activeStates, { state: 'stopping' });
  });
}
