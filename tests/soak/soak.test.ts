// Tests that clients which lose their connection resume without a gap, and that the server keeps nothing of theirs. `npm run nightly` runs it for minutes.
import { describe, expect, it } from 'vitest';
import { nightlyDialects } from '../support/database.ts';
import { type Sample, soak, violationsOf } from './soak.ts';

// Both mostly wait for the next line, so they run at the same time.
it.concurrent.each(nightlyDialects)(
  '20 clients that lose their connections receive each line once on %s',
  async (dialect) => {
    const { lines, received, drops, violations } = await soak({
      dialect,
      seconds: 8,
      clients: 20,
      rate: 200,
    });
    expect(violations).toEqual([]);
    expect(received).toBe(20 * lines);
    expect(lines).toBeGreaterThanOrEqual(1_600);
    expect(drops).toBeGreaterThan(0);
  },
);

describe('the rules of a soak', () => {
  const idle: Sample = {
    heap: 40,
    memory: 100,
    descriptors: 30,
    timers: 5,
    sockets: 0,
    subscriptions: 0,
    readers: 0,
    wal: 4,
  };
  const followed = { drops: 1, lines: 10, gaps: [], ends: [10] };
  const steady = { before: idle, during: Array<Sample>(40).fill(idle), after: idle, followed, lines: 10 };

  it('the soak test accepts a server that releases everything', () => {
    expect(violationsOf(steady)).toEqual([]);
  });

  it.each([
    ['a gap', { followed: { ...followed, gaps: ['line 9 followed line 7'] } }, 'line 9 followed line 7'],
    [
      'an end that is missing',
      { followed: { ...followed, ends: [10, 8] } },
      'a client ended at line 8 of 10',
    ],
    ['a socket', { after: { ...idle, sockets: 1 } }, '1 sockets are left'],
    ['descriptors', { after: { ...idle, descriptors: 51 } }, '51 descriptors are left, 30 were there before'],
    [
      'a heap that grows',
      { during: Array.from({ length: 40 }, (_, n) => ({ ...idle, heap: 40 + n * 4 })) },
      'the heap grew from 80 to 160 MB',
    ],
    [
      'a write-ahead log that grows',
      { during: [...steady.during, { ...idle, wal: 300 }] },
      'the write-ahead log grew to 300 MB',
    ],
  ])('name %s', (_name, change, violation) => {
    expect(violationsOf({ ...steady, ...change })).toEqual([violation]);
  });
});
