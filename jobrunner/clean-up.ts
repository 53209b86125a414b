// Owns when old jobs are removed: at the jobrunner's start and every hour. Not how (schema/model/job/removal.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { canShrink, cleanUp } from '../schema/model/job/removal.ts';
import type { Database } from '../schema/model/store/database.ts';
import type { Configuration } from '../schema/process/configuration.ts';

/** In milliseconds. */
const cleanUpInterval = 3_600_000;

/** Removes old jobs now and then, until `signal` aborts: then at once, and the next one goes on where it stopped. */
export async function removeOldJobs(
  parts: { configuration: Configuration; database: Database; logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  const { configuration, database, logger } = parts;
  const { retention } = configuration;
  const onRemoval = (jobs: readonly number[]): void => logger.info({ jobs }, 'old jobs are being removed');
  while (!signal.aborted) {
    try {
      const done = await cleanUp(database, { retention, onRemoval }, signal);
      if (done) {
        const { jobs, lines, bytes } = done;
        logger.info({ jobs, lines, bytes }, 'old jobs were removed');
        if (!(await canShrink(database)))
          logger.warn(
            'the database file keeps its size, new lines take the space; docs/operations.md says how to let it shrink',
          );
      }
    } catch (error) {
      logger.error({ error: String(error) }, 'removing old jobs failed; it is gone on with in an hour');
    }
    await wait(cleanUpInterval, undefined, { signal }).catch(() => {});
  }
}
