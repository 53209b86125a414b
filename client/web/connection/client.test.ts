// Tests when a subscription of urql is opened again after the server has ended it, and how long a mutation waits.
import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JobUpdatesSubscription } from '../job/job.graphql.ts';
import { StopJobMutation } from '../job/stop/stop.graphql.ts';
import { type ClientTransport, failure, openClient, type SubscriptionContext } from './client.ts';
import type { Sink } from './wire.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A transport that collects the sinks of its subscriptions. */
const transportOf = (sinks: Sink[]): ClientTransport => ({
  subscribe: (_request, sink) => {
    sinks.push(sink);
    return () => {};
  },
  signOut: () => {},
  outdated: signal(false),
});

/** The sinks of the subscriptions that were opened, through a client with this context. */
async function opened(context: SubscriptionContext<{ jobUpdates: { ended: boolean } }>) {
  const sinks: Sink[] = [];
  const client = openClient('http://127.0.0.1/graphql', transportOf(sinks), () => null);
  const received: unknown[] = [];
  const { unsubscribe } = client
    .subscription(JobUpdatesSubscription, { id: '1' }, context)
    .subscribe(({ data }) => received.push(data));
  // urql opens it in a later task.
  await vi.advanceTimersByTimeAsync(0);
  return { sinks, received, [Symbol.dispose]: unsubscribe };
}

const job = (ended: boolean) => ({ data: { jobUpdates: { ended } } });
const untilItsEnd = {
  isLast: ({ jobUpdates }: { jobUpdates: { ended: boolean } }) => jobUpdates.ended,
};

test('a subscription that the server ends after its last data is not opened again', async () => {
  using open = await opened(untilItsEnd);
  open.sinks[0]?.next(job(true));
  open.sinks[0]?.complete();
  vi.advanceTimersByTime(600_000);
  expect(open.sinks).toHaveLength(1);
  expect(open.received).toEqual([job(true).data]);
});

test('a subscription that the server ends before its last data is opened again', async () => {
  using open = await opened(untilItsEnd);
  open.sinks[0]?.next(job(false));
  open.sinks[0]?.complete();
  vi.advanceTimersByTime(60_000);
  expect(open.sinks).toHaveLength(2);
  open.sinks[1]?.next(job(true));
  open.sinks[1]?.complete();
  vi.advanceTimersByTime(600_000);
  expect(open.sinks).toHaveLength(2);
});

test('a subscription without a last data is opened again whenever the server ends it', async () => {
  using open = await opened({});
  open.sinks[0]?.next(job(true));
  open.sinks[0]?.complete();
  vi.advanceTimersByTime(60_000);
  expect(open.sinks).toHaveLength(2);
});

test('a subscription that the server ends without data is opened again', async () => {
  using open = await opened({ isLast: () => true });
  open.sinks[0]?.complete();
  vi.advanceTimersByTime(60_000);
  expect(open.sinks).toHaveLength(2);
});

test('a mutation fails if its response does not arrive in time, and names what can be repeated', async () => {
  const limit = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  const fetched = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(
      (_input, init) =>
        new Promise((_resolve, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        ),
    );
  const client = openClient('http://127.0.0.1/graphql', transportOf([]), () => null);
  const result = client.mutation(StopJobMutation, { input: { jobId: '7', how: 'INTERRUPT' } }).toPromise();
  await vi.waitFor(() => expect(fetched).toHaveBeenCalled());
  limit.abort(new DOMException('signal timed out', 'TimeoutError'));
  const { error } = await result;
  expect(AbortSignal.timeout).toHaveBeenCalledWith(30_000);
  expect(failure(error, (why) => `Not stopped: ${why}`)).toMatch(/unknown whether .* Check before/);
  expect(failure(error, (why) => `Not stopped: ${why}`, true)).toMatch(/unknown whether .* send it again/);
});
