// Owns a soak: many clients follow a busy job, lose their connections and resume, while the resources of the server are watched. Not how long (main.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jobEnded, startJob } from '../../bench/support/job.ts';
import { countLines } from '../../schema/model/log/log.ts';
import { type Dialect, sqliteFile } from '../../schema/model/store/database.ts';
import { openWorld, program, type World } from '../support/world.ts';

export interface SoakOptions {
  readonly dialect: Dialect;
  readonly postgresqlUrl?: string;
  readonly seconds: number;
  readonly clients: number;
  /** Lines per second that the job prints, as far as the machine can. */
  readonly rate: number;
}

/** What was measured at one moment. */
export interface Sample {
  /** In MB. */
  readonly heap: number;
  readonly memory: number;
  readonly descriptors: number;
  readonly timers: number;
  readonly sockets: number;
  readonly subscriptions: number;
  readonly readers: number;
  /** The write-ahead log of SQLite, in MB; 0 on PostgreSQL. */
  readonly wal: number;
}

export interface SoakResult {
  /** Lines of the job, and lines that all clients received together. */
  readonly lines: number;
  readonly received: number;
  /** Connections that were cut. */
  readonly drops: number;
  readonly before: Sample;
  /** While the job ran. */
  readonly during: readonly Sample[];
  /** After all clients have gone. */
  readonly after: Sample;
  readonly violations: readonly string[];
}

const sampleInterval = 2_000;
/** How long the server may take to release what the clients used, in milliseconds. */
const releaseLimit = 30_000;
/** Descriptors and timers that may be left: threads and connections that are kept for a while. */
const kept = 20;
/** The least heap in the last quarter may exceed that of the second by this factor, in MB by this number. */
const growth = { factor: 1.5, megabytes: 30 };
/** The largest write-ahead log, in MB. It is checkpointed at 4 MB, unless a reader prevents it for a while. */
const walLimit = 256;

/** The sum of a metric over its labels. */
function metric(text: string, name: string, label = ''): number {
  let sum = 0;
  for (const [, labels = '', value] of text.matchAll(new RegExp(`^${name}(\\{.*\\})? (\\S+)$`, 'gm')))
    if (labels.includes(label)) sum += Number(value);
  return sum;
}

async function sample(world: World): Promise<Sample> {
  const text = await (await fetch(`${world.url}/metrics`)).text();
  const file = world.database.dialect === 'sqlite' ? `${sqliteFile(world.databaseUrl)}-wal` : null;
  return {
    heap: metric(text, 'nodejs_heap_size_used_bytes') / 1e6,
    memory: metric(text, 'process_resident_memory_bytes') / 1e6,
    descriptors: metric(text, 'process_open_fds'),
    timers: metric(text, 'nodejs_active_resources', 'type="Timeout"'),
    sockets: metric(text, 'spiderpig_sockets'),
    subscriptions: metric(text, 'spiderpig_subscriptions'),
    readers: metric(text, 'spiderpig_log_readers'),
    wal: file === null ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0) / 1e6,
  };
}

interface Followed {
  readonly drops: number;
  readonly lines: number;
  readonly gaps: readonly string[];
  /** The last line of each client. */
  readonly ends: readonly number[];
}

/** Starts the process of the followers. */
function startFollowers(world: World, token: string, job: string, clients: number) {
  const url = `${world.url.replace('http', 'ws')}/graphql`;
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'follower.ts'), url, token, job, String(clients)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const following = Promise.withResolvers<void>();
  const followed = Promise.withResolvers<Followed>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'following') following.resolve();
    else followed.resolve(JSON.parse(line));
  });
  void once(child, 'exit').then(() => {
    const error = new Error('the process of the followers ended early');
    following.reject(error);
    followed.reject(error);
  });
  followed.promise.catch(() => {});
  return { child, following: following.promise, followed: followed.promise };
}

/** What is left after all clients have gone, once nothing of theirs is left or the limit has passed. */
async function released(world: World): Promise<Sample> {
  const deadline = performance.now() + releaseLimit;
  for (;;) {
    const now = await sample(world);
    if (now.sockets + now.subscriptions + now.readers === 0 || performance.now() > deadline) return now;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The rules that the measurements break. Pure. */
export function violationsOf({
  before,
  during,
  after,
  followed,
  lines,
}: Pick<SoakResult, 'before' | 'during' | 'after' | 'lines'> & { readonly followed: Followed }): string[] {
  const found = [...followed.gaps];
  for (const end of followed.ends) if (end !== lines) found.push(`a client ended at line ${end} of ${lines}`);
  for (const name of ['sockets', 'subscriptions', 'readers'] as const)
    if (after[name] > 0) found.push(`${after[name]} ${name} are left`);
  for (const name of ['descriptors', 'timers'] as const)
    if (after[name] > before[name] + kept)
      found.push(`${after[name]} ${name} are left, ${before[name]} were there before`);
  const quarter = Math.floor(during.length / 4);
  const least = (from: number, to: number): number =>
    Math.min(...during.slice(from, to).map(({ heap }) => heap));
  const [early, late] = [least(quarter, 2 * quarter), least(3 * quarter, during.length)];
  // Of a few samples the least is only chance: the collector may not have run between them.
  if (quarter >= 10 && late > early * growth.factor + growth.megabytes)
    found.push(`the heap grew from ${early.toFixed(0)} to ${late.toFixed(0)} MB`);
  const wal = Math.max(...during.map((each) => each.wal));
  if (wal > walLimit) found.push(`the write-ahead log grew to ${wal.toFixed(0)} MB`);
  return found;
}

/** Runs a soak. */
export async function soak({ seconds, clients, rate, ...where }: SoakOptions): Promise<SoakResult> {
  await using world = await openWorld({
    ...where,
    scap: program('output/echo-clock', rate, rate * seconds),
    jobrunner: false,
  });
  const token = await world.token();
  const job = await startJob(world, token);
  // Once, so that what the server loads at the first of them was there before.
  await sample(world);
  const before = await sample(world);
  const followers = startFollowers(world, token, job, clients);
  try {
    await followers.following;
    await world.startJobrunner();
    const during: Sample[] = [];
    const sampling = new AbortController();
    const timer = setInterval(
      () => void sample(world).then((one) => sampling.signal.aborted || during.push(one)),
      sampleInterval,
    );
    const ended = jobEnded(world, token, job, AbortSignal.timeout((seconds * 3 + 120) * 1_000));
    const [followed] = await Promise.all([followers.followed, ended]).finally(() => clearInterval(timer));
    sampling.abort();
    const after = await released(world);
    const lines = await countLines(world.database, Number(job));
    const measured = { before, during, after, lines };
    const violations = violationsOf({ ...measured, followed });
    return { ...measured, received: followed.lines, drops: followed.drops, violations };
  } finally {
    followers.child.kill();
  }
}
