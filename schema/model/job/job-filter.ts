// Owns which jobs a filter selects, as conditions of SQL, and the tables in which the jobs of a condition are found. Pure. Not the pages (listing.ts).
import type { StageName } from '../../text/stage.ts';
import type { Bindable, Database } from '../store/database.ts';
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
  /** The number of a job: it ended with the same error line apart from numbers, or both without one and after the same stage. */
  readonly endedLike?: number;
}

/** How a job ended: the last stage that it went through, and the fingerprint of its error line. */
export interface JobEnd {
  readonly stage: string | null;
  readonly fingerprint: string | null;
}

/** A filter whose names and numbers were looked up. */
export interface KnownFilter extends JobFilter {
  /** The account of {@link JobFilter.owner}. */
  readonly ownerId?: number;
  /** The accounts whose name is {@link JobFilter.text}, as far as the other conditions allow them. */
  readonly named: readonly number[];
  /** How the job {@link JobFilter.endedLike} ended. */
  readonly like?: JobEnd;
  /** Accounts whose jobs it does not select. */
  readonly exceptOwners?: readonly number[];
}

/** A piece of SQL with its values. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

/** A condition that another table answers. */
export interface LinkedCondition {
  /** Selects the numbers of the jobs as `id`, each once or more; null if no index has them. Beyond `most`, some may be left out. */
  readonly ids: ((most?: number) => Condition) | null;
  /** The same condition over `job j`. */
  readonly holds: Condition;
}

/** A shorter text is not in the index of trigrams. */
const trigramLength = 3;

export const condition = (sql: string, ...values: readonly Bindable[]): Condition => ({ sql, values });

/** All of these conditions. */
export const allOf = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.length === 0 ? 'true' : conditions.map(({ sql }) => sql).join(' and '),
  values: conditions.flatMap(({ values }) => values),
});

/** The rows of one or several selects, each as often as it occurs. */
export const unionAll = (selects: readonly Condition[]): Condition => ({
  sql: selects.map(({ sql }) => `select * from (${sql}) part`).join(' union all '),
  values: selects.flatMap(({ values }) => values),
});

/** Each state, outcome and kind once: every state is combined with every outcome, so a client that repeats both could use up the memory. */
export function withoutRepetitions({ states, outcomes, kinds, ...rest }: JobFilter): JobFilter {
  return {
    ...rest,
    ...(states && { states: [...new Set(states)] }),
    ...(outcomes && { outcomes: [...new Set(outcomes)] }),
    ...(kinds && { kinds: [...new Set(kinds)] }),
  };
}

/** A state with an outcome. Null if none, or unknown, see {@link outcomeOfState}. */
export interface Ending {
  readonly state: JobState;
  readonly outcome: JobOutcome | null;
}

/** The endings that a filter selects; null for all. */
export function endingsOf({ states, outcomes }: JobFilter): readonly Ending[] | null {
  if (!states && !outcomes) return null;
  return (states ?? jobStates).flatMap((state): Ending[] => {
    if (!hasEnded(state)) return outcomes ? [] : [{ state, outcome: null }];
    const unknown = { state, outcome: null };
    const meant = outcomeOfState(state);
    const ofEarlierVersion = !outcomes || outcomes.some((outcome) => outcome === meant) ? [unknown] : [];
    return [...(outcomes ?? jobOutcomes).map((outcome) => ({ state, outcome })), ...ofEarlierVersion];
  });
}

/** The state, the outcome and the owner of a filter, over `job j`. */
export function placeConditions(filter: KnownFilter): Condition[] {
  const either = endingsOf(filter)?.map(
    ({ state, outcome }) =>
      `(j.state = '${state}' and j.outcome ${outcome === null ? 'is null' : `= '${outcome}'`})`,
  );
  return [
    ...(filter.ownerId === undefined ? [] : [condition('j.owner_id = ?', filter.ownerId)]),
    ...(filter.exceptOwners
      ? [
          condition(
            `j.owner_id not in (${filter.exceptOwners.map(() => '?').join(', ')})`,
            ...filter.exceptOwners,
          ),
        ]
      : []),
    ...(either ? [condition(either.length === 0 ? 'false' : `(${either.join(' or ')})`)] : []),
  ];
}

/** That a job ended within the times of a filter, over `job j`; nothing without times. */
export const endConditions = ({ endedSince, endedUntil }: JobFilter): Condition[] => [
  ...(endedSince === undefined ? [] : [condition('j.finished_at >= ?', endedSince)]),
  ...(endedUntil === undefined ? [] : [condition('j.finished_at < ?', endedUntil)]),
];

/** The conditions that columns of the index `job_ended` answer without the row, over `job j`. The first hour of 1970 was the 73rd of a week. */
export const columnConditions = ({ kinds, lane, since, until, startHour }: JobFilter): Condition[] => [
  ...(kinds ? [condition(`j.kind in (${kinds.map(() => '?').join(', ')})`, ...kinds)] : []),
  ...(lane === undefined ? [] : [condition('j.lane = ?', lane)]),
  ...(since === undefined ? [] : [condition('j.queued_at >= ?', since)]),
  ...(until === undefined ? [] : [condition('j.queued_at < ?', until)]),
  ...(startHour === undefined ? [] : [condition('(j.started_at / 3600000 + 72) % 168 = ?', startHour)]),
];

/** How other tables are read: for a page PostgreSQL looks up each job, for a count it may join the tables, which takes less for all jobs, and more for few. */
export interface Reading {
  readonly dialect: Database['dialect'];
  readonly joins: boolean;
}

