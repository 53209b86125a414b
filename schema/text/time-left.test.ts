import { expect, test } from 'vitest';
import { TimeLeft } from './time-left.ts';

const step = (finished: number, remaining: number, name = 'sync') => ({ name, finished, remaining });

test('the time left is estimated from the speed since the step was first observed', () => {
  const left = new TimeLeft();
  left.observe(step(10, 90), 1000);
  expect(left.estimate(2000)).toBeNull();
  left.observe(step(30, 70), 5000);
  expect(left.estimate(5000)).toBe(14_000);
  expect(left.estimate(8000)).toBe(11_000);
  expect(left.estimate(60_000)).toBe(0);
});

test('a new estimate begins with another step, and when a step begins again', () => {
  const left = new TimeLeft();
  left.observe(step(0, 10), 0);
  left.observe(step(5, 5), 5000);
  left.observe(step(0, 4, 'restart'), 6000);
  expect(left.estimate(6000)).toBeNull();
  left.observe(step(1, 3, 'restart'), 8000);
  expect(left.estimate(8000)).toBe(6000);
  left.observe(step(0, 4, 'restart'), 9000);
  expect(left.estimate(9000)).toBeNull();
});

test('nothing is estimated without a step, or when nothing remains', () => {
  const left = new TimeLeft();
  expect(left.estimate(0)).toBeNull();
  left.observe(step(1, 1), 0);
  left.observe(step(2, 0), 10);
  expect(left.estimate(10)).toBeNull();
  left.observe(null, 20);
  expect(left.estimate(20)).toBeNull();
});
