// Owns when old jobs and expired sign-ins are removed: when the jobrunner starts and every hour. Not how (schema/model/job/removal.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { removeExpiredSignIns } from '../../schema/model/account/expiry.ts';
import { removeUnusedUses } from '../../schema/model/account/operation-use.ts';
import { foldJobCounts } from '../../schema/model/job/count.ts';
import { ClockNotTrusted, canShrink, checkClock, cleanUp } from '../../schema/model/job/removal.ts';
import { recordCleanUpProblem } from '../../schema/model/runner/runner.ts';
import type { RunnerContext } from './context.ts';

/** The time between two clean-ups, in milliseconds. */
const cleanUpInterval = 3_600_000;
/** How long a job that is too old stays hidden before it is deleted, in milliseconds: three days, to correct a wrong clock. */
const grace = 3 * 86_400_000;

/** Removes old jobs every hour, for the jobrunner `runnerId`. When `signal` aborts, a clean-up stops at its next step; the next one resumes it. */
export async function removeOldJobs(
  context: RunnerContext,
  runnerId: string,
  signal: AbortSignal,
): Promise<void> {
  const { configuration, database, logger } = context;
  const { retention } = configuration;
  const onRemoval = (jobs: readonly number[]): void => logger.info({ jobs }, 'removing old jobs');
  while (!signal.aborted) {
    try {
      await foldJobCounts(database);
      const isTrusted = await isClockTrusted(context, runnerId);
      if (isTrusted) {
        await removeExpiredSignIns(database);
        await removeUnusedUses(database);
      }
      const days = isTrusted ? retention.days : 0;
      const done = await cleanUp(database, { retention: { ...retention, days }, onRemoval, grace }, signal);
      if (done) {
        const { jobs, lines, bytes } = done;
        logger.info({ jobs, lines, bytes }, 'removed old jobs');
        if (!(await canShrink(database)))
          logger.warn(
            'the database file does not shrink, but new lines reuse its space; see docs/operations.md to let it shrink',
          );
      }
    } catch (error) {
      logger.error({ error: String(error) }, 'removing old jobs failed; retrying in an hour');
    }
    await wait(cleanUpInterval, undefined, { signal }).catch(() => {});
  }
}

/** Whether the clock may decide which jobs and sessions are too old. Logs and records why not. */
async function isClockTrusted({ database, logger }: RunnerContext, runnerId: string): Promise<boolean> {
  try {
    await checkClock(database);
    await recordCleanUpProblem(database, runnerId, null);
    return true;
  } catch (error) {
    if (!(error instanceof ClockNotTrusted)) throw error;
    logger.error({ reason: error.message }, 'no jobs or sessions are removed because of their age');
    await recordCleanUpProblem(database, runnerId, error.message);
    return false;
  }
}
