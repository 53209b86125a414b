// Tests the sentences for a failed sign-in.
import { expect, test } from 'vitest';
import { problemInWords } from './sign-in.tsx';

test.each(['constructor', '__proto__', 'toString', '', 'nonsense'])(
  'an unknown sign-in problem (%j) has a general sentence',
  (reason) => {
    expect(problemInWords(reason)).toBe('Signing in failed. Try again.');
  },
);

test('each sign-in problem that the server names has its own sentence', () => {
  const reasons = [
    'attempt',
    'denied',
    'refused',
    'answer',
    'name',
    'unavailable',
    'busy',
    'database',
    'none',
  ];
  const sentences = new Set(reasons.map(problemInWords));
  expect(sentences.size).toBe(reasons.length);
  expect(sentences).not.toContain(problemInWords('nonsense'));
});
