// Owns the answer of `/metrics`: what is read for each scrape. Not what the server counts meanwhile (metrics.ts), not who may read it (route.ts).
import { countJobs, type JobCount } from '../../schema/model/job/count.ts';
import { jobKinds } from '../../schema/model/job/kind/list.ts';
import { jobOutcomes, outcomeOfState } from '../../schema/model/job/outcome.ts';
import { endedStates, jobStates } from '../../schema/model/job/state.ts';
import { listRunners } from '../../schema/model/runner/presence.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { type DatabaseState, databaseStates } from '../../schema/model/store/health.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import { metricsText, metricsType, processMetrics, Reading } from '../../schema/process/metrics.ts';
import type { ErrorLogSource } from '../../schema/text/error-log/job-health.ts';
import type { ServerContext } from '../context.ts';
import type { Exchange } from '../http/exchange.ts';
import { send } from '../http/response.ts';

type Runners = Awaited<ReturnType<typeof listRunners>>;

/** Sends the current metrics. */
export async function sendMetrics({ response, context }: Exchange): Promise<void> {
  const { metrics, version } = context;
  const reading = new Reading();
  const state = await readUnlessUnavailable(reading, context);
  reading.gauge(
    'spiderpig_database',
    'State of the database: 1 for the current state, 0 for all others.',
    databaseStates.map((each) => [{ state: each }, each === state ? 1 : 0]),
  );
  readErrorLog(reading, context.sources.errorLog.source, Date.now());
  readConnections(reading, context);
  const text = await metricsText([reading.registry, metrics.registry, processMetrics(version)]);
  send(response, 200, text, { 'content-type': metricsType, 'cache-control': 'no-store' });
}

/** Reads what the database knows unless it is unavailable: the other metrics are reported even then. Returns its state. */
async function readUnlessUnavailable(
  reading: Reading,
  { sources, db }: ServerContext,
): Promise<DatabaseState> {
  const { state } = await sources.system.health();
  if (state === 'unavailable') return state;
  try {
    await readDatabase(reading, db);
    return state;
  } catch (error) {
    // It has failed since the look, for example.
    const problem = databaseProblemOf(error);
    if (problem === null) throw error;
    return problem.kind;
  }
}

/** Reads what the database knows. Each query takes the same time with any number of jobs. */
async function readDatabase(reading: Reading, db: Database): Promise<void> {
  await readJobs(reading, db);
  await readWaitingTimes(reading, db);
  readRunners(reading, await listRunners(db));
}

/** How many jobs there are and have ever ended. */
async function readJobs(reading: Reading, db: Database): Promise<void> {
  const counts = await countJobs(db);
  const total = (matching: (count: JobCount) => boolean): number =>
    counts.filter(matching).reduce((sum, count) => sum + count.total, 0);
  reading.gauge(
    'spiderpig_jobs',
    'Jobs by state.',
    jobStates.map((state) => [{ state }, total((count) => count.state === state)]),
  );
  reading.gauge(
    'spiderpig_jobs_ended',
    'Ended jobs that are kept, by outcome: what they meant for production.',
    jobOutcomes.map((outcome) => [{ outcome }, total((count) => count.outcome === outcome)]),
  );
  reading.counter(
    'spiderpig_ended_jobs_total',
    'Jobs that have ever ended, by kind and outcome.',
    endedJobs(counts),
  );
}

/** How long the oldest queued job and the oldest open question have waited. */
async function readWaitingTimes(reading: Reading, db: Database): Promise<void> {
  const [waiting] = await db.execute(
    `select (select min(queued_at) from (select queued_at from job where state = 'queued' order by id limit 1) oldest) as queued,
       (select min(i.asked_at) from interaction i where i.answered_at is null and i.closed_at is null
         and i.job_id in (select id from job where state = 'waiting')) as asked`,
    [],
  );
  reading.gauge(
    'spiderpig_queue_age_seconds',
    'Age of the oldest queued job; 0 without one.',
    ageOf(waiting?.['queued']),
  );
  reading.gauge(
    'spiderpig_question_age_seconds',
    'Age of the oldest open question; 0 without one.',
    ageOf(waiting?.['asked']),
  );
}

