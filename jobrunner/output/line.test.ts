import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, maxLineBytes, maxMessageBytes, type RawBlock, type RawLine } from './line.ts';

/** Lines one by one, including those of blocks. */
function each(parts: readonly (RawLine | RawBlock)[]): RawLine[] {
  return parts.flatMap((part) => {
    if ('text' in part) return [part];
    const texts = part.bytes.toString().split('\n');
    expect(texts.pop()).toBe('');
    expect(texts.length).toBe(part.count);
    return texts.map((text) => ({ text, continues: false }));
  });
}

function split(bytes: Buffer, cuts: readonly number[]): RawLine[] {
  const splitter = new LineSplitter();
  const lines: (RawLine | RawBlock)[] = [];
  let start = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    lines.push(...splitter.push(bytes.subarray(start, cut)));
    start = cut;
  }
  lines.push(...splitter.push(bytes.subarray(start)), ...splitter.end());
  return each(lines);
}

const texts = (bytes: Buffer): string[] => split(bytes, []).map((line) => line.text);

describe('LineSplitter', () => {
  it('the line splitter returns each line without its newline, and a last line that has no newline', () => {
    expect(texts(Buffer.from('a\n\nb\r\nc'))).toEqual(['a', '', 'b\r', 'c']);
    expect(texts(Buffer.from('a\n'))).toEqual(['a']);
    expect(texts(Buffer.from(''))).toEqual([]);
  });

  it('the line splitter returns lines that cannot be messages in blocks, and all others one by one', () => {
    const parts = new LineSplitter().push(Buffer.from('first\na\nb\n{"c"}\n{}\nd\n'));
    expect(parts.map((part) => ('text' in part ? part.text : part.count))).toEqual([
      'first',
      2,
      '{"c"}',
      '{}',
      1,
    ]);
  });

  it('the line splitter keeps a character intact that arrives in two chunks', () => {
    const bytes = Buffer.from('grün 🐷\n');
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(split(bytes, [cut]).map((l) => l.text)).toEqual(['grün 🐷']);
  });

  it('the line splitter replaces invalid UTF-8 by U+FFFD', () => {
    expect(texts(Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0x62, 0x0a]))).toEqual(['a\uFFFD\uFFFD', 'b']);
  });

  it('the line splitter returns the same lines for any split of the stream into chunks', () => {
    const alphabet = fc.constantFrom('a', '\n', '\r', 'ü', '🐷', '{', '\0', ' ');
    fc.assert(
      fc.property(
        fc.array(alphabet, { maxLength: 200 }),
        fc.array(fc.nat(600), { maxLength: 20 }),
        (parts, cuts) => {
          const bytes = Buffer.from(parts.join(''));
          expect(
            split(
              bytes,
              cuts.map((cut) => Math.min(cut, bytes.length)),
            ),
          ).toEqual(split(bytes, []));
        },
      ),
    );
  });

  it('the line splitter cuts a line that is too long into marked pieces without losing a character', () => {
    const long = 'ü🐷x'.repeat(60_000);
    const lines = split(Buffer.from(`before\n${long}\nafter\n`), [1_000, 65_543, 65_544, 200_001]);
    const pieces = lines.slice(1, -1);
    expect(lines[0]?.text).toBe('before');
    expect(lines.at(-1)?.text).toBe('after');
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.map((piece) => piece.text).join('')).toBe(long);
    expect(pieces.map((piece) => piece.continues)).toEqual(
      pieces.map((_, index) => index < pieces.length - 1),
    );
    for (const piece of pieces) expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(maxLineBytes);
  });

  it('the line splitter cuts long lines at the same positions for any split of the stream into chunks', () => {
    const bytes = Buffer.from(`${'ab🐷'.repeat(40_000)}\nx`);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        expect(split(bytes, cuts)).toEqual(split(bytes, []));
      }),
      { numRuns: 20 },
    );
  });

  it('the line splitter keeps a line that may be a message in one piece up to a higher limit', () => {
    const message = `{"line":"${'x'.repeat(maxMessageBytes - 100)}"}`;
    expect(split(Buffer.from(`${message}\n`), [])).toEqual([{ text: message, continues: false }]);
    const tooLong = `{${'x'.repeat(maxMessageBytes)}`;
    const pieces = split(Buffer.from(`${tooLong}\nafter\n`), []);
    expect(pieces.at(-1)).toEqual({ text: 'after', continues: false });
    expect(
      pieces
        .slice(0, -1)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(tooLong);
  });

  it.each([
    ['a control sequence', `${'C'.repeat(maxLineBytes - 2)}\x1b[31mred\x1b[0m end`],
    ['a title', `${'H'.repeat(maxLineBytes - 6)}\x1b]0;a title\x07visible`],
    ['a link', `${'L'.repeat(maxLineBytes - 6)}\x1b]8;;https://example.org/\x1b\\text\x1b]8;;\x1b\\`],
    ['a character', `${'D'.repeat(maxLineBytes - 1)}\u{1f680}rocket`],
    ['an 8-bit control sequence', `${'E'.repeat(maxLineBytes - 3)}\x9b31mred`],
  ])('the line splitter does not cut a long line inside %s', (_name, long) => {
    const [first, second, ...more] = split(Buffer.from(`${long}\n`), []);
    expect(more).toEqual([]);
    expect(first?.text).toMatch(/^(.)\1+$/);
    expect((first?.text ?? '') + (second?.text ?? '')).toBe(long);
  });

  it.each([
    ['control sequences', '\x1b[0m\x07'],
    ['a carriage return', 'meter 10 %\r'],
    ['a long meter', `${'\rcopied 10 %'.repeat(20_000)}\r`],
    ['a carriage return and a control sequence', 'meter 10 %\r\x1b[0m'],
  ])('the line splitter keeps a long message in one piece behind %s', (_name, before) => {
    const message = `{"line":"${'x'.repeat(200_000)}"}`;
    for (const cuts of [[], [70_000, 140_000], [before.length + 1, before.length + 70_000]]) {
      const lines = split(Buffer.from(`${before}${message}\r\nafter\n`), cuts);
      expect(lines.map(({ text }) => text).join('')).toBe(`${before}${message}\rafter`);
      expect(lines.at(-2)?.text.endsWith(`${message}\r`)).toBe(true);
    }
  });

  it('the line splitter shows what was read of a line whose newline has not come, without half a character', () => {
    const splitter = new LineSplitter();
    expect(splitter.rest).toBe('');
    splitter.push(Buffer.from('before\nContinue (yes/no)? '));
    expect(splitter.rest).toBe('Continue (yes/no)? ');
    splitter.push(Buffer.from('🐷').subarray(0, 3));
    expect(splitter.rest).toBe('Continue (yes/no)? ');
    splitter.push(Buffer.from('🐷\n').subarray(3));
    expect(splitter.rest).toBe('');
  });
});
