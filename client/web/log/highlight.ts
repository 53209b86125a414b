// Owns the pieces of a line: spans cut where links and search matches start and end. Pure. Owns no markup and no search.
import { splitLinks } from '../parts/link.ts';
import type { Span, TextStyle } from './ansi.ts';

/** A part of a text, in UTF-16 units, without `to`. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A piece of text with one style, at most one link, and entirely inside or outside of a match. */
export interface LogPiece {
  readonly text: string;
  readonly style: TextStyle;
  readonly link: string | null;
  /** Whether it is part of a match. */
  readonly highlighted: boolean;
}

/**
 * The pieces of a line. Together they are its text.
 * @param gerritUrl the Gerrit that change IDs link to; null: they are not linked
 * @param matches ranges in the text of all spans together, in order, without overlaps
 */
export function piecesOf(
  spans: readonly Span[],
  gerritUrl: string | null,
  matches: readonly TextRange[],
): LogPiece[] {
  const pieces: LogPiece[] = [];
  let start = 0;
  let next = 0;
  for (const { text, style, link } of spans) {
    const parts = link === null ? splitLinks(text, gerritUrl) : [{ text, link }];
    for (const part of parts) {
      const end = start + part.text.length;
      let at = start;
      while (at < end) {
        let match = matches[next];
        while (match !== undefined && match.to <= at) match = matches[++next];
        const highlighted = match !== undefined && match.from <= at;
        const cut = Math.min(end, match === undefined ? end : highlighted ? match.to : match.from);
        pieces.push({ text: part.text.slice(at - start, cut - start), style, link: part.link, highlighted });
        at = cut;
      }
      start = end;
    }
  }
  return pieces;
}
