// Owns the jobrunner: claiming queued jobs, handing each to a supervisor, noticing supervisors that are gone. It holds nothing that a restart would lose.
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { currentHold } from '../schema/model/job/hold.ts';
import { activeStates, claimJob, hasQueuedJob, Job, jobKinds, warmUpClaim } from '../schema/model/job/job.ts';
import { announcePresence } from '../schema/model/job/presence.ts';
import { identify, isAlive } from '../schema/model/job/process.ts';
import { isKnownSupervision } from '../schema/model/job/supervision.ts';
import type { Database } from '../schema/model/store/database.ts';
import type { Configuration } from '../schema/process/configuration.ts';
import { removeOldJobs } from './clean-up.ts';
import { compactOldLogs } from './compaction.ts';
import { loseJob } from './loss.ts';
import { scapOf } from './scap.ts';
import { type Standby, startStandby } from './standby.ts';

/** How often active jobs are checked for a living supervisor, in milliseconds; only while there are any. */
const checkInterval = 2_000;
/** How long after a job's start the next stand-by is started, in milliseconds, unless another job waits: that takes half a second of processor. */
const settling = 3_000;
/** How long a hold is waited for before it is looked at again, in milliseconds: a timer knows no longer time. */
const longestTimer = 2 ** 31 - 1;
/** How long to wait after something failed that should not, in milliseconds. */
const troubleDelay = 500;

export interface RunnerOptions {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly logger: Logger;
}

/** Runs until `signal` aborts, then leaves running jobs to their supervisors. */
export async function runJobs(
  { configuration, database, logger }: RunnerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { lanes } = configuration;
  const id = `${hostname()}/${lanes.join(',')}/${process.pid}`;
  const { command, simulated } = scapOf(configuration);
  const presence = await announcePresence(database, {
    id,
    host: hostname(),
    lanes,
    process: identify(process.pid),
    startedAt: Date.now(),
    scap: simulated ? 'simulated scap' : command.join(' '),
    simulated,
  });
  logger.info({ lanes }, 'jobrunner ready');
  // Nothing else keeps an idle process: neither a doorbell nor a stand-by does.
  const idle = setInterval(() => {}, 2 ** 31 - 1);
  try {
    await Promise.all([
      claimJobs({ configuration, database, logger }, id, signal),
      watchSupervisors({ configuration, database, logger }, signal),
      removeOldJobs({ configuration, database, logger }, signal),
      compactOldLogs({ database, logger }, signal),
    ]);
  } finally {
    clearInterval(idle);
    await presence.leave().catch((error) => logger.warn({ error: String(error) }, 'leaving failed'));
  }
}

/** Claims and hands over, one job after the other; sleeps until a ring. */
async function claimJobs(
  { configuration, database, logger }: RunnerOptions,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  using orders = database.doorbell.listen('orders', 'holds');
  let standby: Standby | null = null;
  while (!signal.aborted) {
    try {
      if (standby === null) {
        standby = await startStandby(configuration);
        await warmUpClaim(database);
      }
      if (signal.aborted) break;
      if (!isAlive(standby.identity)) {
        standby = null;
        continue;
      }
      // A look before the claim: claiming is a write, and a write takes the lock even when there is nothing to do.
      const queued = await hasQueuedJob(database, configuration.lanes);
      const at = Date.now();
      const jobId = queued ? await claimJob(database, id, configuration.lanes, at) : null;
      if (jobId === null) {
        // As of the claim: a hold that kept it from a job and has ended since would be missed, and nothing would wake us.
        const hold = queued ? await currentHold(database.em(), at) : null;
        // A hold that ends by itself rings no bell.
        const rest = hold?.endsAt == null ? longestTimer : Math.min(longestTimer, hold.endsAt - Date.now());
        const end = setTimeout(() => orders.ring(), Math.max(0, rest));
        await orders.nextRing(signal);
        clearTimeout(end);
        continue;
      }
      const supervisor: Standby = standby;
      standby = null;
      logger.info({ job: jobId, supervisor: supervisor.identity.pid }, 'job claimed');
      // At once when it ends; should the database be away then, the look that comes every now and then does it.
      supervisor.exited
        .then(() => checkSupervisors({ database, configuration, logger }))
        .catch((error) =>
          logger.warn({ error: String(error) }, 'looking for a lost job failed; it is tried again'),
        );
      await supervisor.give(jobId);
      // The next one is started a little later, or when it is wanted: a job that begins, or ends at once, needs the processor itself (bench: flood, page-busy).
      const limit = AbortSignal.any([signal, AbortSignal.timeout(settling)]);
      while (!limit.aborted && !(await hasQueuedJob(database, configuration.lanes)))
        await orders.nextRing(limit);
    } catch (error) {
      logger.error({ error: String(error) }, 'claiming failed; it is tried again');
      await wait(troubleDelay, undefined, { signal }).catch(() => {});
    }
  }
  standby?.dismiss();
}

/** What is remembered of active jobs from one look to the next. */
interface Looks {
  /** Jobs that were claimed but have no supervisor yet: at the second look they are handed to another. */
  readonly unsupervised: Set<number>;
  /** Jobs of which it was said that their supervisor is of a version that is not known here. */
  readonly foreign: Set<number>;
}

/** Looks after active jobs: at the start, and every now and then while there are any. */
async function watchSupervisors(options: RunnerOptions, signal: AbortSignal): Promise<void> {
  using jobs = options.database.doorbell.listen('orders');
  const looks: Looks = { unsupervised: new Set(), foreign: new Set() };
  while (!signal.aborted) {
    const active = await checkSupervisors(options, looks).catch((error) => {
      options.logger.error({ error: String(error) }, 'looking for lost jobs failed; it is tried again');
      return 1;
    });
    if (active === 0) await jobs.nextRing(signal);
    await wait(checkInterval, undefined, { signal }).catch(() => {});
  }
}

/** Loses jobs whose supervisor is gone, and starts a supervisor for those that were claimed and forgotten. Returns how many are active. */
async function checkSupervisors(
  { configuration, database, logger }: RunnerOptions,
  looks?: Looks,
): Promise<number> {
  const active = await database
    .em()
    .find(Job, { state: { $in: [...activeStates] }, lane: { $in: [...configuration.lanes] } });
  for (const job of active) {
    if (job.supervisor) {
      looks?.unsupervised.delete(job.id);
      // On another host, another jobrunner looks after it.
      if (job.supervisor.host !== hostname()) continue;
      if (looks && !isKnownSupervision(job.supervision ?? null) && !looks.foreign.has(job.id)) {
        looks.foreign.add(job.id);
        logger.warn(
          { job: job.id, supervision: job.supervision },
          'supervised by another version: it is left to its supervisor, and lost when that is gone',
        );
      }
      if (isAlive(job.supervisor)) continue;
      // Looked at again: it may have ended properly since the rows were read.
      const now = await database.em().findOne(Job, { id: job.id, state: { $in: [...activeStates] } });
      if (!now) continue;
      logger.error({ job: job.id }, 'the supervisor is gone: the job is lost');
      await loseJob(database, now);
    } else if (looks && jobKinds.includes(job.kind)) {
      const second = looks.unsupervised.delete(job.id);
      if (!second) {
        looks.unsupervised.add(job.id);
        continue;
      }
      // The jobrunner that claimed it died before it could hand it over. Should its supervisor live after all, one of the two wins.
      logger.warn({ job: job.id }, 'claimed, but without a supervisor: it gets one');
      const standby = await startStandby(configuration);
      await standby.give(job.id);
    }
  }
  return active.length;
}
