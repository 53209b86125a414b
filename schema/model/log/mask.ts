// Owns masking: patterns of known secrets, and replacing what they match. Pure. Not where they come from (schema/process/), not what is masked (jobrunner/).
import { safeCut } from '../../text/terminal/cut.ts';
import { movesCursor, overwrittenText, visibleText, writtenText } from '../../text/terminal/terminal-line.ts';

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
/** How much of a line is matched at a time, in UTF-16 units, apart from what is held back. */
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
const invisibles = new RegExp(invisibleCharacter, 'g');
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
    const forms = [text];
    if (anyInvisible.test(text)) forms.push(seenOf(text).text);
    if (movesCursor(text)) forms.push(...text.split('\n').flatMap(shownForms));
    return this.#patterns.some(({ any }) => any === null || forms.some((form) => any.test(form)));
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

  /**
   * The ranges to mask: matches in the line as written, and without its escape sequences. The whole line, if what a terminal shows of it, or
   * showed before it was overwritten, would still match: its characters are anywhere in the line. Ordered and disjoint.
   */
  #matches(line: string): Range[] {
    const ranges = this.#found(line);
    if (anyInvisible.test(line)) {
      const { text, positions } = seenOf(line);
      for (const { start, end } of this.#found(text)) {
        const [from, last] = [positions[start], positions[end - 1]];
        if (from !== undefined && last !== undefined) ranges.push({ start: from, end: last + 1 });
      }
    }
    const found = united(ranges);
    if (!movesCursor(line)) return found;
    const masked = rendered(line, found, 0, line.length);
    const isShown = shownForms(masked).some((form) => this.#found(form).length > 0);
    return isShown ? [{ start: 0, end: line.length }] : found;
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

/** What was written of a text without escape sequences and invisible characters, and the position in it of each of its UTF-16 units. */
function seenOf(line: string): { text: string; positions: Uint32Array } {
  const written = writtenText(line);
  if (!anyInvisible.test(written.text)) return written;
  const positions: number[] = [];
  let text = '';
  let from = 0;
  const take = (to: number): void => {
    for (let at = from; at < to; at++) positions.push(written.positions[at] ?? 0);
    text += written.text.slice(from, to);
  };
  for (const match of written.text.matchAll(invisibles)) {
    take(match.index);
    from = match.index + match[0].length;
  }
  take(written.text.length);
  return { text, positions: Uint32Array.from(positions) };
}

/** What a terminal shows of a line, and showed before it was overwritten, without invisible characters. */
const shownForms = (line: string): string[] =>
  [visibleText(line), ...overwrittenText(line)].map((form) => form.replaceAll(invisibles, ''));

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

  /** The masked text of what was held back and of a piece that may be followed by more. Changes nothing. */
  preview(piece: string): string {
    const line = this.#context + this.#held + piece;
    return rendered(line, this.#matches(line), this.#context.length, line.length);
  }

  /** Up to where the line is certain: not inside a match, an escape sequence or a character. */
  #cut(line: string, ranges: readonly Range[]): number {
    if (line.length <= maskOverlap) return 0;
    const cut = safeCut(line, line.length - maskOverlap);
    const match = ranges.find(({ start, end }) => start < cut && end > cut);
    if (!match) return cut;
    // Longer than any secret: mask it so far, to keep memory bounded.
    return line.length - match.start > windowSize ? match.end : match.start;
  }
}
