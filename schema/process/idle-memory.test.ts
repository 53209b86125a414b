// Tests when an idle process collects its garbage, and that this frees memory.
import { getHeapStatistics } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { collectGarbage, IdleHeap } from './idle-memory.ts';

const megabytes = 1_000_000;

describe('an idle process', () => {
  it('an idle process collects what its start has left', () => {
    expect(new IdleHeap().shouldCollect(60 * megabytes, 0)).toBe(true);
    expect(new IdleHeap().shouldCollect(20 * megabytes, 0)).toBe(false);
  });

  it('an idle process collects once after a burst, as soon as it is idle', () => {
    const heap = new IdleHeap();
    const looks: [size: number, busyShare: number][] = [
      [60, 0],
      [35, 0],
      [200, 0.8],
      [280, 0.2],
      [280, 0.01],
      [240, 0.01],
      [36, 0.01],
      [50, 0.01],
      [70, 0.01],
    ];
    expect(looks.map(([size, busyShare]) => heap.shouldCollect(size * megabytes, busyShare))).toEqual([
      true,
      false,
      false,
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('an idle process does not collect again when what has grown is in use', () => {
    const heap = new IdleHeap();
    const looks = Array.from({ length: 5 }, () => heap.shouldCollect(400 * megabytes, 0));
    expect(looks).toEqual([true, false, false, false, false]);
  });
});

it('the collection frees what is no longer in use', () => {
  let garbage: number[][] | null = Array.from({ length: 1_000 }, () =>
    Array.from({ length: 5_000 }, Math.random),
  );
  expect(garbage).toHaveLength(1_000);
  const before = getHeapStatistics().used_heap_size;
  garbage = null;
  collectGarbage();
  expect(before - getHeapStatistics().used_heap_size).toBeGreaterThan(30 * megabytes);
});
