// Owns which jobs the history shows: the filter, how the address of the page names it, and which jobs match. Pure. Owns no field.
import type {
  JobFilter,
  JobKind,
  JobOutcome,
  JobSummaryFragment,
  StageName,
} from '../../generated/graphql.ts';
import { withQuery } from '../state/query.ts';

/** Groups of outcomes to choose from, each in the order of {@link allOutcomes}. `problems`: everything that was meant to deploy and did not simply succeed. */
export const outcomeGroups = {
  deployed: ['DEPLOYED', 'DEPLOYED_WITH_ERRORS'],
  problems: ['DEPLOYED_WITH_ERRORS', 'FAILED', 'LOST', 'STOPPED', 'ROLLED_BACK'],
  declined: ['DECLINED', 'NOTHING_TO_DO', 'CANCELLED'],
} as const satisfies Readonly<Record<string, readonly JobOutcome[]>>;
export type OutcomeGroup = keyof typeof outcomeGroups;

/** All outcomes, in an order that does not change: each is in a group. */
export const allOutcomes: readonly JobOutcome[] = [...new Set(Object.values(outcomeGroups).flat())];

/** The kinds to choose from, as the address names them. */
export const kindsByWord = {
  backport: 'BACKPORT',
  revert: 'REVERT',
  train: 'TRAIN',
} as const satisfies Readonly<Record<Lowercase<JobKind>, JobKind>>;
export type KindWord = keyof typeof kindsByWord;

/** The stages, as the address names them. */
const stagesByWord = {
  check: 'CHECK',
  merge: 'MERGE',
  prepare: 'PREPARE',
  testservers: 'TESTSERVERS',
  canaries: 'CANARIES',
  production: 'PRODUCTION',
} as const satisfies Readonly<Record<Lowercase<StageName>, StageName>>;

/** The name of the questions that have no stable name, in {@link HistoryFilter.question}. */
export const otherQuestion = 'other';

/** An empty text, an empty list and null are not conditions. */
export interface HistoryFilter {
  /** A part of the title, a whole change number, or the whole name of the owner. */
  readonly text: string;
  /** The exact name of the owner. */
  readonly owner: string;
  readonly kind: KindWord | null;
  /** The exact name of the Gerrit project of one of the changes. */
  readonly project: string;
  /** In the order of {@link allOutcomes}. */
  readonly outcomes: readonly JobOutcome[];
  /** When the jobs ended: from the beginning of a day in UTC (`2026-11-24`), or from a moment in ISO 8601. */
  readonly from: string;
  /** When they ended: up to the end of a day in UTC, or before a moment. */
  readonly to: string;
  /** A stage that they went through. */
  readonly stage: StageName | null;
  /** The stable name of a question that was answered in them, or {@link otherQuestion}. */
  readonly question: string;
  /** The hour of the week in which scap was started: 0 (Monday, 00:00 UTC) to 167. */
  readonly startHour: number | null;
  /** The number of a job: they ended after the same stage with the same error, apart from numbers. */
  readonly like: string;
}

export const everyJob: HistoryFilter = {
  text: '',
  owner: '',
  kind: null,
  project: '',
  outcomes: [],
  from: '',
  to: '',
  stage: null,
  question: '',
  startHour: null,
  like: '',
};

export const isFiltered = (filter: HistoryFilter): boolean => withFilter('', filter) !== '';

/** Whether a text names a day: `2026-11-24`. A year that is still being typed, such as 0202, is not accepted. */
export const isDay = (text: string): boolean =>
  /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

const isMoment = (text: string): boolean =>
  /^2\d{3}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{3})?)?Z$/.test(text) && !Number.isNaN(Date.parse(text));

/**
 * The filter that the query of an address names: `?q=thumbnails&owner=Amina&kind=backport&project=mediawiki/core&show=problems&from=2026-11-24`. `outcome`
 * has single outcomes, `show` a group; `day` is the same as `from` and `to`.
 */
export function filterOf(search: string): HistoryFilter {
  const query = new URLSearchParams(search);
  const value = (name: string): string => (query.get(name) ?? '').slice(0, 200);
  const time = (name: string): string =>
    [value(name), value('day')].find((each) => isDay(each) || isMoment(each)) ?? '';
  const [kind, stage, hour] = [value('kind'), value('stage'), value('hour')];
  return {
    text: value('q'),
    owner: value('owner'),
    kind: isKind(kind) ? kind : null,
    project: value('project'),
    outcomes: outcomesNamed(value('show'), value('outcome')),
    from: time('from'),
    to: time('to'),
    stage: isStage(stage) ? stagesByWord[stage] : null,
    question: value('question'),
    like: /^[1-9]\d{0,9}$/.test(value('like')) ? value('like') : '',
    startHour: /^\d{1,3}$/.test(hour) && Number(hour) < 168 ? Number(hour) : null,
  };
}

