// Tests the mapping between lines and rows against a simple count.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineRanges, LogRows, union } from './rows.ts';

const ranges = fc.array(
  fc.tuple(fc.integer({ min: 2, max: 60 }), fc.nat(12)).map(([from, more]) => ({ from, to: from + more })),
  { maxLength: 8 },
);

test('the row table maps rows to lines and back for any collapsed ranges', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), ranges, (length, collapsed) => {
      const rows = new LogRows(length, collapsed);
      const shown: number[] = [];
      for (let line = 1; line <= length; line++) {
        if (!collapsed.some(({ from, to }) => line >= from && line <= to)) shown.push(line);
        expect(rows.rowOf(line), `row of ${line}`).toBe(shown.length - 1);
      }
      expect(rows.count).toBe(shown.length);
      for (const [row, line] of shown.entries()) expect(rows.lineAt(row)).toBe(line);
    }),
  );
});

test('an open section is collapsed up to the end of the log', () => {
  const rows = new LogRows(1_000_000, [{ from: 11, to: Number.POSITIVE_INFINITY }]);
  expect(rows.count).toBe(10);
  expect(rows.rowOf(999_999)).toBe(9);
});

test('the row table stores line ranges merged, in any order of adding', () => {
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

test('the version of the row table does not change when a known range is added', () => {
  const kept = new LineRanges();
  kept.add(3, 9);
  const { version } = kept;
  kept.add(4, 7);
  expect(kept.version).toBe(version);
});
