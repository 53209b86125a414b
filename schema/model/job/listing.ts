// Owns the lists of jobs: a page of those that a filter selects, in one of two orders, and how many there are. Not the conditions (job-filter.ts), not the rows (job.ts).
import type { Database } from '../store/database.ts';
import type { LongReads } from '../store/long-read.ts';
import { countEndedJobs, countJobsWhere } from './count.ts';
import { errorFingerprint, storedErrorText } from './error-fingerprint.ts';
import {
  allOf,
  type Condition,
  columnConditions,
  condition,
  endConditions,
  endingsOf,
  type JobEnd,
  type JobFilter,
  type KnownFilter,
  lastStage,
  linkedConditions,
  placeConditions,
  withoutRepetitions,
} from './job-filter.ts';
import {
  countOfAll,
  countOfFew,
  countOfIds,
  countOfPlaces,
  countUpTo,
  type FewJobs,
  idsOfKinds,
  idsOfPlaces,
  type JobOrder,
  type JobPosition,
  type KeptEnding,
  type Listed,
  otherConditions,
  type PagePlace,
  pageOfAll,
  pageOfFew,
  pageOfPlaces,
  positionAfter,
} from './listing-query.ts';
import { endedStateList } from './state.ts';

/** A page of the numbers of jobs in their order. */
export interface JobNumbers {
  readonly ids: readonly number[];
  readonly hasNextPage: boolean;
  /** How many jobs match the filter, on all pages. */
  count(): Promise<number>;
}

type Reads = Pick<LongReads, 'execute'>;

/** After the position of any job: the largest number and the largest time that both databases can store. */
const beforeAll: JobPosition = { id: 2_147_483_647, endedAt: Number.MAX_SAFE_INTEGER };

/** How a page is found whose conditions no index answers together. */
interface ListLimits {
  /** How many jobs are read in their order at first: a frequent condition fills the page with them. */
  readonly walked: number;
  /** Up to how many jobs that meet one condition are then looked up and sorted. If each condition selects more, all jobs are read in their order (bench: history). */
  readonly few: number;
}

const listLimits: ListLimits = { walked: 1_000, few: 2_000 };

const none: JobNumbers = { ids: [], hasNextPage: false, count: async () => 0 };

/** The page of at most `first` jobs that come after a position. */
export async function listJobs(
  db: Database,
  longReads: Reads,
  request: { first: number; after: JobPosition | null; order: JobOrder; filter: JobFilter },
  limits = listLimits,
): Promise<JobNumbers> {
  const { first, order } = request;
  const filter = await knownFilter(db, withoutRepetitions(request.filter));
  const kept = filter && (await keptEndings(db, filter, order));
  if (filter === null || kept?.length === 0) return none;
  const listed: Listed = { order, filter, kept, dialect: db.dialect };
  const page = { after: request.after ?? beforeAll, limit: first + 1 };
  const rows = await pageRows(db, longReads, listed, page, limits);
  return {
    ids: rows.slice(0, first).map((row) => Number(row['id'])),
    hasNextPage: rows.length > first,
    count: () => countOf(db, longReads, listed, limits),
  };
}

/** The rows of a page. */
async function pageRows(
  db: Database,
  longReads: Reads,
  listed: Listed,
  page: PagePlace,
  limits: ListLimits,
): Promise<Record<string, unknown>[]> {
  const { order, filter } = listed;
  if (otherConditions(listed).length === 0) {
    if (order === 'ended' || endConditions(filter).length === 0)
      return await rowsOf(db, pageOfPlaces(listed, page));
    // The jobs that ended in a time are sorted by their numbers.
    return (
      (await nearPage(longReads, listed, page, limits.walked)) ??
      (await rowsOf(longReads, pageOfPlaces(listed, page)))
    );
  }
  const few = selectsFew(filter)
    ? await fewJobsOf(db, longReads, listed, limits.few)
    : fewOfPlaces(listed, limits.few);
  return (
    (few ? null : await nearPage(longReads, listed, page, limits.walked)) ??
    (await farPage(longReads, listed, page, few ?? (await fewJobsOf(db, longReads, listed, limits.few))))
  );
}

/** Whether few jobs meet a filter, as far as that can be said without a query: it has the number of a change, which few jobs have. Pure. */
const selectsFew = ({ change, text }: KnownFilter): boolean =>
  change !== undefined || /^\d{5,}$/.test(text ?? '');

