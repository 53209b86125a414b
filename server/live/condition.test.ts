// Tests waiting for a condition.
import { expect, it } from 'vitest';
import { Condition } from './condition.ts';

it('a notification wakes only the waiters whose condition holds', async () => {
  const condition = new Condition();
  const { signal } = new AbortController();
  const calls = [0, 0];
  let reached = 0;
  const woken: number[] = [];
  const waits = [1, 2].map(async (wanted, index) => {
    await condition.wait(() => {
      calls[index] = (calls[index] ?? 0) + 1;
      return reached >= wanted;
    }, signal);
    woken.push(wanted);
  });
  reached = 1;
  condition.notifyAll();
  await waits[0];
  expect(woken).toEqual([1]);
  // Before it waits, and at the notification. A waiter that is woken looks a third time.
  expect(calls[1]).toBe(2);
  reached = 2;
  condition.notifyAll();
  await Promise.all(waits);
  expect(woken).toEqual([1, 2]);
});

it('an abort ends the wait for a condition that does not hold', async () => {
  const stop = new AbortController();
  const wait = new Condition().wait(() => false, stop.signal);
  stop.abort();
  await expect(wait).resolves.toBeUndefined();
});
