// Tests which parts of a line are highlighted as matches.
import { expect, test } from 'vitest';
import { matchHighlighter } from './match-highlight.ts';
import type { SearchQuery } from './search-query.ts';

const queryOf = (pattern: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  pattern,
  regex: false,
  caseSensitive: false,
  ...more,
});

test('the page highlights the same matches as the search finds', () => {
  const matches = (query: SearchQuery, line: string) =>
    matchHighlighter(query)?.(line).map(({ from, to }) => line.slice(from, to));
  expect(matches(queryOf('a.b'), 'a.b axb A.B')).toEqual(['a.b', 'A.B']);
  expect(matches(queryOf('a.b', { caseSensitive: true }), 'a.b A.B')).toEqual(['a.b']);
  expect(matches(queryOf('[0-9]+', { regex: true }), 'in 12 of 300')).toEqual(['12', '300']);
  expect(matches(queryOf('x*', { regex: true }), 'aaa')).toEqual([]);
});

test('the page does not highlight patterns that could block the page', () => {
  for (const pattern of ['(a+)+$', '(a|a)*b', '(a)\\1', 'a?'.repeat(28) + 'a'.repeat(28), '('])
    expect(matchHighlighter(queryOf(pattern, { regex: true })), pattern).toBeNull();
  // Three quantifiers on the same character take a second for each long line.
  expect(matchHighlighter(queryOf('a*a*a*b', { regex: true }))?.('a'.repeat(1_000))).toEqual([]);
  expect(matchHighlighter(queryOf('a'))?.('a'.repeat(10_001))).toEqual([]);
  expect(matchHighlighter(queryOf('a'))?.('a'.repeat(1_000))).toHaveLength(200);
  expect(matchHighlighter(null)).toBeNull();
});
