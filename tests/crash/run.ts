// Owns a run of the crash test: a world with two servers and two jobrunners, and parallel rounds in several lanes. Not a single round (round.ts).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import { defaultLane } from '../../schema/model/runner/lane.ts';
import type { Dialect } from '../../schema/model/store/database.ts';
import type { PostgreSql } from '../support/postgresql/postgresql.ts';
import { openWorld, program, type World } from '../support/world.ts';
import { FaultInjector } from './fault-injector.ts';
import { checkInvariants } from './invariant.ts';
import { Machine } from './machine.ts';
import { maxPeople, type Plan, planRound } from './plan.ts';
import { type Failure, type Report, RoundTotals } from './report.ts';
import { lastLines, type Period, RestartedProcess } from './restarted-process.ts';
import { type RoundContext, type RoundRecord, runRound } from './round.ts';

export interface CrashOptions {
  readonly dialect: Dialect;
  readonly seed: string;
  /** The numbers of the rounds to run, from 1. */
  readonly rounds: readonly number[];
  /** The number of parallel rounds. There are two per lane, so one of them is queued. */
  readonly parallel: number;
  /** The PostgreSQL server for the database, which is restarted. Null on SQLite. */
  readonly postgresql: PostgreSql | null;
  /** When it is aborted, no further round starts. */
  readonly signal?: AbortSignal;
  /** Called after each round, with the failure if there was one. */
  readonly onRound?: (totals: RoundTotals, failure: Failure | null) => void;
}

/** Opens a world, runs the rounds in it, and closes it. */
export async function crash(options: CrashOptions): Promise<Report> {
  const { dialect, parallel, postgresql } = options;
  const lanes = Array.from({ length: Math.ceil(parallel / 2) }, (_, index) =>
    index === 0 ? defaultLane : `lane${index}`,
  );
  await using machine = await Machine.open();
  const world = await openWorld({
    dialect,
    directory: machine.data,
    scap: program('follows-plan'),
    stopGrace: 20,
    server: false,
    jobrunner: false,
    environment: { SPIDERPIG_LANES: lanes.join(','), ...machine.environment },
    ...(postgresql ? { postgresqlUrl: postgresql.url } : {}),
  });
  const remainingProcesses: string[] = [];
  const close = async (): Promise<void> => {
    // Processes that are still running are part of the report, not an error of the run.
    await world[Symbol.asyncDispose]().catch((error) => remainingProcesses.push(String(error)));
  };
  const report = await runRounds({ world, machine }, lanes, options).finally(close);
  return { ...report, remainingProcesses };
}

async function runRounds(
  { world, machine }: { readonly world: World; readonly machine: Machine },
  lanes: readonly string[],
  { dialect, seed, rounds, parallel, postgresql, signal, onRound }: CrashOptions,
): Promise<Omit<Report, 'remainingProcesses'>> {
  const startedAt = performance.now();
  const laneOf = (round: number): string => lanes[round % lanes.length] ?? defaultLane;
  // The change number identifies a round. Gerrit does not know these changes, so it must not be asked.
  world.gerrit.failure.status = 503;
  const jobsToRetry = await endedJobsFor(
    world,
    rounds.map((round) => ({ round, lane: laneOf(round) })).filter(({ lane }) => lane !== defaultLane),
  );
  const tokens = await Promise.all(
    Array.from({ length: maxPeople }, (_, person) => world.token('deploy', personName(person))),
  );
  await machine.moveTables(world);
  const { command } = machine;
  await using server0 = new RestartedProcess(world, 'server', 0, command);
  await using server1 = new RestartedProcess(world, 'server', 1, command);
  await using jobrunner0 = new RestartedProcess(world, 'jobrunner', 0, command);
  await using jobrunner1 = new RestartedProcess(world, 'jobrunner', 1, command);
  const [servers, jobrunners] = [
    [server0, server1],
    [jobrunner0, jobrunner1],
  ];
  const parts = [...servers, ...jobrunners];
  await Promise.all(parts.map((part) => part.ready));
  const injector = new FaultInjector(
    { world, machine },
    { server: servers, jobrunner: jobrunners },
    postgresql,
  );
  const context: RoundContext = {
    world,
    servers,
    injector,
    tokens,
    jobToRetry: (round) => jobsToRetry.get(round) ?? null,
  };
  const totals = new RoundTotals();

  const run = async (round: number): Promise<void> => {
    const plan = planRound({ seed, round, lane: laneOf(round), dialect });
    const record = await runRound(context, plan);
    totals.add(record);
    const failure = failureOf(plan, record, world, { parts, jobrunners, injector });
    if (failure) totals.failures.push(failure);
    onRound?.(totals, failure);
  };
  // Round N always runs on worker N modulo `parallel`, so that the same rounds run at the same time in each run.
  await Promise.all(
    Array.from({ length: parallel }, async (_, worker) => {
      for (const round of rounds) if (round % parallel === worker && !signal?.aborted) await run(round);
    }),
  );
  const duration = (performance.now() - startedAt) / 1_000;
  return { dialect, seed, duration, ...outcomeOf(totals, injector, parts) };
}