/** The conditions that other tables answer. The text is the last one, because PostgreSQL finds all entries of an index for it before it returns the first. */
export function linkedConditions(filter: KnownFilter, reading: Reading): LinkedCondition[] {
  const { text, change, project, stage, question, like } = filter;
  return [
    ...(change === undefined ? [] : [numberCondition(change, reading)]),
    ...(project === undefined ? [] : [inTable(jobProject, reading, project)]),
    ...(stage === undefined ? [] : [inTable(endedStage, reading, stage)]),
    ...(question === undefined ? [] : [questionCondition(question, reading)]),
    ...(like === undefined ? [] : [likeCondition(like)]),
    ...(text === undefined ? [] : [textCondition(text, filter.named, reading)]),
  ];
}

/** A table `t` with the numbers of jobs in `job_id`, and a condition on it. */
interface JobTable {
  readonly name: string;
  readonly sql: string;
}

const jobNumber: JobTable = { name: 'job_number', sql: 't.number = ?' };
const jobProject: JobTable = { name: 'job_project', sql: 't.project = ?' };
const jobSearchNumber: JobTable = { name: 'job_search', sql: 't.numbers @> array[?::text]' };
const endedStage: JobTable = { name: 'job_stage', sql: 't.finished_at is not null and t.name = ?' };
const answeredQuestion: JobTable = { name: 'interaction', sql: 't.answered_at is not null and t.key = ?' };
const unknownQuestion: JobTable = { name: 'interaction', sql: 't.answered_at is not null and t.key is null' };

function inTable(
  { name, sql }: JobTable,
  { dialect, joins }: Reading,
  ...values: readonly string[]
): LinkedCondition {
  // PostgreSQL joins a subquery only if it has no offset.
  const lookedUp = dialect === 'postgresql' && !joins ? ' offset 0' : '';
  return {
    ids: () => condition(`select t.job_id as id from ${name} t where ${sql}`, ...values),
    holds: condition(
      `exists (select 1 from ${name} t where t.job_id = j.id and ${sql}${lookedUp})`,
      ...values,
    ),
  };
}

const numberCondition = (number: string, reading: Reading): LinkedCondition =>
  inTable(reading.dialect === 'sqlite' ? jobNumber : jobSearchNumber, reading, number);

/** An empty key is that of questions which have none. */
const questionCondition = (key: string, reading: Reading): LinkedCondition =>
  key === '' ? inTable(unknownQuestion, reading) : inTable(answeredQuestion, reading, key);

/** A part of a title, a whole change number, or the name of an owner. @param named the owners with this name */
function textCondition(text: string, named: readonly number[], reading: Reading): LinkedCondition {
  const title = titleCondition(text, reading.dialect);
  const isNumber = /^[0-9]{1,10}$/.test(text);
  const places = [
    title,
    ...(isNumber ? [numberCondition(text, reading)] : []),
    ...named.map((id) => ({
      ids: () => condition('select id from job where removed_at is null and owner_id = ?', id),
      holds: condition('j.owner_id = ?', id),
    })),
  ];
  const either = places.map(({ holds }) => holds);
  return {
    ids: (most) => unionAll(places.flatMap(({ ids }) => ids?.(most) ?? [])),
    holds: {
      sql: `(${either.map(({ sql }) => sql).join(' or ')})`,
      values: either.flatMap(({ values }) => values),
    },
  };
}

function titleCondition(text: string, dialect: Database['dialect']): LinkedCondition {
  const part = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const isIndexed = [...text].length >= trigramLength;
  if (dialect === 'postgresql') {
    const find = isIndexed ? 'job_titled' : 'job_titled_short';
    return {
      ids: (most) => condition(`select found as id from ${find}(?, ?, ?) found`, text, part, most ?? null),
      holds: condition("j.title ilike ? escape '\\'", part),
    };
  }
  // The content of the full-text table, because the table itself would take a millisecond for each job. LIKE ignores the case of ASCII only.
  const like = condition("t.c0 like ? escape '\\'", part);
  const holds = {
    sql: `exists (select 1 from job_title_content t where t.id = j.id and ${like.sql})`,
    values: like.values,
  };
  const ids = isIndexed
    ? condition(
        'select t.rowid as id from job_title t where job_title match ?',
        `"${text.replaceAll('"', '""')}"`,
      )
    : { ...like, sql: `select t.id from job_title_content t where ${like.sql}` };
  const isAscii = /^[\x20-\x7e]*$/.test(text);
  return { ids: () => ids, holds: isAscii || !isIndexed ? holds : { ...ids, sql: `j.id in (${ids.sql})` } };
}

/** The last stage of `job j` that has ended. */
export const lastStage = `(select s.name from job_stage s where s.job_id = j.id and s.finished_at is not null
  order by s.id desc limit 1)`;

const equal = (expression: string, value: string | null): Condition =>
  value === null ? condition(`${expression} is null`) : condition(`${expression} = ?`, value);

/** That a job ended with the same error line, or with none in the same stage. */
function likeCondition({ stage, fingerprint }: JobEnd): LinkedCondition {
  const same = equal('j.error_fingerprint', fingerprint);
  if (fingerprint === null) {
    // A supervisor of an earlier version records the error line only.
    const withoutError = condition('j.finished_at is not null and j.last_error is null');
    return { ids: null, holds: allOf([withoutError, same, equal(lastStage, stage)]) };
  }
  return {
    ids: () =>
      condition(
        'select id from job where removed_at is null and finished_at is not null and error_fingerprint = ?',
        fingerprint,
      ),
    holds: allOf([condition('j.finished_at is not null'), same]),
  };
}
