// Tests how long answers are used, also by a clock that is set back.
import { expect, test, vi } from 'vitest';
import { AnswerCache } from './answer-cache.ts';

test('an answer is used for 30 seconds, and not for longer when the clock was set back', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000 });
  try {
    const cache = new AnswerCache<number>(10);
    let asked = 0;
    const get = async (at: number) => {
      vi.setSystemTime(at);
      return (await cache.get('key', async () => ++asked, new AbortController().signal)).value;
    };
    expect([await get(1_000_000_000), await get(1_000_030_000)]).toEqual([1, 1]);
    expect(await get(1_000_030_001)).toBe(2);
    // A day earlier: the answer would be used for a day.
    expect(await get(1_000_030_001 - 86_400_000)).toBe(3);
    expect(cache.kept('key')?.value).toBe(3);
  } finally {
    vi.useRealTimers();
  }
});