/** Which jobrunners are online, and which remove no old jobs. */
function readRunners(reading: Reading, runners: Runners): void {
  reading.gauge(
    'spiderpig_runners',
    'Jobrunners that are online.',
    runners.filter(({ online }) => online).length,
  );
  reading.gauge(
    'spiderpig_clean_up_refused',
    'Jobrunners that remove no jobs because of their age, since their clock is implausible.',
    runners.filter(({ online, runner }) => online && runner.cleanUpProblem != null).length,
  );
  reading.gauge(
    'spiderpig_runner_online',
    'Whether a jobrunner of this host and lane is online: 1 or 0.',
    [...lanesByHost(runners)].map(([, sample]) => sample),
  );
}

/** How current the counts of production errors are. @param source null if no error log is configured */
function readErrorLog(reading: Reading, source: ErrorLogSource | null, now: number): void {
  if (source === null) return;
  const { readAt, failingSince } = source;
  reading.gauge(
    'spiderpig_error_log_failing_seconds',
    'Time since searches in the error log began to fail; 0 while they succeed.',
    failingSince === null ? 0 : (now - failingSince) / 1_000,
  );
  if (readAt !== null)
    reading.gauge(
      'spiderpig_error_log_age_seconds',
      'Age of the last successful search in the error log. It is searched only while errors are watched.',
      (now - readAt) / 1_000,
    );
}

/** The jobs that have ended, each combination of kind and outcome once, also those without jobs: Prometheus sees no increase to the first value of a series. Pure. */
function endedJobs(counts: readonly JobCount[]) {
  const sums = new Map<string, readonly [{ kind: string; outcome: string }, number]>();
  for (const kind of jobKinds)
    for (const outcome of jobOutcomes) sums.set(`${kind} ${outcome}`, [{ kind, outcome }, 0]);
  for (const { kind, state, outcome, ended } of counts) {
    const known = endedStates.find((each) => each === state);
    const meant = outcome ?? (known && outcomeOfState(known)) ?? 'unknown';
    const sum = sums.get(`${kind} ${meant}`)?.[1] ?? 0;
    if (ended > 0 || sum > 0) sums.set(`${kind} ${meant}`, [{ kind, outcome: meant }, sum + ended]);
  }
  return [...sums.values()];
}

/** Seconds since a column's time; 0 for null. */
const ageOf = (time: unknown): number =>
  time == null ? 0 : Math.max(0, (Date.now() - Number(time)) / 1_000);

/** One sample for each lane of a host, which is online if one of its jobrunners is. Pure. */
function lanesByHost(runners: Runners) {
  const lanes = new Map<string, readonly [{ host: string; lane: string }, number]>();
  for (const { runner, online } of runners) {
    for (const lane of runner.lanes) {
      const key = JSON.stringify([runner.host, lane]);
      lanes.set(key, [{ host: runner.host, lane }, Math.max(lanes.get(key)?.[1] ?? 0, online ? 1 : 0)]);
    }
  }
  return lanes;
}

function readConnections(reading: Reading, { sockets, connections, sources }: ServerContext): void {
  const { readers, followers } = sources.logs.open;
  reading.gauge('spiderpig_sockets', 'Open WebSockets.', sockets.count);
  reading.gauge(
    'spiderpig_connections',
    'Open WebSockets and event streams of authenticated clients.',
    connections.count,
  );
  reading.gauge('spiderpig_log_readers', 'Jobs whose log has subscribers.', readers);
  reading.gauge('spiderpig_subscriptions', 'Subscriptions by what they follow.', [
    [{ follows: 'log' }, followers],
    [{ follows: 'job' }, sources.jobs.followers],
    [{ follows: 'system' }, sources.system.followers],
  ]);
}