/** How many jobs a list has. */
async function countOf(db: Database, longReads: Reads, listed: Listed, limits: ListLimits): Promise<number> {
  const { order, filter } = listed;
  const kept = keptCount(listed);
  if (kept !== null) return kept;
  if (isUnfiltered(listed)) return await countAll(db, order);
  if (otherConditions(listed).length === 0) return await countRows(longReads, countOfPlaces(listed));
  const { text: _, ...rest } = filter;
  const { named } = filter;
  if (named.length > 0 && isKept(rest, db.dialect)) {
    const others = { ...listed, filter: { ...filter, named: [], exceptOwners: named } };
    const own = await Promise.all(named.map((ownerId) => keptEndings(db, { ...filter, ownerId }, order)));
    return totalOf(own.flatMap((endings) => endings ?? [])) + (await countOf(db, longReads, others, limits));
  }
  return await countRows(longReads, countOfList(listed, await fewJobsOf(db, longReads, listed, limits.few)));
}

const rowsOf = (reads: Reads, { sql, values }: Condition) => reads.execute(sql, values);

/** The page, if it is full with the next jobs of the order, or these are the last ones; null otherwise. */
async function nearPage(
  reads: Reads,
  listed: Listed,
  page: PagePlace,
  walked: number,
): Promise<Record<string, unknown>[] | null> {
  const [end] = await rowsOf(reads, positionAfter(listed, page.after, walked));
  if (!end) return await rowsOf(reads, pageOfAll(listed, page));
  const last = { id: Number(end['id']), endedAt: Number(end['ended_at']) };
  const rows = await rowsOf(reads, pageOfAll(listed, { ...page, last }));
  return rows.length === page.limit ? rows : null;
}

/** The page, however far its jobs are. @param few see {@link fewJobsOf} */
const farPage = (reads: Reads, listed: Listed, page: PagePlace, few: FewJobs | null) =>
  rowsOf(reads, few ? pageOfFew(listed, few, page) : pageOfAll(listed, page));

/** The filter with what its names and numbers stand for; null if they stand for nothing, so that no job matches. */
async function knownFilter(db: Database, filter: JobFilter): Promise<KnownFilter | null> {
  const { owner, endedLike, text } = filter;
  const ownerId = owner === undefined ? undefined : await ownerNamed(db, owner);
  const like = endedLike === undefined ? undefined : await endOfJob(db, endedLike);
  if (ownerId === null || like === null) return null;
  const named = text === undefined ? [] : await ownersCalled(db, text);
  return {
    ...filter,
    named: named.filter((id) => ownerId === undefined || id === ownerId),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(like === undefined ? {} : { like }),
  };
}

/** How a job ended; null if it has not, or does not exist. */
async function endOfJob(db: Database, id: number): Promise<JobEnd | null> {
  const [row] = await db.execute(
    `select ${lastStage} as stage, error_fingerprint, last_error from job j
     where j.id = ? and j.removed_at is null and j.finished_at is not null`,
    [id],
  );
  const text = (value: unknown): string | null => (value == null ? null : String(value));
  if (row === undefined) return null;
  const error = storedErrorText(row['last_error']);
  const fingerprint = text(row['error_fingerprint']) ?? (error === null ? null : errorFingerprint(error));
  return { stage: text(row['stage']), fingerprint };
}

/** The id of a user; null if no user has this name. */
async function ownerNamed(db: Database, name: string): Promise<number | null> {
  const [row] = await db.execute('select id from account where name = ?', [name]);
  return row ? Number(row['id']) : null;
}

/** The users whose name is a text, ignoring the case of its first letter. */
async function ownersCalled(db: Database, text: string): Promise<readonly number[]> {
  const [first, rest] = [text.slice(0, 1), text.slice(1)];
  const names = [first.toLowerCase() + rest, first.toUpperCase() + rest];
  const rows = await db.execute('select id from account where name in (?, ?)', names);
  return rows.map((row) => Number(row['id']));
}

/**
 * The endings that a filter selects and that jobs of its owner and kinds have, by the kept counts. Null if it has no such condition. There are dozens of
 * possible endings; a union of them all is planned for longer than it runs (bench: growth).
 */
