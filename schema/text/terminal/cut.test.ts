import { describe, expect, it } from 'vitest';
import { cpuTime } from '../../../tests/cpu-time.ts';
import { safeCut } from './cut.ts';

describe('safeCut', () => {
  it.each([
    ['plain text', 'abcdef', 3, 3],
    ['a surrogate pair', 'ab\u{1f680}cd', 3, 2],
    ['a colour', 'ab\x1b[31mred', 5, 2],
    ['a colour after its ESC', 'ab\x1b[31mred', 3, 2],
    ['a colour behind its end', 'ab\x1b[31mred', 7, 7],
    ['a title', 'ab\x1b]0;a title\x07visible', 8, 2],
    ['a link that ends with ESC \\', 'ab\x1b]8;;https://example.org/\x1b\\text', 27, 2],
    ['an 8-bit control sequence', 'ab\x9b31mred', 4, 2],
    ['a character set', 'ab\x1b(Bc', 4, 2],
    ['a text that begins with it', '\x1b[31mred', 2, 2],
    ['the end of the text', 'abc', 10, 3],
  ])('a line is not cut inside %s', (_name, text, length, cut) => {
    expect(safeCut(text, length)).toBe(cut);
  });

  it('always cuts something off, so that a loop ends', () => {
    expect(safeCut('\x1b', 1)).toBe(1);
    expect(safeCut('\u{1f680}', 1)).toBe(1);
  });

  it('a line is cut inside a sequence that is longer than any in use', () => {
    expect(safeCut(`\x1b]0;${'t'.repeat(5_000)}`, 4_000)).toBe(4_000);
  });

  it('a cut takes little time for output that opens many control strings', () => {
    const began = cpuTime();
    for (let times = 0; times < 10; times++) safeCut('\x9d'.repeat(65_536), 65_536);
    expect(cpuTime() - began).toBeLessThan(1_000);
  });
});
