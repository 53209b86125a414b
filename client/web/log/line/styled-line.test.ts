// Tests the parsing of escape sequences in log lines: colours, attributes and links are kept, everything else is dropped.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeAddress } from '../../../../schema/text/link.ts';
import { plainStyle, type TextStyle } from '../../../../schema/text/terminal/text-style.ts';
import { cpuTime } from '../../../../tests/cpu-time.ts';
import { styledLine, textOfSpans } from './styled-line.ts';

const shown = (line: string, before: TextStyle = plainStyle): string =>
  textOfSpans(styledLine(line, before).spans);
const styleOf = (line: string): TextStyle | undefined => styledLine(line, plainStyle).spans.at(-1)?.style;

describe('colours', () => {
  test('the line parser parses the sixteen named colours as numbers', () => {
    expect(styleOf('\x1b[31mred')).toEqual({ ...plainStyle, foreground: 1 });
    expect(styleOf('\x1b[94mbright blue')).toEqual({ ...plainStyle, foreground: 12 });
    expect(styleOf('\x1b[42;107mon white')).toEqual({ ...plainStyle, background: 15 });
  });

  test('the line parser parses the palette of 256 colours', () => {
    expect(styleOf('\x1b[38;5;9mx')?.foreground).toBe(9);
    expect(styleOf('\x1b[38;5;196mx')?.foreground).toEqual([255, 0, 0]);
    expect(styleOf('\x1b[48;5;232mx')?.background).toEqual([8, 8, 8]);
    expect(styleOf('\x1b[48;5;255mx')?.background).toEqual([238, 238, 238]);
  });

  test('the line parser parses true colour with semicolons and with colons', () => {
    expect(styleOf('\x1b[38;2;1;2;3mx')?.foreground).toEqual([1, 2, 3]);
    expect(styleOf('\x1b[38:2:1:2:3mx')?.foreground).toEqual([1, 2, 3]);
    expect(styleOf('\x1b[48:2::1:2:3mx')?.background).toEqual([1, 2, 3]);
    expect(styleOf('\x1b[1;38:5:9;4mx')).toEqual({
      ...plainStyle,
      bold: true,
      foreground: 9,
      underline: true,
    });
  });

  test('the line parser ignores malformed colours', () => {
    for (const wrong of [
      '38;5;256',
      '38;5',
      '38;2;1;2',
      '38;2;1;2;300',
      '38;9;1',
      '38',
      '5;6;7x',
      '?25',
      '38;5;-1',
    ]) {
      expect(styleOf(`\x1b[${wrong}mx`)?.foreground ?? null, wrong).toBeNull();
    }
  });

  test('the line parser carries a style to the next line until it is reset', () => {
    const first = styledLine('\x1b[1;33mwarning:', plainStyle);
    const second = styledLine('still yellow\x1b[0m not any more', first.after);
    expect(second.spans).toEqual([
      { text: 'still yellow', style: { ...plainStyle, bold: true, foreground: 3 }, link: null },
      { text: ' not any more', style: plainStyle, link: null },
    ]);
    expect(second.after).toBe(plainStyle);
  });

  test('the line parser sets and resets each attribute', () => {
    expect(styleOf('\x1b[1;2;3;4;7mx')).toEqual({
      ...plainStyle,
      bold: true,
      dim: true,
      italic: true,
      underline: true,
      inverse: true,
    });
    expect(styleOf('\x1b[1;2;3;4;7;31;41m\x1b[22;23;24;27;39;49mx')).toEqual(plainStyle);
    expect(styleOf('\x1b[31m\x1b[mx')).toEqual(plainStyle);
  });
});

