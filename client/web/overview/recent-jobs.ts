// Owns what the last ended jobs say together: the last one, and how many in a row went well or did not. Pure. Owns no sentence.
import { withoutNumbers } from '../../../schema/text/without-numbers.ts';
import type { JobOutcome, JobSummaryFragment } from '../../generated/graphql.ts';
import { outcomeGroups } from './history-filter.ts';

export interface RecentJobs {
  /** The last job that was meant to change production, and did or failed to. */
  readonly last: JobSummaryFragment;
  readonly wentWell: boolean;
  /** How many such jobs in a row ended as well or as badly as it. */
  readonly inARow: number;
  /** How many such jobs in a row ended with the same error line, apart from its numbers; 0: it has none. */
  readonly sameError: number;
  /** Whether earlier jobs, which are not loaded, may belong to the row. */
  readonly mayBeMore: boolean;
}

const declined: ReadonlySet<JobOutcome> = new Set(outcomeGroups.declined);

const errorOf = ({ lastError }: JobSummaryFragment): string | null =>
  lastError && withoutNumbers(lastError.text);

/** @param jobs the newest jobs, the newest first @param isComplete whether there are no earlier ones @returns null if none of them meant to change production */
export function recentJobs(jobs: readonly JobSummaryFragment[], isComplete: boolean): RecentJobs | null {
  const counted = jobs.filter(({ outcome }) => outcome !== null && !declined.has(outcome));
  const [last] = counted;
  if (last === undefined) return null;
  const wentWell = last.outcome === 'DEPLOYED';
  const error = errorOf(last);
  const other = counted.findIndex((job) => errorOf(job) !== error);
  const end = counted.findIndex(({ outcome }) => (outcome === 'DEPLOYED') !== wentWell);
  return {
    last,
    wentWell,
    inARow: end === -1 ? counted.length : end,
    sameError: error === null ? 0 : other === -1 ? counted.length : other,
    mayBeMore: end === -1 && !isComplete,
  };
}
