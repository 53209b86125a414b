// Owns the scenarios of the crash test: faults that change a whole installation, so each has a separate world. Not the faults of rounds (fault-injector.ts).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type User, userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { currentHold } from '../../schema/model/job/hold.ts';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { activeStates, hasEnded } from '../../schema/model/job/state.ts';
import { type Dialect, sqliteFile } from '../../schema/model/store/database.ts';
import type { PostgreSql } from '../support/postgresql/postgresql.ts';
import { openWorld, type Part, program, type World } from '../support/world.ts';
import { answerOf, planRound, type Step } from './plan.ts';
import { Random } from './random.ts';

/**
 * *backup restored*: a backup is made while jobs run and restored after more of them have run. *pid reused*: another process gets the pid of a
 * scap that was killed with its supervisor.
 */
export const scenarioKinds = ['backup restored', 'pid reused'] as const;
export type ScenarioKind = (typeof scenarioKinds)[number];

/** What a scenario needs. */
export interface ScenarioOptions {
  readonly kind: ScenarioKind;
  readonly dialect: Dialect;
  readonly seed: string;
  readonly number: number;
  /** The PostgreSQL server for its database; null: that of the test run. */
  readonly postgresql: PostgreSql | null;
}

export interface ScenarioResult {
  readonly kind: ScenarioKind;
  readonly number: number;
  /** Why it cannot run on this machine; null if it ran. */
  readonly skipped: string | null;
  /** What was wrong, as sentences. */
  readonly violations: readonly string[];
}

/** The result of a scenario that was skipped or failed, as a line of text. Null if nothing was wrong. */
export function scenarioText({ kind, number, skipped, violations }: ScenarioResult): string | null {
  if (skipped !== null) return `scenario skipped: ${kind} (${skipped})`;
  return violations.length === 0 ? null : `scenario failed: ${kind} ${number}: ${violations.join('; ')}`;
}

export async function runScenario(options: ScenarioOptions): Promise<ScenarioResult> {
  const { kind, number, seed } = options;
  const skipped = kind === 'pid reused' ? whyNoPids() : null;
  const random = new Random(`${seed}/${kind}/${number}`);
  const run = kind === 'pid reused' ? reusePid : restoreBackup;
  const violations = skipped === null ? await run(options, random) : [];
  return { kind, number, skipped, violations };
}

const openScenario = ({ dialect, postgresql }: ScenarioOptions, parts: boolean): Promise<World> =>
  openWorld({
    dialect,
    scap: program('follows-plan'),
    server: parts,
    jobrunner: parts,
    environment: { SPIDERPIG_LANES: 'default,other' },
    ...(postgresql ? { postgresqlUrl: postgresql.url } : {}),
  });

// --- jobs

/** The notes of the program of a job, which are not part of the database. */
class ProgramNotes {
  readonly #directory: string;

  constructor(world: World, job: number) {
    this.#directory = join(world.directory, 'rounds', String(job));
  }

