// Tests the order of the jobs that the overview knows.
import { expect, test } from 'vitest';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { firstPage, type HistoryPage, withPage, withUpdate } from './history.ts';

const job = (id: string, state: JobSummaryFragment['state'] = 'SUCCEEDED'): JobSummaryFragment => ({
  id,
  state,
  kind: 'BACKPORT',
  lane: 'default',
  host: null,
  title: `job ${id}`,
  owner: { id: '1', name: 'Alice' },
  changes: [],
  status: null,
  progress: null,
  pendingInteraction: null,
  queuedAt: '2026-11-20T12:00:00.000Z',
  startedAt: null,
  finishedAt: null,
  reason: null,
  retryOf: null,
});
const page = (ids: readonly string[], next: string | null): HistoryPage => ({
  nodes: ids.map((id) => job(id)),
  pageInfo: { hasNextPage: next !== null, endCursor: next },
  totalCount: 12,
});
const ids = (history: { readonly jobs: readonly JobSummaryFragment[] }) =>
  history.jobs.map((each) => each.id);

test('a new job stands before the older ones, also when its number has a digit more', () => {
  const history = withUpdate(firstPage(page(['9', '8'], null)), job('10', 'QUEUED'));
  expect(ids(history)).toEqual(['10', '9', '8']);
  expect(history.total).toBe(13);
});

test('a job that is known changes in its place', () => {
  const history = withUpdate(firstPage(page(['9', '8'], null)), job('8', 'FAILED'));
  expect(ids(history)).toEqual(['9', '8']);
  expect(history.jobs[1]?.state).toBe('FAILED');
});

test('an old job that no page has shown yet waits for its page', () => {
  expect(ids(withUpdate(firstPage(page(['9', '8'], 'c')), job('3')))).toEqual(['9', '8']);
});

test('a page brings only jobs that are not there already', () => {
  const history = withPage(withUpdate(firstPage(page(['9', '8'], 'c')), job('10')), page(['8', '7'], null));
  expect(ids(history)).toEqual(['10', '9', '8', '7']);
  expect(history.next).toBeNull();
});
