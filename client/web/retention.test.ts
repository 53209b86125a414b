// Tests the sentence on how long jobs are kept.
import { expect, test } from 'vitest';
import { retentionInWords } from './retention.ts';

test.each([
  [null, null, null],
  [400, null, 'Jobs are removed 400 days after they end.'],
  [1, null, 'Jobs are removed one day after they end.'],
  [null, 500, 'Jobs are removed once 500 newer jobs have ended.'],
  [null, 1, 'Jobs are removed once a newer job has ended.'],
  [30, 500, 'Jobs are removed 30 days after they end, or once 500 newer jobs have ended.'],
])('retention of %s days and %s jobs reads: %s', (days, jobs, words) => {
  expect(retentionInWords(days, jobs)).toBe(words);
});
