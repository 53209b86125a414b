// Owns cutting spans where addresses and matches begin and end. Pure. Owns no markup and no search.

import { splitLinks } from '../parts/link.ts';
import type { Span, TextStyle } from './ansi.ts';

/** A part of a text, in UTF-16 units; `to` is not included. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/** A run of text of one style that leads to one place, or none, and is part of a match, or is not. */
export interface LogPiece {
  readonly text: string;
  readonly style: TextStyle;
  readonly link: string | null;
  readonly marked: boolean;
}

/**
 * The pieces of a line; joined again they are its text.
 * @param matches in order, without overlaps, of the text of all spans together
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
        const marked = match !== undefined && match.from <= at;
        const cut = Math.min(end, match === undefined ? end : marked ? match.to : match.from);
        pieces.push({ text: part.text.slice(at - start, cut - start), style, link: part.link, marked });
        at = cut;
      }
      start = end;
    }
  }
  return pieces;
}
