// Tests the pages of log lines: whatever comes in whatever order, a line is what it is; colours go on from line to line.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Look, parseLine, plain } from './ansi.ts';
import { type LogLine, LogPages, pageLines } from './log.ts';

const line = (
  number: number,
  text: string | null = `line ${number}`,
  kind: LogLine['kind'] = 'OUTPUT',
): LogLine => ({ number, at: '2026-11-20T12:00:00.000Z', kind, text, sensitive: text === null });
const lines = (from: number, to: number, text?: (number: number) => string | null): LogLine[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) =>
    line(from + index, text === undefined ? undefined : text(from + index)),
  );
const red: Look = { ...plain, foreground: 1 };

test('whatever ranges come in whatever order, and however often, each line held is the one of its number', () => {
  const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.nat(700)), { maxLength: 20 });
  fc.assert(
    fc.property(ranges, (cuts) => {
      const pages = new LogPages();
      const held = new Set<number>();
      for (const [from, count] of cuts) {
        pages.put(lines(from, from + count));
        for (let number = from; number <= from + count; number++) held.add(number);
      }
      const wrong = lines(1, 4800).filter(
        ({ number, text }) => pages.line(number)?.text !== (held.has(number) ? text : undefined),
      );
      expect(wrong).toEqual([]);
      expect(pages.held).toBe(held.size);
    }),
    { numRuns: 30 },
  );
});

test('of a log of any size few lines are held, and of those the ones that are looked at', () => {
  const pages = new LogPages();
  pages.put(lines(1, 100));
  for (let from = 1001; from < 200_000; from += 1000) {
    pages.put(lines(from, from + 999));
    pages.touch(1, 100);
  }
  expect(pages.held).toBeLessThanOrEqual(20 * pageLines);
  expect(pages.missing(1, 100)).toBeNull();
  expect(pages.missing(1, 101)).toBe(101);
  expect(pages.line(150_000)).toBeUndefined();
});

test('runs of hidden lines are remembered, also when their pages are not', () => {
  const pages = new LogPages();
  pages.put(lines(498, 503, () => null));
  pages.put(lines(504, 504, () => null));
  for (let from = 1001; from < 30_000; from += 1000) pages.put(lines(from, from + 999));
  expect(pages.line(500)).toBeUndefined();
  expect(pages.hidden.of(501)).toEqual({ from: 498, to: 504 });
});

test('colours go on over output lines, and neither colour our own rows nor come from them', () => {
  const pages = new LogPages();
  pages.put([
    line(1, '\x1b[31mred'),
    line(2, '\x1b[32mContinue?', 'QUESTION'),
    line(3, 'still'),
    line(4, 'x'),
  ]);
  expect([1, 2, 3, 4].map((number) => pages.lookBefore(number))).toEqual([plain, red, red, red]);
});

test('a page that comes later colours the one after it, through pages that were there before', () => {
  const pages = new LogPages();
  pages.put(lines(pageLines + 1, 3 * pageLines + 10));
  expect(pages.lookBefore(3 * pageLines + 5)).toEqual(plain);
  pages.put(lines(1, pageLines, (number) => (number === 7 ? '\x1b[31mred' : 'x')));
  expect(pages.lookBefore(3 * pageLines + 5)).toEqual(red);
  expect(pages.lookBefore(7)).toEqual(plain);
});

test('once a page knows its first look, it keeps it when the page before is forgotten', () => {
  const pages = new LogPages();
  pages.put(lines(1, pageLines, (number) => (number === 1 ? '\x1b[31mred' : 'x')));
  pages.put(lines(pageLines + 1, 2 * pageLines));
  expect(pages.lookBefore(pageLines + 3)).toEqual(red);
  for (let from = 2 * pageLines + 1; from < 40 * pageLines; from += pageLines) {
    pages.put(lines(from, from + pageLines - 1));
    pages.touch(pageLines + 1, 2 * pageLines);
  }
  expect(pages.line(1)).toBeUndefined();
  expect(pages.lookBefore(pageLines + 3)).toEqual(red);
});

test('in whatever order the pages come, the colours are those of the log read from its beginning', () => {
  const escapes = fc.array(
    fc.constantFrom('x', '\x1b[31mx', '\x1b[1mx', '\x1b[0mx', 'x\x1b[32m', '\x1b[7m'),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(escapes, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (texts, order) => {
      const pages = new LogPages();
      const textOf = (number: number): string => texts[(number * 7) % texts.length] ?? '';
      for (const page of order) {
        pages.put(lines(page * pageLines + 1, (page + 1) * pageLines, textOf));
        pages.lookBefore((page + 1) * pageLines);
      }
      let look = plain;
      for (let number = 1; number <= 4 * pageLines; number++) {
        if (number % 97 === 0) expect(pages.lookBefore(number)).toEqual(look);
        look = parseLine(textOf(number), look).after;
      }
    }),
    { numRuns: 20 },
  );
});
