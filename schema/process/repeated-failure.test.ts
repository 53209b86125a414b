// Tests which lines of the log a failure that repeats causes.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RepeatedFailure } from './repeated-failure.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A failure, and the lines that it has caused. */
function open() {
  const lines: unknown[] = [];
  const add = (level: string) => (facts: object, message: string) => lines.push({ level, message, ...facts });
  const failure = new RepeatedFailure({ error: add('error'), info: add('info') }, 'could not look', {
    job: 7,
  });
  return { failure, lines };
}

test('a failure that repeats is logged at first, once a minute with its count, and when it is over', () => {
  const { failure, lines } = open();
  const error = new Error('away');
  for (let second = 0; second <= 60; second++) {
    failure.failed(error);
    vi.advanceTimersByTime(1_000);
  }
  failure.succeeded();
  failure.succeeded();
  expect(lines).toEqual([
    { level: 'error', message: 'could not look', job: 7, err: error },
    { level: 'error', message: 'could not look', job: 7, err: error, failures: 60 },
    { level: 'info', message: 'over: could not look', job: 7, failures: 61, seconds: 61 },
  ]);
});

test('a failure after a success is logged immediately', () => {
  const { failure, lines } = open();
  failure.failed(1);
  failure.succeeded();
  failure.failed(2);
  expect(lines).toMatchObject([{ err: 1 }, { level: 'info', failures: 1 }, { err: 2 }]);
});

test('a success without a failure is not logged', () => {
  const { failure, lines } = open();
  failure.succeeded();
  expect(lines).toEqual([]);
});
