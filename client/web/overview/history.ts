// Owns the jobs that the overview knows: pages of the history and the updates that came since, in one order. Owns no request.
import type { JobSummaryFragment } from '../../generated/graphql.ts';

/** Pages loaded so far, newest first, and what is known of each job now. */
export interface History {
  readonly jobs: readonly JobSummaryFragment[];
  /** The cursor of the next page; null when there is none. */
  readonly next: string | null;
  readonly total: number;
}

/** A page as the server sends it. */
export interface HistoryPage {
  readonly nodes: readonly JobSummaryFragment[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly totalCount: number;
}

/** The history that begins with its first page. */
export function firstPage(page: HistoryPage): History {
  return { jobs: page.nodes, next: nextOf(page), total: page.totalCount };
}

/** The history with the next page behind it; jobs that are in it already stay where they are. */
export function withPage(history: History, page: HistoryPage): History {
  const known = new Set(history.jobs.map((job) => job.id));
  const fresh = page.nodes.filter((job) => !known.has(job.id));
  return { jobs: [...history.jobs, ...fresh], next: nextOf(page), total: page.totalCount };
}

/**
 * The history after a job has changed. A job that was not known is put where its number belongs; an old one that no page
 * has shown yet stays out, since its page will bring it.
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
