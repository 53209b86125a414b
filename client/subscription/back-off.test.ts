// Tests the delays between retries.
import { expect, test } from 'vitest';
import { BackOff, backOffDelay } from './back-off.ts';

const limits = { first: 250, longest: 4000 };

test('back-off doubles up to the longest delay', () => {
  const delays = [0, 1, 2, 3, 4, 5, 1000].map((retry) => backOffDelay(retry, limits, 1));
  expect(delays).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
});

test('back-off jitter never takes more than half of the delay', () => {
  expect(backOffDelay(2, limits, 0)).toBe(500);
  expect(backOffDelay(2, limits, 0.5)).toBe(750);
});

test('back-off starts from the first delay again after a reset', () => {
  const backOff = new BackOff(limits, () => 1);
  expect([backOff.next(), backOff.next(), backOff.next()]).toEqual([250, 500, 1000]);
  backOff.reset();
  expect(backOff.next()).toBe(250);
});
