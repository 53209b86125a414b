// Tests how pages and updates merge into one history.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { firstPage, type HistoryPage, withFirstPage, withPage, withUpdate } from './history.ts';

/** A job that ended in a minute of an hour. */
const job = (id: string, minute = Number(id), state: JobSummaryFragment['state'] = 'SUCCEEDED') =>
  jobSummary(id, { state, finishedAt: `2026-11-20T12:${String(minute).padStart(2, '0')}:00.000Z` });
const page = (ids: readonly string[], next: string | null): HistoryPage => ({
  nodes: ids.map((id) => job(id)),
  pageInfo: { hasNextPage: next !== null, endCursor: next },
});
const ids = (history: { readonly jobs: readonly JobSummaryFragment[] }) =>
  history.jobs.map((each) => each.id);

test('a job that ends comes first, also when it was queued before others', () => {
  const history = withUpdate({ ...firstPage(page(['9', '8'], null)), total: 12 }, job('3', 10));
  expect(ids(history)).toEqual(['3', '9', '8']);
  expect(history.total).toBe(13);
});

test('of jobs that ended at the same time, the one with the greater number comes first', () => {
  const history = withUpdate(firstPage(page(['9', '8'], null)), job('10', 9));
  expect(ids(withUpdate(history, job('7', 9)))).toEqual(['10', '9', '7', '8']);
});

test('a job that has not ended is not in the history', () => {
  const running = jobSummary('10', { state: 'RUNNING' });
  expect(ids(withUpdate(firstPage(page(['9'], null)), running))).toEqual(['9']);
});

test('an update of a known job keeps its position', () => {
  const history = withUpdate(firstPage(page(['9', '8'], null)), job('8', 8, 'FAILED'));
  expect(ids(history)).toEqual(['9', '8']);
  expect(history.jobs[1]?.state).toBe('FAILED');
});

test('an update of a job on a page that is not loaded yet is ignored', () => {
  expect(ids(withUpdate(firstPage(page(['9', '8'], 'c')), job('3')))).toEqual(['9', '8']);
});

test('the next page adds only jobs that are not in the history yet', () => {
  const history = withPage(withUpdate(firstPage(page(['9', '8'], 'c')), job('10')), page(['8', '7'], null));
  expect(ids(history)).toEqual(['10', '9', '8', '7']);
  expect(history.next).toBeNull();
});

test('the first page that is loaded again keeps the pages after it', () => {
  const before = withPage({ ...firstPage(page(['9', '8'], 'c')), total: 12 }, page(['7', '6'], 'd'));
  const history = withFirstPage(before, page(['10', '9'], 'e'));
  expect(ids(history)).toEqual(['10', '9', '8', '7', '6']);
  expect(history).toMatchObject({ next: 'd', total: 12 });
});

test('a job that no longer exists leaves the history when the first page is loaded again', () => {
  const before = withPage(firstPage(page(['9', '8'], 'c')), page(['7', '6'], 'd'));
  expect(ids(withFirstPage(before, page(['9', '7'], 'e')))).toEqual(['9', '7', '6']);
});

test('only the first page is left if jobs can be missing after it, or if there are no others', () => {
  const before = withPage(firstPage(page(['9', '8'], 'c')), page(['7', '6'], 'd'));
  expect(withFirstPage(before, page(['20', '19'], 'e'))).toMatchObject({ next: 'e' });
  expect(ids(withFirstPage(before, page(['20', '19'], 'e')))).toEqual(['20', '19']);
  expect(ids(withFirstPage(before, page(['9', '8'], null)))).toEqual(['9', '8']);
});