async function keptEndings(
  db: Database,
  filter: KnownFilter,
  order: JobOrder,
): Promise<readonly KeptEnding[] | null> {
  const endings = endingsOf(filter);
  const { ownerId, kinds } = filter;
  if (endings === null && ownerId === undefined && kinds === undefined) return null;
  const { sql, values } = allOf([
    ...(ownerId === undefined ? [] : [condition('owner_id = ?', ownerId)]),
    ...(order === 'ended' ? [condition(`state in (${endedStateList})`)] : []),
  ]);
  const ofKinds =
    kinds === undefined
      ? 'total'
      : `case when kind in (${kinds.map(() => '?').join(', ')}) then total else 0 end`;
  const rows = await db.execute(
    `select state, outcome, sum(${ofKinds}) as total, sum(total) as of_all_kinds from job_count where ${sql} group by state, outcome`,
    [...(kinds ?? []), ...values],
  );
  const kept = rows
    .map((row) => ({
      state: String(row['state']),
      outcome: String(row['outcome']),
      total: Number(row['total']),
      ofAllKinds: Number(row['of_all_kinds']),
    }))
    .filter(({ total }) => total > 0);
  return kept.filter(
    (one) =>
      endings?.some(({ state, outcome }) => state === one.state && (outcome ?? '') === one.outcome) ?? true,
  );
}

/** The jobs with the endings and the owner of a list, if they are few by the kept counts. Pure. */
const fewOfPlaces = (listed: Listed, most: number): FewJobs | null =>
  listed.kept && listed.kept.reduce((sum, { ofAllKinds }) => sum + ofAllKinds, 0) <= most
    ? { ids: idsOfPlaces(listed), meet: null }
    : null;

/** The numbers of few jobs that include those of a list; null if each condition that an index answers selects many. */
async function fewJobsOf(db: Database, reads: Reads, listed: Listed, most: number): Promise<FewJobs | null> {
  const { filter, dialect } = listed;
  const places = fewOfPlaces(listed, most);
  if (places) return places;
  if (filter.kinds && (await countOfKinds(db, filter.kinds)) <= most)
    return { ids: idsOfKinds(filter.kinds), meet: null };
  for (const meet of linkedConditions(filter, { dialect, joins: false })) {
    const { ids } = meet;
    if (ids && (await countRows(reads, countUpTo(ids(most + 1), most + 1, dialect))) <= most)
      return { ids: ids(), meet };
  }
  return null;
}

const countOfKinds = (db: Database, kinds: readonly string[]): Promise<number> =>
  countJobsWhere(db, `kind in (${kinds.map(() => '?').join(', ')})`, kinds);

/** Whether the kept counts know all conditions of a filter. Pure. */
const isKept = ({ kinds: _, ...filter }: KnownFilter, dialect: Database['dialect']): boolean =>
  [
    ...endConditions(filter),
    ...columnConditions(filter),
    ...linkedConditions(filter, { dialect, joins: false }),
  ].length === 0;

/** How many jobs a list has that only the kept counts know; null if it has other conditions. Pure. */
const keptCount = ({ filter, kept, dialect }: Listed): number | null =>
  kept !== null && isKept(filter, dialect) ? totalOf(kept) : null;

const totalOf = (kept: readonly KeptEnding[]): number => kept.reduce((sum, { total }) => sum + total, 0);

/** Whether a list has all jobs of its order. Pure. */
const isUnfiltered = (listed: Listed): boolean =>
  listed.kept === null && otherConditions(listed).length === 0 && endConditions(listed.filter).length === 0;

const countAll = (db: Database, order: JobOrder): Promise<number> =>
  order === 'ended' ? countEndedJobs(db) : countJobsWhere(db, 'true', []);

/** The statement for the number of jobs of a list. Pure. @param few see {@link fewJobsOf} */
function countOfList(listed: Listed, few: FewJobs | null): Condition {
  const { order, filter, dialect } = listed;
  if (few) return countOfFew(listed, few);
  const [only, ...linked] = linkedConditions(filter, { dialect, joins: true });
  const isOnly =
    [...linked, ...columnConditions(filter), ...endConditions(filter), ...placeConditions(filter)].length ===
    0;
  return only?.ids && isOnly ? countOfIds(order, only.ids()) : countOfAll(listed);
}

async function countRows(reads: Reads, statement: Condition): Promise<number> {
  const [row] = await rowsOf(reads, statement);
  return Number(row?.['total'] ?? 0);
}
