// Tests the calls after each change of a signal.
import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { onChange } from './on-change.ts';

test('onChange calls after each change, not at the start and not after it was stopped', () => {
  const count = signal(1);
  const seen: number[] = [];
  const stop = onChange(count, (value) => seen.push(value));
  count.value = 2;
  count.value = 2;
  count.value = 3;
  stop();
  count.value = 4;
  expect(seen).toEqual([2, 3]);
});

test('onChange does not follow other signals that its callback reads', () => {
  const [followed, other] = [signal(0), signal(0)];
  let calls = 0;
  onChange(followed, () => {
    calls += 1 + other.value;
  });
  followed.value = 1;
  other.value = 1;
  expect(calls).toBe(1);
});
