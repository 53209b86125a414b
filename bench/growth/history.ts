// Owns measuring the pages of the history with each condition of its filter, and each pair of conditions: that no, few or many jobs meet.
import { userNamed } from '../../schema/model/account/user.ts';
import { foldJobCounts } from '../../schema/model/job/count.ts';
import { Job } from '../../schema/model/job/job.ts';
import type { JobFilter } from '../../schema/model/job/job-filter.ts';
import { listJobs } from '../../schema/model/job/listing.ts';
import type { JobOrder } from '../../schema/model/job/listing-query.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { openLongReads } from '../../schema/model/store/long-read.ts';
import { entryFile } from '../../schema/process/files.ts';
import { type Figure, figureOf, rank } from '../report/figure.ts';
import { fillJobs, rareJobs } from '../support/fill.ts';
import type { Bench } from '../support/section.ts';

/** How many of the slowest filters are printed. */
const shown = 12;
/** How often each filter is measured after the first time. */
const rounds = 3;

/** A filter with the words for it. */
type Named = readonly [name: string, filter: JobFilter];

/** Each condition with values that no, few and many jobs meet. @param errors jobs that ended with a rare and with a common error */
function conditionsOf(
  size: number,
  [rareError, commonError]: readonly [number, number],
): readonly (readonly Named[])[] {
  const of = (name: string, ...filters: readonly JobFilter[]): readonly Named[] =>
    filters.map((filter, index) => [`${name}: ${['none', 'few', 'many'][index]}`, filter]);
  const { kind, outcome, project, word, stage, question, startHour } = rareJobs;
  return [
    of('change', { change: '1' }, { change: String(1_000_000 + Math.floor(size / 2)) }),
    of('project', { project: 'no/such' }, { project: project[0] }, { project: project[1] }),
    of('owner', { owner: 'nobody' }, { owner: 'rare' }, { owner: 'bench' }),
    of('text', { text: 'no such title' }, { text: word[0] }, { text: word[1] }),
    of('short text', { text: 'qq' }, { text: 'ld' }, { text: 'id' }),
    of('kind', { kinds: ['revert'] }, { kinds: [kind[0]] }, { kinds: [kind[1]] }),
    of('state', { states: ['stopped'] }, { states: ['lost'] }, { states: ['succeeded', 'failed'] }),
    of('outcome', { outcomes: ['rolled_back'] }, { outcomes: [outcome[0]] }, { outcomes: [outcome[1]] }),
    of('stage', { stage: 'merge' }, { stage: stage[0] }, { stage: stage[1] }),
    of('question', { question: 'revert.reason' }, { question: question[0] }, { question: question[1] }),
    of('start hour', { startHour: 60 }, { startHour: startHour[0] }, { startHour: startHour[1] }),
    of('ended like', { endedLike: size + 1 }, { endedLike: rareError }, { endedLike: commonError }),
    of(
      'period',
      { endedSince: size + 1 },
      { endedSince: size / 2, endedUntil: size / 2 + 350 },
      { endedSince: 0 },
    ),
  ];
}

/** The conditions by themselves, and the pairs of them that can be meant together. */
function filtersOf(conditions: readonly (readonly Named[])[]): readonly Named[] {
  const isNone = ([name]: Named): boolean => name.endsWith('none');
  return conditions.flatMap((ones, index) => [
    ...ones,
    ...conditions
      .slice(index + 1)
      .flatMap((others) =>
        ones
          .filter((one) => !isNone(one))
          .flatMap(([name, filter]) =>
            others
              .filter((other) => !isNone(other))
              .map(([also, more]): Named => [`${name}, ${also}`, { ...filter, ...more }]),
          ),
      ),
  ]);
}

/** Milliseconds of a page with and without its count, each time. */
async function timed(
  read: () => ReturnType<typeof listJobs>,
): Promise<{ counted: number[]; page: number[] }> {
  const counted: number[] = [];
  const page: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    const { count } = await read();
    const ofPage = performance.now() - began;
    await count();
    if (round === 0) continue;
    page.push(ofPage);
    counted.push(performance.now() - began);
  }
  return { counted, page };
}

/** Measures all filters at each size. The baseline is the page without a filter. */
export async function measureHistory(bench: Bench): Promise<Figure[]> {
  await using world = await bench.open({ jobrunner: false });
  const db = world.database;
  await using longReads = openLongReads(db, entryFile('read-worker'));
  const [owner, rare] = await db.write(
    [],
    async (em) => [await userNamed(em, 'bench', 1), await userNamed(em, 'rare', 1)] as const,
  );
  const figures: Figure[] = [];
  let filled = 0;
  for (const size of bench.sizes) {
    bench.signal.throwIfAborted();
    await fillJobs(db, { owner: owner.id, rare: rare.id, parts: true }, filled, size);
    filled = size;
    await foldJobCounts(db);
    for (const order of ['ended', 'queued'] as const)
      figures.push(...(await measureOrder(db, longReads, size, order, bench)));
  }
  return figures;
}

async function measureOrder(
  db: Database,
  longReads: Pick<Database, 'execute'>,
  size: number,
  order: JobOrder,
  { signal }: Bench,
): Promise<Figure[]> {
  const title = `${size.toLocaleString('en')} jobs, order ${order}`;
  const read = (filter: JobFilter) => () =>
    listJobs(db, longReads, { first: 20, after: null, order, filter });
  const withError = async (text: string): Promise<number> =>
    (await db.em().findOne(Job, { errorFingerprint: text }, { orderBy: { id: 'desc' } }))?.id ?? 0;
  const [rareError, error] = rareJobs.error;
  const errors = [await withError(rareError), await withError(error)] as const;
  const all = await timed(read({}));
  const took: { name: string; counted: number[]; page: number[] }[] = [];
  for (const [name, filter] of filtersOf(conditionsOf(size, errors))) {
    signal.throwIfAborted();
    took.push({ name, ...(await timed(read(filter))) });
  }
  const slowest = took
    .toSorted((one, other) => Math.max(...other.counted) - Math.max(...one.counted))
    .slice(0, shown);
  for (const { name, counted, page } of slowest)
    process.stdout.write(
      `${title}: ${Math.max(...counted).toFixed(1)} ms, of which ${Math.max(...page).toFixed(1)} ms for the page: ${name}\n`,
    );
  const p95 = (of: 'page' | 'counted'): string =>
    rank(
      took.flatMap((each) => each[of]).toSorted((one, other) => one - other),
      0.95,
    ).toFixed(1);
  process.stdout.write(`${title}: p95 ${p95('page')} ms for the page, ${p95('counted')} ms with its count\n`);
  return [
    figureOf(
      `${title}: page with one of ${took.length} filters`,
      'ms',
      took.flatMap(({ page }) => page),
      {
        baseline: ['without a filter', all.page],
      },
    ),
    figureOf(
      `${title}: page and count with one of them`,
      'ms',
      took.flatMap(({ counted }) => counted),
      {
        baseline: ['without a filter', all.counted],
      },
    ),
  ];
}
