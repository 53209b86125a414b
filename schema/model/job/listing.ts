// Owns the lists of jobs: which jobs a filter selects, newest first, and how many. Each read ends after one page, however many jobs there are, except the jobs that ended in a period: all jobs of the period are read. Not the rows (job.ts).
import type { StageName } from '../../text/stage.ts';
import type { Bindable, Database } from '../store/database.ts';
import type { LongReads } from '../store/long-read.ts';
import { countJobsWhere } from './count.ts';
import { errorFingerprint, storedErrorText } from './error-fingerprint.ts';
import type { JobKind } from './kind/list.ts';
import { type JobOutcome, jobOutcomes, outcomeOfState } from './outcome.ts';
import { hasEnded, type JobState, jobStates } from './state.ts';

/** Selects jobs. A member that is absent is not a condition. */
export interface JobFilter {
  readonly states?: readonly JobState[];
  readonly outcomes?: readonly JobOutcome[];
  /** The exact name of the owner. */
  readonly owner?: string;
  /** A part of the title, a whole change number, or the whole name of the owner. Ignores the case of titles, and of the first letter of a name. */
  readonly text?: string;
  readonly kinds?: readonly JobKind[];
  readonly lane?: string;
  /** The exact name of the Gerrit project of a change. */
  readonly project?: string;
  /** The number of a change. */
  readonly change?: string;
  /** Queued at or after this time. */
  readonly since?: number;
  /** Queued before this time. */
  readonly until?: number;
  /** Ended at or after this time. */
  readonly endedSince?: number;
  /** Ended before this time. */
  readonly endedUntil?: number;
  /** A stage that it went through. */
  readonly stage?: StageName;
  /** The stable name of a question that was answered in it; empty: of a question that has none. */
  readonly question?: string;
  /** The hour of the week in which scap was started: 0 (Monday, 00:00 UTC) to 167. */
  readonly startHour?: number;
  /** The number of a job: it ended in the same stage, with the same error line apart from numbers. */
  readonly endedLike?: number;
}

/** How a job ended: the last stage that it went through, and its error line. */
interface JobEnd {
  readonly stage: string | null;
  readonly fingerprint: string | null;
}

/** A filter whose {@link JobFilter.endedLike} was looked up. */
type KnownFilter = JobFilter & { readonly like?: JobEnd };

/** A page of the numbers of jobs, newest first. */
export interface JobNumbers {
  readonly ids: readonly number[];
  readonly hasNextPage: boolean;
  /** How many jobs match the filter, on all pages. */
  count(): Promise<number>;
}

