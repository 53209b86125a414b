// Owns the statements that read a page of a list of jobs, and count it. Pure. Not the conditions (job-filter.ts), not what is read first and why (listing.ts).
import type { Database } from '../store/database.ts';
import {
  allOf,
  type Condition,
  columnConditions,
  condition,
  endConditions,
  type KnownFilter,
  type LinkedCondition,
  linkedConditions,
  placeConditions,
  unionAll,
} from './job-filter.ts';
import { activeStateList } from './state.ts';

/** `queued`: by their numbers, the newest first. `ended`: only jobs that have ended, the one that ended last first. */
export type JobOrder = 'queued' | 'ended';

/** A job in an order of jobs. `endedAt` is not used in the order `queued`. */
export interface JobPosition {
  readonly id: number;
  readonly endedAt: number;
}

/** An ending that jobs have. An empty outcome: null. */
export interface KeptEnding {
  readonly state: string;
  readonly outcome: string;
  /** How many jobs of the kinds of the filter have it, and how many of all kinds. */
  readonly total: number;
  readonly ofAllKinds: number;
}

/** What a list contains. */
export interface Listed {
  readonly order: JobOrder;
  readonly filter: KnownFilter;
  /** The endings that the filter selects and that jobs have; null for all. */
  readonly kept: readonly KeptEnding[] | null;
  readonly dialect: Database['dialect'];
}

/** A page: what comes after a position. */
export interface PagePlace {
  readonly after: JobPosition;
  readonly limit: number;
  /** Its last job is not after this position. */
  readonly last?: JobPosition;
}

/** The conditions that neither the indexes of lists nor the kept counts answer, over `job j`. */
export const otherConditions = ({ filter, dialect }: Listed): readonly Condition[] => [
  ...columnConditions(filter),
  ...linkedConditions(filter, { dialect, joins: false }).map(({ holds }) => holds),
];

/** That a job is in a list of this order, over `job j`. */
const isListed = (order: JobOrder): Condition =>
  condition(`j.removed_at is null${order === 'ended' ? ' and j.finished_at is not null' : ''}`);

/** All conditions of a list, over `job j`. @param known a condition that the jobs meet anyway @param joins see {@link Reading} */
const allConditions = (
  { order, filter, dialect }: Listed,
  known: LinkedCondition | null = null,
  joins = false,
): Condition =>
  allOf([
    isListed(order),
    ...placeConditions(filter),
    ...endConditions(filter),
    ...columnConditions(filter),
    ...linkedConditions(filter, { dialect, joins }).flatMap(({ ids, holds }) =>
      known?.ids && ids && known.ids().sql === ids().sql ? [] : [holds],
    ),
  ]);

/** Few jobs that include those of a list. */
export interface FewJobs {
  /** Selects their numbers. */
  readonly ids: Condition;
  /** The condition of the list that they meet; null if none in particular. */
  readonly meet: LinkedCondition | null;
}

/** Conditions over `job j`, each of which one index answers. Together they select what the filter does, apart from {@link otherConditions}. */
function placesOf({ order, filter, kept }: Listed): readonly Condition[] {
  const ended = endConditions(filter);
  const always = [
    // Said also where it follows: that selects the indexes of jobs that have ended.
    isListed(ended.length > 0 ? 'ended' : order),
    ...ended,
    ...(filter.ownerId === undefined ? [] : [condition('j.owner_id = ?', filter.ownerId)]),
  ];
  if (kept === null) return [allOf(always)];
  return kept.map(({ state, outcome }) =>
    allOf([
      ...always,
      condition('j.state = ?', state),
      outcome === '' ? condition('j.outcome is null') : condition('j.outcome = ?', outcome),
    ]),
  );
}

/** The next jobs of a list, with their positions. @param from where they are found @param where their conditions @param sorts whether no index has them in their order */
function pageFrom(
  order: JobOrder,
  { after, last, limit }: PagePlace,
  from: Condition,
  where: Condition,
  sorts = false,
): Condition {
  const within = allOf([
    where,
    positioned(order, '<', after),
    ...(last === undefined ? [] : [positioned(order, '>=', last)]),
  ]);
  // An expression, so that the jobs are not read from the newest on until enough of them match.
  const by = sorts && order === 'queued' ? 'j.id + 0 desc' : inDirection[order];
  return {
    sql: `select j.id, j.finished_at as ended_at from ${from.sql} where ${within.sql} order by ${by} limit ?`,
    values: [...from.values, ...within.values, limit],
  };
}

const inDirection: Readonly<Record<JobOrder, string>> = {
  ended: 'j.finished_at desc, j.id desc',
  queued: 'j.id desc',
};

/** That a job is after a position (`<`), or not after it (`>=`). */
const positioned = (order: JobOrder, operator: '<' | '>=', { id, endedAt }: JobPosition): Condition =>
  order === 'ended'
    ? condition(`(j.finished_at, j.id) ${operator} (?, ?)`, endedAt, id)
    : condition(`j.id ${operator} ?`, id);

/** The next jobs of pages together. */
function firstOf(order: JobOrder, pages: readonly Condition[], limit: number): Condition {
  const { sql, values } = unionAll(pages);
  return {
    sql: `${sql} order by ${order === 'ended' ? 'ended_at desc, ' : ''}id desc limit ?`,
    values: [...values, limit],
  };
}

