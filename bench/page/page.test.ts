import { describe, expect, it } from 'vitest';
import { busynessOf } from './page.ts';

const thread = (pid: number, tid: number, name: string) => ({
  name: 'thread_name',
  ph: 'M',
  pid,
  tid,
  args: { name },
});
/** A task whose CPU time is half of its duration. */
const task = (pid: number, tid: number, dur: number, name = 'RunTask') => ({
  name,
  ph: 'X',
  pid,
  tid,
  dur,
  tdur: dur / 2,
});

describe('busynessOf', () => {
  it('the measurement sums up the tasks of the busiest main thread', () => {
    const events = [
      task(1, 1, 12_345),
      thread(1, 1, 'CrRendererMain'),
      thread(1, 2, 'Compositor'),
      thread(2, 1, 'CrRendererMain'),
      thread(3, 1, 'CrBrowserMain'),
      task(1, 1, 7_655),
      task(1, 1, 999_999, 'Layout'),
      task(1, 2, 500_000),
      task(2, 1, 15_000),
      task(3, 1, 900_000),
    ];
    expect(busynessOf(events, 200)).toEqual({ longest: 12.345, hardest: 6.1725, share: 10 });
  });

  it('the measurement throws when the trace has no task', () => {
    expect(() => busynessOf([thread(1, 1, 'CrRendererMain')], 200)).toThrow('no task');
  });
});
