// Tests the window of log lines: no line twice, none missing, colours across lines.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plain } from './ansi.ts';
import {
  appendBatch,
  heldLines,
  type LogBatch,
  type LogLine,
  type LogRow,
  type LogWindow,
  openWindow,
  prependBatch,
  trimmed,
} from './log.ts';

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
});
const lines = (from: number, to: number): LogLine[] =>
  Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
const batch = (held: readonly LogLine[], complete = false): LogBatch => ({
  lines: held,
  cursor: held.at(-1)?.number ?? 0,
  complete,
});
const rows = (window: LogWindow | null): LogRow[] => window?.blocks.flatMap((block) => block.rows) ?? [];
const numbers = (window: LogWindow | null): number[] => rows(window).map((row) => row.number);
const looks = (window: LogWindow | null) =>
  rows(window).map((row) => (row.type === 'shown' ? row.spans[0]?.look : null));

test('a batch that comes again, wholly or in part, is shown once', () => {
  let window = appendBatch(openWindow(0), batch(lines(1, 5)));
  expect(window).not.toBeNull();
  if (window === null) return;
  expect(appendBatch(window, batch(lines(1, 5)))).toBe(window);
  window = appendBatch(window, batch(lines(3, 8)));
  expect(numbers(window)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(window?.last).toBe(8);
});

test('a batch after a gap is refused', () => {
  const window = appendBatch(openWindow(0), batch(lines(1, 5)));
  expect(window && appendBatch(window, batch(lines(7, 8)))).toBeNull();
});

test('whatever way a log is cut and repeated, each line is shown once and in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 40 }), (cuts) => {
      let window = openWindow(0);
      for (const [back, count] of cuts) {
        const from = Math.max(1, window.last + 1 - back);
        window = appendBatch(window, batch(lines(from, from + count))) ?? window;
      }
      expect(numbers(window)).toEqual(Array.from({ length: window.last }, (_, index) => index + 1));
    }),
  );
});

test('a complete log says so even without a line', () => {
  expect(appendBatch(openWindow(0), batch([], true))?.complete).toBe(true);
});

test('hidden lines that follow each other are one row, over batches too', () => {
  let window = appendBatch(openWindow(0), batch([line(1), line(2, null), line(3, null)]));
  window = window && appendBatch(window, batch([line(4, null), line(5), line(6, null)]));
  expect(rows(window)).toMatchObject([
    { type: 'shown', number: 1 },
    { type: 'hidden', number: 2, last: 4 },
    { type: 'shown', number: 5 },
    { type: 'hidden', number: 6, last: 6 },
  ]);
  expect(window?.last).toBe(6);
});

test('colours go on over output lines, and neither colour our own rows nor come from them', () => {
  const window = appendBatch(
    openWindow(0),
    batch([
      line(1, '\x1b[31mred'),
      line(2, '\x1b[32mContinue?', 'QUESTION'),
      line(3, 'still red'),
      line(4, '\x1b[0mplain'),
    ]),
  );
  const red = { ...plain, foreground: 1 };
  expect(looks(window)).toEqual([red, plain, red, plain]);
});

test('earlier lines colour the later ones that were there first', () => {
  let window = appendBatch(
    openWindow(2),
    batch([line(3, 'still red'), line(4, '\x1b[1mbold red'), line(5, '\x1b[0mplain'), line(6, 'x')]),
  );
  window = window && prependBatch(window, batch([line(1, 'x'), line(2, '\x1b[31mred')]));
  const red = { ...plain, foreground: 1 };
  expect(numbers(window)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(looks(window)).toEqual([plain, red, red, { ...red, bold: true }, plain, plain]);
  expect(window?.look).toBe(plain);
});

test('earlier lines that do not reach the window are not taken', () => {
  const window = appendBatch(openWindow(10), batch(lines(11, 12)));
  if (window === null) throw new Error('refused');
  expect(prependBatch(window, batch(lines(3, 8)))).toBe(window);
  expect(prependBatch(window, batch([]))).toBe(window);
});

test('trimming drops whole blocks from the beginning and keeps the cursor', () => {
  const full = appendBatch(openWindow(0), batch(lines(1, 1050)));
  if (full === null) throw new Error('refused');
  const window = trimmed(full, 300);
  expect(heldLines(window)).toBeLessThanOrEqual(300);
  expect(numbers(window)).toEqual(lines(window.first, 1050).map((each) => each.number));
  expect(numbers(appendBatch(window, batch([line(1051)]))).at(-1)).toBe(1051);
  expect(numbers(prependBatch(window, batch(lines(window.first - 20, window.first - 1))))[0]).toBe(
    window.first - 20,
  );
});

test('a block keeps its identity while nothing in it changes', () => {
  const before = appendBatch(openWindow(0), batch(lines(1, 250)));
  const after = before && appendBatch(before, batch(lines(251, 260)));
  expect(after?.blocks[0]).toBe(before?.blocks[0]);
  expect(after?.blocks[1]).toBe(before?.blocks[1]);
  expect(after?.blocks[2]).not.toBe(before?.blocks[2]);
});
