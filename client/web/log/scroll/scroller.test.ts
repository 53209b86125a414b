// Tests the geometry of the log box: visible lines stay in place, and the scrollbar is exact.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogRows } from './rows.ts';
import { LogScroller, maxElementHeight } from './scroller.ts';

const open = (lines: number, viewport = 400): LogScroller => {
  const scroller = new LogScroller(20);
  scroller.setBox(viewport, 30, 20);
  scroller.setRows(new LogRows(lines, []));
  return scroller;
};
/** The distance of a line's row from the upper edge of the box. */
const onScreen = (scroller: LogScroller, line: number): number =>
  scroller.placeOf(scroller.rows.rowOf(line)) - scroller.native;

test('the scroller opens at the end and stays there while lines arrive and rows turn out higher', () => {
  const scroller = open(1000);
  expect(scroller.native).toBe(1000 * 20 + 30 - 400);
  scroller.setRows(new LogRows(1100, []));
  scroller.measured(1090, [20, 60, 20]);
  expect(scroller.native).toBe(1100 * 20 + 40 + 30 - 400);
  expect(scroller.atEnd(0)).toBe(true);
});

test('the scroller keeps the visible lines in place when rows above them grow or collapse', () => {
  const changes = fc.array(
    fc.tuple(fc.nat(600), fc.array(fc.constantFrom(20, 40, 180), { minLength: 1, maxLength: 40 })),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(changes, fc.integer({ min: 13_000, max: 15_000 }), (measured, native) => {
      const scroller = open(1000);
      scroller.following = false;
      scroller.scrolled(native);
      const line = scroller.rows.lineAt(scroller.seen.first);
      const before = onScreen(scroller, line);
      for (const [first, heights] of measured) {
        scroller.measured(first, heights);
        expect(onScreen(scroller, line)).toBeCloseTo(before, 3);
      }
      scroller.setRows(new LogRows(1000, [{ from: 20, to: 300 }]));
      expect(onScreen(scroller, line)).toBeCloseTo(before, 3);
      scroller.setRows(new LogRows(1500, []));
      expect(onScreen(scroller, line)).toBeCloseTo(before, 3);
    }),
  );
});

test('the scroller draws the visible rows and some around them, up to the limit', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000), fc.nat(100), (native, overscan) => {
      const scroller = open(100_000);
      scroller.following = false;
      scroller.scrolled(native);
      const { first, last } = scroller.drawn(overscan, 300);
      expect(last - first + 1).toBeLessThanOrEqual(300);
      expect(first).toBeLessThanOrEqual(scroller.seen.first);
      expect(last).toBeGreaterThanOrEqual(scroller.seen.last);
      expect(onScreen(scroller, scroller.seen.first + 1)).toBeLessThanOrEqual(0);
    }),
  );
});

test('a jump puts the line into view, below some lines before it', () => {
  for (const lines of [1000, 3_000_000]) {
    const scroller = open(lines);
    scroller.jump(Math.floor(lines / 2));
    expect(onScreen(scroller, Math.floor(lines / 2))).toBeCloseTo(133, 0);
    scroller.measured(scroller.seen.first, [80, 80, 80]);
    expect(onScreen(scroller, Math.floor(lines / 2))).toBeCloseTo(133, 0);
    scroller.jump(1);
    expect(onScreen(scroller, 1)).toBe(0);
    scroller.jump(lines);
    expect(scroller.atEnd(1)).toBe(true);
  }
});

test('the scroller scrolls a log higher than an element can be exactly in small steps, and to its ends by the scrollbar', () => {
  const lines = 3_000_000;
  const scroller = open(lines);
  expect(scroller.height + 30).toBeLessThanOrEqual(maxElementHeight);
  scroller.jump(1_500_000);
  const before = onScreen(scroller, 1_500_000);
  for (let step = 0; step < 10; step++) scroller.scrolled(scroller.native + 40);
  expect(onScreen(scroller, 1_500_000)).toBeCloseTo(before - 400, 3);
  scroller.settle();
  expect(onScreen(scroller, 1_500_000)).toBeCloseTo(before - 400, 3);
  scroller.scrolled(maxElementHeight / 4);
  expect(scroller.rows.lineAt(scroller.seen.first) / lines).toBeCloseTo(0.25, 2);
  scroller.scrolled(0);
  expect(onScreen(scroller, 1)).toBe(0);
  scroller.scrolled(maxElementHeight - 400);
  expect(scroller.atEnd(1)).toBe(true);
  expect(scroller.rows.lineAt(scroller.seen.last)).toBe(lines);
});

test('the scroller keeps the line on top there when lines are wrapped or no longer', () => {
  const scroller = open(1000);
  scroller.following = false;
  scroller.scrolled(10_010);
  // Wrapped: the line on top becomes high, and begins where it was.
  scroller.rewrap();
  scroller.measured(480, [...Array.from({ length: 20 }, () => 60), 200]);
  expect(scroller.rows.lineAt(scroller.seen.first)).toBe(501);
  expect(onScreen(scroller, 501)).toBe(-10);
  // The reader scrolls within it. Not wrapped, it is one row, which is on top as a whole.
  scroller.scrolled(scroller.native + 100);
  expect(onScreen(scroller, 501)).toBe(-110);
  scroller.rewrap();
  expect(onScreen(scroller, 501)).toBe(0);
  expect(scroller.total).toBe(1000 * 20 + 30);
});

test('the scroller stays at the end when lines are wrapped or no longer', () => {
  const scroller = open(1000);
  scroller.rewrap();
  scroller.measured(990, [60, 60, 60]);
  expect(scroller.atEnd(0)).toBe(true);
  scroller.rewrap();
  expect(scroller.atEnd(0)).toBe(true);
});

test('the scroller discards row heights when the width changes, and keeps the visible lines in place', () => {
  const scroller = open(1000);
  scroller.following = false;
  scroller.scrolled(10_000);
  scroller.measured(
    scroller.seen.first - 20,
    Array.from({ length: 20 }, () => 100),
  );
  const line = scroller.rows.lineAt(scroller.seen.first);
  const before = onScreen(scroller, line);
  scroller.forget();
  expect(onScreen(scroller, line)).toBeCloseTo(before, 3);
  expect(scroller.total).toBe(1000 * 20 + 30);
});

test('the scroller draws only as many rows with very long texts as the box needs', () => {
  const scroller = open(1000);
  expect(scroller.estimate(scroller.drawn(16, 300), () => 10_000)).toBe(true);
  const { first, last } = scroller.drawn(16, 300);
  expect(last).toBe(999);
  expect(last - first).toBeLessThan(3);
  expect(scroller.atEnd(0)).toBe(true);
  // What a row turns out to be replaces the estimate, which is not made again.
  scroller.measured(
    first,
    Array.from({ length: last - first + 1 }, () => 20),
  );
  const drawn = scroller.drawn(0, 300);
  expect(drawn.first).toBeLessThan(first);
  expect(scroller.estimate(drawn, () => 10_000)).toBe(false);
});

test('the scroller draws fewer rows around the visible ones where rows are high', () => {
  const scroller = open(1000);
  scroller.measured(
    0,
    Array.from({ length: 1000 }, () => 2000),
  );
  scroller.jump(500);
  const { first, last } = scroller.drawn(60, 300);
  expect(last - first + 1).toBeLessThanOrEqual(4);
  expect(first).toBeLessThanOrEqual(scroller.seen.first);
  expect(last).toBeGreaterThanOrEqual(scroller.seen.last);
});
