// Owns measuring what a long queue costs: a look at the system, claiming the next job, and one change of a status for many open overviews.
import { pino } from 'pino';
import type { User } from '../../schema/model/account/user.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { hasClaimableJob } from '../../schema/model/job/claim.ts';
import { recordReport } from '../../schema/model/job/report.ts';
import { CurrentJobReader } from '../../server/job/current-jobs.ts';
import { DatabaseSystem } from '../../server/system.ts';
import type { World } from '../../tests/support/world.ts';
import { type Figure, figureOf } from '../report/figure.ts';
import { memory, processorTime } from '../support/process.ts';
import type { Bench } from '../support/section.ts';
import { documentOf, Subscriber } from '../support/subscriber.ts';

/** The lane of the jobs; no jobrunner serves it. */
const lane = 'bench';
const facts = { version: '0', gerritUrl: '', simulated: false, retention: { days: 0, jobs: 0 } };
/** Changes of a status that are measured. */
const changes = 20;

/** Adds jobs with commit messages of 6,000 bytes. Returns the number of the first one. */
async function addJobs(
  { database }: World,
  owner: User,
  state: 'queued' | 'running',
  count: number,
): Promise<number> {
  const before = Number(
    (await database.execute('select coalesce(max(id), 0) as id from job', []))[0]?.['id'],
  );
  const work = JSON.stringify([
    {
      number: '1102340',
      subject: 'Change the sidebar',
      project: 'mediawiki/core',
      branch: 'wmf/1.47.0-wmf.9',
      url: null,
      status: 'NEW',
      owner: 'ada',
      commitMessage: 'm'.repeat(6_000),
      verified: null,
    },
  ]);
  const series =
    database.dialect === 'sqlite'
      ? `with recursive s(n) as (select 1 union all select n + 1 from s where n < ${count})`
      : `with s as (select n from generate_series(1, ${count}) n)`;
  await database.write(['jobs'], async (em) => {
    await database.execute(
      `insert into job (kind, state, lane, changes, title, owner_id, queued_at, started_at, revision)
       ${series} select 'backport', '${state}', '${lane}', ${database.dialect === 'sqlite' ? '?' : '?::jsonb'}, 'Change the sidebar', ${owner.id}, n,
       ${state === 'running' ? 'n' : 'null'}, 1 from s`,
      [work],
      em,
    );
  });
  return before + 1;
}

/** The CPU time of this process for each repetition, in milliseconds. */
async function computed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const used: number[] = [];
  // The first calls are slower, until the code is compiled.
  for (let n = -20; n < times; n++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    if (n >= 0) used.push((user + system) / 1_000);
  }
  return used;
}

interface Looks {
  readonly system: readonly number[];
  readonly claim: readonly number[];
}

/** The CPU times of a look at the system and of one for the next job. */
async function measureLooks({ database }: World, times: number): Promise<Looks> {
  await using system = new DatabaseSystem(
    database,
    new CurrentJobReader(database),
    facts,
    pino({ level: 'silent' }),
  );
  return {
    system: await computed(times, () => system.now()),
    claim: await computed(times, () => hasClaimableJob(database, [lane, 'another'])),
  };
}

/** What one change of the status of a running job costs. */
interface ChangeCost {
  /** CPU time of the server for each change, in milliseconds. */
  readonly used: readonly number[];
  /** Bytes to each watcher for each change, in kB. */
  readonly sent: readonly number[];
  readonly memory: number;
}

/** Changes the status of a running job while overviews are open. */
async function measureChanges(
  world: World,
  token: string,
  job: number,
  watchers: number,
): Promise<ChangeCost> {
  const server = world.server?.process.pid ?? 0;
  const operations = ['SystemUpdates', 'AnyJobUpdates'].map((name) => ({ query: documentOf(name) }));
  using open = new DisposableStack();
  const subscribers: Subscriber[] = [];
  for (let n = 0; n < watchers; n++)
    subscribers.push(open.use(await Subscriber.open(world, token, operations)));
  const change = async (status: string): Promise<void> => {
    // As the document has it: with both subscriptions, and no other message has this text.
    const received = subscribers.map((one) => one.receives(`"status":"${status}"`, operations.length));
    await recordReport(world.database, job, { status });
    await Promise.all(received);
  };
  for (let n = 0; n < 5; n++) await change(`${watchers} before ${n}`);
  for (const one of subscribers) one.takeBytes();
  const used: number[] = [];
  const sent: number[] = [];
  for (let n = 0; n < changes; n++) {
    const before = processorTime(server)?.used ?? Number.NaN;
    await change(`${watchers} at ${n}`);
    used.push((processorTime(server)?.used ?? Number.NaN) - before);
    sent.push(...subscribers.map((one) => one.takeBytes() / 1_000));
  }
  return { used, sent, memory: memory(server) };
}

/** Measures looks and changes without a queue and with a long one. */
export async function measureQueue(bench: Bench): Promise<Figure[]> {
  const queued = bench.quick ? 200 : 1_000;
  const times = bench.quick ? 20 : 100;
  const many = bench.quick ? 10 : 50;
  await using world = await bench.open({ jobrunner: false });
  const token = await world.token();
  const owner = await world.database.write([], (em) => userNamed(em, 'bench', 1));
  const running = await addJobs(world, owner, 'running', 1);
  const before = await measureLooks(world, times);
  const beforeMany = await measureChanges(world, token, running, many);
  await addJobs(world, owner, 'queued', queued);
  const after = await measureLooks(world, times);
  const one = await measureChanges(world, token, running, 1);
  const others = await measureChanges(world, token, running, many);
  const title = `${queued.toLocaleString('en')} queued jobs`;
  const each = others.used.map((used, n) => (used - (one.used[n] ?? Number.NaN)) / (many - 1));
  return [
    figureOf(`${title}: a look at the system, CPU time`, 'ms', after.system, {
      baseline: ['the same without a queue', before.system],
    }),
    figureOf(`${title}: a look for the next job, CPU time`, 'ms', after.claim, {
      baseline: ['the same without a queue', before.claim],
    }),
    figureOf(`${title}: one change → one overview, CPU time of the server`, 'ms', one.used),
    figureOf(`${title}: one change → ${many} overviews, CPU time of the server`, 'ms', others.used, {
      baseline: ['the same without a queue', beforeMany.used],
    }),
    figureOf(`${title}: CPU time of the server for each further overview`, 'ms', each),
    figureOf(`${title}: one change → one of ${many} overviews`, 'kB', others.sent, {
      baseline: ['the same without a queue', beforeMany.sent],
    }),
    figureOf(`${title}: server’s memory with ${many} overviews`, 'MB', [others.memory], {
      baseline: ['the same without a queue', [beforeMany.memory]],
    }),
  ];
}
