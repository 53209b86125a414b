import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cpuTime } from '../../../tests/cpu-time.ts';
import { overwrittenText, renderTerminalLine, visibleText } from './terminal-line.ts';
import { plainStyle, type TextStyle } from './text-style.ts';

const styleOf = (line: string): TextStyle | undefined => renderTerminalLine(line, plainStyle).spans[0]?.style;

test.each([
  ['O1', '\x1b[2K\x1b[1Gone\x1b[2K\x1b[1Gtwo\x1b[2K\x1b[1Gthree', 'three'],
  ['O2', '\x1b[1G\x1b[2K 10%\x1b[1G\x1b[2K100%', '100%'],
  ['O3', '\x1b[G\x1b[K 10% done\x1b[G\x1b[K100% done', '100% done'],
  ['O4', 'tables:  0/8\b\b\b1/8\b\b\bdone', 'tables:  done'],
  ['O7', '[....] Restarting: nginx\r[ ok ]', '[ ok ] Restarting: nginx'],
  ['O9', 'deltas: 99%\r\x1b[K', ''],
  ['O10', 'name\x1b[8Cversion\x1b[3Cstatus', 'name        version   status'],
  ['O11', 'a\x1b[20Gtwenty', `a${' '.repeat(18)}twenty`],
  ['O12', 'files  0%\r\x1b[2K\x1b[1A\x1b[2Khosts 50%', 'hosts 50%'],
  ['O14', 'page one\x0cpage two\x0bthree', 'page one page two three'],
  ['T6', 'a\x1b]0;x\ry\x07b', 'ab'],
  ['a cleared screen', 'first\x1b[2J\x1b[Hsecond', 'first second'],
  ['a CRLF line end', 'plain\r', 'plain'],
  ['a meter', '10%\r20%\r30%\r', '30%'],
  ['a shorter state over a longer one', 'long text\rok', 'okng text'],
  ['erasing to the start', 'abc\x1b[1K', '   '],
  ['erasing characters', 'abcdef\r\x1b[2X', '  cdef'],
  ['deleting characters', 'abcdef\r\x1b[2P', 'cdef'],
  ['inserting blanks', 'abc\r\x1b[2@', '  abc'],
  ['cursor back', 'abc\x1b[2Dx', 'axc'],
  ['saved cursor', 'a\x1b7bc\x1b8x', 'axc'],
  ['a wide character half overwritten', '日本\b\b\bx', ' x本'],
  ['a combining mark', 'cafe\u0301\r', 'cafe\u0301'],
  ['a tab in a line with movements', 'a\tb\rc', 'c       b'],
  ['a tab in a plain line', 'a\tb', 'a\tb'],
  ['an unclosed control string', 'a\x1b]0;title', 'a0;title'],
  ['a cursor movement far to the right', 'a\x1b[999999999Cb', `a${' '.repeat(118)}b`],
])('a line is shown as a terminal shows it: %s', (_name, line, seen) => {
  expect(visibleText(line).trimEnd()).toBe(seen.trimEnd());
  expect(
    renderTerminalLine(line, plainStyle)
      .spans.map(({ text }) => text)
      .join(''),
  ).toBe(visibleText(line));
});

test.each([
  ['C1: a private sequence', '\x1b[>4;2mx', plainStyle],
  ['C3: an underline colour from the palette', '\x1b[4;58;5;1mx', { ...plainStyle, underline: true }],
  ['C4: an underline colour by its parts', '\x1b[31m\x1b[58;2;255;0;0mx', { ...plainStyle, foreground: 1 }],
  ['an underline colour with colons', '\x1b[58:2::1:2:3;1mx', { ...plainStyle, bold: true }],
  ['C7: concealed text', '\x1b[8mx', plainStyle],
  ['a colour with colons', '\x1b[38:2::1:2:3mx', { ...plainStyle, foreground: [1, 2, 3] }],
  ['a double underline', '\x1b[21mx', { ...plainStyle, underline: true }],
  ['a sequence with intermediates', '\x1b[1 mx', plainStyle],
])('a line of text has the style of %s', (_name, line, style) => {
  expect(styleOf(line)).toEqual(style);
});

