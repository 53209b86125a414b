// @vitest-environment happy-dom
// Tests the table of the history.
import { cleanup, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import { HistoryTable } from './history-table.tsx';

afterEach(cleanup);

const jobs = [
  jobSummary('9', {
    state: 'FAILED',
    lane: 'codfw',
    startedAt: '2026-11-20T12:00:00.000Z',
    finishedAt: '2026-11-20T12:03:12.000Z',
  }),
  jobSummary('8', { state: 'CANCELLED' }),
];

test('the history table has a row for each job, with a link, its state and its duration', () => {
  render(<HistoryTable jobs={jobs} withLane={false} />);
  const [, failed, cancelled] = screen.getAllByRole('row');
  if (failed === undefined || cancelled === undefined) throw new Error('rows are missing');
  expect(within(failed).getByRole('link', { name: 'Open job 9' }).getAttribute('href')).toBe('/jobs/9');
  expect(within(failed).getByText('failed')).toBeTruthy();
  expect(within(failed).getByText('3 min 12 s')).toBeTruthy();
  expect(within(cancelled).getByText('–')).toBeTruthy();
  expect(screen.queryByRole('columnheader', { name: 'Lane' })).toBeNull();
});

test('the history table shows lanes if asked to', () => {
  render(<HistoryTable jobs={jobs} withLane />);
  expect(screen.getByRole('columnheader', { name: 'Lane' })).toBeTruthy();
  expect(screen.getByText('codfw')).toBeTruthy();
});

test('a job that did not simply succeed says why, and others do not', () => {
  render(
    <HistoryTable
      withLane={false}
      jobs={[
        jobSummary('7', { state: 'FAILED', outcome: 'FAILED', reason: 'Failed in “Canary checks”.' }),
        jobSummary('6', { outcome: 'DEPLOYED', reason: 'Done.' }),
        jobSummary('5', { outcome: 'DECLINED', reason: 'Amina declined.' }),
      ]}
    />,
  );
  expect(screen.getByText('Failed in “Canary checks”.')).toBeTruthy();
  expect(screen.queryByText('Done.')).toBeNull();
  expect(screen.queryByText('Amina declined.')).toBeNull();
});

test('a job that was declined does not look like a success', () => {
  render(
    <HistoryTable withLane={false} jobs={[jobSummary('7', { state: 'SUCCEEDED', outcome: 'DECLINED' })]} />,
  );
  expect(screen.getByText('declined').parentElement?.className).toContain('subtle');
  expect(screen.queryByText('succeeded')).toBeNull();
});

test('a job whose subject is empty or invisible has a readable link', () => {
  const titles = ['', ' ', '\u200b'];
  render(
    <HistoryTable
      withLane={false}
      jobs={titles.map((title, index) => jobSummary(`${index + 1}`, { title }))}
    />,
  );
  expect(screen.getAllByText('(no subject)')).toHaveLength(3);
});
