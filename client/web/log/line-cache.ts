// Owns the lines of one job's log that are kept in memory: segments of consecutive lines, a limited number of them, and the text style at the
// start of each line. Owns no request and no markup.
import { plainStyle, sameStyle, type TextStyle } from '../../../schema/text/terminal/text-style.ts';
import type { LogLine } from './line/line.ts';
import { styledLine } from './line/styled-line.ts';
import { LineRanges } from './scroll/rows.ts';

/** Lines in a segment. Lines are requested and evicted by segments. */
export const segmentLines = 500;
/** Blocks kept in memory: enough for a screen, what is around it, and the end of the log. */
const maxSegments = 20;

interface Segment {
  readonly lines: (LogLine | undefined)[];
  /** How many of `lines` are present. */
  count: number;
  /** The style before the first line. Null if unknown, because the segment before it was never complete in memory. */
  before: TextStyle | null;
  /** The style before each line, for the first lines: filled in on demand. */
  readonly styles: TextStyle[];
}

/**
 * Lines by number. They may be put in any order and repeatedly. The least recently used segments are evicted.
 */
export class LineCache {
  /** Ranges of hidden lines seen so far. They outlive eviction, so that rows keep their positions. */
  readonly hidden = new LineRanges();
  // In the order of use, the most recent last.
  readonly #segments = new Map<number, Segment>();

  /** How many lines are in memory. */
  get size(): number {
    let size = 0;
    for (const segment of this.#segments.values()) size += segment.count;
    return size;
  }

  put(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const segment = this.#segmentFor(line.number);
      const index = (line.number - 1) % segmentLines;
      if (segment.lines[index] === undefined) segment.count++;
      else if (sameLine(segment.lines[index], line)) continue;
      segment.lines[index] = line;
      segment.styles.length = Math.min(segment.styles.length, index + 1);
      if (line.text === null) this.hidden.add(line.number, line.number);
    }
  }

  /** The line; undefined if it is not in memory. */
  line(number: number): LogLine | undefined {
    return this.#segments.get(segmentNumber(number))?.lines[(number - 1) % segmentLines];
  }

  /** Marks these lines as recently used. */
  touch(from: number, to: number): void {
    for (let number = segmentNumber(from); number <= segmentNumber(to); number++) {
      const segment = this.#segments.get(number);
      if (segment === undefined) continue;
      this.#segments.delete(number);
      this.#segments.set(number, segment);
    }
  }

  /** The first line from `from` to `to` that is not in memory; null if all are. */
  missing(from: number, to: number): number | null {
    for (let number = from; number <= to; number++) if (this.line(number) === undefined) return number;
    return null;
  }

  /** The text style where the line starts, as far as the lines before it are known; otherwise `plainStyle`. */
  styleBefore(number: number): TextStyle {
    const segment = this.#segments.get(segmentNumber(number));
    return segment === undefined
      ? plainStyle
      : this.#styleIn(segmentNumber(number), segment, (number - 1) % segmentLines);
  }

  #styleIn(number: number, segment: Segment, index: number): TextStyle {
    const carried = this.#carriedStyle(number);
    if (carried !== null) setStyleBefore(segment, carried);
    fillStyles(segment, segment.before ?? plainStyle, index);
    return segment.styles[index] ?? plainStyle;
  }

  /** The style at the end of the segment before; null: that segment is not complete in memory. */
  #carriedStyle(number: number): TextStyle | null {
    if (number === 0) return plainStyle;
    // A loop from the first of the complete segments before this one. With recursion, a hostile log could choose the depth of the stack.
    let first = number - 1;
    if (this.#segments.get(first)?.count !== segmentLines) return null;
    while (first > 0 && this.#segments.get(first - 1)?.count === segmentLines) first--;
    let style = first === 0 ? plainStyle : (this.#segments.get(first)?.before ?? plainStyle);
    for (let at = first; at < number; at++) {
      const segment = this.#segments.get(at);
      if (segment === undefined) return null;
      setStyleBefore(segment, style);
      fillStyles(segment, style, segmentLines);
      style = segment.styles[segmentLines] ?? plainStyle;
    }
    return style;
  }

  #segmentFor(line: number): Segment {
    const number = segmentNumber(line);
    const present = this.#segments.get(number);
    if (present !== undefined) return present;
    const segment: Segment = {
      lines: Array.from({ length: segmentLines }),
      count: 0,
      before: null,
      styles: [],
    };
    this.#segments.set(number, segment);
    for (const oldest of this.#segments.keys()) {
      if (this.#segments.size <= maxSegments) break;
      this.#segments.delete(oldest);
    }
    return segment;
  }
}

/** The number of the segment, from 0, that holds a line. */
export function segmentNumber(line: number): number {
  return Math.floor((line - 1) / segmentLines);
}

function setStyleBefore(segment: Segment, style: TextStyle): void {
  if (segment.before !== null && sameStyle(segment.before, style)) return;
  segment.before = style;
  segment.styles.length = 0;
}

/** Computes the styles of a segment up to the one before line `index`. */
function fillStyles(segment: Segment, first: TextStyle, index: number): void {
  if (segment.styles.length === 0) segment.styles.push(first);
  for (let at = segment.styles.length - 1; at < index; at++) {
    segment.styles.push(styleAfter(segment.lines[at], segment.styles[at] ?? plainStyle));
  }
}

/** Only output of scap has colours and passes them on to the lines after it. Other rows are ours and are drawn plainly. */
function styleAfter(line: LogLine | undefined, style: TextStyle): TextStyle {
  if (line === undefined || line.text === null || line.kind !== 'OUTPUT') return style;
  // Most lines contain no escape sequence and need no parsing.
  return /[\x1b\x9b]/.test(line.text) ? styledLine(line.text, style).after : style;
}

function sameLine(one: LogLine | undefined, other: LogLine): boolean {
  return one?.text === other.text && one.at === other.at && one.kind === other.kind;
}
