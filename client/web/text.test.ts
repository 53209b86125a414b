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

test.each(['constructor', '__proto__', 'toString', '', 'nonsense'])(
  'an unknown problem (%s) has a sentence',
  (word) => {
    expect(text.signIn.problem(word)).toBe('Signing in did not work. Begin again.');
  },
);

test('each problem that the server names has a sentence of its own', () => {
  const words = ['attempt', 'denied', 'refused', 'answer', 'name', 'unavailable', 'busy', 'database', 'none'];
  expect(new Set(words.map((word) => text.signIn.problem(word))).size).toBe(words.length);
  expect(words.map((word) => text.signIn.problem(word))).not.toContain(text.signIn.problem('nonsense'));
});
