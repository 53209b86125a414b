import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialects, openTestDatabase, type TestDatabase } from '../../../tests/support/database.ts';
import { entryFile } from '../../process/files.ts';
import { nextCompaction } from '../log/compaction.ts';
import type { Database } from '../store/database.ts';
import { type LongReads, openLongReads } from '../store/long-read.ts';
import { unverifiedChange } from './change.ts';
import { countJobs, foldJobCounts } from './count.ts';
import { enqueueJob } from './enqueue.ts';
import { errorFingerprint } from './error-fingerprint.ts';
import { Interaction } from './interaction.ts';
import { Job } from './job.ts';
import type { JobFilter } from './job-filter.ts';
import { listJobs } from './listing.ts';
import type { JobOrder, JobPosition } from './listing-query.ts';
import { type JobOutcome, outcomeOfState } from './outcome.ts';
import { cleanUp } from './removal.ts';
import { JobStage } from './stage.ts';
import { hasEnded, type JobState } from './state.ts';

const titles = [
  'Fix the “sidebar” of 100_000 pages',
  'Größe: ändere ÄRGER',
  "50 %: it's",
  'i18n: ask bob or alice',
] as const;

const hour = 3_600_000;
/** Jobs end in another order than they are queued. @param n the position of a job */
const endOf = (n: number): number => 1_000 + ((n * 7) % 36);
const stageRow = (job: number, hasEnded: boolean) => ({
  job,
  name: 'canaries' as const,
  startedAt: 1,
  finishedAt: hasEnded ? 2 : null,
  waited: 0,
});
const questionRow = (job: number, answeredBy: number, n: number) => ({
  job,
  kind: 'text' as const,
  prompt: 'Why?',
  choices: [],
  key: n % 8 === 0 ? 'revert.reason' : null,
  askedAt: 1,
  ...(n % 16 === 0 ? {} : { answer: 'x', answeredAt: 2, answeredBy }),
});

/** What the jobs of the test become after they were queued: state, outcome, whether they are withdrawn. */
const fates: readonly (readonly [JobState, JobOutcome | null, boolean])[] = [
  ['queued', null, false],
  ['waiting', null, false],
  ['succeeded', 'deployed', false],
  ['succeeded', 'declined', false],
  ['failed', 'rolled_back', false],
  ['failed', null, false],
  ['succeeded', null, false],
  ['cancelled', 'cancelled', false],
  ['succeeded', 'deployed', true],
];

/** With few: -1, no condition selects few jobs. */
const allLimits = [
  { walked: 1_000, few: 2_000 },
  { walked: 9, few: 3 },
  { walked: 1, few: -1 },
] as const;

