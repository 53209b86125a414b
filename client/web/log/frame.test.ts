// Tests that drawing a flood of lines leaves time for input.
import { expect, test } from 'vitest';
import { pacedFrames } from './frame.ts';

function browser(cost: number) {
  let now = 0;
  const frames: (() => void)[] = [];
  const waits: number[] = [];
  const draws: number[] = [];
  const next = pacedFrames({
    requestFrame: (callback) => frames.push(callback),
    wait: (callback, milliseconds) => {
      waits.push(milliseconds);
      now += milliseconds;
      callback();
    },
    now: () => now,
  });
  const drawOnce = (last = false): void => {
    next(() => {
      draws.push(now);
      now += cost;
    }, last);
    frames.shift()?.();
    frames.shift()?.();
  };
  return { drawOnce, waits, draws };
}

test('the log draws at each frame while drawing is fast', () => {
  const { drawOnce, waits, draws } = browser(5);
  for (let frame = 0; frame < 3; frame++) drawOnce();
  expect(waits).toEqual([]);
  expect(draws).toEqual([0, 5, 10]);
});

test('the log waits after a slow draw as long as the draw took', () => {
  const { drawOnce, waits, draws } = browser(200);
  for (let frame = 0; frame < 3; frame++) drawOnce();
  expect(waits).toEqual([200, 200]);
  expect(draws).toEqual([0, 400, 800]);
});

test('the log does not wait before the last draw', () => {
  const { drawOnce, waits, draws } = browser(200);
  drawOnce();
  drawOnce(true);
  expect(waits).toEqual([]);
  expect(draws).toEqual([0, 200]);
});
