// Tests the texts that are put together.
import { expect, test } from 'vitest';
import { text } from './text.ts';

test.each([
  [null, null, null],
  [400, null, 'Jobs are removed 400 days after they ended.'],
  [1, null, 'Jobs are removed one day after they ended.'],
  [null, 500, 'Jobs are removed once 500 newer ones have ended.'],
  [null, 1, 'Jobs are removed once a newer one has ended.'],
  [30, 500, 'Jobs are removed 30 days after they ended, or once 500 newer ones have ended.'],
])('jobs that are kept for %s days, and %s of them: %s', (days, jobs, words) => {
  expect(text.retention(days, jobs)).toBe(words);
});
