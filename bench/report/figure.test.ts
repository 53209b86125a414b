import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureOf, summarise } from './figure.ts';

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('measurements', () => {
  it('measurements are summarised by nearest rank, in any order', () => {
    expect(summarise(upTo(200).reverse())).toEqual({ n: 200, median: 100.5, p99: 198, min: 1, max: 200 });
    expect(summarise([3, 1, 2])).toEqual({ n: 3, median: 2, p99: 3, min: 1, max: 3 });
    expect(summarise([7])).toEqual({ n: 1, median: 7, p99: 7, min: 7, max: 7 });
  });

  it('median and p99 are between minimum and maximum', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (list) => {
        const summary = summarise(list);
        expect(summary).not.toBeNull();
        if (!summary) return;
        expect(summary.median).toBeGreaterThanOrEqual(summary.min);
        expect(summary.p99).toBeGreaterThanOrEqual(summary.median);
        expect(summary.max).toBeGreaterThanOrEqual(summary.p99);
      }),
    );
  });

  it('a figure is compared with its baseline by the medians', () => {
    expect(figureOf('x', 'ms', [4, 6, 8], { baseline: ['bare', [2, 3, 4]] })).toMatchObject({ ratio: 2 });
    expect(figureOf('x', 'ms', [4])).toMatchObject({ ratio: null, baseline: null });
  });

  it('figureOf throws without measurements', () => {
    expect(summarise([])).toBeNull();
    expect(() => figureOf('x', 'ms', [])).toThrow('no measurements for: x');
  });
});
