// Owns measuring many watchers of one job: the age of a line when it arrives, and the server's CPU time and memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { program, type World } from '../tests/support/world.ts';
import { jobEnded, startJob } from './job.ts';
import { processorTime } from './process.ts';
import { type Figure, figureOf } from './report/figure.ts';
import { reference } from './report/reference.ts';
import type { Bench } from './section.ts';
import { settling } from './standby.ts';

/** Lines per second. */
const rate = 200;
/** The number of watchers, and how many of them are stalled (never read). */
const rounds = [
  { watchers: 50, stalled: 0 },
  { watchers: 200, stalled: 0 },
  { watchers: 500, stalled: 0 },
  { watchers: 500, stalled: 1 },
  { watchers: 2_000, stalled: 0 },
] as const;

interface Watched {
  readonly ages: readonly number[];
  readonly gaps: number;
  readonly messages: number;
  readonly bytes: number;
}

/** The current memory of a process, in MB (VmRSS). */
function memory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  return (Number(kilobytes) * 1_024) / 1e6;
}

/** A process with the given number of sockets. `watching` resolves when all follow; `watched` when the job has ended. */
function watch(bench: Bench, world: World, token: string, job: string, sockets: number, stalled: number) {
  const url = `${world.url.replace('http', 'ws')}/graphql`;
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

async function round(bench: Bench, watchers: number, stalled: number): Promise<Figure[]> {
  const seconds = settling + (bench.quick ? 4 : 10);
  // The job starts after all are connected, because connecting is not measured.
  await using world = await bench.open({
    scap: program('echo-clock', rate, rate * seconds),
    jobrunner: false,
  });
  const token = await world.token();
  const id = await startJob(world, token);
  const server = world.server?.process.pid;
  if (server === undefined) throw new Error('the server is not running');
  const each = watchers >= 500 ? [watchers - watchers / 2, watchers / 2] : [watchers];
  const clients = each.map((sockets, index) =>
    watch(bench, world, token, id, sockets, index === 0 ? stalled : 0),
  );
  await Promise.all(clients.map(({ watching }) => watching));
  const [before, memoryBefore] = [processorTime(server), memory(server)];
  await world.startJobrunner();
  const watched = await Promise.all(clients.map((client) => client.watched));
  const [after, memoryAfter] = [processorTime(server), memory(server)];
  for (const { child } of clients) child.kill();
  await jobEnded(world, token, id, bench.signal);
  const gaps = watched.reduce((sum, each) => sum + each.gaps, 0);
  if (gaps > 0) throw new Error(`${gaps} messages did not go on where the one before had ended`);
  if (before === null || after === null) throw new Error('the server has ended');
  // The server is idle before scap prints and afterwards.
  const used = ((after.used - before.used) / seconds) * 60;
  const name = `${watchers} watchers${stalled > 0 ? `, ${stalled} of them stalled` : ''}`;
  const compared = Object.entries(reference.watchers).find(([count]) => Number(count) === watchers)?.[1];
  return [
    figureOf(
      `${name}: oldest line of a message → client`,
      'ms',
      watched.flatMap(({ ages }) => ages),
      compared === undefined ? {} : { reference: compared },
    ),
    figureOf(`${name}: server’s processor`, 'ms/min', [used]),
    figureOf(`${name}: server’s memory`, 'MB', [memoryAfter], {
      baseline: ['before the first line', [memoryBefore]],
    }),
  ];
}

/** Measures 50 to 2,000 watchers of one job at 200 lines per second. */
export async function measureWatchers(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { watchers, stalled } of rounds) {
    if (bench.quick && watchers > 200) continue;
    if (bench.timeIsUp()) break;
    figures.push(...(await round(bench, watchers, stalled)));
  }
  return figures;
}