  has(event: string): boolean {
    return existsSync(join(this.#directory, event));
  }

  /** The answers that the program read. */
  get answers(): string[] {
    const file = join(this.#directory, 'answers');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  }
}

/** Queues a job whose change has the number `job`. Returns its number in the database. `steps`: of its program (default: random ones). */
async function queue(
  world: World,
  owner: User,
  options: ScenarioOptions,
  job: number,
  steps?: readonly Step[],
): Promise<number> {
  const lane = job % 2 === 0 ? 'default' : 'other';
  const seed = `${options.seed}/${options.kind}/${options.number}`;
  const plan = planRound({ seed, round: job, lane, dialect: options.dialect });
  const directory = join(world.directory, 'rounds', String(job));
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'plan.json'),
    JSON.stringify({ ...plan, status: 0, steps: steps ?? plan.steps }),
  );
  const changes = [unverifiedChange(String(job))];
  return (await enqueueJob(world.database, { kind: 'backport', changes, owner, lane })).id;
}

const ownerOf = (world: World): Promise<User> =>
  world.database.write([], (em) => userNamed(em, 'ada', Date.now()));

/** Resolves when a condition on the jobs holds. */
async function until(world: World, condition: (jobs: readonly Job[]) => boolean): Promise<void> {
  using ring = world.database.doorbell.listen('jobs');
  while (!condition(await world.database.em().find(Job, {}))) await ring.nextRing(AbortSignal.timeout(1_000));
}

const endedCount = (jobs: readonly Job[]): number => jobs.filter(({ state }) => hasEnded(state)).length;
const noneActive = (jobs: readonly Job[]): boolean =>
  !jobs.some(({ state }) => activeStates.some((active) => active === state));

/** Answers each question once, until `signal` aborts. */
async function answerQuestions(world: World, token: string, signal: AbortSignal): Promise<void> {
  const answer =
    'mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) { __typename } }';
  while (!signal.aborted) {
    const open = await world.database.em().find(Interaction, { answeredAt: null, closedAt: null });
    for (const { id, prompt } of open)
      await world.graphql(token, answer, {
        input: { interactionId: String(id), answer: answerOf(prompt.replace('Question ', ''), 0) },
      });
    await wait(50, undefined, { signal }).catch(() => {});
  }
}

/** Runs `work` while questions are answered. */
async function whileAnswering(world: World, work: () => Promise<void>): Promise<void> {
  const over = new AbortController();
  const answering = answerQuestions(world, await world.token(), over.signal);
  await work().finally(() => over.abort());
  await answering;
}

// --- a backup is restored

const jobCount = 4;

async function restoreBackup(options: ScenarioOptions, random: Random): Promise<string[]> {
  await using world = await openScenario(options, true);
  const owner = await ownerOf(world);
  const file = join(world.directory, 'backup');
  const endedFirst = random.integer(0, 1);
  const endedThen = endedFirst + random.integer(1, 2);
  const jobs: number[] = [];
  for (let job = 1; job <= jobCount; job++) jobs.push(await queue(world, owner, options, job));
  await whileAnswering(world, async () => {
    await until(world, (found) => endedCount(found) >= endedFirst);
    await world.command('backup', file);
    await until(world, (found) => endedCount(found) >= endedThen);
    // As the documentation says: stop the services, and wait until no job runs.
    await world.kill(world.jobrunner, 'SIGTERM');
    await until(world, noneActive);
  });
  await world.kill(world.server, 'SIGTERM');
  await world.replaceDatabase(() => putBack(world, file, options.dialect === 'sqlite' && random.chance(0.5)));
  await world.startServer();
  await world.startJobrunner();
  const held = await currentHold(world.database.em());
  const restoredLast = Math.max(0, ...(await world.database.em().find(Job, {})).map(({ id }) => id));
  await stopRepeated(world);
  if (held) await world.command('release');
  const added = await queue(world, await ownerOf(world), options, jobCount + 1);
  await whileAnswering(world, () => until(world, (found) => found.every(({ state }) => hasEnded(state))));
  const all = Array.from({ length: jobCount + 1 }, (_, index) => index + 1);
  return [
    ...(held ? [] : ['deployments were not held after the restore']),
    ...(added > Math.max(...jobs, restoredLast) ? [] : [`job number ${added} was given out twice`]),
    ...all.flatMap((job) => checkRun(world, job)),
  ];
}

/** Puts the backup in place of the database: with `spiderpig restore`, or as a copied file. */
async function putBack(world: World, file: string, asCopy: boolean): Promise<void> {
  if (world.database.dialect === 'postgresql') await emptyPostgreSql(world.databaseUrl);
  if (!asCopy) {
    await world.command('restore', file);
    return;
  }
  const target = sqliteFile(world.databaseUrl);
  for (const end of ['', '-wal', '-shm']) rmSync(`${target}${end}`, { force: true });
  copyFileSync(file, target);
}

async function emptyPostgreSql(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('drop schema public cascade');
  await client.query('create schema public');
  await client.end();
}

/** What an admin does before the release of the hold: stops the queued jobs that have run already. */
async function stopRepeated(world: World): Promise<void> {
  const token = await world.token();
  const queued = await world.database.em().find(Job, { state: 'queued' });
  for (const { id, changes } of queued)
    if (new ProgramNotes(world, Number(changes[0]?.number)).has('started')) {
      const { stopJob } = await world.run<{ stopJob: { __typename: string } }>(
        token,
        'mutation ($id: ID!) { stopJob(input: { jobId: $id }) { __typename } }',
        { id },
      );
      if (stopJob.__typename !== 'StopJobSuccess')
        throw new Error(`job ${id} was not stopped: ${stopJob.__typename}`);
    }
}

/** The program of a job ran once, and each of its questions was answered once. */
function checkRun(world: World, job: number): string[] {
  const notes = new ProgramNotes(world, job);
  const questions = notes.answers.map((line) => String(JSON.parse(line).nonce));
  return [
    ...(notes.has('end') ? [] : [`the program of job ${job} did not run to its end`]),
    ...(notes.has('started-again') ? [`the program of job ${job} was started twice`] : []),
    ...(notes.has('two-in-lane') ? [`the program of job ${job} was not alone in its lane`] : []),
    ...(new Set(questions).size === questions.length
      ? []
      : [`job ${job} read an answer twice: ${questions}`]),
  ];
}

// --- a pid is reused

/** Why no pid namespace can be created here; null if it can. */
function whyNoPids(): string | null {
  try {
    const probe = 'echo 500 > /proc/sys/kernel/ns_last_pid';
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'sh', '-c', probe], { stdio: 'ignore' });
    return null;
  } catch {
    return 'a pid namespace needs root and a kernel that lets it choose pids';
  }
}

