// Tests what the last ended jobs say together.
import { expect, test } from 'vitest';
import { jobSummary } from '../../../tests/component/job.ts';
import type { JobOutcome } from '../../generated/graphql.ts';
import { recentJobs } from './recent-jobs.ts';

/** Jobs with these outcomes, the newest first. */
const jobsOf = (...outcomes: readonly (JobOutcome | null)[]) =>
  outcomes.map((outcome, index) => jobSummary(`${outcomes.length - index}`, { outcome }));

test('jobs that deployed nothing as wanted do not end a row', () => {
  const jobs = jobsOf(
    null,
    'DECLINED',
    'DEPLOYED',
    'CANCELLED',
    'DEPLOYED',
    'NOTHING_TO_DO',
    'FAILED',
    'DEPLOYED',
  );
  expect(recentJobs(jobs, true)).toMatchObject({ wentWell: true, inARow: 2, mayBeMore: false });
  expect(recentJobs(jobs, true)?.last.id).toBe('6');
});

test('each way not to go well belongs to one row', () => {
  const jobs = jobsOf('FAILED', 'ROLLED_BACK', 'STOPPED', 'LOST', 'DEPLOYED_WITH_ERRORS', 'DEPLOYED');
  expect(recentJobs(jobs, true)).toMatchObject({ wentWell: false, inARow: 5, mayBeMore: false });
});

test('errors that differ only in their numbers are the same', () => {
  const failed = (text: string | null) =>
    jobSummary('1', { outcome: 'FAILED', lastError: text === null ? null : { number: 1, text } });
  const jobs = [
    failed('12:01 ERROR 37 %'),
    failed('13:00 ERROR 5 %'),
    failed('disk full'),
    failed('1:0 ERROR 1 %'),
  ];
  expect(recentJobs(jobs, true)).toMatchObject({ inARow: 4, sameError: 2 });
  expect(recentJobs([failed(null), failed(null)], true)?.sameError).toBe(0);
});

test('the number of equal outcomes in a row is a lower limit when all loaded jobs have that outcome', () => {
  expect(recentJobs(jobsOf('DEPLOYED', 'DEPLOYED'), false)).toMatchObject({ inARow: 2, mayBeMore: true });
  expect(recentJobs(jobsOf('DEPLOYED', 'DEPLOYED'), true)).toMatchObject({ inARow: 2, mayBeMore: false });
});

test('jobs that deployed nothing do not count as outcomes in a row', () => {
  expect(recentJobs(jobsOf('DECLINED', 'CANCELLED'), true)).toBeNull();
  expect(recentJobs([], true)).toBeNull();
});
