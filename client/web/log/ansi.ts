// Owns what escape sequences in a log line mean: a line and a state in, spans and a state out. Owns no markup and no colour value.
import { harmless } from '../parts/harmless.ts';

/** A colour: one of the 16 named ones (0–15), or red, green and blue, each 0–255. */
export type Colour = number | readonly [red: number, green: number, blue: number];

/** How text looks. Opened on one line and reset on a later one, so it is carried from line to line. */
export interface Look {
  readonly foreground: Colour | null;
  readonly background: Colour | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** A run of text of one look; `link` is an http(s) address or null. `text` holds no control character but tab. */
export interface Span {
  readonly text: string;
  readonly look: Look;
  readonly link: string | null;
}

/** The look of a terminal that nobody has coloured. */
export const plain: Look = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
};

// Each piece is matched once, at one place (sticky), by alternatives that begin differently and cannot give back
// more than they took: the time is linear in the length of the line whatever is in it.
const textRun = /[^\x00-\x08\x0a-\x1f\x7f-\x9f]+/y;
const controlSequence = /(?:\x1b\[|\x9b)([0-?]*)([ -/]*)([@-~]?)/y;
const controlString = /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])([^\x07\x18\x1a\x1b\x9c]*)(\x07|\x1b\\|\x9c)?/y;
const otherEscape = /\x1b[ -/]*[0-~]?/y;

/**
 * Parses one line (it may hold newlines). Every sequence but colours, the usual attributes and http(s) links is
 * dropped; a carriage return begins the line again, so a progress meter shows its last state.
 * A link ends with its line: one that is never closed must not swallow the rest of the log.
 */
export function parseLine(line: string, before: Look): { spans: Span[]; after: Look } {
  const spans: Span[] = [];
  let look = before;
  for (const [index, piece] of line.split('\n').entries()) {
    if (index > 0) spans.push({ text: '\n', look: plain, link: null });
    const parsed = parsePiece(piece, look);
    // Not `push(...)`: a hostile line can have more spans than a call may have arguments.
    for (const span of parsed.spans) spans.push({ ...span, text: harmless(span.text) });
    look = parsed.after;
  }
  return { spans, after: look };
}

function parsePiece(line: string, before: Look): { spans: Span[]; after: Look } {
  let spans: Span[] = [];
  let look = before;
  let link: string | null = null;
  let at = 0;
  let restart = false;

  const show = (text: string): void => {
    if (restart) {
      spans = [];
      restart = false;
    }
    const last = spans.at(-1);
    if (last !== undefined && last.look === look && last.link === link) {
      spans[spans.length - 1] = { text: last.text + text, look, link };
    } else {
      spans.push({ text, look, link });
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
      if (final === 'm' && intermediates === '') look = lookAfter(parameters, look);
      continue;
    }
    const string = take(controlString);
    if (string !== null) {
      const [whole, body = '', end] = string;
      if (end === undefined) {
        // Without its end, a string would hide the rest of the line: what it holds is shown instead.
        const held = body.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '');
        if (held !== '') show(held);
      } else if (whole.startsWith('\x1b]8;') || whole.startsWith('\x9d8;')) {
        link = linkOf(body);
      }
      continue;
    }
    if (take(otherEscape) !== null) continue;
    if (line[at] === '\r') restart = true;
    at++;
  }
  return { spans, after: look };
}

/** The address of an OSC 8 body (`8;parameters;address`), or null when it ends a link or is not plain http(s). */
function linkOf(body: string): string | null {
  const address = body.slice(body.indexOf(';', 2) + 1);
  return safeAddress(address);
}

/** The address when it is an http(s) one that a browser understands, else null. */
export function safeAddress(address: string): string | null {
  if (!/^https?:\/\//i.test(address) || address.length > 2048) return null;
  return URL.canParse(address) ? new URL(address).href : null;
}

/** `1;48;5;1`: the parameters of one `m` sequence applied to a look. `38:2::1:2:3` with colons means the same as `38;2;1;2;3`. */
function lookAfter(parameters: string, before: Look): Look {
  const groups = parameters.split(';');
  let look = before;
  for (let index = 0; index < groups.length; index++) {
    const parts = (groups[index] ?? '').split(':').map(Number);
    const code = parts[0] ?? 0;
    if (code !== 38 && code !== 48) {
      look = parts[1] === 0 && code === 4 ? { ...look, underline: false } : lookWith(code, look);
      continue;
    }
    const colons = parts.length > 1;
    const { colour, used } = extendedColour(
      // Six parts with colons: the third is the colour space, mostly empty.
      colons
        ? parts.slice(1).filter((_, part) => part !== 1 || parts.length < 6)
        : groups.slice(index + 1, index + 5).map(Number),
    );
    if (!colons) index += used;
    if (colour === undefined) continue;
    look = code === 38 ? { ...look, foreground: colour } : { ...look, background: colour };
  }
  return sameLook(look, plain) ? plain : sameLook(look, before) ? before : look;
}

function lookWith(code: number, look: Look): Look {
  if (code >= 30 && code <= 37) return { ...look, foreground: code - 30 };
  if (code >= 40 && code <= 47) return { ...look, background: code - 40 };
  if (code >= 90 && code <= 97) return { ...look, foreground: code - 82 };
  if (code >= 100 && code <= 107) return { ...look, background: code - 92 };
  switch (code) {
    case 0:
      return plain;
    case 1:
      return { ...look, bold: true };
    case 2:
      return { ...look, dim: true };
    case 3:
      return { ...look, italic: true };
    case 4:
      return { ...look, underline: true };
    case 7:
      return { ...look, inverse: true };
    case 22:
      return { ...look, bold: false, dim: false };
    case 23:
      return { ...look, italic: false };
    case 24:
      return { ...look, underline: false };
    case 27:
      return { ...look, inverse: false };
    case 39:
      return { ...look, foreground: null };
    case 49:
      return { ...look, background: null };
    default:
      return look;
  }
}

/** The colour that the codes after a 38 or 48 begin with, and how many belong to it; no colour where they are malformed. */
function extendedColour(codes: readonly number[]): { colour: Colour | undefined; used: number } {
  const [mode, first, second, third] = codes;
  if (mode === 5) return { colour: paletteColour(first), used: 2 };
  if (mode !== 2) return { colour: undefined, used: 0 };
  const whole = isByte(first) && isByte(second) && isByte(third);
  return { colour: whole ? [first, second, third] : undefined, used: 4 };
}

/** One of 256: the 16 named, a cube of 6×6×6, and 24 greys. */
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

/** Whether two looks are the same, wherever they come from. */
export function sameLook(one: Look, other: Look): boolean {
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