const everyJob = condition('job j');

/**
 * All jobs `j` in the order of a list. The statement names the index for SQLite: its entries have what the conditions on columns need. Reading the rows, with the messages
 * of their changes, takes ten times as long (bench: history).
 */
const inOrder = (order: JobOrder, dialect: Database['dialect']): Condition =>
  order === 'ended' && dialect === 'sqlite' ? condition('job j indexed by job_ended') : everyJob;

/** A page of a list without {@link otherConditions}. */
export const pageOfPlaces = (listed: Listed, page: PagePlace): Condition =>
  firstOf(
    listed.order,
    placesOf(listed).map((place) =>
      pageFrom(listed.order, page, everyJob, place, endConditions(listed.filter).length > 0),
    ),
    page.limit,
  );

/** A page of a list, read from all jobs in their order until it is full. */
export const pageOfAll = (listed: Listed, page: PagePlace): Condition =>
  pageFrom(listed.order, page, inOrder(listed.order, listed.dialect), allConditions(listed));

/** The position that is so many jobs of the order after another one. */
export function positionAfter(
  { order, filter, dialect }: Listed,
  after: JobPosition,
  jobs: number,
): Condition {
  const where = allOf([
    positioned(order, '<', after),
    ...(order === 'ended' ? [isListed(order), ...endConditions(filter)] : []),
  ]);
  return {
    sql: `select j.id, j.finished_at as ended_at from ${inOrder(order, dialect).sql} where ${where.sql} order by ${inDirection[order]} limit 1 offset ?`,
    values: [...where.values, jobs - 1],
  };
}

/** A page of a list whose jobs are among these. */
export const pageOfFew = (listed: Listed, { ids, meet }: FewJobs, page: PagePlace): Condition =>
  pageFrom(listed.order, page, joined(ids, listed.dialect), allConditions(listed, meet), true);

/** The numbers of the jobs of some kinds. */
export const idsOfKinds = (kinds: readonly string[]): Condition =>
  idsFrom(
    everyJob,
    condition(`j.removed_at is null and j.kind in (${kinds.map(() => '?').join(', ')})`, ...kinds),
  );

/** The numbers of the jobs of the places of a list. */
export const idsOfPlaces = (listed: Listed): Condition =>
  unionAll(placesOf(listed).map((place) => idsFrom(everyJob, place)));

/** These jobs as `j`. Each is looked up by its number: PostgreSQL would rather read jobs from the newest on until enough of them match. */
const joined = ({ sql, values }: Condition, dialect: Database['dialect']): Condition => ({
  sql: `(select distinct id from (${sql}) ids) found cross join ${
    dialect === 'sqlite'
      ? 'job j on j.id = found.id'
      : 'lateral (select * from job where id = found.id offset 0) j'
  }`,
  values,
});

const idsFrom = (from: Condition, where: Condition): Condition => ({
  sql: `select j.id from ${from.sql} where ${where.sql}`,
  values: [...from.values, ...where.values],
});

/** Counts the rows of a statement, which has no row twice. */
const countOf = ({ sql, values }: Condition): Condition => ({
  sql: `select count(*) as total from (${sql}) rows_of`,
  values,
});

/**
 * Counts up to `most` selected jobs. PostgreSQL plans the statement for all of its rows, because for a part of them it would read all jobs until it has found
 * enough. SQLite would also read all rows then.
 */
export const countUpTo = (
  { sql, values }: Condition,
  most: number,
  dialect: Database['dialect'],
): Condition => ({
  sql:
    dialect === 'sqlite'
      ? `select count(*) as total from (${sql} limit ${most})`
      : `with found as materialized (${sql}) select count(*) as total from (select 1 from found limit ${most}) some_of`,
  values,
});

/** Counts a list without {@link otherConditions}. */
export const countOfPlaces = (listed: Listed): Condition => countOf(idsOfPlaces(listed));

/** Counts a list whose jobs are among these. */
export const countOfFew = (listed: Listed, { ids, meet }: FewJobs): Condition =>
  countOf(idsFrom(joined(ids, listed.dialect), allConditions(listed, meet)));

/** Counts the jobs with these numbers that a list without another condition has: all but the few that it does not show. */
export const countOfIds = (order: JobOrder, { sql, values }: Condition): Condition => ({
  sql: `select count(distinct id) as total from (${sql}) ids where id not in (
    select id from job where removed_at is not null${order === 'ended' ? ` union all select id from job where ${isUnended('job')}` : ''})`,
  values,
});

/** Counts a list by looking at all jobs: those that have ended, in the entries of an index, and the others. */
export function countOfAll(listed: Listed): Condition {
  const where = allConditions(listed, null, true);
  return countOf(
    unionAll([
      idsFrom(inOrder('ended', listed.dialect), allOf([isListed('ended'), where])),
      ...(listed.order === 'ended' ? [] : [idsFrom(everyJob, allOf([condition(isUnended('j')), where]))]),
    ]),
  );
}

const isUnended = (job: string): string =>
  `${job}.state in ('queued', ${activeStateList}) and ${job}.finished_at is null`;
