import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overwrittenText, visibleText } from '../../text/terminal/terminal-line.ts';
import { bytesFrom, decodeBytes, decodeLines } from './chunk.ts';
import { chunkOf } from './chunk-draft.ts';
import type { NewLogLine } from './line.ts';
import { type Continuation, scanLines, tailLength } from './line-scan.ts';
import { finderOf, PatternNotAccepted, searchChunk } from './search.ts';

const line = (text: string, more: Partial<NewLogLine> = {}): NewLogLine => ({
  at: 5,
  kind: 'output',
  text,
  sensitive: false,
  continues: false,
  ...more,
});

const chunkWith = (lines: readonly NewLogLine[]) =>
  decodeBytes(chunkOf(lines, 1).body(), 1, lines[0]?.at ?? 0);

describe('the lines of a chunk', () => {
  test('a scan reads each line once and in order, except sensitive ones', () => {
    const some = fc.record({
      // Slices are of 32 KiB: some lines are longer, some end just at their border, with characters of several bytes.
      text: fc.oneof(
        fc.string({ unit: fc.constantFrom('a', 'é', '😀', '\x1b', '\r'), maxLength: 5 }),
        fc.integer({ min: 16_380, max: 16_390 }).map((length) => 'é'.repeat(length)),
        fc.constantFrom('x'.repeat(32_767), 'x'.repeat(32_768), 'x'.repeat(70_000), ''),
      ),
      at: fc.integer({ min: 5, max: 7 }),
      sensitive: fc.boolean(),
      continues: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(some, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (parts, from) => {
          const body = Uint8Array.from(
            chunkOf(
              parts.map((part) => line(part.text, part)),
              1,
            ).body(),
          );
          const lines = decodeLines(body, 1, parts[0]?.at ?? 0).filter(({ number }) => number >= from);
          let before: Continuation = null;
          const expected = lines.flatMap(({ number, text, sensitive, continues }) => {
            const hidden: boolean = sensitive || before?.hidden === true;
            const continued = before !== null;
            const visible = hidden ? '' : visibleText(text);
            before = continues ? { hidden, tail: visible.slice(-tailLength) } : null;
            return hidden ? [] : [{ number, text: visible, continued }];
          });
          const seen: unknown[] = [];
          const rest = bytesFrom(decodeBytes(body, 1, 5), from);
          const after = scanLines(rest, null, null, ({ number, text, continued }) =>
            seen.push({ number, text, continued }),
          );
          expect(seen).toEqual(expected);
          expect(after).toEqual(before);
          // Those in which something is found are the same.
          const found: number[] = [];
          searchChunk(
            rest,
            null,
            finderOf({ pattern: 'A', regex: false, caseSensitive: false }),
            (n) => found.push(n),
            () => {},
          );
          expect(found).toEqual(
            expected
              .filter(({ number, text }) => {
                const printed = lines.find((each) => each.number === number)?.text ?? '';
                return [text, ...overwrittenText(printed)].some((state) => state.includes('a'));
              })
              .map(({ number }) => number),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([false, true])(
    'a scan finds text across the border of parts and in overwritten states (regex: %s)',
    (regex) => {
      const chunk = chunkWith([
        line('NEEDLE-', { continues: true }),
        line('ACROSS'),
        line('NEEDLE-', { continues: true, sensitive: true }),
        line('ACROSS'),
        line('NEEDLE-ACROSS\r\x1b[Kdone'),
        line('ACROSS'),
      ]);
      const found: number[] = [];
      const search = { pattern: 'NEEDLE-ACROSS', regex, caseSensitive: true };
      searchChunk(
        chunk,
        null,
        finderOf(search),
        (number) => found.push(number),
        () => {},
      );
      expect(found).toEqual([2, 5]);
    },
  );

  test('a scan finds text across the border of chunks', () => {
    const found: number[] = [];
    const finder = finderOf({ pattern: 'NEEDLE-ACROSS', regex: false, caseSensitive: false });
    const search = (chunk: Parameters<typeof searchChunk>[0], inside: Continuation) =>
      searchChunk(
        chunk,
        inside,
        finder,
        (number) => found.push(number),
        () => {},
      );
    search(chunkWith([line('ACROSS')]), search(chunkWith([line('NEEDLE-', { continues: true })]), null));
    expect(found).toEqual([1]);
  });

  test('a scan reads chunks of the first version of the format', () => {
    const body = Buffer.from('0:one\n2!two\n3:three\n');
    const seen: string[] = [];
    scanLines(decodeBytes(body, 4, 7), null, null, ({ number, text, run }) =>
      seen.push(`${number} ${text} ${run.at}`),
    );
    expect(seen).toEqual(['4 one 7', '6 three 10']);
  });
});

describe('a search', () => {
  const finds = (
    pattern: string,
    text: string,
    more: { regex?: boolean; caseSensitive?: boolean } = {},
  ): boolean => {
    const found: number[] = [];
    const search = { pattern, regex: false, caseSensitive: false, ...more };
    searchChunk(
      chunkWith([line(text)]),
      null,
      finderOf(search),
      (number) => found.push(number),
      () => {},
    );
    return found.length > 0;
  };

  test('a search finds plain text literally, with and without case sensitivity', () => {
    expect(finds('a.b', 'axb')).toBe(false);
    expect(finds('(a.b)[1]$', 'X(A.B)[1]$x')).toBe(true);
    expect(finds('(a.b)', '(A.B)', { caseSensitive: true })).toBe(false);
    expect(finds('ÄÖ-ß😀', 'äö-ß😀')).toBe(true);
    expect(finds(' -#/,', 'a -#/,b')).toBe(true);
    expect(finds('\\d', '1')).toBe(false);
  });

  test('a search accepts regular expressions with the flag v, and older ones with u', () => {
    expect(finds('[\\p{L}--[a-z]]', 'é', { regex: true })).toBe(true);
    // A hyphen like this one is an error with the flag `v`, not with `u`.
    expect(finds('[(]x', '(X', { regex: true })).toBe(true);
    expect(finds('^$', '', { regex: true })).toBe(true);
    for (const pattern of ['(', '[', 'a{2,1}', '\\p{Nothing}', '*']) {
      expect(() => finds(pattern, '', { regex: true })).toThrow(PatternNotAccepted);
    }
  });
});
