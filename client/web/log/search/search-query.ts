// Owns what to search for, and whether the page accepts it. Pure. Owns no search (search.ts).
import { msg } from '../messages.ts';

/** What to search for. */
export interface SearchQuery {
  readonly pattern: string;
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** The longest pattern, in UTF-16 units; the server's limit. */
export const maxPatternLength = 500;

/** An error message for the user; null if the query is valid. The server may still refuse it. */
export function problemOf({ pattern, regex }: SearchQuery): string | null {
  if (pattern.length > maxPatternLength) return msg('log-search-too-long', maxPatternLength);
  if (!regex) return null;
  return compile(pattern) === null ? msg('log-search-no-regex') : null;
}

/** Compiles a pattern with the flag `v` or, for older syntax, `u`. Null if it is invalid. */
export function compile(pattern: string, flags = ''): RegExp | null {
  for (const mode of ['v', 'u']) {
    try {
      return new RegExp(pattern, `${flags}${mode}`);
    } catch {
      // Tried in the other mode.
    }
  }
  return null;
}
