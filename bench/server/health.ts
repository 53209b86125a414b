// Owns measuring production errors at 10,000 a minute: from a search to the watchers of a job, and what the server spends on it.
import { type SimulatedMessage, usualMessages } from '../../jobrunner/simulator/error-log/document.ts';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { program, type World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { jobEnded, startJob } from '../support/job.ts';
import { processorTime } from '../support/process.ts';
import type { Bench } from '../support/section.ts';

/** Errors per minute, with this many messages. */
const perMinute = 10_000;
const messageCount = 200;

const messages: readonly SimulatedMessage[] = Array.from({ length: messageCount }, (_, index) => ({
  text: `RuntimeException: message ${index} of a bad day`,
  perMinute: perMinute / messageCount,
  target: 'production',
  versions: usualMessages[0]?.versions ?? [],
  wikis: usualMessages[0]?.wikis ?? [],
}));

const query = (job: string): string => `subscription { jobHealthUpdates(jobId: ${job}) {
  source { readAt problem } verdict { kind text basis factor } before { errors minutes } since { errors } now { errors perMinute }
  stages { name rate { errors } } targets { target since { errors } verdict { text } } trend
  messages(first: 20) { id text isNew count before firstSeenAt lastSeenAt versions { name count } wikis { name count } trend } } }`;

/** The ages of updates when they arrive, in milliseconds, once all of the hour before is known. */
async function ages(world: World, token: string, job: string, rounds: number): Promise<number[]> {
  const found: number[] = [];
  let last = '';
  for await (const { data } of world.client(token).iterate({ query: query(job) })) {
    const health = JSON.parse(JSON.stringify(data?.['jobHealthUpdates']));
    if ((health.before?.minutes ?? 0) < 59 || health.source.readAt === last) continue;
    // The first one that is complete was perhaps sent before this watcher came.
    if (last !== '') found.push(Date.now() - Date.parse(health.source.readAt));
    last = health.source.readAt;
    if (found.length === rounds) break;
  }
  return found;
}

/** Measures the server. */
export async function measureHealth(bench: Bench): Promise<Figure[]> {
  await using log = await startErrorLog({ messages });
  await using world = await bench.open({
    // One line a second, for as long as is measured.
    scap: program('output/echo-clock', 1, bench.quick ? 60 : 110),
    environment: { SPIDERPIG_LOGSTASH_URL: log.url },
  });
  const token = await world.token();
  const job = await startJob(world, token);
  const server = world.server?.process.pid;
  if (server === undefined) throw new Error('the server is not running');
  const rounds = bench.quick ? 1 : 4;
  // A connection that does not answer for long is closed, and this process simulates the errors beside.
  const watchers = bench.quick ? 20 : 100;
  // One watcher first: the past is read for it, in parts.
  const began = performance.now();
  await ages(world, token, job, 1);
  const known = performance.now() - began;
  const before = processorTime(server);
  const from = performance.now();
  const found = await Promise.all(Array.from({ length: watchers }, () => ages(world, token, job, rounds)));
  const minutes = (performance.now() - from) / 60_000;
  const after = processorTime(server);
  await jobEnded(world, token, job, bench.signal);
  if (before === null || after === null) throw new Error('the server has ended');
  return [
    figureOf('10,000 errors a minute: first look → hour before known, and one more search', 'ms', [known]),
    figureOf(`10,000 errors a minute: search done → ${watchers} watchers`, 'ms', found.flat()),
    figureOf('10,000 errors a minute: server’s processor', 'ms/min', [(after.used - before.used) / minutes]),
  ];
}
