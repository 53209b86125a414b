// Owns masking: patterns of known secrets, and replacing what they match. Pure. Not where they come from (schema/process/), not what is masked (jobrunner/).
import { escapeSequence } from '../../text/escape.ts';

/** What replaces a secret. */
export const maskReplacement = '[masked]';

/** A line of a mask file that cannot be used. */
export class InvalidMask extends Error {
  /** Counted from 1. */
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** The maximum length of a pattern, in UTF-16 units, and the maximum number of patterns. */
const maxMaskLength = 1_000;
const maxMasks = 200;
/** How much of a line is matched at once, in UTF-16 units, apart from what is held back. */
const windowSize = 65_536;
/**
 * A secret of at most this length, in UTF-16 units including escape sequences, is found regardless of where its line is split; and
 * lookbehind assertions see this much before a match.
 */
export const maskOverlap = 4_096;
const contextSize = 1_024;
/** The minimum length of a match: no pattern may blank the log. */
const minMatchLength = 2;

/**
 * The patterns of a mask file: one JavaScript regular expression per line, with the flag `u`; blank lines and lines beginning with `#` are
 * ignored. Throws {@link InvalidMask}. Pure.
 */
export function parseMasks(text: string): string[] {
  const patterns: string[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const source = raw.trim();
    if (source === '' || source.startsWith('#')) continue;
    const reason = maskProblem(source);
    if (reason !== null) throw new InvalidMask(index + 1, reason);
    patterns.push(source);
    if (patterns.length > maxMasks)
      throw new InvalidMask(index + 1, `there are more than ${maxMasks} patterns`);
  }
  return patterns;
}

/** Why a pattern cannot be used, for a message; null if it can. */
function maskProblem(source: string): string | null {
  if (source.length > maxMaskLength) return `the pattern is longer than ${maxMaskLength} characters`;
  let pattern: RegExp;
  try {
    pattern = new RegExp(source, 'u');
  } catch (error) {
    return `“${source}” is not a regular expression (${error instanceof Error ? error.message.replace(/^.*: /, '') : error})`;
  }
  if (pattern.test('')) return `“${source}” matches empty text`;
  const single = singles.find((character) => pattern.test(character));
  if (single !== undefined) return `“${source}” matches a single character (${JSON.stringify(single)})`;
  return null;
}

/**
 * Samples of single characters: Latin, Greek, Cyrillic and following blocks, and some of distant ones. {@link minMatchLength} guards
 * against what is missing here.
 */
const singles: readonly string[] = [
  ...Array.from({ length: 0x600 }, (_, code) => String.fromCharCode(code)),
  ...'अกあ漢한\u2028\u2014€→█\ufeff\ufffd\ue000😀𝒳',
];

/** Invisible characters: control and format characters, except the newline. */
const invisibleCharacter = String.raw`[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]`;
const hidden = new RegExp(`${escapeSequence}|${invisibleCharacter}`, 'g');
const anyInvisible = new RegExp(invisibleCharacter);
/** A range of a text, `end` exclusive. */
interface Range {
  readonly start: number;
  end: number;
}

interface Pattern {
  readonly every: RegExp;
  /** Whether any of several lines can match; null: each line must be tried separately. */
  readonly any: RegExp | null;
}

/** Negative assertions see a newline at the end of a line, and switching `m` off prevents matching at the start of a line. */
const needsEachLine = /\(\?(?:<?!|[ims]*-)/;

/** Masks text by patterns that {@link parseMasks} has read. */
export class Masks {
  readonly #patterns: readonly Pattern[];

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map((source) => ({
      every: new RegExp(source, 'gu'),
      any: needsEachLine.test(source) ? null : new RegExp(source, 'mu'),
    }));
  }

  /** Masks whole lines as bytes, each with its newline, in valid UTF-8. Returns the same buffer if nothing matches. */
  bytes(lines: Buffer): Buffer {
    const text = lines.toString('utf8');
    const masked = this.text(text);
    return masked === text ? lines : Buffer.from(masked);
  }

  /** Masks text of any number of lines. */
  text(text: string): string {
    if (!this.#mayMatch(text)) return text;
    return text
      .split('\n')
      .map((line) => (line.length <= windowSize ? this.#line(line) : this.#longLine(line)))
      .join('\n');
  }

  /** Starts masking a line that arrives in pieces. */
  longLine(): MaskedLine {
    return new MaskedLine((text) => this.#matches(text));
  }

  /** Whether any line can match, in one pass over the text, because most output has no secret. */
  #mayMatch(text: string): boolean {
    const seen = anyInvisible.test(text) ? text.replaceAll(hidden, '') : null;
    return this.#patterns.some(
      ({ any }) => any === null || any.test(text) || (seen !== null && any.test(seen)),
    );
  }

  #line(line: string): string {
    const ranges = this.#matches(line);
    return ranges.length === 0 ? line : rendered(line, ranges, 0, line.length);
  }

  #longLine(line: string): string {
    const long = this.longLine();
    let masked = '';
    for (let from = 0; from < line.length; from += windowSize)
      masked += long.push(line.slice(from, from + windowSize), from + windowSize >= line.length);
    return masked;
  }

  /** The ranges to mask: matches in the line as written, and in its visible text. Ordered and disjoint. */
  #matches(line: string): Range[] {
    const ranges = this.#found(line);
    if (anyInvisible.test(line)) {
      const { text, positions } = seenOf(line);
      for (const { start, end } of this.#found(text)) {
        const [from, last] = [positions[start], positions[end - 1]];
        if (from !== undefined && last !== undefined) ranges.push({ start: from, end: last + 1 });
      }
    }
    return united(ranges);
  }

