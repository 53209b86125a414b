// Owns a run of the crash test: a world with two servers and two jobrunners, and rounds in several lanes of it at once. Not a round (round.ts).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { defaultLane, enqueueJob } from '../../schema/model/job/job.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import type { Dialect } from '../../schema/model/store/database.ts';
import type { PostgreSql } from '../support/postgresql.ts';
import { openWorld, program, type World } from '../support/world.ts';
import { Storm } from './fault-injector.ts';
import { judge } from './invariant.ts';
import { mostPeople, planRound } from './plan.ts';
import { type Failure, type Report, Tally } from './report.ts';
import { KeptPart, lastLines, type Stretch } from './restarted-process.ts';
import { playRound, type Stage } from './round.ts';

export interface CrashOptions {
  readonly dialect: Dialect;
  readonly seed: string;
  /** The numbers of the rounds to play, from 1. */
  readonly rounds: readonly number[];
  /** How many are played at once: two in each lane, of which one waits for its turn. */
  readonly parallel: number;
  /** The server to make the database in, on PostgreSQL. It is restarted. */
  readonly postgresql: PostgreSql | null;
  /** Once it is aborted no further round begins. */
  readonly signal?: AbortSignal;
  /** Called after each round, with what was wrong in it. */
  readonly onRound?: (tally: Tally, failure: Failure | null) => void;
}

/** Plays the rounds in a world of their own. */
export async function crash(options: CrashOptions): Promise<Report> {
  const { dialect, parallel, postgresql } = options;
  const lanes = Array.from({ length: Math.ceil(parallel / 2) }, (_, index) =>
    index === 0 ? defaultLane : `lane${index}`,
  );
  const world = await openWorld({
    dialect,
    scap: program('follows-plan'),
    stopGrace: 20,
    server: false,
    jobrunner: false,
    // Processes start again and again: their code is compiled once.
    environment: { SPIDERPIG_LANES: lanes.join(','), NODE_COMPILE_CACHE: 'compile-cache' },
    ...(postgresql ? { postgresqlUrl: postgresql.url } : {}),
  });
  const remains: string[] = [];
  const close = async (): Promise<void> => {
    // What still runs at the end is part of the report, not the end of it.
    await world[Symbol.asyncDispose]().catch((error) => remains.push(String(error)));
  };
  const report = await playAll(world, lanes, options).finally(close);
  return { ...report, remains };
}

async function playAll(
  world: World,
  lanes: readonly string[],
  { dialect, seed, rounds, parallel, postgresql, signal, onRound }: CrashOptions,
): Promise<Omit<Report, 'remains'>> {
  const began = performance.now();
  const laneOf = (round: number): string => lanes[round % lanes.length] ?? defaultLane;
  // Changes are what a round is told apart by, and none that Gerrit knows.
  world.gerrit.failure.status = 503;
  const wishes = await wishesFor(
    world,
    rounds.map((round) => ({ round, lane: laneOf(round) })).filter(({ lane }) => lane !== defaultLane),
  );
  const tokens = await Promise.all(
    Array.from({ length: mostPeople }, (_, person) => world.token('deploy', personName(person))),
  );
  await using server0 = new KeptPart(world, 'server', 0);
  await using server1 = new KeptPart(world, 'server', 1);
  await using jobrunner0 = new KeptPart(world, 'jobrunner', 0);
  await using jobrunner1 = new KeptPart(world, 'jobrunner', 1);
  const [servers, jobrunners] = [
    [server0, server1],
    [jobrunner0, jobrunner1],
  ];
  const parts = [...servers, ...jobrunners];
  await Promise.all(parts.map((part) => part.ready));
  const storm = new Storm(world, { server: servers, jobrunner: jobrunners }, postgresql);
  const stage: Stage = { world, servers, storm, tokens, wishOf: (round) => wishes.get(round) ?? null };
  const tally = new Tally();

  const play = async (round: number): Promise<void> => {
    const plan = planRound({ seed, round, lane: laneOf(round), dialect });
    const evidence = await playRound(stage, plan);
    const faults = judge(evidence, (from, to) => watched(jobrunners, storm.outages, from, to));
    tally.add(evidence);
    const said = parts.map((part) => ({ name: part.name, lines: part.said }));
    const failure =
      faults.length === 0
        ? null
        : { plan, faults, said: [...said, { name: 'supervisors', lines: supervisorsOf(world) }] };
    if (failure) tally.failures.push(failure);
    onRound?.(tally, failure);
  };
  // Round N goes to player N modulo their number: which rounds meet is not left to how long each takes.
  await Promise.all(
    Array.from({ length: parallel }, async (_, player) => {
      for (const round of rounds) if (round % parallel === player && !signal?.aborted) await play(round);
    }),
  );
  return {
    dialect,
    seed,
    duration: (performance.now() - began) / 1_000,
    rounds: tally.rounds,
    states: tally.states,
    struck: storm.struck,
    lines: tally.lines,
    answers: tally.answers,
    failures: tally.failures,
    crashes: parts.flatMap((part) => part.crashes),
  };
}

const personName = (person: number): string => `person ${person}`;

/** Ended jobs in lanes that nobody can name from outside, one for each round there: retrying one starts a job in its lane. */
async function wishesFor(
  world: World,
  rounds: readonly { round: number; lane: string }[],
): Promise<Map<number, number>> {
  const { database } = world;
  const owner = await database.write([], (em) => userNamed(em, personName(0), Date.now()));
  const wishes = new Map<number, number>();
  for (const { round, lane } of rounds) {
    const changes = [unverifiedChange(String(round))];
    const { id } = await enqueueJob(database, { kind: 'backport', changes, owner, lane });
    await requestStop(database, { jobId: id, mode: 'interrupt', user: owner });
    wishes.set(round, id);
  }
  return wishes;
}

/** The longest that one jobrunner was there between two points in time without an outage of the database. Milliseconds. */
function watched(
  jobrunners: readonly KeptPart[],
  outages: readonly Stretch[],
  from: number,
  to: number,
): number {
  const cut = outages.flatMap((outage) => [outage.from, outage.to]).filter((at) => at > from && at < to);
  let longest = 0;
  for (const stretch of jobrunners.flatMap(({ present }) => present)) {
    const [begin, end] = [Math.max(from, stretch.from), Math.min(to, stretch.to)];
    const points = [begin, ...cut.filter((at) => at > begin && at < end).sort((a, b) => a - b), end];
    for (const [index, point] of points.entries())
      longest = Math.max(longest, (points[index + 1] ?? point) - point);
  }
  return longest;
}

function supervisorsOf(world: World): string {
  const file = join(world.directory, 'supervisor.log');
  return existsSync(file) ? lastLines(readFileSync(file, 'utf8')) : '';
}
