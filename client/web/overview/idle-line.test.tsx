// @vitest-environment happy-dom
// Tests the line that says that nothing is running.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import { IdleLine } from './idle-line.tsx';

afterEach(cleanup);

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000 - 60_000).toISOString();
const ended = (outcome: 'DEPLOYED' | 'FAILED') => jobSummary('27', { outcome, finishedAt: hoursAgo(2) });
const shown = (): string => document.querySelector('.idle-line')?.textContent ?? '';

test('after good deployments, the line has the last one and how many there were', () => {
  render(
    <IdleLine
      recent={{ last: ended('DEPLOYED'), wentWell: true, inARow: 14, sameError: 0, mayBeMore: false }}
    />,
  );
  expect(shown()).toBe(
    'Nothing is running. Last deployment: job 27, 2 h ago, deployed. 14 successful deployments in a row.',
  );
  expect(screen.getByRole('link', { name: 'job 27' }).getAttribute('href')).toBe('/jobs/27');
  expect(screen.queryByRole('status')).toBeNull();
});

test('the number of successful deployments in a row is named from three on, and as a lower limit if older jobs are not loaded', () => {
  const recent = { last: ended('DEPLOYED'), wentWell: true, sameError: 0 };
  const { rerender } = render(<IdleLine recent={{ ...recent, inARow: 20, mayBeMore: true }} />);
  expect(shown()).toContain('At least 20 successful deployments in a row.');
  rerender(<IdleLine recent={{ ...recent, inARow: 2, mayBeMore: false }} />);
  expect(shown()).toBe('Nothing is running. Last deployment: job 27, 2 h ago, deployed.');
});

test('after bad deployments, the line has the outcome, and from three in a row on a warning leads to them', () => {
  const recent = { last: ended('FAILED'), wentWell: false, sameError: 0, mayBeMore: false };
  const { rerender } = render(<IdleLine recent={{ ...recent, inARow: 2 }} />);
  expect(shown()).toBe('Nothing is running. Last deployment: job 27, 2 h ago, failed.');
  expect(screen.queryByRole('status')).toBeNull();
  rerender(<IdleLine recent={{ ...recent, inARow: 3 }} />);
  expect(screen.getByRole('status').textContent).toContain('The last 3 deployments did not go well.');
  expect(screen.getByRole('link', { name: 'Show what failed' }).getAttribute('href')).toBe('/?show=problems');
});

test('after three deployments with the same error, the warning has it and leads to them', () => {
  const last = { ...ended('FAILED'), lastError: { number: 3, text: 'ERROR: canaries: 37 %' } };
  render(<IdleLine recent={{ last, wentWell: false, inARow: 4, sameError: 3, mayBeMore: false }} />);
  expect(screen.getByRole('status').textContent).toContain(
    'The last 3 deployments ended with the same error: ERROR: canaries: 37 %',
  );
  expect(screen.getByRole('link', { name: 'Show what failed' }).getAttribute('href')).toBe('/?like=27');
});

test('without a deployment, the line says only that nothing is running', () => {
  render(<IdleLine recent={null} />);
  expect(shown()).toBe('Nothing is running.');
});
