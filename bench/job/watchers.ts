// Owns measuring many watchers of one job: the age of a line when it arrives, and the server's CPU time and memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { program, urlOf, type World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { reference } from '../report/reference.ts';
import { jobEnded, startJob } from '../support/job.ts';
import { memory, processorTime } from '../support/process.ts';
import type { Bench } from '../support/section.ts';
import { settling } from '../support/standby.ts';

/** Lines per second. */
const rate = 200;
/** A number of watchers that is measured. */
interface Round {
  readonly watchers: number;
  /** How many of them never read. */
  readonly stalled: number;
  /** Over how many servers they are spread. SQLite has one. */
  readonly servers: number;
  /** Whether it is measured with `--quick`, without it, or in both cases. */
  readonly when: 'quick' | 'full' | 'both';
}

const rounds: readonly Round[] = [
  { watchers: 50, stalled: 0, servers: 1, when: 'both' },
  { watchers: 200, stalled: 0, servers: 1, when: 'both' },
  { watchers: 150, stalled: 0, servers: 3, when: 'quick' },
  { watchers: 500, stalled: 0, servers: 1, when: 'full' },
  { watchers: 500, stalled: 1, servers: 1, when: 'full' },
  { watchers: 1_000, stalled: 0, servers: 3, when: 'full' },
  { watchers: 2_000, stalled: 0, servers: 1, when: 'full' },
];
/** Sockets of one process of watchers: a user may have so many on a server. */
const socketsPerProcess = 1_000;

interface Watched {
  readonly ages: readonly number[];
  readonly gaps: number;
  readonly messages: number;
  readonly bytes: number;
}

/** Where a process of watchers connects, as whom, and what it follows. */
interface Place {
  readonly server: string;
  readonly token: string;
  readonly job: string;
}

/** A process with the given number of sockets. `watching` resolves when all follow; `watched` when the job has ended. */
function watch(bench: Bench, { server, token, job }: Place, sockets: number, stalled: number) {
  const url = `${server.replace('http', 'ws')}/graphql`;
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'watcher.ts'),
      ...[url, token, job, sockets, stalled, settling * rate].map(String),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], signal: bench.signal },
  );
  const lines = createInterface({ input: child.stdout });
  const [watching, watched] = [Promise.withResolvers<void>(), Promise.withResolvers<Watched>()];
  const failed = once(child, 'exit').then(() => {
    const error = new Error('a watcher process ended early');
    watching.reject(error);
    watched.reject(error);
  });
  failed.catch((error: unknown) => {
    watching.reject(error);
    watched.reject(error);
  });
  lines.on('line', (line) => {
    if (line === 'watching') watching.resolve();
    else watched.resolve(JSON.parse(line));
  });
  watched.promise.catch(() => {});
  return { watching: watching.promise, watched: watched.promise, child };
}

/** Starts further servers of a world, until it has so many. Returns their URLs and pids. */
async function startServers(world: World, count: number): Promise<{ url: string; pid: number }[]> {
  const servers = [{ url: world.url, pid: world.server?.process.pid ?? 0 }];
  while (servers.length < count) {
    const part = world.launch('server');
    const url = await urlOf(part);
    if (url === null) throw new Error(`a server did not start: ${part.stderr()}`);
    servers.push({ url, pid: part.process.pid ?? 0 });
  }
  return servers;
}

/** Starts the processes of the watchers of a round, spread over its servers. Resolves when all watch. */
async function startWatchers(
  bench: Bench,
  world: World,
  job: string,
  { watchers, stalled, servers }: Round,
  urls: readonly string[],
) {
  const count = Math.max(servers, Math.ceil(watchers / socketsPerProcess), watchers >= 500 ? 2 : 1);
  const clients: ReturnType<typeof watch>[] = [];
  for (let index = 0; index < count; index++) {
    const token = await world.token('deploy', `Watcher ${index}`);
    const server = urls[index % urls.length] ?? world.url;
    const sockets = Math.floor((watchers * (index + 1)) / count) - Math.floor((watchers * index) / count);
    clients.push(watch(bench, { server, token, job }, sockets, index === 0 ? stalled : 0));
  }
  await Promise.all(clients.map(({ watching }) => watching));
  return clients;
}

/** The CPU time of processes, in milliseconds. Throws when one has ended. */
const usedBy = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const time = processorTime(pid);
    if (time === null) throw new Error('a server has ended');
    return sum + time.used;
  }, 0);

/** The largest memory of processes, in MB. */
const largest = (pids: readonly number[]): number => Math.max(...pids.map(memory));

async function round(bench: Bench, shape: Round): Promise<Figure[]> {
  const { watchers, stalled } = shape;
  const seconds = settling + (bench.quick ? 4 : 10);
  // The job starts after all are connected, because connecting is not measured.
  await using world = await bench.open({
    scap: program('output/echo-clock', rate, rate * seconds),
    jobrunner: false,
  });
  const token = await world.token();
  const id = await startJob(world, token);
  const servers = await startServers(world, shape.servers);
  const pids = servers.map(({ pid }) => pid);
  const urls = servers.map(({ url }) => url);
  const clients = await startWatchers(bench, world, id, shape, urls);
  const [before, memoryBefore] = [usedBy(pids), largest(pids)];
  await world.startJobrunner();
  const watched = await Promise.all(clients.map((client) => client.watched));
  const [after, memoryAfter] = [usedBy(pids), largest(pids)];
  for (const { child } of clients) child.kill();
  await jobEnded(world, token, id, bench.signal);
  const gaps = watched.reduce((sum, each) => sum + each.gaps, 0);
  if (gaps > 0) throw new Error(`${gaps} messages did not go on where the one before had ended`);
  // The servers are idle before scap prints and afterwards.
  const used = ((after - before) / seconds) * 60;
  const over = servers.length > 1 ? ` over ${servers.length} servers` : '';
  const name = `${watchers} watchers${over}${stalled > 0 ? `, ${stalled} of them stalled` : ''}`;
  const compared = Object.entries(reference.watchers).find(([count]) => Number(count) === watchers)?.[1];
  const ages = watched.flatMap((each) => each.ages);
  return [
    figureOf(
      `${name}: oldest line of a message → client`,
      'ms',
      ages,
      compared === undefined ? {} : { reference: compared },
    ),
    figureOf(`${name}: CPU time of the ${over ? 'servers together' : 'server'}`, 'ms/min', [used]),
    figureOf(`${name}: memory of the ${over ? 'largest server' : 'server'}`, 'MB', [memoryAfter], {
      baseline: ['before the first line', [memoryBefore]],
    }),
  ];
}

/** Measures 50 to 2,000 watchers of one job at 200 lines per second, on PostgreSQL also over three servers. */
export async function measureWatchers(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const shape of rounds) {
    if (shape.when === (bench.quick ? 'full' : 'quick')) continue;
    if (bench.dialect === 'sqlite' && shape.servers > 1) continue;
    if (bench.timeIsUp()) break;
    figures.push(...(await round(bench, shape)));
  }
  return figures;
}
