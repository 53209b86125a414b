// Owns the meaning of escape sequences in a log line: takes a line and a text style, returns spans and the style after it. Pure. Owns no markup and no
// colour values (ansi.css).
import { harmless } from '../parts/harmless.ts';

/** One of the 16 named colours (0–15), or red, green and blue, each 0–255. */
export type Colour = number | readonly [red: number, green: number, blue: number];

/** The style of text. It may be set on one line and reset on a later one, so it is carried from line to line. */
export interface TextStyle {
  readonly foreground: Colour | null;
  readonly background: Colour | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** A run of text with one style. `link` is an http(s) URL or null. `text` contains no control characters but tabs. */
export interface Span {
  readonly text: string;
  readonly style: TextStyle;
  readonly link: string | null;
}

/** The style before any escape sequence. */
export const plainStyle: TextStyle = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

// Sticky patterns, each tried once per position, whose alternatives start with different characters, so that none backtracks: the time is
// linear in the length of any line.
const textRun = /[^\x00-\x08\x0a-\x1f\x7f-\x9f]+/y;
const controlSequence = /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~]?)/y;
const controlString = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?/y;
const otherEscape = /\x1b[ -/]*[0-~]?/y;

/**
 * Parses one line, which may contain newlines. Drops every sequence except colours, common attributes and http(s) links. A carriage return starts
 * the line over, so a progress meter shows its last state. Links end with their line: an unclosed one must not turn the rest of the log into a link.
 */
export function parseLine(line: string, before: TextStyle): { spans: Span[]; after: TextStyle } {
  const spans: Span[] = [];
  let style = before;
  for (const [index, piece] of line.split('\n').entries()) {
    if (index > 0) spans.push({ text: '\n', style: plainStyle, link: null });
    const parsed = parsePiece(piece, style);
    // Not `push(...parsed.spans)`: a hostile line can have more spans than a call can have arguments.
    for (const span of parsed.spans) spans.push({ ...span, text: harmless(span.text) });
    style = parsed.after;
  }
  return { spans, after: style };
}

function parsePiece(line: string, before: TextStyle): { spans: Span[]; after: TextStyle } {
  let spans: Span[] = [];
  let style = before;
  let link: string | null = null;
  let at = 0;
  let restart = false;

  const show = (text: string): void => {
    if (restart) {
      spans = [];
      restart = false;
    }
    const last = spans.at(-1);
    if (last !== undefined && last.style === style && last.link === link) {
      spans[spans.length - 1] = { text: last.text + text, style, link };
    } else {
      spans.push({ text, style, link });
    }
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  while (at < line.length) {
    const text = take(textRun);
    if (text !== null) {
      show(text[0]);
      continue;
    }
    const sequence = take(controlSequence);
    if (sequence !== null) {
      const [, parameters = '', intermediates = '', final = ''] = sequence;
      if (final === 'm' && intermediates === '') style = styleAfter(parameters, style);
      continue;
    }
    const string = take(controlString);
    if (string !== null) {
      const [whole, body = '', end] = string;
      if (end === undefined) {
        // An unterminated string would hide the rest of the line, so its content is shown instead.
        const content = body.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '');
        if (content !== '') show(content);
      } else if (whole.startsWith('\x1b]8;') || whole.startsWith('\x9d8;')) {
        link = linkOf(body);
      }
      continue;
    }
    if (take(otherEscape) !== null) continue;
    if (line[at] === '\r') restart = true;
    at++;
  }
  return { spans, after: style };
}

/** The URL in an OSC 8 body (`8;parameters;URL`); null: it ends a link, or is not http(s). */
function linkOf(body: string): string | null {
  const address = body.slice(body.indexOf(';', 2) + 1);
  return safeAddress(address);
}

/** The URL, normalized, if it is a valid http(s) one; otherwise null. */
export function safeAddress(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || address.length > 2048) return null;
  return URL.canParse(address) ? new URL(address).href : null;
}

/** Applies the parameters of one `m` sequence (`1;48;5;1`) to a style. `38:2::1:2:3` with colons means the same as `38;2;1;2;3`. */
function styleAfter(parameters: string, before: TextStyle): TextStyle {
  const groups = parameters.split(';');
  let style = before;
  for (let index = 0; index < groups.length; index++) {
    const parts = (groups[index] ?? '').split(':').map(Number);
    const code = parts[0] ?? 0;
    if (code !== 38 && code !== 48) {
      style = parts[1] === 0 && code === 4 ? { ...style, underline: false } : withCode(code, style);
      continue;
    }
    const colons = parts.length > 1;
    const { colour, used } = extendedColour(
      // With colons and six parts, the second after the code is the colour space, which is usually empty.
      colons
        ? parts.slice(1).filter((_, part) => part !== 1 || parts.length < 6)
        : groups.slice(index + 1, index + 5).map(Number),
    );
    if (!colons) index += used;
    if (colour === undefined) continue;
    style = code === 38 ? { ...style, foreground: colour } : { ...style, background: colour };
  }
  return sameStyle(style, plainStyle) ? plainStyle : sameStyle(style, before) ? before : style;
}

function withCode(code: number, style: TextStyle): TextStyle {
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 82 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 92 };
  switch (code) {
    case 0:
      return plainStyle;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 22:
      return { ...style, bold: false, dim: false };
    case 23:
      return { ...style, italic: false };
    case 24:
      return { ...style, underline: false };
    case 27:
      return { ...style, inverse: false };
    case 39:
      return { ...style, foreground: null };
    case 49:
      return { ...style, background: null };
    default:
      return style;
  }
}

/** The colour that follows a 38 or 48, and how many codes belong to it. Undefined: malformed. */
function extendedColour(codes: readonly number[]): { colour: Colour | undefined; used: number } {
  const [mode, first, second, third] = codes;
  if (mode === 5) return { colour: paletteColour(first), used: 2 };
  if (mode !== 2) return { colour: undefined, used: 0 };
  const whole = isByte(first) && isByte(second) && isByte(third);
  return { colour: whole ? [first, second, third] : undefined, used: 4 };
}

/** One of 256 colours: the 16 named ones, a cube of 6×6×6, and 24 greys. */
function paletteColour(index: number | undefined): Colour | undefined {
  if (!isByte(index)) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}

function isByte(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** Compares two styles by value. */
export function sameStyle(one: TextStyle, other: TextStyle): boolean {
  return (
    one === other ||
    (sameColour(one.foreground, other.foreground) &&
      sameColour(one.background, other.background) &&
      one.bold === other.bold &&
      one.dim === other.dim &&
      one.italic === other.italic &&
      one.underline === other.underline &&
      one.inverse === other.inverse)
  );
}

function sameColour(one: Colour | null, other: Colour | null): boolean {
  if (typeof one === 'object' && one !== null && typeof other === 'object' && other !== null) {
    return one.every((part, index) => part === other[index]);
  }
  return one === other;
}
