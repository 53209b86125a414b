// Tests that no pattern used for highlighting can block a page.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuTime } from '../../../../tests/cpu-time.ts';
import { longestSafeLine } from './pattern-cost.ts';

test('the pattern check allows common patterns for lines of usual length', () => {
  for (const pattern of [
    'error',
    'error|warning',
    '[0-9]+ ms',
    '^Finished .*-',
    'T\\d{5,7}',
    '\\p{Lu}\\w*',
  ]) {
    expect(longestSafeLine(pattern), pattern).toBeGreaterThan(1000);
  }
  expect(longestSafeLine('from .* to .*')).toBeGreaterThan(200);
});

test('the pattern check rejects patterns that can take exponential time', () => {
  for (const pattern of [
    '(a+)+$',
    '(a|a)*b',
    '(a|aa){2,}b',
    '((a?)b?)*',
    '(?:(?:a*))*',
    '(a)\\1',
    '(?<a>a)\\k<a>',
    '[\\q{a|aa}]+b',
    '(a{1,9}){9}',
  ]) {
    expect(longestSafeLine(pattern), pattern).toBe(0);
  }
  expect(longestSafeLine('a?'.repeat(40))).toBe(0);
  expect(longestSafeLine('(a|a)'.repeat(40))).toBe(0);
});

test('the pattern check ignores escaped brackets, bars and braces', () => {
  expect(longestSafeLine('\\(a\\|b\\)+')).toBe(longestSafeLine('a+'));
  expect(longestSafeLine('(?:[|()*+?{}]x)')).toBe(longestSafeLine('x'));
});

test('any pattern handles the longest allowed line quickly', () => {
  const { pattern: anyPattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('a', '.', '[ab]', '\\w', 'b', '$'),
      tie('pattern').map((inner) => `(?:${inner})`),
    ),
    pattern: fc
      .array(
        fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2,4}', '{2}', '{2,}', '*?', '|')),
        { minLength: 1, maxLength: 7 },
      )
      .map((parts) => parts.map(([atom, suffix]) => atom + suffix).join('')),
  }));
  fc.assert(
    fc.property(anyPattern, (pattern) => {
      let expression: RegExp;
      try {
        expression = new RegExp(`${pattern}c`, 'gv');
      } catch {
        return;
      }
      const line = 'a'.repeat(Math.min(10_000, longestSafeLine(`${pattern}c`)));
      const from = cpuTime();
      for (const _ of line.matchAll(expression)) if (cpuTime() - from > 1500) break;
      // About 30 ms on an idle machine. A pattern with exponential time would not end.
      expect(cpuTime() - from, pattern).toBeLessThan(1500);
    }),
    { numRuns: 300 },
  );
});
