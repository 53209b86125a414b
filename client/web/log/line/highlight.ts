// Owns the pieces of a line: spans cut where links and search matches start and end. Pure. Owns no markup and no search.
import { splitLinks } from '../../../../schema/text/link.ts';
import type { TextSpan } from '../../../../schema/text/terminal/terminal-line.ts';
import type { TextStyle } from '../../../../schema/text/terminal/text-style.ts';

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

interface LinkRange extends TextRange {
  readonly link: string;
}

/**
 * The pieces of a line. Together they are its text.
 * @param gerritUrl the Gerrit that change IDs link to; null if they are not linked
 * @param matches ranges in the text of all spans together, in order, without overlaps
 */
export function piecesOf(
  spans: readonly TextSpan[],
  gerritUrl: string | null,
  matches: readonly TextRange[],
): LogPiece[] {
  const pieces: LogPiece[] = [];
  const links = linkRanges(spans, gerritUrl);
  let start = 0;
  let nextMatch = 0;
  let nextLink = 0;
  for (const { text, style } of spans) {
    const end = start + text.length;
    for (let at = start; at < end; ) {
      while ((matches[nextMatch]?.to ?? Number.POSITIVE_INFINITY) <= at) nextMatch++;
      while ((links[nextLink]?.to ?? Number.POSITIVE_INFINITY) <= at) nextLink++;
      const match = matches[nextMatch];
      const link = links[nextLink];
      const highlighted = match !== undefined && match.from <= at;
      const linked = link !== undefined && link.from <= at;
      const cut = Math.min(end, boundary(match, highlighted), boundary(link, linked));
      pieces.push({
        text: text.slice(at - start, cut - start),
        style,
        link: linked ? link.link : null,
        highlighted,
      });
      at = cut;
    }
    start = end;
  }
  return pieces;
}

/** Where a range that has begun ends, or one that has not begins. */
function boundary(range: TextRange | undefined, begun: boolean): number {
  if (range === undefined) return Number.POSITIVE_INFINITY;
  return begun ? range.to : range.from;
}

/** Where links stand in the text of all spans together. An address can continue in a span of another style. */
function linkRanges(spans: readonly TextSpan[], gerritUrl: string | null): LinkRange[] {
  const ranges: LinkRange[] = [];
  let start = 0;
  let plain = '';
  const addPlain = (): void => {
    let from = start - plain.length;
    for (const { text, link } of splitLinks(plain, gerritUrl)) {
      if (link !== null) ranges.push({ from, to: from + text.length, link });
      from += text.length;
    }
    plain = '';
  };
  for (const { text, link } of spans) {
    if (link !== null) {
      addPlain();
      ranges.push({ from: start, to: start + text.length, link });
    } else plain += text;
    start += text.length;
  }
  addPlain();
  return ranges;
}

/** The first `length` UTF-16 units of pieces, without half of a character at the end. */
export function cutPieces(pieces: readonly LogPiece[], length: number): LogPiece[] {
  const result: LogPiece[] = [];
  let left = length;
  for (const piece of pieces) {
    if (left <= 0) break;
    const text = piece.text.slice(0, left);
    left -= text.length;
    const isHalf = left === 0 && text.length < piece.text.length && /[\ud800-\udbff]$/.test(text);
    result.push({ ...piece, text: isHalf ? text.slice(0, -1) : text });
  }
  return result;
}