/** A pid namespace, as a container has. */
interface Pids extends AsyncDisposable {
  /** The prefix of a command that runs in it. */
  readonly command: readonly string[];
}

async function openPids(): Promise<Pids> {
  const options = ['--pid', '--fork', '--kill-child', '--mount-proc'];
  const keeper = spawn('unshare', [...options, 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(keeper, 'exit');
  keeper.stdin.write('ready\n');
  await once(keeper.stdout, 'data');
  return {
    command: ['nsenter', '--target', String(childOf(keeper.pid)), '--pid', '--mount', '--'],
    async [Symbol.asyncDispose]() {
      keeper.stdin.end();
      await exited;
    },
  };
}

/** The pid of the child of a process. */
function childOf(pid = 0): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')[0]);
}

/** Sends a signal to a process that was started with the command of {@link Pids}, and waits for its exit. */
async function killInside(part: Part, signal: NodeJS.Signals): Promise<void> {
  process.kill(childOf(part.process.pid), signal);
  await part.exited;
}

async function reusePid(options: ScenarioOptions, random: Random): Promise<string[]> {
  await using pids = await openPids();
  await using world = await openScenario(options, false);
  const owner = await ownerOf(world);
  const launch = (): Part => world.launch('jobrunner', 0, { command: pids.command });
  let jobrunner = launch();
  // Nobody answers it.
  const id = await queue(world, owner, options, 2, [{ type: 'question', kind: 'text', nonce: 'open' }]);
  const running = (jobs: readonly Job[]): boolean => jobs.some(({ child }) => child != null);
  await until(world, running);
  const { supervisor, child } = await world.database.em().findOneOrFail(Job, { id });
  if (!supervisor || !child) throw new Error('the job does not run');
  await killInside(jobrunner, 'SIGKILL');
  const inside = (script: string) =>
    execFileSync(pids.command[0] ?? '', [...pids.command.slice(1), 'bash', '-c', script], {
      stdio: 'ignore',
    });
  // Stopped first, so that it does not record the end of scap.
  inside(`kill -STOP ${supervisor.pid}; kill -KILL -- -${child.pid}; kill -KILL ${supervisor.pid}
    for try in {1..200}; do [ -e /proc/${child.pid} ] || exit 0; sleep 0.05; done; exit 1`);
  // The leader of the new group ends or stays, with the pid of scap; its child is innocent in either case.
  const stays = random.chance(0.5);
  await using innocent = await startInnocent(pids, child.pid, stays);
  jobrunner = launch();
  await until(world, (jobs) => jobs.every(({ state }) => hasEnded(state)));
  const { state, reason } = await world.database.em().findOneOrFail(Job, { id });
  await killInside(jobrunner, 'SIGTERM');
  return [
    ...(innocent.isAlive() ? [] : [`a process that reused a pid was killed: ${reason}`]),
    ...(state === 'lost' ? [] : [`the job is ${state}: ${reason}`]),
    ...(reason?.includes('were left alone') ? [] : [`the reason does not name the process: ${reason}`]),
  ];
}

/** Starts a process with a certain pid that leads a group, and a child of it. */
async function startInnocent(pids: Pids, pid: number, stays: boolean) {
  const leader = stays ? 'cat <&3 & echo $$ $!; wait' : 'cat <&3 & echo $$ $!';
  const script = `exec 3<&0; echo ${pid - 1} > /proc/sys/kernel/ns_last_pid; setsid sh -c '${leader}' & wait; cat <&3`;
  const [file = '', ...before] = pids.command;
  const process_ = spawn(file, [...before, 'sh', '-c', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(process_, 'exit');
  const [line] = await once(process_.stdout, 'data');
  const [leaderPid, childPid] = String(line).trim().split(' ');
  if (Number(leaderPid) !== pid) throw new Error(`the pid is ${leaderPid} instead of ${pid}`);
  return {
    isAlive(): boolean {
      try {
        // A process that has ended stays in the process table here, because nobody waits for it.
        execFileSync(file, [...before, 'grep', '-q', '^State:.[RSD]', `/proc/${childPid}/status`]);
        return true;
      } catch {
        return false;
      }
    },
    async [Symbol.asyncDispose]() {
      process_.stdin.end();
      await exited;
    },
  };
}