describe('other control sequences', () => {
  test('the line parser drops control sequences other than styles and links', () => {
    expect(shown('a\x1b[?1049hb\x1b[?25lc\x1b[1;24rd')).toBe('abcd');
    expect(shown('a\x1b[2Jb\x1b[10;10Hc')).toBe('a b c');
    expect(shown('\x1b]0;title\x07text')).toBe('text');
    expect(shown('\x1b]52;c;Y3VybA==\x1b\\text')).toBe('text');
    expect(shown('\x1bPq#0;2;0;0;0\x1b\\after sixel')).toBe('after sixel');
    expect(shown('\x1b(Bline\x1b=\x1b>\x1bc')).toBe('line');
    expect(shown('\u009b31mred\u009d0;t\u009cx')).toBe('redx');
    expect(shown('b\x07e\x00l\x7fl')).toBe('bell');
    expect(shown('tab\tstays')).toBe('tab\tstays');
  });

  test('the line parser shows the content of unterminated sequences', () => {
    expect(shown('\x1b]0;rm -rf / was run')).toBe('0;rm -rf / was run');
    expect(shown('before\x1b[31')).toBe('before');
    expect(shown('before\x1b')).toBe('before');
    expect(shown('\x1b]8;;https://example.org\x1b[31mred')).toContain('red');
  });

  test('L1 the line parser shows characters that reorder or hide text as code points', () => {
    expect(shown('user\u202egnp.exe')).toBe('user‹U+202E›gnp.exe');
    expect(shown('pass\u200bword\u2066x\ufeff')).toBe('pass‹U+200B›word‹U+2066›x‹U+FEFF›');
  });
});

describe('a carriage return', () => {
  test('a carriage return leaves the last state of a progress meter', () => {
    expect(shown('10 %\r50 %\r100 %')).toBe('100 %');
    expect(shown('\r 7 %')).toBe(' 7 %');
    expect(shown('done\r')).toBe('done');
    expect(shown('done\r\r')).toBe('done');
    expect(shown('done\r\r\x1b[K')).toBe('');
  });

  test('a carriage return keeps the colours set before it', () => {
    expect(styledLine('\x1b[32m10 %\r100 %', plainStyle).spans).toEqual([
      { text: '100 %', style: { ...plainStyle, foreground: 2 }, link: null },
    ]);
  });

  test('a carriage return affects only its own line of a message with several lines', () => {
    expect(shown('first\r\nsecond 1\rsecond 2')).toBe('first\nsecond 2');
  });
});

describe('links', () => {
  test('L1 the line parser keeps links to http and https only', () => {
    const { spans } = styledLine(
      '\x1b]8;id=1;https://example.org/a?b;c\x1b\\here\x1b]8;;\x1b\\ and there',
      plainStyle,
    );
    expect(spans.map(({ text, link }) => [text, link])).toEqual([
      ['here', 'https://example.org/a?b;c'],
      [' and there', null],
    ]);
    for (const wrong of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      ' javascript:x',
      'https://',
      '//x',
    ]) {
      expect(styledLine(`\x1b]8;;${wrong}\x07click`, plainStyle).spans[0]?.link, wrong).toBeNull();
    }
    expect(safeAddress('JavaScript:alert(1)')).toBeNull();
  });

  test('a link ends with its line', () => {
    const open = styledLine('\x1b]8;;https://example.org\x07open', plainStyle);
    expect(open.spans[0]?.link).toBe('https://example.org/');
    expect(styledLine('next', open.after).spans[0]?.link).toBeNull();
  });
});

describe('hostile lines', () => {
  test('L3 the line parser parses a hostile line of a megabyte in linear time', () => {
    const hostile = [
      '\x1b['.repeat(500_000),
      '\x1b]8;;'.repeat(200_000),
      '\x1b[31m\x1b[32m'.repeat(100_000),
      `\x1b[${'1;'.repeat(500_000)}m`,
      `\x1b[${'9'.repeat(1_000_000)}`,
      'x\r'.repeat(500_000),
      '\x1b[1mx'.repeat(200_000),
      '\x9d'.repeat(1_000_000),
      '\u202e'.repeat(1_000_000),
    ];
    for (const line of hostile) {
      const from = cpuTime();
      styledLine(line, plainStyle);
      // Quadratic time would take minutes.
      expect(cpuTime() - from, JSON.stringify(line.slice(0, 12))).toBeLessThan(3000);
    }
  });

  test('any line is parsed without an exception and without control characters in the result', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '\x1b',
        '[',
        ']',
        '8',
        ';',
        ':',
        'm',
        '\x07',
        '\\',
        '\r',
        '\x9b',
        '\x9d',
        'a',
        '3',
        '\u202e',
        '\x00',
      ),
      maxLength: 200,
    });
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const first = styledLine(one, plainStyle);
        const text = textOfSpans(first.spans) + textOfSpans(styledLine(other, first.after).spans);
        expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
      }),
    );
  });
});
