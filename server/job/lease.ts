// Owns when leases are checked: every few seconds while supervisors or jobrunners have work to do. Not what a lease is (schema/model/runner/lease.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { LeaseWatch } from '../../schema/model/runner/lease.ts';
import type { Database } from '../../schema/model/store/database.ts';

/** How often, in milliseconds. */
const checkInterval = 3_000;

/** Checks leases until `signal` aborts. Sleeps while there is nothing to check. */
export async function watchLeases(db: Database, logger: Logger, signal: AbortSignal): Promise<void> {
  using jobs = db.doorbell.listen('jobs', 'orders');
  const watch = new LeaseWatch(db);
  while (!signal.aborted) {
    const due = await watch.check().catch((error) => {
      // Only for debugging: whether the database is available is reported elsewhere.
      logger.debug({ err: error }, 'leases could not be checked');
      return 1;
    });
    if (due === 0) await jobs.nextRing(signal);
    await wait(checkInterval, undefined, { signal, ref: false }).catch(() => {});
  }
}
