// Tests that marks come once each and in order, over cut connections too, and that refusals are not asked for again and again.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sink } from '../connection/wire.ts';
import { LogMarkFeed } from './mark-feed.ts';
import type { Mark } from './outline.ts';

const mark = (number: number): Mark => ({
  number,
  at: '2026-11-24T12:00:00.000Z',
  kind: 'STATUS',
  text: 'x',
});

/** A feed, what it asks, and what the server says to it. */
function opened() {
  const asked: unknown[] = [];
  const sinks: Sink[] = [];
  const feed = new LogMarkFeed({
    jobId: '7',
    transport: {
      subscribe: (request, sink) => {
        sinks.push(sink);
        asked.push(request().variables);
        return () => {};
      },
    },
  });
  return {
    feed,
    asked,
    say: (marks: Mark[], cursor: number, complete = false): void =>
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

test('marks go on from the cursor, none twice, until the log is complete', async () => {
  const { feed, asked, say, end } = opened();
  say([mark(2), mark(5)], 8);
  say([mark(5), mark(9)], 10);
  expect(feed.state.value.marks.map(({ number }) => number)).toEqual([2, 5, 9]);
  // The server shuts down: asked again from where one was.
  end();
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual([
    { jobId: '7', after: 0 },
    { jobId: '7', after: 10 },
  ]);
  say([mark(12)], 12, true);
  end();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(asked).toHaveLength(2);
  expect(feed.state.value).toMatchObject({ complete: true });
  feed.close();
});

test.each(['FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'])(
  'what is refused as %s is not asked for again',
  async (code) => {
    const { feed, asked, refuse } = opened();
    refuse(code);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(asked).toHaveLength(1);
    feed.close();
  },
);

test('while it fails otherwise it is asked for less and less often, until marks come again', async () => {
  const { feed, asked, refuse, say, end } = opened();
  const waits: number[] = [];
  const waitForNext = async (): Promise<void> => {
    const [before, began] = [asked.length, Date.now()];
    while (asked.length === before) await vi.advanceTimersByTimeAsync(1000);
    waits.push(Date.now() - began);
  };
  for (const code of ['DATABASE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'DATABASE_BUSY', 'x', 'x', 'x', 'x']) {
    refuse(code);
    await waitForNext();
  }
  expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  say([mark(2)], 8);
  end();
  await waitForNext();
  expect(waits.at(-1)).toBe(2000);
  refuse('x');
  feed.close();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toHaveLength(9);
});