/** @param words single outcomes, separated by commas */
function outcomesNamed(group: string, words: string): readonly JobOutcome[] {
  if (isGroup(group)) return outcomeGroups[group];
  const named = new Set(words.split(','));
  return allOutcomes.filter((outcome) => named.has(wordOf(outcome)));
}

const wordOf = (outcome: JobOutcome): string => outcome.toLowerCase();

export const isGroup = (word: string): word is OutcomeGroup => Object.hasOwn(outcomeGroups, word);
export const isKind = (word: string): word is KindWord => Object.hasOwn(kindsByWord, word);
const isStage = (word: string): word is keyof typeof stagesByWord => Object.hasOwn(stagesByWord, word);

/** The group that has exactly these outcomes; null if none exists. */
export const groupOf = (outcomes: readonly JobOutcome[]): OutcomeGroup | null =>
  Object.keys(outcomeGroups)
    .filter(isGroup)
    .find((group) => outcomeGroups[group].join() === outcomes.join()) ?? null;

/** The query of an address with this filter; other parameters stay as they are. */
export function withFilter(search: string, filter: HistoryFilter): string {
  const { text, owner, kind, project, from, to, stage, question, startHour, like } = filter;
  // In one order, so that the same filter has the same address.
  const outcomes = allOutcomes.filter((outcome) => filter.outcomes.includes(outcome));
  const group = groupOf(outcomes);
  const isOneDay = from === to && isDay(from);
  return withQuery(search, {
    q: text,
    owner,
    kind: kind ?? '',
    project,
    show: group ?? '',
    outcome: group === null ? outcomes.map(wordOf).join() : '',
    day: isOneDay ? from : '',
    from: isOneDay ? '' : from,
    to: isOneDay ? '' : to,
    stage: stage?.toLowerCase() ?? '',
    question,
    hour: startHour === null ? '' : String(startHour),
    like,
  });
}

const dayLength = 86_400_000;

/** From when on, and before when, the jobs of a filter ended, in milliseconds since 1970; null: at any time. */
function timesOf({ from, to }: HistoryFilter): {
  readonly since: number | null;
  readonly until: number | null;
} {
  return {
    since: from === '' ? null : Date.parse(from),
    until: to === '' ? null : Date.parse(to) + (isDay(to) ? dayLength : 0),
  };
}

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** The filter as the API takes it. */
export function jobFilterOf(filter: HistoryFilter): JobFilter {
  const { text, owner, kind, project, outcomes, stage, question, startHour, like } = filter;
  const { since, until } = timesOf(filter);
  return {
    outcomes: outcomes.length === 0 ? null : [...outcomes],
    owner: owner === '' ? null : owner,
    kinds: kind === null ? null : [kindsByWord[kind]],
    project: project === '' ? null : project,
    // Pasted text often has a blank at its end.
    text: text.trim() === '' ? null : text.trim(),
    endedSince: isoOf(since),
    endedUntil: isoOf(until),
    stage,
    question: question === '' ? null : question === otherQuestion ? '' : question,
    startHour,
    endedLike: like === '' ? null : like,
  };
}

/** Whether a job that has just changed belongs to the filtered history; null where only the server knows. */
export function matches(job: JobSummaryFragment, filter: HistoryFilter): boolean | null {
  const { owner, kind, project, outcomes, stage, question, startHour, like } = filter;
  const text = filter.text.trim();
  const folded = text.toLowerCase();
  const meetsOthers =
    (owner === '' || job.owner.name === owner) &&
    (kind === null || job.kind === kindsByWord[kind]) &&
    (project === '' || job.changes.some((change) => change.project === project)) &&
    endedWithin(job, filter) &&
    (outcomes.length === 0 || (job.outcome !== null && outcomes.includes(job.outcome))) &&
    (text === '' ||
      job.title.toLowerCase().includes(folded) ||
      isNamed(job.owner.name, text) ||
      job.changes.some(({ number }) => number === text));
  if (!meetsOthers) return false;
  return stage === null && question === '' && startHour === null && like === '' ? true : null;
}

function endedWithin({ finishedAt }: JobSummaryFragment, filter: HistoryFilter): boolean {
  const { since, until } = timesOf(filter);
  if (since === null && until === null) return true;
  const at = finishedAt === null ? Number.NaN : Date.parse(finishedAt);
  return at >= (since ?? 0) && at < (until ?? Number.POSITIVE_INFINITY);
}

/** Whether a text is a name, ignoring the case of its first letter, as the server compares them. */
const isNamed = (name: string, text: string): boolean =>
  name.slice(1) === text.slice(1) && name.slice(0, 1).toLowerCase() === text.slice(0, 1).toLowerCase();
