// Owns masking: patterns of known secrets, and text in which what they match is replaced. Pure. Not where they come from (configuration.ts), not what is masked (jobrunner/supervisor.ts).
import { escapeSequence } from '../../text/escape.ts';

/** What stands where a secret stood. */
export const maskReplacement = '[masked]';

/** A line of a file of masks that cannot be used. */
export class InvalidMask extends Error {
  /** Counted from 1. */
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** The longest pattern, in UTF-16 units, and how many there may be. */
const maxMaskLength = 1_000;
const maxMasks = 200;
/** What is matched at once of a line at most, in UTF-16 units, but for what is held back of it. */
const windowSize = 65_536;
/**
 * A secret of at most so many UTF-16 units, with the escape sequences in it, is found wherever the pieces of its line are cut; and so much before
 * a match is seen by what looks behind it.
 */
export const maskOverlap = 4_096;
const contextSize = 1_024;
/** A match must be so long: no pattern may blank the log. */
const minMatchLength = 2;

/**
 * The patterns of a file of masks: one JavaScript regular expression a line, with the flag `u`; blank lines and those that begin with `#` count
 * for nothing. Throws {@link InvalidMask}.
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

/** Why a pattern cannot be used, in words that follow its line; null: it can. */
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

/** Characters of every kind: Latin, Greek, Cyrillic and what follows, and some of far away. What is missing here {@link minMatchLength} keeps from doing harm. */
const singles: readonly string[] = [
  ...Array.from({ length: 0x600 }, (_, code) => String.fromCharCode(code)),
  ...'अกあ漢한\u2028\u2014€→█\ufeff\ufffd\ue000😀𝒳',
];

/** What a person does not see: escape sequences, control and format characters. Not the newline, which ends a line. */
const invisibleCharacter = String.raw`[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]`;
const hidden = new RegExp(`${escapeSequence}|${invisibleCharacter}`, 'g');
const anyInvisible = new RegExp(invisibleCharacter);
/** Part of a text: from, and up to but without. */
interface Range {
  readonly start: number;
  end: number;
}

interface Pattern {
  readonly every: RegExp;
  /** Whether some line of several can match; null: only each line by itself can tell. */
  readonly any: RegExp | null;
}

/** What looks at what is *not* beside it sees a newline where a line has nothing, and what switches `m` off finds no line's beginning. */
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

  /** Whole lines as bytes, each with its newline, masked. The same bytes where nothing matches. They must be UTF-8. */
  bytes(lines: Buffer): Buffer {
    const text = lines.toString('utf8');
    const masked = this.text(text);
    return masked === text ? lines : Buffer.from(masked);
  }

  /** Text of any number of lines, each of them masked. */
  text(text: string): string {
    if (!this.#mayMatch(text)) return text;
    return text
      .split('\n')
      .map((line) => (line.length <= windowSize ? this.#line(line) : this.#longLine(line)))
      .join('\n');
  }

  /** A line that comes in pieces. */
  longLine(): MaskedLine {
    return new MaskedLine((text) => this.#matches(text));
  }

  /** Whether a line of the text may match: one look at all of it, since most output has no secret. */
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

  /** What is to be masked of a line: what matches as it is written, and what matches as it is seen. In order, apart. */
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

/** A line as a person sees it, and where in the line each of its UTF-16 units is. */
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

/** Part of a line with the ranges in it masked. */
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

/** What ends colours, if that is the last thing of what is masked: without it they would run on. Anything else could hold a part of the secret. */
function endOfColours(text: string): string {
  const last = text.lastIndexOf('\x1b');
  return last >= 0 && /^.\[0?m/.test(text.slice(last, last + 4)) ? '\x1b[0m' : '';
}

/** A line that was too long for one, piece by piece: what may be the beginning of a secret is held back until it is known. */
export class MaskedLine {
  readonly #matches: (text: string) => readonly Range[];
  /** The end of what was given away, for what looks behind. */
  #context = '';
  #held = '';

  constructor(matches: (text: string) => readonly Range[]) {
    this.#matches = matches;
  }

  /** What can be said of the line by now, after this piece; with the last one the rest. It may be empty. */
  push(piece: string, isLast: boolean): string {
    const line = this.#context + this.#held + piece;
    const from = this.#context.length;
    const ranges = this.#matches(line);
    const to = isLast ? line.length : Math.max(from, this.#cut(line, ranges));
    this.#context = line.slice(Math.max(0, to - contextSize), to);
    this.#held = line.slice(to);
    return rendered(line, ranges, from, to);
  }

  /** Up to where a line may be given away: neither within a match, nor within a sequence, nor within a character. */
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
    // Longer than any secret is: what there is of it is masked, and memory stays bounded.
    return line.length - match.start > windowSize ? match.end : match.start;
  }
}
