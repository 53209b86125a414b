// Owns claiming queued jobs and handing each to a stand-by supervisor. Not what a claim is (schema/model/job/job.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { claimJob, hasClaimableJob, hasQueuedJob, warmUpClaim } from '../../schema/model/job/claim.ts';
import { currentHold } from '../../schema/model/job/hold.ts';
import { leaseInterval, renewRunnerLease } from '../../schema/model/runner/lease.ts';
import { isAlive } from '../../schema/model/runner/process.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import type { RunnerContext } from './context.ts';
import { LaneCheck, laneCheckInterval } from './lane-check.ts';
import { type Standby, startStandby } from './standby.ts';
import { checkSupervisors } from './supervisor-check.ts';

/** How long after a job's start the next stand-by is started, in milliseconds, unless another job waits: that takes half a second of CPU time. */
const settleTime = 3_000;
/** The longest delay that a timer takes, in milliseconds. */
const longestTimer = 2 ** 31 - 1;
/** A hold ends when the clock of PostgreSQL has reached its end too. For how long after the end by this host's clock, and how often, the jobrunner tries to claim again, in milliseconds. */
const holdLag = { longest: leaseInterval, interval: 100 };
/** The delay after an unexpected failure, in milliseconds. It doubles from the first to the longest. */
const retryDelay = { first: 500, longest: 10_000 };

/** What wakes the loop: a ring when a job was queued or ended, or a hold changed. */
interface Ring {
  nextRing(signal: AbortSignal): Promise<void>;
  ring(): void;
}

/** Claims jobs for the runner `runnerId`, one after the other, until `signal` aborts. Sleeps while there is nothing to claim. */
export async function claimJobs(
  context: RunnerContext,
  runnerId: string,
  signal: AbortSignal,
): Promise<void> {
  const { configuration, database, logger } = context;
  using ring = database.doorbell.listen('orders', 'holds');
  const laneCheck = new LaneCheck(context, runnerId);
  const lease = new Lease(database, runnerId);
  let standby: Standby | null = null;
  let isLaneChecked = false;
  const failure = new RepeatedFailure(logger, 'claiming failed; retrying');
  let delay = retryDelay.first;
  const onLook = (): void => {
    failure.succeeded();
    delay = retryDelay.first;
  };
  while (!signal.aborted) {
    try {
      if (standby === null) {
        standby = await startStandby(configuration);
        await warmUpClaim(database);
        // Once at the start, so that people see the answer before they need it.
        if (!isLaneChecked) await laneCheck.allows();
        isLaneChecked = true;
      }
      if (signal.aborted) break;
      if (!isAlive(standby.identity)) {
        standby = null;
        continue;
      }
      const jobId = await claimOrSleep(context, runnerId, { ring, laneCheck, lease, onLook }, signal);
      if (jobId === null) continue;
      const supervisor: Standby = standby;
      standby = null;
      await handOver(context, jobId, supervisor);
      await settle(context, ring, signal);
    } catch (error) {
      failure.failed(error);
      await wait(delay, undefined, { signal }).catch(() => {});
      delay = Math.min(delay * 2, retryDelay.longest);
    }
  }
  standby?.dismiss();
}

/** The lease of the jobrunner. */
class Lease {
  readonly #database: Database;
  readonly #runnerId: string;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database, runnerId: string) {
    this.#database = database;
    this.#runnerId = runnerId;
  }

  /** Renews it, unless that was done just before. */
  async renew(): Promise<void> {
    const now = performance.now();
    if (now - this.#renewedAt < leaseInterval / 2) return;
    await renewRunnerLease(this.#database, this.#runnerId);
    this.#renewedAt = now;
  }
}

/** What a look for queued jobs works with. */
interface ClaimParts {
  readonly ring: Ring;
  readonly laneCheck: LaneCheck;
  readonly lease: Lease;
  /** Called when the database has answered. */
  readonly onLook: () => void;
}

/** The number of the claimed job; null after a sleep that ended with a ring, or with the end of a hold. */
async function claimOrSleep(
  { configuration, database }: RunnerContext,
  runnerId: string,
  { ring, laneCheck, lease, onLook }: ClaimParts,
  signal: AbortSignal,
): Promise<number | null> {
  // A query before the claim: the claim is a write, which takes the write lock even when there is nothing to claim.
  const queued = await hasQueuedJob(database, configuration.lanes);
  if (queued) await lease.renew();
  const isAllowed = !(queued || laneCheck.forbids) || (await mayClaim(configuration, database, laneCheck));
  const now = Date.now();
  const jobId = queued && isAllowed ? await claimJob(database, runnerId, configuration.lanes, now) : null;
  onLook();
  if (jobId !== null) return jobId;
  // As of the time of the claim: a hold that prevented the claim and has ended since would otherwise be missed.
  const rest = queued ? await restOfHold({ configuration, database }, now) : longestTimer;
  const sleep = Math.min(rest, laneCheck.forbids ? laneCheckInterval : rest, queued ? leaseInterval : rest);
  const timer = setTimeout(() => ring.ring(), Math.max(0, sleep));
  await ring.nextRing(signal);
  clearTimeout(timer);
  return null;
}

/**
 * How long to sleep at most because of a hold, in milliseconds: nothing rings when its time has passed. With --lane-check, whose command would be started
 * at each look, the jobrunner does not look again soon. `now`: in milliseconds since 1970.
 */
export async function restOfHold(
  {
    configuration,
    database,
  }: Pick<RunnerContext, 'database'> & {
    readonly configuration: Pick<RunnerContext['configuration'], 'lanes' | 'laneCheck'>;
  },
  now: number,
): Promise<number> {
  const hasOtherClock = database.dialect === 'postgresql' && configuration.laneCheck === null;
  const hold = await currentHold(database.em(), hasOtherClock ? now - holdLag.longest : now);
  if (hold?.endsAt == null) return longestTimer;
  if (hold.endsAt > now) return Math.min(longestTimer, hold.endsAt - now);
  return (await hasClaimableJob(database, configuration.lanes)) ? holdLag.interval : longestTimer;
}

/** Whether this host may deploy now. Asked only where a claim would succeed, or to see whether it may again. */
async function mayClaim(
  configuration: Configuration,
  database: Database,
  laneCheck: LaneCheck,
): Promise<boolean> {
  if (configuration.laneCheck === null) return true;
  if (!laneCheck.forbids && !(await hasClaimableJob(database, configuration.lanes))) return true;
  return await laneCheck.allows();
}

async function handOver(context: RunnerContext, jobId: number, supervisor: Standby): Promise<void> {
  const { followed, logger, metrics } = context;
  logger.info({ job: jobId, supervisor: supervisor.identity.pid }, 'job claimed');
  metrics?.started(jobId);
  followed.add(jobId);
  // Checked as soon as it exits. If the database is unavailable then, the periodic check does it.
  supervisor.exited
    .then(() => checkSupervisors(context))
    .then(() => metrics?.ended(jobId))
    .catch((error) => logger.warn({ error: String(error) }, 'checking for a lost job failed; retrying'));
  await supervisor.give(jobId);
}

/** Waits before the next stand-by is started, unless another job is queued: a job that starts, or ends immediately, needs the CPU itself (bench: flood, page-busy). */
async function settle(
  { configuration, database }: RunnerContext,
  ring: Ring,
  signal: AbortSignal,
): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(settleTime)]);
  while (!limit.aborted && !(await hasQueuedJob(database, configuration.lanes))) await ring.nextRing(limit);
}
