// Owns which parts of a line match a search query, for highlighting. Pure. Owns no search (search.ts) and no markup.
import type { TextRange } from '../line/highlight.ts';
import { longestSafeLine } from './pattern-cost.ts';
import { compile, problemOf, type SearchQuery } from './search-query.ts';

/** The longest visible text that is highlighted, and the largest number of matches in it, so that drawing stays fast. */
const maxLineLength = 10_000;
const maxMatches = 200;

/**
 * Returns a function that finds the matches in the visible text of a line; null if nothing can be highlighted. Patterns that could block the page, such as
 * nested quantifiers, are not highlighted, although the server finds their matches.
 */
export function matchHighlighter(query: SearchQuery | null): ((line: string) => readonly TextRange[]) | null {
  if (query === null || query.pattern === '' || problemOf(query) !== null) return null;
  const { pattern, regex, caseSensitive } = query;
  const maxLength = regex ? Math.min(maxLineLength, longestSafeLine(pattern)) : maxLineLength;
  if (maxLength === 0) return null;
  const source = regex ? pattern : pattern.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const expression = compile(source, caseSensitive ? 'g' : 'gi');
  if (expression === null) return null;
  return (line) => {
    if (line.length > maxLength) return [];
    const ranges: TextRange[] = [];
    for (const match of line.matchAll(expression)) {
      if (match[0] !== '') ranges.push({ from: match.index, to: match.index + match[0].length });
      if (ranges.length === maxMatches) break;
    }
    return ranges;
  };
}
