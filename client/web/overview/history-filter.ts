// Owns which jobs the history shows: the filter, how the address of the page names it, and which jobs match. Pure. Owns no field.
import type { JobFilter, JobOutcome, JobSummaryFragment } from '../../generated/graphql.ts';
import { withQuery } from '../state/query.ts';

/** Groups of outcomes to choose from. `problems`: everything that was meant to deploy and did not simply succeed. */
export const outcomeGroups = {
  deployed: ['DEPLOYED', 'DEPLOYED_WITH_ERRORS'],
  problems: ['FAILED', 'LOST', 'STOPPED', 'ROLLED_BACK', 'DEPLOYED_WITH_ERRORS'],
  declined: ['DECLINED', 'NOTHING_TO_DO', 'CANCELLED'],
} as const satisfies Readonly<Record<string, readonly JobOutcome[]>>;
export type OutcomeGroup = keyof typeof outcomeGroups;

/** An empty text and null are no condition. */
export interface HistoryFilter {
  /** A part of the title, or a whole change number. */
  readonly text: string;
  /** The exact name of the owner. */
  readonly owner: string;
  readonly group: OutcomeGroup | null;
}

export const everyJob: HistoryFilter = { text: '', owner: '', group: null };

export const isFiltered = ({ text, owner, group }: HistoryFilter): boolean =>
  text !== '' || owner !== '' || group !== null;

/** The filter that the query of an address names: `?q=thumbnails&owner=Amina&show=problems`. */
export function filterOf(search: string): HistoryFilter {
  const query = new URLSearchParams(search);
  const shown = query.get('show') ?? '';
  return {
    text: (query.get('q') ?? '').slice(0, 200),
    owner: (query.get('owner') ?? '').slice(0, 200),
    group: isGroup(shown) ? shown : null,
  };
}

export const isGroup = (word: string): word is OutcomeGroup => Object.hasOwn(outcomeGroups, word);

/** The query of an address with this filter; other parameters stay as they are. */
export const withFilter = (search: string, { text, owner, group }: HistoryFilter): string =>
  withQuery(search, { q: text, owner, show: group ?? '' });

/** The filter as the API takes it. */
export function jobFilterOf({ text, owner, group }: HistoryFilter): JobFilter {
  return {
    states: null,
    outcomes: group === null ? null : [...outcomeGroups[group]],
    owner: owner === '' ? null : owner,
    text: text === '' ? null : text,
  };
}

/** Whether a job that has just changed belongs to the filtered history. */
export function matches(job: JobSummaryFragment, { text, owner, group }: HistoryFilter): boolean {
  const folded = text.toLowerCase();
  const outcomes: readonly (JobOutcome | null)[] | null = group === null ? null : outcomeGroups[group];
  return (
    (owner === '' || job.owner.name === owner) &&
    (outcomes === null || outcomes.includes(job.outcome)) &&
    (text === '' ||
      job.title.toLowerCase().includes(folded) ||
      job.changes.some(({ number }) => number === text.trim()))
  );
}
