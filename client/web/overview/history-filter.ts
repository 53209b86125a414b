// Owns which jobs the history shows: the filter, how the address of the page names it, and which jobs match. Pure. Owns no field.
import type { JobFilter, JobKind, JobOutcome, JobSummaryFragment } from '../../generated/graphql.ts';
import { withQuery } from '../state/query.ts';

/** Groups of outcomes to choose from. `problems`: everything that was meant to deploy and did not simply succeed. */
export const outcomeGroups = {
  deployed: ['DEPLOYED', 'DEPLOYED_WITH_ERRORS'],
  problems: ['FAILED', 'LOST', 'STOPPED', 'ROLLED_BACK', 'DEPLOYED_WITH_ERRORS'],
  declined: ['DECLINED', 'NOTHING_TO_DO', 'CANCELLED'],
} as const satisfies Readonly<Record<string, readonly JobOutcome[]>>;
export type OutcomeGroup = keyof typeof outcomeGroups;

/** The kinds to choose from, as the address names them. */
export const kindsByWord = {
  backport: 'BACKPORT',
  revert: 'REVERT',
  train: 'TRAIN',
} as const satisfies Readonly<Record<Lowercase<JobKind>, JobKind>>;
export type KindWord = keyof typeof kindsByWord;

/** An empty text and null are not conditions. */
export interface HistoryFilter {
  /** A part of the title, a whole change number, or the whole name of the owner. */
  readonly text: string;
  /** The exact name of the owner. */
  readonly owner: string;
  readonly kind: KindWord | null;
  /** The exact name of the Gerrit project of one of the changes. */
  readonly project: string;
  readonly group: OutcomeGroup | null;
  /** The day in UTC on which a job was queued: `2026-11-24`. */
  readonly day: string;
}

export const everyJob: HistoryFilter = {
  text: '',
  owner: '',
  kind: null,
  project: '',
  group: null,
  day: '',
};

export const isFiltered = ({ text, owner, kind, project, group, day }: HistoryFilter): boolean =>
  kind !== null || group !== null || [text, owner, project, day].some((each) => each !== '');

/** Whether a text names a day: `2026-11-24`. A year that is still being typed, such as 0202, is not accepted. */
export const isDay = (text: string): boolean =>
  /^2\d{3}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));

/** The filter that the query of an address names: `?q=thumbnails&owner=Amina&kind=backport&project=mediawiki/core&show=problems&day=2026-11-24`. */
export function filterOf(search: string): HistoryFilter {
  const query = new URLSearchParams(search);
  const shown = query.get('show') ?? '';
  const kind = query.get('kind') ?? '';
  const day = query.get('day') ?? '';
  return {
    text: (query.get('q') ?? '').slice(0, 200),
    owner: (query.get('owner') ?? '').slice(0, 200),
    kind: isKind(kind) ? kind : null,
    project: (query.get('project') ?? '').slice(0, 200),
    group: isGroup(shown) ? shown : null,
    day: isDay(day) ? day : '',
  };
}

export const isGroup = (word: string): word is OutcomeGroup => Object.hasOwn(outcomeGroups, word);
export const isKind = (word: string): word is KindWord => Object.hasOwn(kindsByWord, word);

/** The query of an address with this filter; other parameters stay as they are. */
export const withFilter = (
  search: string,
  { text, owner, kind, project, group, day }: HistoryFilter,
): string => withQuery(search, { q: text, owner, kind: kind ?? '', project, show: group ?? '', day });

/** The filter as the API takes it. */
export function jobFilterOf({ text, owner, kind, project, group, day }: HistoryFilter): JobFilter {
  const begin = Date.parse(day);
  return {
    states: null,
    outcomes: group === null ? null : [...outcomeGroups[group]],
    owner: owner === '' ? null : owner,
    kinds: kind === null ? null : [kindsByWord[kind]],
    project: project === '' ? null : project,
    text: text === '' ? null : text,
    since: day === '' ? null : new Date(begin).toISOString(),
    until: day === '' ? null : new Date(begin + 86_400_000).toISOString(),
  };
}

/** Whether a job that has just changed belongs to the filtered history. */
export function matches(
  job: JobSummaryFragment,
  { text, owner, kind, project, group, day }: HistoryFilter,
): boolean {
  const folded = text.toLowerCase();
  const outcomes: readonly (JobOutcome | null)[] | null = group === null ? null : outcomeGroups[group];
  return (
    (owner === '' || job.owner.name === owner) &&
    (kind === null || job.kind === kindsByWord[kind]) &&
    (project === '' || job.changes.some((change) => change.project === project)) &&
    (day === '' || job.queuedAt.startsWith(day)) &&
    (outcomes === null || outcomes.includes(job.outcome)) &&
    (text === '' ||
      job.title.toLowerCase().includes(folded) ||
      isNamed(job.owner.name, text) ||
      job.changes.some(({ number }) => number === text.trim()))
  );
}

/** Whether a text is a name, ignoring the case of its first letter, as the server compares them. */
const isNamed = (name: string, text: string): boolean =>
  name.slice(1) === text.slice(1) && name.slice(0, 1).toLowerCase() === text.slice(0, 1).toLowerCase();
