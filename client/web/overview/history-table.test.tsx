// @vitest-environment happy-dom
// Tests the table of the history.
import { act, cleanup, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
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
  const [, , failed, cancelled] = screen.getAllByRole('row');
  if (failed === undefined || cancelled === undefined) throw new Error('rows are missing');
  expect(within(failed).getByRole('link', { name: 'Open job 9' }).getAttribute('href')).toBe('/jobs/9');
  // Of the word and the icon, screen readers know one.
  expect(
    within(failed)
      .getAllByText('failed')
      .map((words) => words.closest('[aria-hidden=true]') === null),
  ).toEqual([true, false]);
  expect(within(failed).getByText('3 min 12 s')).toBeTruthy();
  expect(within(cancelled).getByText('–')).toBeTruthy();
  expect(screen.queryByRole('columnheader', { name: 'Lane' })).toBeNull();
});

test('a deployed job has an icon with a word for screen readers, and no chip', () => {
  render(<HistoryTable jobs={[jobSummary('9', { outcome: 'DEPLOYED' })]} withLane={false} />);
  const words = screen.getByText('succeeded');
  expect(words.className).toBe('visually-hidden');
  expect(document.querySelector('.cdx-info-chip')).toBeNull();
});

test('each day on which jobs ended has a head, and the times below it have no date', () => {
  const endedAt = (at: string) => ({ queuedAt: '2020-11-18T12:00:00.000Z', finishedAt: `${at}:00.000Z` });
  render(
    <HistoryTable
      withLane={false}
      jobs={[
        jobSummary('4', endedAt('2020-11-20T12:00')),
        jobSummary('3', endedAt('2020-11-20T00:01')),
        jobSummary('2', endedAt('2020-11-19T23:59')),
      ]}
    />,
  );
  const heads = screen.getAllByRole('rowheader').filter((head) => head.getAttribute('scope') === 'rowgroup');
  expect(heads.map(({ textContent }) => textContent)).toEqual(['Fri, 20 Nov 2020', 'Thu, 19 Nov 2020']);
  const [first, second] = screen.getAllByRole('rowgroup').slice(1);
  if (first === undefined || second === undefined) throw new Error('days are missing');
  expect(within(first).getAllByRole('link', { name: /^Open job/ })).toHaveLength(2);
  expect(within(second).getByText('23:59 UTC')).toBeTruthy();
});

test('a row names the first change, its project without folders, and its author', () => {
  const change = {
    ...{ number: '1102340', url: null, subject: null, owner: 'Jonas' },
    project: 'mediawiki/extensions/Echo',
  };
  render(<HistoryTable jobs={[jobSummary('9', { changes: [change] })]} withLane={false} />);
  expect(screen.getByText('1102340')).toBeTruthy();
  expect(screen.getByTitle('mediawiki/extensions/Echo').textContent).toBe('Echo · Jonas');
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
        jobSummary('7', {
          ...{ state: 'FAILED', outcome: 'FAILED', reason: 'Failed in “Canary checks”.' },
          lastError: { number: 33, text: 'ERROR: canaries failed' },
        }),
        jobSummary('6', { outcome: 'DEPLOYED', reason: 'Done.' }),
        jobSummary('5', { outcome: 'DECLINED', reason: 'Amina declined.' }),
      ]}
    />,
  );
  expect(screen.getByText('Failed in “Canary checks”.')).toBeTruthy();
  const error = screen.getByRole('link', { name: 'Job 7, error line: ERROR: canaries failed' });
  expect(error.getAttribute('href')).toBe('/jobs/7#L33');
  expect(screen.queryByText('Done.')).toBeNull();
  expect(screen.queryByText('Amina declined.')).toBeNull();
});

test('a job that was declined does not look like a success', () => {
  render(
    <HistoryTable withLane={false} jobs={[jobSummary('7', { state: 'SUCCEEDED', outcome: 'DECLINED' })]} />,
  );
  expect(screen.getAllByText('declined').map(({ className }) => className)).toEqual([
    'visually-hidden',
    'cdx-info-chip__text',
  ]);
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

test('the rows of a day stay, with the focus, when a job ends', () => {
  const { rerender } = render(<HistoryTable jobs={jobs} withLane={false} />);
  const link = screen.getByRole('link', { name: 'Open job 9' });
  link.focus();
  rerender(<HistoryTable jobs={[jobSummary('10'), ...jobs]} withLane={false} />);
  expect(screen.getByRole('link', { name: 'Open job 9' })).toBe(link);
  expect(document.activeElement).toBe(link);
});

test('a day that occurs twice has two heads', () => {
  const endedOn = (id: string, day: string) => jobSummary(id, { finishedAt: `2020-11-${day}T12:00:00.000Z` });
  render(
    <HistoryTable jobs={[endedOn('3', '20'), endedOn('2', '19'), endedOn('1', '20')]} withLane={false} />,
  );
  expect(screen.getAllByText('Fri, 20 Nov 2020')).toHaveLength(2);
});

test('Today becomes Yesterday when the next day begins', () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T23:59:30.000Z') });
  try {
    render(
      <HistoryTable jobs={[jobSummary('9', { finishedAt: '2026-11-20T12:00:00.000Z' })]} withLane={false} />,
    );
    expect(screen.getByText('Today')).toBeTruthy();
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.getByText('Yesterday')).toBeTruthy();
  } finally {
    vi.useRealTimers();
  }
});
