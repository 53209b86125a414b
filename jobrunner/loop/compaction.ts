// Owns when the logs of ended jobs are compacted: some minutes after the end. Not how (schema/model/log/compaction.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { compactLogs, nextCompaction } from '../../schema/model/log/compaction.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import type { RunnerContext } from './context.ts';

/** How long after its job's end a log is compacted, in milliseconds. */
const compactionGrace = 600_000;
/** The delay after a failure or while another jobrunner compacts, and the longest sleep while a log is to be compacted, in milliseconds. */
const retryInterval = 60_000;

/**
 * Compacts logs as they become due. When `signal` aborts, it stops after the current step; the next jobrunner resumes. While there is nothing
 * to compact, it sleeps until a job changes.
 */
export async function compactOldLogs(
  { database, logger }: Pick<RunnerContext, 'database' | 'logger'>,
  signal: AbortSignal,
  grace = compactionGrace,
): Promise<void> {
  using jobs = database.doorbell.listen('jobs');
  const sleep = (time: number) => wait(time, undefined, { signal }).catch(() => {});
  const failure = new RepeatedFailure(logger, 'compacting logs failed; retrying in a minute');
  while (!signal.aborted) {
    try {
      const due = await nextCompaction(database, grace);
      if (due === null || due > Date.now()) failure.succeeded();
      if (due === null) {
        await jobs.nextRing(signal);
        // A job that ends now is due after the grace time, so rings before that are ignored.
        await sleep(Math.min(grace, retryInterval));
      } else if (due > Date.now()) await sleep(Math.min(due - Date.now(), retryInterval));
      else {
        const onCompacted = (log: object): void => logger.info(log, 'compacted a log');
        if (!(await compactLogs(database, { grace, onCompacted }, signal))) await sleep(retryInterval);
      }
    } catch (error) {
      failure.failed(error);
      await sleep(retryInterval);
    }
  }
}