describe('overwritten text', () => {
  it.each([
    ['a progress meter', '10%\r20%\r30%', ['10%', '20%']],
    ['an erased line', 'deltas: 99%\r\x1b[K', ['deltas: 99%']],
    ['a counter', 'tables:  0/8\b\b\b1/8\b\b\bdone', ['tables:  0/8', 'tables:  1/8']],
    ['a line erased before a cursor movement up', 'files  0%\r\x1b[2K\x1b[1A\x1b[2Khosts 50%', ['files  0%']],
    ['a state that is still visible', 'one\rone two', []],
    ['a plain line', 'plain\r', []],
  ])('a terminal line keeps the earlier states of %s', (_name, line, states) => {
    expect(overwrittenText(line)).toEqual(states);
  });
});

it('a terminal line carries a style to the next line', () => {
  const first = renderTerminalLine('\x1b[32mgreen 1\rgreen 2', plainStyle);
  expect(first.spans).toEqual([{ text: 'green 2', style: { ...plainStyle, foreground: 2 }, link: null }]);
  expect(renderTerminalLine('next', first.after).spans[0]?.style.foreground).toBe(2);
});

it('the text of a hyperlink has its target, and the link ends with the line', () => {
  const [linked, after] = renderTerminalLine(
    '\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x07 there',
    plainStyle,
  ).spans;
  expect(linked).toMatchObject({ text: 'here', link: 'https://example.org' });
  expect(after).toMatchObject({ text: ' there', link: null });
});

const units = [
  ...'ab 1;m[]\\PKGCDAXH',
  '\n',
  '\r',
  '\t',
  '\b',
  '\x1b',
  '\x07',
  '\x0b',
  '\x9b',
  '\x9d',
  '\x9c',
  '\x18',
  '\0',
  'é',
  '日',
  '😀',
];
const anyText = fc.string({ unit: fc.constantFrom(...units), maxLength: 60 });

it('a rendered line has no control character but tab and newline, and as many lines, for any output', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const seen = visibleText(text);
      expect(seen).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      expect(seen.split('\n')).toHaveLength(text.split('\n').length);
      expect(visibleText(seen)).toBe(seen);
    }),
    { numRuns: 1_000 },
  );
});

it('spans and visible text have the same text, for any output', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const lines = text.split('\n').map((line) =>
        renderTerminalLine(line, plainStyle)
          .spans.map((span) => span.text)
          .join(''),
      );
      expect(lines.join('\n')).toBe(visibleText(text));
    }),
    { numRuns: 1_000 },
  );
});

it.each([
  ['colours', '\x1b[1m'.repeat(50_000)],
  ['openings', '\x1b['.repeat(100_000)],
  ['unclosed control strings', '\x1b]'.repeat(100_000)],
  ['escapes', '\x1b'.repeat(200_000)],
  ['parameters', `\x1b[${'1;'.repeat(100_000)}`],
  ['carriage returns', '\r'.repeat(200_000)],
  ['meter updates', 'x\r'.repeat(100_000)],
  ['a long line with a spinner', `${'a'.repeat(100_000)}${'\b|'.repeat(50_000)}`],
  ['erasures of a long line', `${'a'.repeat(100_000)}\r${'\x1b[2Ka'.repeat(20_000)}`],
  ['insertions', '\x1b[9@a\r'.repeat(30_000)],
  ['rows', 'a\x1b[A'.repeat(50_000)],
])('200 kB of %s are rendered in linear time', (_name, text) => {
  const began = cpuTime();
  renderTerminalLine(text, plainStyle);
  visibleText(text);
  // In quadratic time it would be minutes.
  expect(cpuTime() - began).toBeLessThan(5_000);
});

test.each([
  ['P1', '\x1b\x1b[0m[2Jx', '[2Jx'],
  ['P3', 'lone \x1b', 'lone '],
])('%s what a terminal shows has no escape, and is not changed by rendering it again', (_row, line, seen) => {
  const text = visibleText(line);
  expect(text).toBe(seen);
  expect(visibleText(text)).toBe(text);
});
