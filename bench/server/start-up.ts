// Owns measuring what it costs to start: CPU time of each process until it is ready, as multiples of `node -e 0`, and the wait of a job behind another one.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Job } from '../../schema/model/job/job.ts';
import { compileCacheDirectory, entryUnderTest } from '../../tests/support/package/build.ts';
import type { Part, World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobEnded, outputOf, startJob } from '../support/job.ts';
import { processorTime } from '../support/process.ts';
import { type Bench, now } from '../support/section.ts';
import { standby } from '../support/standby.ts';

const firstInstruction = `perl ${join(import.meta.dirname, '..', 'programs', 'first-instruction.pl')}`;

/** The environment of a process that belongs to a world. */
const environmentOf = (world: World, more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: world.directory,
  NODE_COMPILE_CACHE: compileCacheDirectory,
  SPIDERPIG_DATABASE_URL: world.databaseUrl,
  SPIDERPIG_DATA: world.directory,
  ...more,
});

/** CPU time of a command from its start to its exit, in milliseconds. bash reads what the kernel says about its children. */
async function timeOfCommand(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const { stderr } = await promisify(execFile)(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@" >/dev/null 2>&1', 'bash', process.execPath, ...args],
    { env: environment },
  );
  const [user = Number.NaN, system = Number.NaN] = stderr.trim().split(' ').map(Number);
  return (user + system) * 1_000;
}

/** CPU time of a service until a line of `stream` contains `word`. The service belongs to the world. */
async function timeUntil(part: Part, stream: 'stdout' | 'stderr', word: string): Promise<number> {
  const { pid, [stream]: output } = part.process;
  if (pid === undefined || output === null) throw new Error('the process was not started');
  for await (const line of createInterface({ input: output })) {
    if (!line.includes(word)) continue;
    const used = processorTime(pid)?.used ?? Number.NaN;
    part.process.kill('SIGTERM');
    await part.exited;
    return used;
  }
  throw new Error(`the process ended before it said "${word}": ${part.stderr()}`);
}

/** CPU time of a supervisor until it can take a job. */
async function timeOfSupervisor(world: World): Promise<number> {
  const child = spawn(process.execPath, ['--max-semi-space-size=1', entryUnderTest('supervisor')], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: environmentOf(world),
  });
  await once(child.stdout, 'data');
  const used = processorTime(child.pid ?? 0)?.used ?? Number.NaN;
  child.stdin.end();
  await once(child, 'exit');
  return used;
}

/** When a job printed its first line, in milliseconds since 1970. */
async function beginOf(world: World, token: string, job: string): Promise<number> {
  const clock = Date.now() - Number(now()) / 1e6;
  return Number((await outputOf(world, token, job))[0] ?? Number.NaN) / 1e6 + clock;
}

/** Milliseconds from the end of a job to the first instruction of one that waits for it. */
async function waitBehind(world: World, token: string, signal: AbortSignal): Promise<number> {
  await standby(world, signal);
  const [first, second] = [await startJob(world, token), await startJob(world, token)];
  await jobEnded(world, token, second, signal);
  const began = await beginOf(world, token, second);
  const { finishedAt } = await world.database.em().findOneOrFail(Job, { id: Number(first) });
  return began - (finishedAt ?? Number.NaN);
}

/** Seconds that the job takes after which another one is queued: the next stand-by is ready by then, as behind every usual deployment. */
const usualJob = 6;

/** Milliseconds from queueing a job, sent as the previous one has ended, to its first instruction. */
async function waitsAfterJobs(bench: Bench): Promise<number[]> {
  await using world = await bench.open({ scap: `${firstInstruction} --run=${usualJob}` });
  const token = await world.token();
  const waits: number[] = [];
  await standby(world, bench.signal);
  await jobEnded(world, token, await startJob(world, token), bench.signal);
  for (let round = 0; round < (bench.quick ? 3 : 15) && !(round > 0 && bench.timeIsUp()); round++) {
    const sent = Date.now();
    const job = await startJob(world, token);
    await jobEnded(world, token, job, bench.signal);
    waits.push((await beginOf(world, token, job)) - sent);
  }
  return waits;
}

/** Measures one round after the other, each with its own baseline, as long as there is time. */
export async function measureStartUp(bench: Bench): Promise<Figure[]> {
  await using world = await bench.open({ scap: firstInstruction });
  const token = await world.token();
  const client = environmentOf(world, { SPIDERPIG_URL: world.url, SPIDERPIG_TOKEN: token });
  const command = entryUnderTest('spiderpig');
  const measures: Readonly<Record<string, () => Promise<number>>> = {
    'server: start → ready': () => timeUntil(world.launch('server'), 'stdout', 'ready '),
    'jobrunner: start → ready': () => timeUntil(world.launch('jobrunner'), 'stderr', 'jobrunner ready'),
    'supervisor: start → able to take a job': () => timeOfSupervisor(world),
    'spiderpig help': () => timeOfCommand([command, 'help'], client),
    'spiderpig jobs': () => timeOfCommand([command, 'jobs'], client),
  };
  const bare: number[] = [];
  const times = new Map(Object.keys(measures).map((name) => [name, [] as number[]]));
  const waits: number[] = [];
  for (let round = 0; round < (bench.quick ? 3 : 15) && !(round > 0 && bench.timeIsUp()); round++) {
    bare.push(await timeOfCommand(['-e', '0'], client));
    for (const [name, measure] of Object.entries(measures)) times.get(name)?.push(await measure());
    waits.push(await waitBehind(world, token, bench.signal));
  }
  const baseline = ['node -e 0', bare] as const;
  return [
    ...[...times].map(([name, measured]) => figureOf(`CPU time, ${name}`, 'ms', measured, { baseline })),
    figureOf(
      'end of a job of milliseconds → first instruction of the next one, queued meanwhile',
      'ms',
      waits,
    ),
    figureOf(
      `end of a job of ${usualJob} s → first instruction of the next one, queued then`,
      'ms',
      await waitsAfterJobs(bench),
    ),
  ];
}