interface Condition {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

/** A state with an outcome. Null if none, or unknown, see {@link outcomeOfState}. */
interface Ending {
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
}

/** Greater than the number of any job: the largest that both databases can store. */
const afterLast = 2_147_483_647;
/** A shorter text is not in the index of trigrams, so all titles are read for it. */
const shortestIndexed = 3;

const none: JobNumbers = { ids: [], hasNextPage: false, count: async () => 0 };

/** The page of at most `first` jobs with smaller numbers than `before`. */
export async function listJobs(
  db: Database,
  longReads: Pick<LongReads, 'execute'>,
  request: { first: number; before: number | null; filter: JobFilter },
): Promise<JobNumbers> {
  const { first, before } = request;
  const like =
    request.filter.endedLike === undefined ? undefined : await endOfJob(db, request.filter.endedLike);
  if (like === null) return none;
  const filter = { ...withoutRepetitions(request.filter), ...(like && { like }) };
  const owner = filter.owner === undefined ? null : await ownerNamed(db, filter.owner);
  if (owner === undefined) return none;
  const page = { before: before ?? afterLast, limit: first + 1 };
  const named = await ownersCalled(db, filter, owner);
  const searched = sourcesOf(filter, db.dialect);
  const found = searched && [...searched, ...named.flatMap(ownerSources)];
  const rest = restOf(filter, owner, db.dialect);
  const kept = found ? null : await keptEndings(db, filter, owner);
  if (kept?.length === 0) return none;
  const { sql, values } = found
    ? unionOf(found.map((source) => sourcePage(source, rest, page)))
    : unionOf(placesOf(kept, owner).map((place) => indexPage(place, page)));
  const bound = [...values, page.limit];
  const statement = `${sql} order by id desc limit ?`;
  const rows = await (found ? longReads.execute(statement, bound) : db.execute(statement, bound));
  return {
    ids: rows.slice(0, first).map((row) => Number(row['id'])),
    hasNextPage: rows.length > first,
    count: async () => {
      if (searched && named.length > 0 && unindexedConditions(filter, db.dialect).length === 0)
        return totalOf(named) + (await countMatches(longReads, searched, withoutOwners(rest, named)));
      if (found) return await countMatches(longReads, found, rest);
      return kept?.reduce((sum, { total }) => sum + total, 0) ?? (await countJobsWhere(db, 'true', []));
    },
  };
}

/** Each state, outcome and kind once: every state is combined with every outcome, so a client that repeats both could use up the memory. Pure. */
function withoutRepetitions({ states, outcomes, kinds, ...rest }: JobFilter): JobFilter {
  return {
    ...rest,
    ...(states && { states: [...new Set(states)] }),
    ...(outcomes && { outcomes: [...new Set(outcomes)] }),
    ...(kinds && { kinds: [...new Set(kinds)] }),
  };
}

/** The last stage of `job j` that has ended. */
const lastStage = `(select s.name from job_stage s where s.job_id = j.id and s.finished_at is not null
  order by s.id desc limit 1)`;

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

/** The id of a user; `undefined` if no user has this name. */
async function ownerNamed(db: Database, name: string): Promise<number | undefined> {
  const [row] = await db.execute('select id from account where name = ?', [name]);
  return row && Number(row['id']);
}

/** A user whose name is the searched text, and the endings of the user's jobs that the filter selects. */
interface NamedOwner {
  readonly id: number;
  readonly kept: readonly KeptEnding[];
}

/** The users whose name is the text of a filter, ignoring the case of its first letter. @param owner the only one that the filter allows; null: any */
async function ownersCalled(
  db: Database,
  filter: JobFilter,
  owner: number | null,
): Promise<readonly NamedOwner[]> {
  if (filter.text === undefined) return [];
  const [first, rest] = [filter.text.slice(0, 1), filter.text.slice(1)];
  const names = [first.toLowerCase() + rest, first.toUpperCase() + rest];
  const rows = await db.execute('select id from account where name in (?, ?)', names);
  const ids = rows.map((row) => Number(row['id'])).filter((id) => owner === null || id === owner);
  return await Promise.all(ids.map(async (id) => ({ id, kept: (await keptEndings(db, filter, id)) ?? [] })));
}

/** Where the jobs of a user are found: a place for each ending, which one index answers. Pure. */
const ownerSources = ({ id, kept }: NamedOwner): readonly Source[] =>
  placesOf(kept, id).map(({ sql, values }) => ({
    from: `(select id from job where ${sql}) t`,
    id: 't.id',
    sql: 'true',
    values,
  }));

/** How many jobs these users have, by the kept counts. Pure. */
const totalOf = (owners: readonly NamedOwner[]): number =>
  owners.flatMap(({ kept }) => kept).reduce((sum, { total }) => sum + total, 0);

/** The same conditions, and that a job is of another owner. Pure. */
const withoutOwners = ({ sql, values }: Condition, owners: readonly NamedOwner[]): Condition => ({
  sql: `${sql} and j.owner_id not in (${owners.map(() => '?').join(', ')})`,
  values: [...values, ...owners.map(({ id }) => id)],
});

/** The endings that a filter selects; null for all. Pure. */
function endingsOf({ states, outcomes }: JobFilter): readonly Ending[] | null {
  if (!states && !outcomes) return null;
  return (states ?? jobStates).flatMap((state): Ending[] => {
    if (!hasEnded(state)) return outcomes ? [] : [{ state, outcome: null }];
    const unknown = { state, outcome: null };
    const meant = outcomeOfState(state);
    const ofEarlierVersion = !outcomes || outcomes.some((outcome) => outcome === meant) ? [unknown] : [];
    return [...(outcomes ?? jobOutcomes).map((outcome) => ({ state, outcome })), ...ofEarlierVersion];
  });
}

/** An ending that jobs have, and how many. An empty outcome: null. */
interface KeptEnding {
  readonly state: string;
  readonly outcome: string;
  readonly total: number;
}

/**
 * The endings that a filter selects and that jobs have, by the kept counts. Null for no filter. There are dozens of possible endings; a union of them all is
 * planned for longer than it runs (bench: growth).
 */
async function keptEndings(
  db: Database,
  filter: JobFilter,
  owner: number | null,
): Promise<readonly KeptEnding[] | null> {
  const endings = endingsOf(filter);
  if (endings === null && owner === null) return null;
  const rows = await db.execute(
    `select state, outcome, sum(total) as total from job_count where ${owner === null ? 'true' : 'owner_id = ?'}
     group by state, outcome having sum(total) > 0`,
    owner === null ? [] : [owner],
  );
  const kept = rows.map((row) => ({
    state: String(row['state']),
    outcome: String(row['outcome']),
    total: Number(row['total']),
  }));
  return kept.filter(
    (one) =>
      endings?.some(({ state, outcome }) => state === one.state && (outcome ?? '') === one.outcome) ?? true,
  );
}

/** Conditions, each of which one index answers in the order of the list. Together they select what the filter does. Pure. */
function placesOf(kept: readonly KeptEnding[] | null, owner: number | null): readonly Condition[] {
  if (kept === null) return [{ sql: 'removed_at is null', values: [] }];
  const mine = owner === null ? '' : 'owner_id = ? and ';
  return kept.map(({ state, outcome }) => ({
    sql: `removed_at is null and ${mine}state = ? and outcome ${outcome === '' ? 'is null' : '= ?'}`,
    values: [...(owner === null ? [] : [owner]), state, ...(outcome === '' ? [] : [outcome])],
  }));
}

/** The newest jobs of a place. Pure. */
const indexPage = ({ sql, values }: Condition, page: { before: number; limit: number }): Condition => ({
  sql: `select id from job where ${sql} and id < ? order by id desc limit ?`,
  values: [...values, page.before, page.limit],
});

/** The rows of one or several selects. Pure. */
function unionOf(parts: readonly Condition[]): Condition {
  return {
    sql: parts.map(({ sql }, index) => `select id from (${sql}) part${index}`).join(' union '),
    values: parts.flatMap(({ values }) => values),
  };
}

/** The conditions of a filter other than its text, over `job j`. Pure. */
function restOf(filter: KnownFilter, owner: number | null, dialect: Database['dialect']): Condition {
  const more = unindexedConditions(filter, dialect);
  const endings = endingsOf(filter);
  const either = endings?.map(
    ({ state, outcome }) =>
      `(j.state = '${state}' and j.outcome ${outcome === null ? 'is null' : `= '${outcome}'`})`,
  );
  const conditions = [
    'j.removed_at is null',
    ...(owner === null ? [] : ['j.owner_id = ?']),
    ...(either ? [either.length === 0 ? 'false' : `(${either.join(' or ')})`] : []),
    ...more.map(({ sql }) => sql),
  ];
  return {
    sql: conditions.join(' and '),
    values: [...(owner === null ? [] : [owner]), ...more.flatMap(({ values }) => values)],
  };
}

/** The conditions that no index of jobs answers, over `job j`. Pure. */
function unindexedConditions(filter: KnownFilter, dialect: Database['dialect']): Condition[] {
  const { kinds, lane, project, change, since, until, stage, question, startHour } = filter;
  const ofProject =
    dialect === 'sqlite'
      ? "exists (select 1 from json_each(j.changes) c where json_extract(c.value, '$.project') = ?)"
      : 'j.changes @> ?::jsonb';
  const ofChange =
    dialect === 'sqlite'
      ? 'exists (select 1 from job_number n where n.job_id = j.id and n.number = ?)'
      : 'exists (select 1 from job_search s where s.job_id = j.id and s.numbers @> array[?::text])';
  return [
    ...(kinds ? [{ sql: `j.kind in (${kinds.map(() => '?').join(', ')})`, values: [...kinds] }] : []),
    ...(lane === undefined ? [] : [{ sql: 'j.lane = ?', values: [lane] }]),
    ...(project === undefined
      ? []
      : [{ sql: ofProject, values: [dialect === 'sqlite' ? project : JSON.stringify([{ project }])] }]),
    ...(change === undefined ? [] : [{ sql: ofChange, values: [change] }]),
    ...(since === undefined ? [] : [{ sql: 'j.queued_at >= ?', values: [since] }]),
    ...(until === undefined ? [] : [{ sql: 'j.queued_at < ?', values: [until] }]),
    ...endConditions(filter),
    ...(stage === undefined ? [] : [{ sql: ofStage, values: [stage] }]),
    ...(question === undefined ? [] : [questionCondition(question)]),
    ...(startHour === undefined ? [] : [{ sql: ofStartHour, values: [startHour] }]),
    ...(filter.like === undefined ? [] : likeConditions(filter.like)),
  ];
}

/** That a job ended with the same error line, or with none in the same stage, over `job j`. Pure. */
const likeConditions = ({ stage, fingerprint }: JobEnd): Condition[] => [
  { sql: 'j.finished_at is not null', values: [] },
  equal('j.error_fingerprint', fingerprint),
  // A supervisor of an earlier version records the error line only.
  ...(fingerprint === null ? [{ sql: 'j.last_error is null', values: [] }, equal(lastStage, stage)] : []),
];

const equal = (expression: string, value: string | null): Condition =>
  value === null
    ? { sql: `${expression} is null`, values: [] }
    : { sql: `${expression} = ?`, values: [value] };

const ofStage =
  'exists (select 1 from job_stage s where s.job_id = j.id and s.name = ? and s.finished_at is not null)';
/** The first hour of 1970 was the 73rd of a week. */
const ofStartHour = '(j.started_at / 3600000 + 72) % 168 = ?';

/** That a job ended within the times of a filter, over `job j`; nothing without times. Pure. */
const endConditions = ({ endedSince, endedUntil }: JobFilter): Condition[] => [
  ...(endedSince === undefined ? [] : [{ sql: 'j.finished_at >= ?', values: [endedSince] }]),
  ...(endedUntil === undefined ? [] : [{ sql: 'j.finished_at < ?', values: [endedUntil] }]),
];

/** That a question of this key was answered in a job, over `job j`. Pure. */
const questionCondition = (key: string): Condition => ({
  sql: `exists (select 1 from interaction i where i.job_id = j.id and i.answered_at is not null
    and i.key ${key === '' ? 'is null' : '= ?'})`,
  values: key === '' ? [] : [key],
});

/** Where jobs are found: a table with its column of numbers, and a condition on it. */
interface Source extends Condition {
  readonly from: string;
  readonly id: string;
  /** What the list is ordered by, if not by the column. */
  readonly order?: string;
  /** How its jobs are joined, if not by their numbers. */
  readonly join?: string;
}

/** Where the jobs of a filter are searched; null if the indexes and kept counts of jobs answer it. Pure. */
function sourcesOf(filter: KnownFilter, dialect: Database['dialect']): readonly Source[] | null {
  const { text, change } = filter;
  if (text !== undefined) return textSources(text, dialect);
  if (change !== undefined) return [numberSource(change, dialect)];
  const fingerprint = filter.like?.fingerprint ?? null;
  if (fingerprint !== null) return [jobSource([equal('j.error_fingerprint', fingerprint)])];
  const ended = endConditions(filter);
  if (ended.length > 0) return [jobSource([{ sql: 'j.finished_at is not null', values: [] }, ...ended])];
  if (unindexedConditions(filter, dialect).length === 0) return null;
  return [{ from: 'job t', id: 't.id', sql: 'true', values: [] }];
}

/**
 * Where the number of a change is found. PostgreSQL expects one job in 200 to match, and with a million jobs it would read jobs from the newest on for
 * seconds, or all of them. So the order is an expression, which no index has, and each match looks up its job. Pure.
 */
const numberSource = (number: string, dialect: Database['dialect']): Source =>
  dialect === 'sqlite'
    ? { from: 'job_number t', id: 't.job_id', sql: 't.number = ?', values: [number] }
    : {
        from: 'job_search t',
        id: 't.job_id',
        order: 't.job_id + 0',
        join: 'cross join lateral (select * from job where id = t.job_id offset 0) j',
        sql: 't.numbers @> array[?::text]',
        values: [number],
      };

/**
 * Where jobs are found by an index of these conditions over `job j`. The order is an expression, so that the jobs are not read from the newest on until
 * enough of them match. Pure.
 */
const jobSource = (conditions: readonly Condition[]): Source => ({
  from: 'job j',
  id: 'j.id',
  order: 'j.id + 0',
  join: '',
  sql: conditions.map(({ sql }) => sql).join(' and '),
  values: conditions.flatMap(({ values }) => values),
});

/** Where a part of a title, or a whole change number, is found. Pure. */
function textSources(text: string, dialect: Database['dialect']): readonly Source[] {
  const isIndexed = [...text].length >= shortestIndexed;
  const part = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const isNumber = /^[0-9]{1,10}$/.test(text);
  if (dialect === 'sqlite') {
    const title = isIndexed
      ? { sql: 'job_title match ?', values: [`"${text.replaceAll('"', '""')}"`] }
      : { sql: "t.title like ? escape '\\'", values: [part] };
    return [
      { from: 'job_title t', id: 't.rowid', ...title },
      ...(isNumber ? [numberSource(text, dialect)] : []),
    ];
  }
  const like = { sql: "t.title ilike ? escape '\\'", values: [part] };
  const title = isIndexed
    ? { sql: `job_trigrams(t.title) @> job_trigrams(?) and ${like.sql}`, values: [text, part] }
    : like;
  return [
    { from: 'job_search t', id: 't.job_id', ...title },
    ...(isNumber ? [numberSource(text, dialect)] : []),
  ];
}

/** The jobs of a source that meet the other conditions. Pure. */
const sourceMatches = ({ from, id, join, sql, values }: Source, rest: Condition): Condition => ({
  sql: `select ${id} as id from ${from} ${join ?? `join job j on j.id = ${id}`} where ${sql} and ${rest.sql}`,
  values: [...values, ...rest.values],
});

/** The newest jobs of {@link sourceMatches}. Pure. */
function sourcePage(source: Source, rest: Condition, page: { before: number; limit: number }): Condition {
  const { sql, values } = sourceMatches(source, rest);
  return {
    sql: `${sql} and ${source.id} < ? order by ${source.order ?? source.id} desc limit ?`,
    values: [...values, page.before, page.limit],
  };
}

async function countMatches(
  longReads: Pick<LongReads, 'execute'>,
  sources: readonly Source[],
  rest: Condition,
): Promise<number> {
  const { sql, values } = unionOf(sources.map((source) => sourceMatches(source, rest)));
  const [row] = await longReads.execute(`select count(*) as total from (${sql}) matches`, values);
  return Number(row?.['total'] ?? 0);
}