const outcomeOf = (
  { rounds, states, lines, answers, failures }: RoundTotals,
  { injected, impossible }: FaultInjector,
  parts: readonly RestartedProcess[],
): Omit<Report, 'dialect' | 'seed' | 'duration' | 'remainingProcesses'> => ({
  ...{ rounds, states, injected, impossible, lines, answers, failures },
  unexpectedExits: parts.flatMap((part) => part.unexpectedExits),
});

/** The violated invariants of a round with what the processes have reported; null if it holds them all. */
function failureOf(
  plan: Plan,
  record: RoundRecord,
  world: World,
  {
    parts,
    jobrunners,
    injector,
  }: {
    parts: readonly RestartedProcess[];
    jobrunners: readonly RestartedProcess[];
    injector: FaultInjector;
  },
): Failure | null {
  const violations = checkInvariants(record, (from, to) => {
    // The time of the end is that of a clock, so it says nothing if that was wrong meanwhile.
    const isWrong = injector.jumps.some((jump) => jump.from <= to && jump.to >= from);
    return isWrong ? 0 : observed(jobrunners, injector.outages, from, to);
  });
  if (violations.length === 0) return null;
  const stderr = parts.map((part) => ({ name: part.name, lines: part.stderr }));
  return { plan, violations, stderr: [...stderr, { name: 'supervisors', lines: supervisorsOf(world) }] };
}

const personName = (person: number): string => `person ${person}`;

/** Creates a cancelled job for each round in a lane that the API cannot name. Its retry starts a job in that lane. */
async function endedJobsFor(
  world: World,
  rounds: readonly { round: number; lane: string }[],
): Promise<Map<number, number>> {
  const { database } = world;
  const owner = await database.write([], (em) => userNamed(em, personName(0), Date.now()));
  const jobsToRetry = new Map<number, number>();
  for (const { round, lane } of rounds) {
    const changes = [unverifiedChange(String(round))];
    const { id } = await enqueueJob(database, { kind: 'backport', changes, owner, lane });
    await requestStop(database, { jobId: id, mode: 'interrupt', user: owner });
    jobsToRetry.set(round, id);
  }
  return jobsToRetry;
}

/** The longest time between two points in time in which one jobrunner was available without an outage of the database, in milliseconds. */
function observed(
  jobrunners: readonly RestartedProcess[],
  outages: readonly Period[],
  from: number,
  to: number,
): number {
  const boundaries = outages
    .flatMap((outage) => [outage.from, outage.to])
    .filter((at) => at > from && at < to);
  let longest = 0;
  for (const period of jobrunners.flatMap(({ available }) => available)) {
    const [begin, end] = [Math.max(from, period.from), Math.min(to, period.to)];
    const points = [begin, ...boundaries.filter((at) => at > begin && at < end).sort((a, b) => a - b), end];
    for (const [index, point] of points.entries())
      longest = Math.max(longest, (points[index + 1] ?? point) - point);
  }
  return longest;
}

function supervisorsOf(world: World): string {
  const file = join(world.directory, 'supervisor.log');
  return existsSync(file) ? lastLines(readFileSync(file, 'utf8')) : '';
}
