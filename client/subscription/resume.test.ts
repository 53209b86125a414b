// Tests that subscriptions are resumed after interruptions, and only as long as they should be.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Attempt, delay, ResumingSubscription, resumeIteration } from './resume.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const backOff = { first: 100, longest: 400 };
const random = (): number => 1;

/** A subscription whose attempts the test ends. */
function opened(signal?: AbortSignal) {
  const attempts: Attempt[] = [];
  let open = 0;
  const subscription = new ResumingSubscription(
    (attempt) => {
      attempts.push(attempt);
      open++;
      return () => open--;
    },
    { backOff, random, signal },
  );
  subscription.start();
  return { subscription, attempts, open: () => open };
}

test('a subscription is opened again after each interruption, with longer delays', () => {
  const { attempts, open } = opened();
  for (const wait of [100, 200, 400, 400]) {
    const before = attempts.length;
    attempts.at(-1)?.interrupted();
    expect(open()).toBe(0);
    vi.advanceTimersByTime(wait - 1);
    expect(attempts).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(attempts).toHaveLength(before + 1);
    expect(open()).toBe(1);
  }
});

test('the delay of a subscription is short again once data arrives', () => {
  const { attempts } = opened();
  attempts[0]?.interrupted();
  vi.advanceTimersByTime(100);
  attempts[1]?.received();
  attempts[1]?.interrupted();
  vi.advanceTimersByTime(100);
  expect(attempts).toHaveLength(3);
});

test('a finished subscription is not opened again until it is started', () => {
  const { subscription, attempts, open } = opened();
  attempts[0]?.finished();
  vi.advanceTimersByTime(60_000);
  expect([attempts.length, open(), subscription.active]).toEqual([1, 0, false]);
  subscription.start();
  expect([attempts.length, open(), subscription.active]).toEqual([2, 1, true]);
});

test('a subscription ignores what a replaced attempt reports', () => {
  const { subscription, attempts, open } = opened();
  subscription.start();
  expect(open()).toBe(1);
  attempts[0]?.interrupted();
  attempts[0]?.finished();
  vi.advanceTimersByTime(60_000);
  expect([attempts.length, open(), subscription.active]).toEqual([2, 1, true]);
});

test('a subscription closes an attempt that ends while it is being opened', () => {
  let closed = 0;
  const subscription = new ResumingSubscription(
    (attempt) => {
      attempt.interrupted();
      return () => closed++;
    },
    { backOff, random },
  );
  subscription.start();
  expect(closed).toBe(1);
  vi.advanceTimersByTime(100);
  expect(closed).toBe(2);
  subscription.close();
});

test('a paused subscription cancels a scheduled retry, and starts again afterwards', () => {
  const { subscription, attempts } = opened();
  attempts[0]?.interrupted();
  subscription.pause();
  vi.advanceTimersByTime(60_000);
  expect(attempts).toHaveLength(1);
  subscription.start();
  expect(attempts).toHaveLength(2);
});

test.each(['close', 'abort'] as const)('a subscription opens nothing more after %s', (how) => {
  const ending = new AbortController();
  const { subscription, attempts, open } = opened(ending.signal);
  if (how === 'close') subscription.close();
  else ending.abort();
  attempts[0]?.interrupted();
  subscription.start();
  vi.advanceTimersByTime(60_000);
  expect([attempts.length, open(), subscription.active]).toEqual([1, 0, false]);
});

/** Iterates over attempts that each yield some numbers and then end, fail, or never end. */
function iterated(attempts: readonly (readonly (number | 'fail' | 'hang')[])[], signal?: AbortSignal) {
  const states: string[] = [];
  let next = 0;
  const items = resumeIteration({
    open: async function* () {
      for (const step of attempts[next++] ?? ['hang']) {
        if (step === 'fail') throw new Error('lost');
        if (step === 'hang') await new Promise(() => {});
        else yield step;
      }
    },
    read: (item) => (item === 0 ? undefined : item),
    isLast: (item) => item === 9,
    onError: (thrown) => {
      if (!(thrown instanceof Error) || thrown.message !== 'lost') throw thrown;
    },
    onConnection: (state) => states.push(state),
    backOff,
    random,
    signal,
  });
  return { items, states, opened: () => next };
}

test('the iteration covers several attempts until the last item', async () => {
  const { items, states, opened } = iterated([[0, 1], ['fail'], [2, 'fail'], [9, 10]]);
  const seen: number[] = [];
  const done = (async () => {
    for await (const item of items) seen.push(item);
  })();
  await vi.advanceTimersByTimeAsync(100 + 200 + 100);
  await done;
  expect(seen).toEqual([1, 2, 9]);
  expect(states).toEqual(['lost', 'live', 'lost', 'live']);
  expect(opened()).toBe(4);
});

test('the iteration rethrows an error that retrying does not fix', async () => {
  const items = resumeIteration<number, number>({
    open: async function* () {
      yield 1;
      throw new TypeError('refused');
    },
    read: (item) => item,
    isLast: () => false,
    onError: (thrown) => {
      throw thrown;
    },
  });
  expect((await items.next()).value).toBe(1);
  await expect(items.next()).rejects.toThrow('refused');
});

test('the iteration stops during a back-off when the signal is aborted', async () => {
  const ending = new AbortController();
  const { items } = iterated([[1]], ending.signal);
  await items.next();
  const waiting = expect(items.next()).rejects.toThrow('enough');
  await vi.advanceTimersByTimeAsync(50);
  ending.abort(new Error('enough'));
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});

test('a delay rejects if its signal is already aborted', async () => {
  await expect(delay(1000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});
