// @vitest-environment happy-dom
// Tests the time left of a job as its page shows it.
import { render, screen } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { jobSummary, question } from '../../../../tests/component/job.ts';
import { ExpectedStart, isLateAt, TimeLeft } from './time-left.tsx';

const at = new Date().toISOString();
const later = new Date(Date.now() + 3_600_000).toISOString();
const left = { median: 230, p90: 400, at, late: false, lateAt: later };

test('the time left is rounded up to minutes', () => {
  render(<TimeLeft job={jobSummary('1', { timeLeft: left })} />);
  expect(screen.getByText('About 4 min left, rarely more than 7 min')).toBeTruthy();
  expect(screen.queryByText('late')).toBeNull();
});

test('while scap waits for an answer, the time left does not change', () => {
  const job = jobSummary('1', {
    timeLeft: { ...left, at: '2026-01-01T00:00:00.000Z', lateAt: null },
    pendingInteraction: question('2'),
  });
  render(<TimeLeft job={job} />);
  expect(screen.getByText('About 4 min after the answer, rarely more than 7 min')).toBeTruthy();
});

test('two equal times are shown once', () => {
  render(<TimeLeft job={jobSummary('1', { timeLeft: { ...left, median: 30, p90: 55 } })} />);
  expect(screen.getByText('About 1 min left')).toBeTruthy();
});

test('a late job says so, also when that begins between two updates', () => {
  render(<TimeLeft job={jobSummary('1', { timeLeft: { ...left, late: true, lateAt: at } })} />);
  expect(screen.getByText('late')).toBeTruthy();
  expect(isLateAt(left, Date.parse(later))).toBe(true);
  expect(isLateAt(left, Date.parse(later) - 1)).toBe(false);
});

test('nothing is shown while there are too few comparable jobs', () => {
  const { container } = render(
    <>
      <TimeLeft job={jobSummary('1')} />
      <ExpectedStart at={null} />
    </>,
  );
  expect(container.textContent).toBe('');
});
