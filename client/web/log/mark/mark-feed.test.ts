// Tests that marks arrive once each and in order, across interruptions too, and that a refused subscription is not retried.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sink } from '../../connection/wire.ts';
import type { Mark } from './mark.ts';
import { LogMarkFeed } from './mark-feed.ts';

const mark = (number: number): Mark => ({
  number,
  at: '2026-11-24T12:00:00.000Z',
  kind: 'STATUS',
  text: 'x',
});

/** A feed, the variables of its subscriptions, and what the server sends to it. */
function opened() {
  const requests: unknown[] = [];
  const sinks: Sink[] = [];
  const feed = new LogMarkFeed({
    jobId: '7',
    transport: {
      subscribe: (request, sink) => {
        sinks.push(sink);
        requests.push(request().variables);
        return () => {};
      },
    },
  });
  return {
    feed,
    requests,
    send: (marks: Mark[], cursor: number, complete = false): void =>
      sinks.at(-1)?.next({ data: { jobLogMarks: { marks, cursor, complete } } }),
    refuse: (code: string): void => {
      sinks.at(-1)?.next({ errors: [{ message: 'No.', extensions: { code } }] });
      sinks.at(-1)?.complete();
    },
    end: (): void => sinks.at(-1)?.complete(),
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the mark feed resumes marks at the cursor without duplicates until the log is complete', async () => {
  const { feed, requests, send, end } = opened();
  send([mark(2), mark(5)], 8);
  send([mark(5), mark(9)], 10);
  expect(feed.state.value.marks.map(({ number }) => number)).toEqual([2, 5, 9]);
  // The server shuts down.
  end();
  await vi.advanceTimersByTimeAsync(1000);
  expect(requests).toEqual([
    { jobId: '7', after: 0 },
    { jobId: '7', after: 10 },
  ]);
  send([mark(12)], 12, true);
  end();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(requests).toHaveLength(2);
  expect(feed.state.value).toMatchObject({ complete: true });
  feed.close();
});

test.each(['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'])(
  'the mark feed does not retry a marks subscription that is refused with %s',
  async (code) => {
    const { feed, requests, refuse } = opened();
    refuse(code);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(requests).toHaveLength(1);
    feed.close();
  },
);

test.each(['DATABASE_UNAVAILABLE', 'DATABASE_BUSY', 'INTERNAL_SERVER_ERROR', 'x'])(
  'the mark feed retries a marks subscription that fails with %s until it is closed',
  async (code) => {
    const { feed, requests, refuse } = opened();
    for (const count of [2, 3, 4]) {
      refuse(code);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(requests).toHaveLength(count);
    }
    refuse(code);
    feed.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(requests).toHaveLength(4);
  },
);
