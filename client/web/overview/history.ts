// Owns the history as a list: how loaded pages and later updates of jobs merge. Owns no request.
import type { JobSummaryFragment } from '../../generated/graphql.ts';

/** The pages loaded so far, the job that ended last first, each job in its newest state. */
export interface History {
  readonly jobs: readonly JobSummaryFragment[];
  /** The cursor of the next page; null if none exists. */
  readonly next: string | null;
  /** The number of jobs in all pages; null while it is not known. */
  readonly total: number | null;
}

/** A page as the server sends it. */
export interface HistoryPage {
  readonly nodes: readonly JobSummaryFragment[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The history with its first page. */
export function firstPage(page: HistoryPage): History {
  return { jobs: page.nodes, next: nextOf(page), total: null };
}

/**
 * The history after its first page was loaded again. Further pages stay if nothing can be missing between: a reader of them must not lose their place.
 * The number of jobs stays until they are counted again.
 */
export function withFirstPage(history: History, page: HistoryPage): History {
  const last = page.nodes.at(-1)?.id;
  const place = history.jobs.findIndex(({ id }) => id === last);
  if (place === -1 || !page.pageInfo.hasNextPage) return firstPage(page);
  return { ...history, jobs: [...page.nodes, ...history.jobs.slice(place + 1)] };
}

/** The history with the number of its jobs. Some of those that it has may have ended after they were counted. */
export const withTotal = (history: History, counted: number): History => ({
  ...history,
  total: Math.max(counted, history.jobs.length),
});

/** The history with the next page appended. Jobs that are in it already keep their position. */
export function withPage(history: History, page: HistoryPage): History {
  const known = new Set(history.jobs.map((job) => job.id));
  const fresh = page.nodes.filter((job) => !known.has(job.id));
  return { ...history, jobs: [...history.jobs, ...fresh], next: nextOf(page) };
}

/**
 * The history after a job has changed. A job that has ended is inserted by the time of its end. If it belongs to a page that is not loaded yet, it is
 * left out, because that page will contain it.
 */
export function withUpdate(history: History, job: JobSummaryFragment): History {
  const at = history.jobs.findIndex((known) => known.id === job.id);
  if (at !== -1) return { ...history, jobs: history.jobs.with(at, job) };
  if (!job.ended) return history;
  const place = history.jobs.findIndex((known) => isLater(job, known));
  if (place === -1 && history.next !== null) return history;
  const jobs = history.jobs.toSpliced(place === -1 ? history.jobs.length : place, 0, job);
  return { ...history, jobs, total: history.total === null ? null : history.total + 1 };
}

/** Whether a job comes before another one. Times of one form are compared as text. */
function isLater(one: JobSummaryFragment, other: JobSummaryFragment): boolean {
  const [end, otherEnd] = [one.finishedAt ?? '', other.finishedAt ?? ''];
  return end === otherEnd ? Number(one.id) > Number(other.id) : end > otherEnd;
}

function nextOf(page: HistoryPage): string | null {
  return page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
}
