// Tests that marks come once each and in order, over cut connections too.
import { expect, test, vi } from 'vitest';
import { LogMarkFeed } from './log-mark-feed.ts';
import type { Mark } from './log-outline.ts';
import type { Sink } from './wire.ts';

const mark = (number: number): Mark => ({
  number,
  at: '2026-11-24T12:00:00.000Z',
  kind: 'STATUS',
  text: 'x',
});

test('marks go on from the cursor, none twice, until the log is complete', async () => {
  vi.useFakeTimers();
  try {
    const asked: unknown[] = [];
    const opened: Sink[] = [];
    const say = (marks: Mark[], cursor: number, complete = false): void =>
      opened.at(-1)?.next({ data: { jobLogMarks: { marks, cursor, complete } } });
    const feed = new LogMarkFeed({
      jobId: '7',
      transport: {
        subscribe: (request, sink) => {
          opened.push(sink);
          asked.push(request().variables);
          return () => {};
        },
      },
    });
    say([mark(2), mark(5)], 8);
    say([mark(5), mark(9)], 10);
    expect(feed.state.value.marks.map(({ number }) => number)).toEqual([2, 5, 9]);
    // The server shuts down: asked again from where one was.
    opened.at(-1)?.complete();
    await vi.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual([
      { jobId: '7', after: 0 },
      { jobId: '7', after: 10 },
    ]);
    say([mark(12)], 12, true);
    opened.at(-1)?.complete();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
    expect(feed.state.value).toMatchObject({ complete: true });
    feed.close();
  } finally {
    vi.useRealTimers();
  }
});
