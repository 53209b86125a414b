// Tests how pages and updates merge into one history.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { firstPage, type HistoryPage, withPage, withUpdate } from './history.ts';

const job = (id: string, state: JobSummaryFragment['state'] = 'SUCCEEDED') => jobSummary(id, { state });
const page = (ids: readonly string[], next: string | null): HistoryPage => ({
  nodes: ids.map((id) => job(id)),
  pageInfo: { hasNextPage: next !== null, endCursor: next },
  totalCount: 12,
});
const ids = (history: { readonly jobs: readonly JobSummaryFragment[] }) =>
  history.jobs.map((each) => each.id);

test('a new job comes before older ones, also when its number has one more digit', () => {
  const history = withUpdate(firstPage(page(['9', '8'], null)), job('10', 'QUEUED'));
  expect(ids(history)).toEqual(['10', '9', '8']);
  expect(history.total).toBe(13);
});

test('an update of a known job keeps its position', () => {
  const history = withUpdate(firstPage(page(['9', '8'], null)), job('8', 'FAILED'));
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
