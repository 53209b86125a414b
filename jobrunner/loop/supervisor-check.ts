// Owns noticing active jobs without a living supervisor: they are closed as lost, or get a supervisor. Not how a job is closed (loss.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { Job } from '../../schema/model/job/job.ts';
import { jobKinds } from '../../schema/model/job/kind/list.ts';
import { activeStates } from '../../schema/model/job/state.ts';
import { identify, isAlive, type ProcessIdentity, placeOf } from '../../schema/model/runner/process.ts';
import { isKnownSupervision } from '../../schema/model/runner/supervision.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { wasRewoundSince } from '../../schema/model/store/ledger.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { loseJob } from '../loss.ts';
import { jobMarkOf } from '../process/environment.ts';
import { processesOf } from '../process/process.ts';
import type { RunnerContext } from './context.ts';
import { logEnds } from './job-end.ts';
import { startStandby } from './standby.ts';

/** How often active jobs are checked for a living supervisor, in milliseconds; only while there are any. */
const checkInterval = 2_000;

/** How many checks a supervisor has to record itself again before its job is lost: longer than it takes between two looks at its job. */
const checksUntilLost = 8;

/** What is remembered of active jobs from one check to the next. */
interface CheckState {
  /** Jobs that were claimed but have no supervisor, and for how many checks. At the second one they get a supervisor, unless scap runs already. */
  readonly unsupervised: Map<number, number>;
  /** Jobs about whose unknown supervision version a warning was logged. */
  readonly unknownSupervision: Set<number>;
  /** Whether the jobs of an earlier jobrunner on this host are followed: from the first check on. */
  followsEarlier: boolean;
}

/** Checks active jobs, at the start and repeatedly while there are any, until `signal` aborts. */
export async function watchSupervisors(context: RunnerContext, signal: AbortSignal): Promise<void> {
  using jobs = context.database.doorbell.listen('orders');
  const state: CheckState = { unsupervised: new Map(), unknownSupervision: new Set(), followsEarlier: false };
  const failure = new RepeatedFailure(context.logger, 'checking for lost jobs failed; retrying');
  while (!signal.aborted) {
    try {
      const active = await checkSupervisors(context, state);
      failure.succeeded();
      if (active === 0) await jobs.nextRing(signal);
    } catch (error) {
      failure.failed(error);
    }
    await wait(checkInterval, undefined, { signal }).catch(() => {});
  }
}

/**
 * Closes the jobs whose supervisor has died. With `state`, also starts a supervisor for jobs that were claimed but never handed over. Returns
 * how many jobs are active.
 */
export async function checkSupervisors(context: RunnerContext, state?: CheckState): Promise<number> {
  const { configuration, database } = context;
  const active = await database
    .em()
    .find(Job, { state: { $in: [...activeStates] }, lane: { $in: [...configuration.lanes] } });
  for (const job of active) {
    if (job.supervisor) {
      state?.unsupervised.delete(job.id);
      // A job on another host is checked by the jobrunner there.
      if (isElsewhere(database, job.supervisor)) {
        if (isContainerGone(database, job)) await loseUnlessEnded(context, job.id);
        continue;
      }
      if (state) warnOfUnknownSupervision(context, job, state);
      if (!isAlive(job.supervisor)) await loseUnlessEnded(context, job.id);
    } else if (state && jobKinds.includes(job.kind)) {
      await superviseAtSecondCheck(context, job, state);
    }
  }
  if (state && !state.followsEarlier) followEarlier(context, active, state);
  await logEnds(context, active);
  return active.length;
}

/** From the first check on, the jobs whose supervisors an earlier jobrunner on this host started are followed, as those that this one claims. */
function followEarlier(
  { database, followed }: RunnerContext,
  active: readonly Job[],
  state: CheckState,
): void {
  state.followsEarlier = true;
  for (const { id, supervisor } of active)
    if (supervisor && !isElsewhere(database, supervisor)) followed.add(id);
}

/** All processes of a SQLite database are on one machine: after another boot, also under another name, none of them lives. */
function isElsewhere({ dialect }: Database, supervisor: ProcessIdentity): boolean {
  if (placeOf(supervisor) !== 'elsewhere') return false;
  return dialect === 'postgresql' || supervisor.boot === identify(process.pid).boot;
}

/**
 * Whether the container of a supervisor no longer exists: it was on this machine, and does not respond. Nobody else could close a job of a
 * SQLite database whose container was created again. Should the supervisor be only paused, it kills scap when it continues.
 */
const isContainerGone = ({ dialect }: Database, job: Job): boolean =>
  dialect === 'sqlite' && job.notRespondingSince != null;

/** A supervisor of another version is left alone while it lives: its rules are not known here. */
function warnOfUnknownSupervision({ logger }: RunnerContext, job: Job, state: CheckState): void {
  if (isKnownSupervision(job.supervision ?? null) || state.unknownSupervision.has(job.id)) return;
  state.unknownSupervision.add(job.id);
  logger.warn(
    { job: job.id, supervision: job.supervision },
    'supervised by another version: it is left to its supervisor, and lost when that has ended',
  );
}

async function loseUnlessEnded(
  { database, logger }: RunnerContext,
  id: number,
  why = 'the supervisor has died',
): Promise<void> {
  // Read again: the job may have ended properly since the rows were read.
  const job = await database.em().findOne(Job, { id, state: { $in: [...activeStates] } });
  if (!job) return;
  logger.error({ job: id }, `${why}: the job is lost`);
  await loseJob(database, job);
}

/**
 * The jobrunner that claimed the job died before it handed the job over. If its supervisor does live, only one of the two gets the job. If scap
 * runs, the database has lost its supervisor: that one records itself again (job-record.ts), or has died. If the database was restored, the job
 * is lost, because it must not run twice.
 */
async function superviseAtSecondCheck(
  context: RunnerContext,
  job: Job,
  { unsupervised }: CheckState,
): Promise<void> {
  const { configuration, database, logger } = context;
  const checks = (unsupervised.get(job.id) ?? 0) + 1;
  unsupervised.set(job.id, checks);
  if (checks < 2) return;
  const jobMark = jobMarkOf(database.url, job.id);
  if (processesOf({ jobMark, leader: null, cgroup: null }).own.length > 0) {
    if (checks < checksUntilLost) return;
    unsupervised.delete(job.id);
    return await loseUnlessEnded(context, job.id);
  }
  unsupervised.delete(job.id);
  // The row is that of a backup: scap may have run to its end since.
  if (await wasRewoundSince(database.execute, job.queuedAt))
    return await loseUnlessEnded(context, job.id, 'the database was restored while the job was starting');
  logger.warn({ job: job.id }, 'claimed, but without a supervisor: starting one');
  context.followed.add(job.id);
  const standby = await startStandby(configuration);
  await standby.give(job.id);
}