  #found(text: string): Range[] {
    const ranges: Range[] = [];
    for (const { every } of this.#patterns) {
      for (const match of text.matchAll(every)) {
        const [{ length }] = match;
        if (length >= minMatchLength) ranges.push({ start: match.index, end: match.index + length });
      }
    }
    return ranges;
  }
}

/** The visible text of a line, and the position in the line of each of its UTF-16 units. */
function seenOf(line: string): { text: string; positions: Uint32Array } {
  const positions = new Uint32Array(line.length);
  let text = '';
  let from = 0;
  const take = (to: number): void => {
    for (let at = from; at < to; at++) positions[text.length + at - from] = at;
    text += line.slice(from, to);
  };
  for (const match of line.matchAll(hidden)) {
    take(match.index);
    from = match.index + match[0].length;
  }
  take(line.length);
  return { text, positions };
}

function united(ranges: Range[]): Range[] {
  const apart: Range[] = [];
  for (const range of ranges.sort((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last && range.start < last.end) last.end = Math.max(last.end, range.end);
    else apart.push({ ...range });
  }
  return apart;
}

/** Part of a line with its ranges masked. */
function rendered(line: string, ranges: readonly Range[], from: number, to: number): string {
  let text = '';
  let at = from;
  for (const { start, end } of ranges) {
    if (end <= from || start >= to) continue;
    const [first, last] = [Math.max(start, from), Math.min(end, to)];
    text += line.slice(at, first) + maskReplacement;
    text += endOfColours(line.slice(first, last));
    at = last;
  }
  return text + line.slice(at, to);
}

/**
 * The colour reset at the end of a masked range, if there is one: without it the colour would continue. Other sequences could contain part
 * of the secret.
 */
function endOfColours(text: string): string {
  const last = text.lastIndexOf('\x1b');
  return last >= 0 && /^.\[0?m/.test(text.slice(last, last + 4)) ? '\x1b[0m' : '';
}

/** A long line, masked piece by piece: text that may be the beginning of a secret is held back until it is known. */
export class MaskedLine {
  readonly #matches: (text: string) => readonly Range[];
  /** The end of the returned text, for lookbehind assertions. */
  #context = '';
  #held = '';

  constructor(matches: (text: string) => readonly Range[]) {
    this.#matches = matches;
  }

  /** The masked text that is certain after this piece; with the last piece, the rest. May be empty. */
  push(piece: string, isLast: boolean): string {
    const line = this.#context + this.#held + piece;
    const from = this.#context.length;
    const ranges = this.#matches(line);
    const to = isLast ? line.length : Math.max(from, this.#cut(line, ranges));
    this.#context = line.slice(Math.max(0, to - contextSize), to);
    this.#held = line.slice(to);
    return rendered(line, ranges, from, to);
  }

  /** Up to where the line is certain: not inside a match, an escape sequence or a character. */
  #cut(line: string, ranges: readonly Range[]): number {
    let cut = Math.max(0, line.length - maskOverlap);
    const code = line.charCodeAt(cut);
    if (code >= 0xdc00 && code <= 0xdfff && cut > 0) cut--;
    for (const { index, 0: sequence } of line.matchAll(hidden)) {
      if (index >= cut) break;
      if (index + sequence.length > cut) cut = index;
    }
    const match = ranges.find(({ start, end }) => start < cut && end > cut);
    if (!match) return cut;
    // Longer than any secret: mask it so far, to keep memory bounded.
    return line.length - match.start > windowSize ? match.end : match.start;
  }
}
