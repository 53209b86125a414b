// Owns the history as a list: how loaded pages and later updates of jobs merge. Owns no request.
import type { JobSummaryFragment } from '../../generated/graphql.ts';

/** The pages loaded so far, newest job first, each job in its newest state. */
export interface History {
  readonly jobs: readonly JobSummaryFragment[];
  /** The cursor of the next page; null if none exists. */
  readonly next: string | null;
  /** The number of jobs in all pages. */
  readonly total: number;
}

/** A page as the server sends it. */
export interface HistoryPage {
  readonly nodes: readonly JobSummaryFragment[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** The history with its first page. */
export function firstPage(page: HistoryPage): History {
  return { jobs: page.nodes, next: nextOf(page), total: page.totalCount };
}

/** The history with the next page appended. Jobs that are in it already keep their position. */
export function withPage(history: History, page: HistoryPage): History {
  const known = new Set(history.jobs.map((job) => job.id));
  const fresh = page.nodes.filter((job) => !known.has(job.id));
  return { jobs: [...history.jobs, ...fresh], next: nextOf(page), total: page.totalCount };
}

/**
 * The history after a job has changed. An unknown job is inserted by its number. If it belongs to a page that is not loaded yet, it is
 * left out, because that page will contain it.
 */
export function withUpdate(history: History, job: JobSummaryFragment): History {
  const at = history.jobs.findIndex((known) => known.id === job.id);
  if (at !== -1) return { ...history, jobs: history.jobs.with(at, job) };
  const number = Number(job.id);
  const place = history.jobs.findIndex((known) => Number(known.id) < number);
  if (place === -1 && history.next !== null) return history;
  const jobs = history.jobs.toSpliced(place === -1 ? history.jobs.length : place, 0, job);
  return { ...history, jobs, total: history.total + 1 };
}

function nextOf(page: HistoryPage): string | null {
  return page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
}
