// Tests the positions of ticks beside the scrollbar.
import { expect, test } from 'vitest';
import { ticksOf } from './rail.tsx';

test('a rail has at most 200 ticks, each for its first line', () => {
  const all = Array.from({ length: 100_000 }, (_, index) => index + 1);
  const ticks = ticksOf(all, all.length);
  expect(ticks.size).toBe(200);
  expect(ticks.get(0)).toBe(1);
  expect(ticks.get(199)).toBe(99_501);
  expect([...ticksOf([1], 1)]).toEqual([[0, 1]]);
  expect([...ticksOf([7], 3)]).toEqual([[199, 7]]);
  expect(ticksOf([], 0).size).toBe(0);
});
