// Tests which row shows which line, against counting them out.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineRanges, LogRows, union } from './rows.ts';

const ranges = fc.array(
  fc.tuple(fc.integer({ min: 2, max: 60 }), fc.nat(12)).map(([from, more]) => ({ from, to: from + more })),
  { maxLength: 8 },
);

test('whatever is taken out, rows and lines find each other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), ranges, (length, out) => {
      const rows = new LogRows(length, out);
      const shown: number[] = [];
      for (let line = 1; line <= length; line++) {
        if (!out.some(({ from, to }) => line >= from && line <= to)) shown.push(line);
        expect(rows.rowOf(line), `row of ${line}`).toBe(shown.length - 1);
      }
      expect(rows.count).toBe(shown.length);
      for (const [row, line] of shown.entries()) expect(rows.lineAt(row)).toBe(line);
    }),
  );
});

test('a section that goes on reaches to the end, wherever that is', () => {
  const rows = new LogRows(1_000_000, [{ from: 11, to: Number.POSITIVE_INFINITY }]);
  expect(rows.count).toBe(10);
  expect(rows.rowOf(999_999)).toBe(9);
});

test('ranges are kept as the fewest, in whatever order they come', () => {
  fc.assert(
    fc.property(ranges, (added) => {
      const kept = new LineRanges();
      for (const { from, to } of added) kept.add(from, to);
      expect(kept.all).toEqual(union(added));
      for (let line = 1; line <= 75; line++) {
        const within = added.some(({ from, to }) => line >= from && line <= to);
        expect(kept.of(line) !== null).toBe(within);
      }
    }),
  );
});

test('a range that is known already changes nothing', () => {
  const kept = new LineRanges();
  kept.add(3, 9);
  const { version } = kept;
  kept.add(4, 7);
  expect(kept.version).toBe(version);
});
