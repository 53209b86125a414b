// Owns measuring what reads jobs and the audit log with a thousand to a million jobs. Prints the plan of each query at the largest size.
import { readAudit } from '../../schema/model/account/audit.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { countJobs, foldJobCounts } from '../../schema/model/job/count.ts';
import { Job } from '../../schema/model/job/job.ts';
import type { JobFilter } from '../../schema/model/job/job-filter.ts';
import { listJobs } from '../../schema/model/job/listing.ts';
import { cleanUp } from '../../schema/model/job/removal.ts';
import { nextCompaction } from '../../schema/model/log/compaction.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { openLongReads } from '../../schema/model/store/long-read.ts';
import { entryFile } from '../../schema/process/files.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { fillJobs } from '../support/fill.ts';
import type { Bench } from '../support/section.ts';

/** How often each read is measured. */
const rounds = 20;
/** Milliseconds that each repetition takes. */
async function timed(work: () => Promise<unknown>): Promise<number[]> {
  await work();
  const took: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const began = performance.now();
    await work();
    took.push(performance.now() - began);
  }
  return took;
}

/** What grows, by name. */
function reads(db: Database, longReads: Pick<Database, 'execute'> & AsyncDisposable, size: number) {
  const list = (filter: JobFilter) =>
    listJobs(db, longReads, { first: 20, after: null, order: 'ended', filter });
  const counted = async (filter: JobFilter) => (await list(filter)).count();
  return {
    'page and count of the history': () => counted({}),
    'page and count of a rare state': () => counted({ states: ['lost'] }),
    'page and count of an owner': () => counted({ owner: 'bench' }),
    'page and count of 350 jobs by the time of their end': () =>
      counted({ endedSince: size / 2, endedUntil: size / 2 + 350 }),
    'page and count of the lost jobs that ended at any time': () =>
      counted({ endedSince: 0, outcomes: ['lost'] }),
    'text that is the name of the owner of all jobs': () => counted({ text: 'bench' }),
    'text without hits': () => counted({ text: 'no such title' }),
    'number of a change': () => counted({ text: String(1_000_000 + Math.floor(size / 2)) }),
    'counts for /metrics': () => countJobs(db),
    'next compaction': () => nextCompaction(db, 1),
    'audit log by job': () => readAudit(longReads, { filter: { jobId: 500 }, first: 50 }),
    'audit log by rare action': () => readAudit(longReads, { filter: { actions: ['hold'] }, first: 50 }),
  } as const;
}

/** Prints how the database executes each query of these reads. */
async function printPlans(db: Database, size: number): Promise<void> {
  const explain = db.dialect === 'sqlite' ? 'explain query plan' : 'explain';
  const execute: Database['execute'] = async (sql, values, em) => {
    const plan = await db.execute(`${explain} ${sql}`, values, em);
    const steps = plan.map((row) => String(row['detail'] ?? row['QUERY PLAN']));
    process.stdout.write(`\n${sql.replaceAll(/\s+/g, ' ').slice(0, 300)}\n  ${steps.join('\n  ')}\n`);
    return await db.execute(sql, values, em);
  };
  const longReads = { execute, async [Symbol.asyncDispose]() {} };
  for (const read of Object.values(reads({ ...db, execute }, longReads, size))) await read();
}

/** How many jobs the clean-up of a measurement removes. */
const removed = 200;

/** Measures the clean-up of the oldest jobs, in milliseconds for each: of its transactions, and with the pauses between them, which let other writers in. */
async function measureRemoval(db: Database, signal: AbortSignal): Promise<{ own: number; paused: number }> {
  const counts = await countJobs(db);
  const jobs = counts.reduce((sum, { total }) => sum + total, 0) - removed;
  let own = 0;
  const write: Database['write'] = async (topics, work, options) => {
    const began = performance.now();
    try {
      return await db.write(topics, work, options);
    } finally {
      own += performance.now() - began;
    }
  };
  const began = performance.now();
  await cleanUp({ ...db, write }, { retention: { days: 0, jobs }, onRemoval() {} }, signal);
  return { own: own / removed, paused: (performance.now() - began) / removed };
}

/** Measures each read at each size; the figure at the smallest size is the baseline of the others. */
export async function measureGrowth(bench: Bench): Promise<Figure[]> {
  await using world = await bench.open({ jobrunner: false });
  const db = world.database;
  await using longReads = openLongReads(db, entryFile('read-worker'));
  const owner = await db.write([], (em) => userNamed(em, 'bench', 1));
  const figures: Figure[] = [];
  const baselines = new Map<string, readonly number[]>();
  let filled = 0;
  for (const size of bench.sizes) {
    bench.signal.throwIfAborted();
    await fillJobs(db, { owner: owner.id }, filled, size);
    filled = size;
    await foldJobCounts(db);
    for (const [name, read] of Object.entries(reads(db, longReads, size))) {
      const took = await timed(read);
      const first = baselines.get(name);
      if (!first) baselines.set(name, took);
      const beside = first
        ? { baseline: [`with ${bench.sizes[0]?.toLocaleString('en')} jobs`, first] as const }
        : {};
      figures.push(figureOf(`${size.toLocaleString('en')} jobs: ${name}`, 'ms', took, beside));
    }
    const { own, paused } = await measureRemoval(db, bench.signal);
    const jobs = `${size.toLocaleString('en')} jobs`;
    figures.push(figureOf(`${jobs}: removal of one job`, 'ms', [own]));
    figures.push(figureOf(`${jobs}: removal of one job, with the pauses`, 'ms', [paused]));
  }
  await printPlans(db, filled);
  if ((await db.em().count(Job, { removedAt: { $ne: null } })) > 0)
    throw new Error('jobs were left withdrawn');
  return figures;
}
