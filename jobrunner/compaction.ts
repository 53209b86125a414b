// Owns when the logs of ended jobs are compacted: some minutes after their end. Not how (schema/model/log/compaction.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { compactLogs, nextCompaction } from '../schema/model/log/compaction.ts';
import type { Database } from '../schema/model/store/database.ts';

/** How long a log is left as it is after its job's end, in milliseconds. */
const compactionGrace = 600_000;
/** How long to wait after it failed or while another jobrunner does it, and the longest wait while a log is due, in milliseconds. */
const retryInterval = 60_000;

/**
 * Compacts logs as they become due, until `signal` aborts: then after the step it is in, and the next one goes on where it stopped. While
 * nothing is due it sleeps until a job changes.
 */
export async function compactOldLogs(
  { database, logger }: { database: Database; logger: Logger },
  signal: AbortSignal,
  grace = compactionGrace,
): Promise<void> {
  using jobs = database.doorbell.listen('jobs');
  const sleep = (time: number) => wait(time, undefined, { signal }).catch(() => {});
  while (!signal.aborted) {
    try {
      const due = await nextCompaction(database, grace);
      if (due === null) {
        await jobs.nextRing(signal);
        // What ends now is due after the grace: no look before that for all that rings meanwhile.
        await sleep(Math.min(grace, retryInterval));
      } else if (due > Date.now()) await sleep(Math.min(due - Date.now(), retryInterval));
      else {
        const onCompacted = (log: object): void => logger.info(log, 'a log was compacted');
        if (!(await compactLogs(database, { grace, onCompacted }, signal))) await sleep(retryInterval);
      }
    } catch (error) {
      logger.error({ error: String(error) }, 'compacting logs failed; it is gone on with in a minute');
      await sleep(retryInterval);
    }
  }
}
