// @vitest-environment happy-dom
// Tests what the history shows when pages, their count and updates of jobs arrive in any order.
import { signal } from '@preact/signals';
import { act, cleanup, screen, waitFor } from '@testing-library/preact';
import { useState } from 'preact/hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { jobSummary } from '../../../tests/component/job.ts';
import type { JobSummaryFragment } from '../../generated/graphql.ts';
import { useHistoryFeed } from './history-feed.ts';
import { everyJob } from './history-filter.ts';

let server: GraphqlStandIn;
beforeEach(() => {
  server = new GraphqlStandIn();
});
afterEach(cleanup);

const connections = signal(1);
const ofTrains = { ...everyJob, kind: 'train' } as const;
/** A job that ended in a minute of an hour. */
const job = (minute: number, kind: JobSummaryFragment['kind'] = 'BACKPORT') =>
  jobSummary(`${minute}`, { kind, finishedAt: `2026-11-20T12:${minute}:00.000Z` });
const page = (nodes: readonly JobSummaryFragment[], next: string | null) => ({
  jobs: { nodes, pageInfo: { hasNextPage: next !== null, endCursor: next } },
});
const count = (totalCount: number) => ({ jobs: { totalCount } });

/** The numbers of the jobs, and how many there are. */
function Numbers({ filter }: { filter: typeof everyJob }) {
  const { history, loadMore } = useHistoryFeed(connections, filter);
  return (
    <>
      <output>{`${history?.jobs.map(({ id }) => id).join() ?? ''} of ${history?.total ?? '?'}`}</output>
      <button type="button" onClick={loadMore}>
        Earlier jobs
      </button>
    </>
  );
}
const shown = () => screen.getByRole('status').textContent;

test('the first page does not wait for the number of jobs', async () => {
  const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
  server.answer('Jobs', () => page([job(31), job(30)], 'c'));
  server.answer('JobCount', () => promise);
  renderWith(server, <Numbers filter={everyJob} />);
  await waitFor(() => expect(shown()).toBe('31,30 of ?'));
  resolve(count(7));
  await waitFor(() => expect(shown()).toBe('31,30 of 7'));
});

test('a job that ends while jobs are counted is counted', async () => {
  const counted = Promise.withResolvers<Record<string, unknown>>();
  server.answer('Jobs', () => page([job(31), job(30)], null));
  server.answer('JobCount', () => counted.promise);
  renderWith(server, <Numbers filter={everyJob} />);
  await waitFor(() => expect(shown()).toBe('31,30 of ?'));
  server.push('AnyJobUpdates', { jobUpdates: job(32) });
  counted.resolve(count(2));
  await waitFor(() => expect(shown()).toBe('32,31,30 of 3'));
});

test('a job that ends while a page is loaded comes first, and no job is repeated', async () => {
  server.answer('Jobs', ({ after }) =>
    after === null ? page([job(31), job(30)], 'c') : page([job(30), job(29)], null),
  );
  server.answer('JobCount', () => count(3));
  const user = renderWith(server, <Numbers filter={everyJob} />);
  await waitFor(() => expect(shown()).toBe('31,30 of 3'));
  await user.click(screen.getByRole('button'));
  server.push('AnyJobUpdates', { jobUpdates: job(32) });
  await waitFor(() => expect(shown()).toBe('32,31,30,29 of 4'));
});

test.each([
  ['is asked for before the filter changes', true],
  ['is asked for after the filter has changed, behind the last page of the previous one', false],
])('an earlier page that %s is not used', async (_, isBefore) => {
  const first = Promise.withResolvers<Record<string, unknown>>();
  const earlier = Promise.withResolvers<Record<string, unknown>>();
  server.answer('Jobs', ({ after, filter }) => {
    if (after !== null) return earlier.promise;
    return JSON.stringify(filter).includes('TRAIN') ? first.promise : page([job(31), job(30)], 'c');
  });
  server.answer('JobCount', () => count(9));
  function Changing() {
    const [filter, setFilter] = useState<typeof everyJob>(everyJob);
    return (
      <>
        <Numbers filter={filter} />
        <input type="checkbox" onChange={() => setFilter(ofTrains)} />
      </>
    );
  }
  const user = renderWith(server, <Changing />);
  await waitFor(() => expect(shown()).toBe('31,30 of 9'));
  if (isBefore) await user.click(screen.getByRole('button'));
  await user.click(screen.getByRole('checkbox'));
  if (!isBefore) await user.click(screen.getByRole('button'));
  first.resolve(page([job(31, 'TRAIN')], 't'));
  await waitFor(() => expect(shown()).toBe('31 of 9'));
  earlier.resolve(page([job(29), job(28)], 'd'));
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
  expect(shown()).toBe('31 of 9');
  expect(server.sent.some(({ variables }) => variables['after'] === 'c')).toBe(true);
});

test('earlier pages stay when the connection returns, after the jobs that ended in between', async () => {
  let newest = [job(31), job(30)];
  server.answer('Jobs', ({ after }) => (after === null ? page(newest, 'c') : page([job(29), job(28)], 'd')));
  server.answer('JobCount', () => count(9));
  const user = renderWith(server, <Numbers filter={everyJob} />);
  await waitFor(() => expect(shown()).toBe('31,30 of 9'));
  await user.click(screen.getByRole('button'));
  await waitFor(() => expect(shown()).toBe('31,30,29,28 of 9'));
  newest = [job(32), job(31)];
  server.answer('JobCount', () => count(10));
  act(() => {
    connections.value++;
  });
  await waitFor(() => expect(shown()).toBe('32,31,30,29,28 of 10'));
});

test('a job that ends is shown where only the server knows whether it belongs to the history', async () => {
  let newest = [job(31)];
  const ofStage = { ...everyJob, stage: 'CANARIES' } as const;
  server.answer('Jobs', () => page(newest, null));
  server.answer('JobCount', () => count(newest.length));
  renderWith(server, <Numbers filter={ofStage} />);
  await waitFor(() => expect(shown()).toBe('31 of 1'));
  newest = [job(33), job(31)];
  server.push('AnyJobUpdates', { jobUpdates: job(32) });
  server.push('AnyJobUpdates', { jobUpdates: job(33) });
  await waitFor(() => expect(shown()).toBe('33,31 of 2'));
  expect(server.sent.filter(({ variables }) => 'first' in variables)).toHaveLength(2);
});
