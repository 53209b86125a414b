// Tests that cached lines are the ones that were put, in any order, and that text styles carry over from line to line.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainStyle, type TextStyle } from '../../../schema/text/terminal/text-style.ts';
import type { LogLine } from './line/line.ts';
import { styledLine } from './line/styled-line.ts';
import { LineCache, segmentLines } from './line-cache.ts';

const line = (
  number: number,
  text: string | null = `line ${number}`,
  kind: LogLine['kind'] = 'OUTPUT',
): LogLine => ({
  number,
  at: '2026-11-20T12:00:00.000Z',
  kind,
  text,
  sensitive: text === null,
  continues: false,
});
const lines = (from: number, to: number, text?: (number: number) => string | null): LogLine[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) =>
    line(from + index, text === undefined ? undefined : text(from + index)),
  );
const red: TextStyle = { ...plainStyle, foreground: 1 };

test('the line cache returns each line under its number, in any order of puts, repeated ones included', () => {
  const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.nat(700)), { maxLength: 20 });
  fc.assert(
    fc.property(ranges, (cuts) => {
      const cache = new LineCache();
      const put = new Set<number>();
      for (const [from, count] of cuts) {
        cache.put(lines(from, from + count));
        for (let number = from; number <= from + count; number++) put.add(number);
      }
      const wrong = lines(1, 4800).filter(
        ({ number, text }) => cache.line(number)?.text !== (put.has(number) ? text : undefined),
      );
      expect(wrong).toEqual([]);
      expect(cache.size).toBe(put.size);
    }),
    { numRuns: 30 },
  );
});

test('the line cache keeps a limited number of lines, and evicts the least recently used ones', () => {
  const cache = new LineCache();
  cache.put(lines(1, 100));
  for (let from = 1001; from < 200_000; from += 1000) {
    cache.put(lines(from, from + 999));
    cache.touch(1, 100);
  }
  expect(cache.size).toBeLessThanOrEqual(20 * segmentLines);
  expect(cache.missing(1, 100)).toBeNull();
  expect(cache.missing(1, 101)).toBe(101);
  expect(cache.line(150_000)).toBeUndefined();
});

test('the line cache remembers ranges of hidden lines after their segments are evicted', () => {
  const cache = new LineCache();
  cache.put(lines(498, 503, () => null));
  cache.put(lines(504, 504, () => null));
  for (let from = 1001; from < 30_000; from += 1000) cache.put(lines(from, from + 999));
  expect(cache.line(500)).toBeUndefined();
  expect(cache.hidden.of(501)).toEqual({ from: 498, to: 504 });
});

test('the line cache carries colours from output line to output line, past rows of other kinds', () => {
  const cache = new LineCache();
  cache.put([
    line(1, '\x1b[31mred'),
    line(2, '\x1b[32mContinue?', 'QUESTION'),
    line(3, 'still'),
    line(4, 'x'),
  ]);
  expect([1, 2, 3, 4].map((number) => cache.styleBefore(number))).toEqual([plainStyle, red, red, red]);
});

test('a segment that arrives late colours the segments after it', () => {
  const cache = new LineCache();
  cache.put(lines(segmentLines + 1, 3 * segmentLines + 10));
  expect(cache.styleBefore(3 * segmentLines + 5)).toEqual(plainStyle);
  cache.put(lines(1, segmentLines, (number) => (number === 7 ? '\x1b[31mred' : 'x')));
  expect(cache.styleBefore(3 * segmentLines + 5)).toEqual(red);
  expect(cache.styleBefore(7)).toEqual(plainStyle);
});

test('a segment keeps its first style when the segment before it is evicted', () => {
  const cache = new LineCache();
  cache.put(lines(1, segmentLines, (number) => (number === 1 ? '\x1b[31mred' : 'x')));
  cache.put(lines(segmentLines + 1, 2 * segmentLines));
  expect(cache.styleBefore(segmentLines + 3)).toEqual(red);
  for (let from = 2 * segmentLines + 1; from < 40 * segmentLines; from += segmentLines) {
    cache.put(lines(from, from + segmentLines - 1));
    cache.touch(segmentLines + 1, 2 * segmentLines);
  }
  expect(cache.line(1)).toBeUndefined();
  expect(cache.styleBefore(segmentLines + 3)).toEqual(red);
});

test('the line cache computes the same colours in any order of segments', () => {
  const escapes = fc.array(
    fc.constantFrom('x', '\x1b[31mx', '\x1b[1mx', '\x1b[0mx', 'x\x1b[32m', '\x1b[7m'),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(escapes, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (texts, order) => {
      const cache = new LineCache();
      const textOf = (number: number): string => texts[(number * 7) % texts.length] ?? '';
      for (const segment of order) {
        cache.put(lines(segment * segmentLines + 1, (segment + 1) * segmentLines, textOf));
        cache.styleBefore((segment + 1) * segmentLines);
      }
      let style = plainStyle;
      for (let number = 1; number <= 4 * segmentLines; number++) {
        if (number % 97 === 0) expect(cache.styleBefore(number)).toEqual(style);
        style = styledLine(textOf(number), style).after;
      }
    }),
    { numRuns: 20 },
  );
});
