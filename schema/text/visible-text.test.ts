import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine, plainStyle } from '../../client/web/log/ansi.ts';
import { visibleText } from './visible-text.ts';

describe('visible text', () => {
  test('is without colours, links and controls, and in its last state', () => {
    expect(visibleText('plain text\twith a tab')).toBe('plain text\twith a tab');
    expect(visibleText('\x1b[1;31mred\x1b[0m\n\x9b4mline\x07')).toBe('red\nline');
    expect(visibleText('\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\')).toBe('link');
    expect(visibleText('10%\r20%\r\n\rnext')).toBe('20%\nnext');
    expect(visibleText('\r')).toBe('');
    // What is never closed hides nothing, and ends with its line.
    expect(visibleText('a\x1b]0;title\nb\x1b[\nc')).toBe('a0;title\nb\nc');
  });

  test('is what the page shows, line by line, whatever is in them', () => {
    const units = [
      'a',
      'b',
      ' ',
      '\n',
      '\r',
      '\x1b',
      '[',
      ']',
      '1',
      ';',
      'm',
      '\x07',
      '\\',
      'P',
      '\x9b',
      '\x9d',
      '\x9c',
      '\x18',
      '\x00',
      'é',
      '😀',
    ];
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...units), maxLength: 40 }), (text) => {
        const shown = text
          .split('\n')
          .map((one) =>
            parseLine(one, plainStyle)
              .spans.map((span) => span.text)
              .join(''),
          )
          .join('\n');
        expect(visibleText(text)).toBe(shown);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['colours', '\x1b[1m'.repeat(250_000)],
    ['openings', '\x1b['.repeat(500_000)],
    ['strings that are never closed', '\x1b]'.repeat(500_000)],
    ['escapes', '\x1b'.repeat(1_000_000)],
    ['parameters', `\x1b[${'1;'.repeat(500_000)}`],
    ['returns', '\r'.repeat(1_000_000)],
    ['meters', 'x\r'.repeat(500_000)],
    ['letters', 'a'.repeat(1_000_000)],
  ])('of a megabyte of %s takes a moment', (_what, text) => {
    const began = performance.now();
    visibleText(text);
    // Squared it would be minutes.
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
