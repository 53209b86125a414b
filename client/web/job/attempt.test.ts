// Tests that one wish has one key.
import { expect, test } from 'vitest';
import { Attempt, newAttemptKey } from './attempt.ts';

test('the same wish keeps its key until it is granted, another wish gets another', () => {
  let count = 0;
  const attempt = new Attempt(() => `key ${++count}`);
  expect(attempt.keyFor({ changes: ['1'] })).toBe('key 1');
  expect(attempt.keyFor({ changes: ['1'] })).toBe('key 1');
  expect(attempt.keyFor({ changes: ['1'], acceptUnverified: true })).toBe('key 2');
  attempt.granted();
  expect(attempt.keyFor({ changes: ['1'], acceptUnverified: true })).toBe('key 3');
});

test('keys are 128 random bits', () => {
  expect(newAttemptKey()).toMatch(/^[0-9a-f]{32}$/);
  expect(newAttemptKey()).not.toBe(newAttemptKey());
});
