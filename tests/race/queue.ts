// Owns the race for queued jobs: five jobrunners share one database, and each job must start once, alone in its lane.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { Job } from '../../schema/model/job/job.ts';
import { endedStates } from '../../schema/model/job/state.ts';
import type { Dialect } from '../../schema/model/store/database.ts';
import { openWorld, program, type World } from '../support/world.ts';

const lanes = ['lane-0', 'lane-1', 'lane-2', 'lane-3'];
const jobrunners = 5;

export interface QueueRace {
  readonly dialect: Dialect;
  /** The number of jobs. */
  readonly jobs: number;
  /** The timeout for all jobs, in milliseconds. */
  readonly limit: number;
  /** The PostgreSQL server for the database (default: the server of the test run). */
  readonly postgresqlUrl?: string;
}

/** The result of the race. */
export interface QueueResult {
  /** The number of jobs in each final state. */
  readonly states: ReadonlyMap<string, number>;
  /** The number of jobrunners that claimed a job. */
  readonly claimers: number;
  /** One text per violation. */
  readonly violations: readonly string[];
}

export async function raceForJobs({ dialect, jobs, limit, postgresqlUrl }: QueueRace): Promise<QueueResult> {
  await using world = await openWorld({
    dialect,
    server: false,
    jobrunner: false,
    scap: program('process/notes-start-and-end', lanes.length),
    environment: { SPIDERPIG_LANES: lanes.join(',') },
    ...(postgresqlUrl === undefined ? {} : { postgresqlUrl }),
  });
  const { database } = world;
  const owner = await database.write([], (em) => userNamed(em, 'owner', Date.now()));
  const runners = Array.from({ length: jobrunners }, () => world.launch('jobrunner'));
  for (let number = 1; number <= jobs; number++) {
    const changes = [unverifiedChange(String(number))];
    await enqueueJob(database, {
      kind: 'backport',
      changes,
      owner,
      lane: lanes[number % lanes.length] ?? '',
    });
  }
  await allEnded(world, jobs, AbortSignal.timeout(limit));
  const rows = await database.em().find(Job, {}, { orderBy: { id: 'asc' } });
  const states = new Map<string, number>();
  for (const { state } of rows) states.set(state, (states.get(state) ?? 0) + 1);
  return {
    states,
    claimers: runners.filter((runner) => runner.stderr().includes('job claimed')).length,
    violations: [
      ...rows
        .filter(({ state }) => state !== 'succeeded')
        .map(({ id, state, reason }) => `job ${id} is ${state}: ${reason}`),
      ...violationsIn(join(world.directory, 'notes'), jobs),
    ],
  };
}

/** The programs must have noted one start and one end for each job, and nothing else. */
function violationsIn(directory: string, jobs: number): string[] {
  const notes = new Set(existsSync(directory) ? readdirSync(directory) : []);
  const expected = Array.from({ length: jobs }, (_, index) => [
    `${index + 1}-started`,
    `${index + 1}-ended`,
  ]).flat();
  const missing = expected.filter((name) => !notes.delete(name)).map((name) => `no program noted ${name}`);
  return [...missing, ...[...notes].map((name) => `a program noted ${name}`)];
}

/** Resolves when `jobs` jobs have ended, or when `signal` is aborted. */
async function allEnded({ database }: World, jobs: number, signal: AbortSignal): Promise<void> {
  using bell = database.doorbell.listen('jobs');
  while (!signal.aborted && (await database.em().count(Job, { state: { $in: [...endedStates] } })) < jobs)
    await bell.nextRing(signal);
}
