// Owns measuring what reads jobs and the audit log with a thousand to a million jobs, filled by SQL. Prints the plan of each query at the largest size.
import { readAudit } from '../schema/model/account/audit.ts';
import { userNamed } from '../schema/model/account/user.ts';
import { countJobs, foldJobCounts } from '../schema/model/job/count.ts';
import { Job } from '../schema/model/job/job.ts';
import { type JobFilter, listJobs } from '../schema/model/job/listing.ts';
import { cleanUp } from '../schema/model/job/removal.ts';
import { nextCompaction } from '../schema/model/log/compaction.ts';
import type { Database } from '../schema/model/store/database.ts';
import { openLongReads } from '../schema/model/store/long-read.ts';
import { entryFile } from '../schema/process/files.ts';
import { type Figure, figureOf } from './report/figure.ts';
import type { Bench } from './section.ts';

const sizes = [1_000, 10_000, 100_000, 1_000_000] as const;
/** How often each read is measured. */
const rounds = 20;
/** Of so many jobs one is lost, and one audit entry has a rare action. */
const rare = 5_000;

/** Adds ended jobs and audit entries with the numbers after `from`, up to `to`. */
async function fill(db: Database, owner: number, from: number, to: number): Promise<void> {
  const [series, json, word] =
    db.dialect === 'sqlite'
      ? [
          `with recursive s(n) as (select ${from + 1} union all select n + 1 from s where n < ${to})`,
          "json_array(json_object('number', cast(1000000 + n as text), 'commitMessage', replace(hex(zeroblob(300)), '0', 'm')))",
          'lower(hex(n * 2654435761 % 4294967296))',
        ]
      : [
          `with s as (select n from generate_series(${from + 1}, ${to}) n)`,
          "jsonb_build_array(jsonb_build_object('number', (1000000 + n)::text, 'commitMessage', repeat('m', 600)))",
          'md5(n::text)',
        ];
  await db.write([], async (em) => {
    await db.execute(
      `insert into job (kind, state, outcome, lane, changes, title, owner_id, queued_at, started_at, finished_at, compacted_at, revision)
       ${series} select 'backport', case when n % ${rare} = 0 then 'lost' else 'succeeded' end,
         case when n % ${rare} = 0 then 'lost' else 'deployed' end, 'default', ${json}, 'Change the sidebar ' || ${word},
         ${owner}, n, n, n, 1, 3 from s`,
      [],
      em,
    );
    await db.execute(
      `insert into audit_entry (at, user_id, action, job_id, detail)
       ${series} select n, ${owner}, case when n % ${rare} = 0 then 'hold' else 'start' end, n, 'bench' from s`,
      [],
      em,
    );
  });
  await foldJobCounts(db);
  await db.execute('analyze', []);
}

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
  const list = (filter: JobFilter) => listJobs(db, longReads, { first: 20, before: null, filter });
  const counted = async (filter: JobFilter) => (await list(filter)).count();
  return {
    'page and count of the history': () => counted({}),
    'page and count of a rare state': () => counted({ states: ['lost'] }),
    'page and count of an owner': () => counted({ owner: 'bench' }),
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

/** Measures the clean-up of the thousand oldest jobs, in milliseconds for each. */
async function measureRemoval(db: Database, signal: AbortSignal): Promise<number> {
  const counts = await countJobs(db);
  const jobs = counts.reduce((sum, { total }) => sum + total, 0) - 200;
  const began = performance.now();
  await cleanUp(db, { retention: { days: 0, jobs }, onRemoval() {} }, signal);
  return (performance.now() - began) / 200;
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
  for (const size of sizes.slice(0, bench.quick ? 2 : sizes.length)) {
    bench.signal.throwIfAborted();
    await fill(db, owner.id, filled, size);
    filled = size;
    for (const [name, read] of Object.entries(reads(db, longReads, size))) {
      const took = await timed(read);
      const first = baselines.get(name);
      if (!first) baselines.set(name, took);
      const beside = first ? { baseline: ['with 1,000 jobs', first] as const } : {};
      figures.push(figureOf(`${size.toLocaleString('en')} jobs: ${name}`, 'ms', took, beside));
    }
    const removal = await measureRemoval(db, bench.signal);
    figures.push(figureOf(`${size.toLocaleString('en')} jobs: removal of one job`, 'ms', [removal]));
  }
  await printPlans(db, filled);
  if ((await db.em().count(Job, { removedAt: { $ne: null } })) > 0)
    throw new Error('jobs were left withdrawn');
  return figures;
}