describe.each(dialects)('lists of jobs on %s', (dialect) => {
  let world: TestDatabase;
  let db: Database;
  let longReads: LongReads;

  beforeAll(async () => {
    world = await openTestDatabase(dialect);
    db = world.database;
    longReads = openLongReads(db, entryFile('read-worker'));
    for (let n = 0; n < fates.length * titles.length; n++) {
      const { id } = await enqueueJob(db, {
        kind: n % 5 === 0 ? 'revert' : 'backport',
        changes: [
          {
            ...unverifiedChange(String(1_000 + n)),
            subject: titles[n % titles.length] ?? null,
            project: n % 3 === 0 ? 'mediawiki/"core' : null,
          },
        ],
        owner: n % 2 === 0 ? world.alice : world.bob,
        lane: `lane ${n}`,
      });
      const [state, outcome, isWithdrawn] = fates[n % fates.length] ?? ['queued', null, false];
      await db.write([], (em) =>
        em.nativeUpdate(
          Job,
          { id },
          {
            queuedAt: n,
            state,
            outcome,
            ...(hasEnded(state) ? { startedAt: n * hour, finishedAt: endOf(n) } : {}),
            ...(n % 5 === 2 ? { errorFingerprint: errorFingerprint(`ERROR: ${n} failed`) } : {}),
          },
        ),
      );
      if (n % 3 === 0) await db.write([], (em) => em.insert(JobStage, stageRow(id, n % 2 === 0)));
      if (n % 4 === 0) await db.write([], (em) => em.insert(Interaction, questionRow(id, world.alice.id, n)));
      if (isWithdrawn) await db.write([], (em) => em.nativeUpdate(Job, { id }, { removedAt: 1 }));
    }
  });
  afterAll(async () => {
    await longReads[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const visibleJobs = () => db.em().find(Job, { removedAt: null }, { orderBy: { id: 'desc' } });

  /** The numbers on all pages, and the count of the first page. */
  async function all(
    filter: JobFilter,
    order: JobOrder,
    limits?: Parameters<typeof listJobs>[3],
  ): Promise<{ ids: number[]; count: number }> {
    const ids: number[] = [];
    let count: number | null = null;
    for (let after: JobPosition | null = null; ; ) {
      const page = await listJobs(db, longReads, { first: 3, after, order, filter }, limits);
      ids.push(...page.ids);
      count ??= await page.count();
      const last = page.ids.at(-1);
      if (!page.hasNextPage || last === undefined) return { ids, count };
      after = { id: last, endedAt: (await db.em().findOneOrFail(Job, { id: last })).finishedAt ?? 0 };
    }
  }

  it.each<[string, JobFilter, (job: Job, owner: string) => boolean]>([
    ['everything', {}, () => true],
    ['an owner', { owner: 'alice' }, (_, owner) => owner === 'alice'],
    ['kinds', { kinds: ['revert'] }, ({ kind }) => kind === 'revert'],
    ['a lane', { lane: 'lane 7' }, ({ lane }) => lane === 'lane 7'],
    ['an unknown lane', { lane: "'" }, () => false],
    ['a change', { change: '1003' }, ({ changes }) => changes[0]?.number === '1003'],
    ['a part of a change number', { change: '100' }, () => false],
    [
      'a change and another text',
      { change: '1003', text: 'sidebar' },
      ({ changes, title }) => changes[0]?.number === '1003' && title.includes('sidebar'),
    ],
    ['a project', { project: 'mediawiki/"core' }, ({ changes }) => changes[0]?.project === 'mediawiki/"core'],
    ['a part of a project', { project: 'mediawiki' }, () => false],
    ['times', { since: 10, until: 20 }, ({ queuedAt }) => queuedAt >= 10 && queuedAt < 20],
    [
      'the times of their end',
      { endedSince: 1_010, endedUntil: 1_020 },
      ({ finishedAt }) => finishedAt != null && finishedAt >= 1_010 && finishedAt < 1_020,
    ],
    [
      'the time of their end and an outcome',
      { endedSince: 1_005, outcomes: ['deployed'] },
      ({ finishedAt, state, outcome }) =>
        (finishedAt ?? 0) >= 1_005 && (outcome ?? outcomeOfState(state)) === 'deployed',
    ],
    [
      'the time of their end and a text',
      { endedUntil: 1_020, text: 'sidebar' },
      ({ finishedAt, title }) => finishedAt != null && finishedAt < 1_020 && title.includes('sidebar'),
    ],
    ['a stage that has ended', { stage: 'canaries' }, ({ queuedAt: n }) => n % 6 === 0],
    ['a stage that none had', { stage: 'merge' }, () => false],
    ['an answered question', { question: 'revert.reason' }, ({ queuedAt: n }) => n % 8 === 0 && n % 16 !== 0],
    ['an answered question without a key', { question: '' }, ({ queuedAt: n }) => n % 8 === 4],
    [
      'the hour of the week of the start, from Monday',
      { startHour: 74, endedSince: 0 },
      ({ queuedAt: n, finishedAt }) => n === 2 && finishedAt != null,
    ],
    [
      'the error of another job',
      { endedLike: 13 },
      ({ queuedAt: n, finishedAt }) => finishedAt != null && n % 5 === 2,
    ],
    [
      'the error of another job without a stage, and a time',
      { endedLike: 3, endedSince: 1_010 },
      ({ queuedAt: n, finishedAt }) => (finishedAt ?? 0) >= 1_010 && n % 5 === 2,
    ],
    [
      'the end of another job without an error',
      { endedLike: 7, outcomes: ['failed'] },
      ({ queuedAt: n, state, outcome }) =>
        (outcome ?? outcomeOfState(state)) === 'failed' && n % 5 !== 2 && n % 6 === 0,
    ],
    ['the end of a job that has not ended', { endedLike: 1 }, () => false],
    [
      'all conditions',
      { kinds: ['backport'], since: 5, until: 30, owner: 'alice', states: ['succeeded'], text: 'sidebar' },
      ({ kind, queuedAt, state, title }, owner) =>
        kind === 'backport' &&
        queuedAt >= 5 &&
        queuedAt < 30 &&
        owner === 'alice' &&
        state === 'succeeded' &&
        title.includes('sidebar'),
    ],
    ['an unknown owner', { owner: 'nobody' }, () => false],
    ['states', { states: ['queued', 'failed'] }, ({ state }) => state === 'queued' || state === 'failed'],
    [
      'an outcome, which is that of its state for a job of an earlier version',
      { outcomes: ['deployed'] },
      ({ state, outcome }) => (outcome ?? outcomeOfState(state)) === 'deployed',
    ],
    [
      'states, outcomes and an owner',
      { states: ['succeeded'], outcomes: ['declined', 'failed'], owner: 'bob' },
      (job, owner) => job.outcome === 'declined' && owner === 'bob',
    ],
    ['outcomes that the states exclude', { states: ['queued'], outcomes: ['lost'] }, () => false],
    ['a part of a title', { text: 'SIDEBAR” of' }, ({ title }) => title.includes('sidebar')],
    ['a part with quotes', { text: "it's" }, ({ title }) => title.includes("it's")],
    ['a part with letters beyond ASCII', { text: 'größe' }, ({ title }) => title.includes('Größe')],
    ['wildcards as they are', { text: '100_000' }, ({ title }) => title.includes('100_000')],
    ['a wildcard in a short text', { text: '%:' }, ({ title }) => title.includes('%:')],
    ['a short text', { text: 'FI' }, ({ title }) => title.includes('Fi')],
    ['a single letter', { text: 'Q' }, () => false],
    ['a single letter beyond ASCII', { text: 'ö' }, ({ title }) => title.includes('ö')],
    ['the end of a title', { text: 'E' }, ({ title }) => title.toLowerCase().includes('e')],
    ['the last two letters of a title', { text: 'Es' }, ({ title }) => title.includes('es')],
    [
      'a short text and a project',
      { text: '“', project: 'mediawiki/"core' },
      ({ title, changes }) => title.includes('“') && changes[0]?.project === 'mediawiki/"core',
    ],
    ['a text that occurs nowhere', { text: 'nowhere at all' }, () => false],
    ['a change number', { text: '1005' }, ({ changes }) => changes.some(({ number }) => number === '1005')],
    [
      'the name of its owner',
      { text: 'Alice' },
      ({ title }, owner) => owner === 'alice' || title.includes('alice'),
    ],
    ['a part of the name of its owner', { text: 'alic' }, ({ title }) => title.includes('alic')],
    [
      'the name of its owner and a state',
      { text: 'bob', states: ['succeeded'] },
      ({ state, title }, owner) => (owner === 'bob' || title.includes('bob')) && state === 'succeeded',
    ],
    [
      'the name of its owner and a kind',
      { text: 'bob', kinds: ['revert'] },
      ({ kind, title }, owner) => (owner === 'bob' || title.includes('bob')) && kind === 'revert',
    ],
    [
      'the name of its owner and a time',
      { text: 'bob', endedSince: 1_010 },
      ({ finishedAt, title }, owner) =>
        (owner === 'bob' || title.includes('bob')) && (finishedAt ?? 0) >= 1_010,
    ],
    [
      'the name of another owner',
      { text: 'bob', owner: 'alice' },
      ({ title }, owner) => owner === 'alice' && title.includes('bob'),
    ],
    ['a part of a change number', { text: '100' }, ({ title }) => title.includes('100')],
    [
      'a text with an owner and a state',
      { text: 'sidebar', owner: 'alice', states: ['succeeded'] },
      ({ title, state }, owner) => title.includes('sidebar') && owner === 'alice' && state === 'succeeded',
    ],
  ])('jobs are listed by %s on pages without gaps, and counted', async (_name, filter, matches) => {
    const owners = new Map([
      [world.alice.id, 'alice'],
      [world.bob.id, 'bob'],
    ]);
    const expected = (await visibleJobs()).filter((job) => matches(job, owners.get(job.owner) ?? ''));
    const ids = expected.map(({ id }) => id);
    for (const limits of allLimits)
      expect(await all(filter, 'queued', limits), JSON.stringify(limits)).toEqual({ ids, count: ids.length });
    const ended = expected
      .filter(({ finishedAt }) => finishedAt != null)
      .toSorted((one, other) => (other.finishedAt ?? 0) - (one.finishedAt ?? 0) || other.id - one.id)
      .map(({ id }) => id);
    for (const limits of allLimits)
      expect(await all(filter, 'ended', limits), JSON.stringify(limits)).toEqual({
        ids: ended,
        count: ended.length,
      });
  });

  it('the counts of jobs stay equal to the jobs through changes, withdrawals, removals and folding', async () => {
    const counted = async (): Promise<Map<string, number>> => {
      const rows = (await countJobs(db)).filter(({ total }) => total !== 0);
      return new Map(rows.map(({ kind, state, outcome, total }) => [`${kind} ${state} ${outcome}`, total]));
    };
    const actual = async (): Promise<Map<string, number>> => {
      const totals = new Map<string, number>();
      for (const { kind, state, outcome } of await visibleJobs()) {
        const key = `${kind} ${state} ${outcome}`;
        totals.set(key, (totals.get(key) ?? 0) + 1);
      }
      return totals;
    };
    const ended = async (): Promise<number> =>
      (await countJobs(db)).reduce((sum, count) => sum + count.ended, 0);
    const before = await ended();
    expect(await counted()).toEqual(await actual());
    await foldJobCounts(db);
    expect(await counted()).toEqual(await actual());
    const done = await cleanUp(
      db,
      { retention: { days: 0, jobs: 5 }, onRemoval() {} },
      AbortSignal.timeout(30_000),
    );
    expect(done?.jobs).toBeGreaterThan(5);
    expect((await visibleJobs()).filter(({ state }) => hasEnded(state))).toHaveLength(5);
    expect(await counted()).toEqual(await actual());
    // A counter of ended jobs never decreases.
    expect(await ended()).toBe(before);
    await expect(all({ text: 'sidebar' }, 'queued')).resolves.toMatchObject({
      count: (await visibleJobs()).filter(({ title }) => title.includes('sidebar')).length,
    });
  });
});

it('no query for lists, counts, clean-up or compaction reads all jobs or sorts them', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  const { id: like } = await world.enqueue();
  await database.write([], (em) =>
    em.nativeUpdate(Job, { id: like }, { finishedAt: 1, errorFingerprint: errorFingerprint('x') }),
  );
  for (const [state, outcome] of [
    ['succeeded', 'deployed'],
    ['failed', 'failed'],
    ['lost', 'lost'],
  ] as const) {
    const { id } = await world.enqueue();
    await database.write([], (em) =>
      em.nativeUpdate(Job, { id }, { state, outcome, finishedAt: Date.now() }),
    );
  }
  const plans = new Map<string, string>();
  const explained: Database['execute'] = async (sql, values, em) => {
    if (!sql.startsWith('pragma')) {
      const rows = await database.execute(`explain query plan ${sql}`, values);
      plans.set(sql, rows.map((row) => String(row['detail'])).join('; '));
    }
    return await database.execute(sql, values, em);
  };
  const recording: Database = { ...database, execute: explained };
  const longReads: LongReads = { execute: explained, async [Symbol.asyncDispose]() {} };
  const filters: readonly JobFilter[] = [
    { owner: 'alice' },
    { states: ['succeeded', 'failed'] },
    { outcomes: ['lost'], owner: 'alice' },
    { text: 'no such title' },
    { text: 'alice' },
    { text: '1102340', states: ['failed'] },
    { endedSince: 1, endedUntil: 2 },
    { endedSince: 1, endedUntil: 2, outcomes: ['failed'], owner: 'alice', kinds: ['backport'] },
    { endedLike: like },
    { endedSince: 1, endedUntil: 2, stage: 'canaries', question: 'backport.confirm', startHour: 1 },
  ];
  for (const filter of filters)
    for (const order of ['queued', 'ended'] as const) {
      const request = { first: 20, after: { id: 9, endedAt: 9 }, order, filter };
      await (await listJobs(recording, longReads, request)).count();
    }
  await countJobs(recording);
  await nextCompaction(recording, 1);
  await cleanUp(recording, { retention: { days: 1, jobs: 9 }, onRemoval() {} }, AbortSignal.timeout(30_000));
  expect(plans.size).toBeGreaterThan(10);
  // The counts, withdrawn jobs, and what a subquery has selected are few.
  const bad =
    /SCAN (job|j|t|account)\b(?! VIRTUAL| USING (COVERING )?INDEX job_(withdrawn|ended|uncompacted))/;
  for (const [sql, plan] of plans) expect(`${plan} ← ${sql}`).not.toMatch(bad);
  // A page for each ending that jobs have, of which there are four here, not for each possible one. And one for the titles that are searched.
  for (const sql of plans.keys()) expect(sql.split(' union all ').length).toBeLessThanOrEqual(5);
});

/** The number of rows that the step of a plan which reads the most returns or leaves out. */
const mostRows = (plan: string): number =>
  Math.max(
    ...[...plan.matchAll(/rows=([\d.]+) loops=(\d+)/g)].map(
      ([, rows, loops]) => Number(rows) * Number(loops),
    ),
    ...[...plan.matchAll(/Rows Removed by [^:]+: (\d+)/g)].map(([, rows]) => Number(rows)),
  );

/** A database that also records the plan of each statement, with what its steps read. */
function explaining(database: Database): { readonly explained: Database; readonly plans: string[] } {
  const plans: string[] = [];
  const execute: Database['execute'] = async (sql, values) => {
    const rows = await database.execute(`explain (analyze) ${sql}`, values);
    plans.push(`${sql}\n${rows.map((row) => String(row['QUERY PLAN'])).join('\n')}`);
    return await database.execute(sql, values);
  };
  return { explained: { ...database, execute }, plans };
}

describe('100,000 jobs on PostgreSQL', () => {
  const size = 100_000;
  const isRare = (remainder: number): string => `n % 5000 = ${remainder}`;
  let world: TestDatabase;

  beforeAll(async () => {
    world = await openTestDatabase('postgresql');
    const { alice, bob, database } = world;
    // Inserting into indexes takes most of the time, that of the parts of titles above all.
    await database.execute('drop index job_search_title, job_search_short, job_error, job_state', []);
    const fill = async (from: number, to: number): Promise<void> => {
      const series = `generate_series(${from + 1}, ${to}) n`;
      await database.write([], async (em) => {
        // Without the triggers that check the references.
        for (const statement of [
          'set local session_replication_role = replica',
          `insert into job (kind, state, outcome, lane, changes, title, owner_id, queued_at, finished_at, revision)
           select case when ${isRare(1)} then 'train' else 'backport' end, 'succeeded', case when ${isRare(0)} then 'declined' else 'deployed' end,
             'default', '[]', 'title', case when ${isRare(2)} then ${bob.id} else ${alice.id} end, n, n, 1 from ${series}`,
          `insert into job_search select n, 'title', array[n::text] from ${series}`,
          `insert into job_project select case when ${isRare(3)} then 'rare' else 'common' end, n from ${series}`,
        ])
          await database.execute(statement, [], em);
      });
    };
    for (let from = 0; from < size; from += 10_000) await fill(from, from + 10_000);
    await database.execute(
      `insert into job_count select owner_id, kind, state, outcome, count(*), count(*) from job group by 1, 2, 3, 4`,
      [],
    );
    for (const table of ['job', 'job_search', 'job_project', 'job_count'])
      await database.execute(`vacuum (analyze) ${table}`, []);
  }, 120_000);
  afterAll(() => world[Symbol.asyncDispose]());

  it.each<[string, JobFilter]>([
    ['the number of a change', { change: '50000' }],
    ['a project of few jobs', { project: 'rare' }],
    ['a project of no job', { project: 'none' }],
    ['a project of nearly all jobs', { project: 'common' }],
    ['two frequent properties', { project: 'common', owner: 'alice', outcomes: ['deployed'] }],
    ['a kind of few jobs', { kinds: ['train'] }],
    ['a rare and a frequent property', { kinds: ['train'], project: 'common', text: 'title' }],
    ['a user with few jobs', { owner: 'bob', project: 'common', text: 'ti' }],
    ['a rare outcome', { outcomes: ['declined'], project: 'common', text: 't' }],
    ['the time of their end', { endedSince: 50_000, endedUntil: 50_010, project: 'common' }],
    ['a time of their end that has begun long ago', { endedSince: 1, outcomes: ['deployed'] }],
    ['a frequent text', { text: 'title' }],
    ['a frequent short text', { text: 'ti', kinds: ['backport'], endedSince: 0 }],
  ])('PostgreSQL reads few rows for a page of the jobs with %s', async (_name, filter) => {
    for (const order of ['ended', 'queued'] as const) {
      const { explained, plans } = explaining(world.database);
      await listJobs(explained, explained, { first: 20, after: null, order, filter });
      expect(plans.length).toBeGreaterThan(1);
      for (const plan of plans) expect(mostRows(plan), plan).toBeLessThan(3_000);
    }
  });

  it.each<[string, JobFilter]>([
    ['the name of the owner of nearly all jobs', { text: 'alice' }],
    [
      'the name of an owner, a kind and an outcome',
      { text: 'bob', kinds: ['train'], outcomes: ['deployed'] },
    ],
    ['a rare kind and a frequent project', { kinds: ['train'], project: 'common' }],
  ])('PostgreSQL reads few rows to count the jobs with %s', async (_name, filter) => {
    const { explained, plans } = explaining(world.database);
    const page = await listJobs(explained, explained, { first: 20, after: null, order: 'ended', filter });
    plans.length = 0;
    await page.count();
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(mostRows(plan), plan).toBeLessThan(3_000);
  });
});
