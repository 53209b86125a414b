// Owns splitting a stream of bytes into lines of text. Pure. Not what a line means (protocol.ts).
import { isUtf8 } from 'node:buffer';

/**
 * The longest line that is kept in one piece, in bytes. A longer line is cut and its pieces are marked: nothing is dropped, and memory is
 * bounded. A line that may be a message (it begins with `{`) has a higher limit, because a message cannot be parsed in pieces.
 */
export const maxLineBytes = 65_536;
export const maxMessageBytes = 4_194_304;

const newline = 0x0a;
const brace = 0x7b;

/** A line without its newline. `continues`: the line was too long, and its rest follows as the next one. */
export interface RawLine {
  readonly text: string;
  readonly continues: boolean;
}

/** Consecutive whole lines of which none can be a message. They stay bytes, since most output is of this kind. */
export interface RawBlock {
  /** The lines, each with its newline. UTF-8. */
  readonly bytes: Buffer;
  readonly count: number;
}

/** The largest number of bytes, at most `length`, that ends with a complete UTF-8 character. */
function wholeCharacters(bytes: Buffer, length: number): number {
  let start = length;
  // A character has at most three continuation bytes.
  for (let back = 0; back < 4 && start > 0; back++) {
    const byte = bytes[--start] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return start + size > length ? start : length;
  }
  return length;
}

/** Adds whole lines: those that may be messages one by one, the others in blocks. Each of `bytes` ends with a newline. */
function wholeLines(bytes: Buffer, lines: (RawLine | RawBlock)[]): void {
  if (!isUtf8(bytes)) {
    for (const text of bytes.toString('utf8', 0, bytes.length - 1).split('\n'))
      lines.push({ text, continues: false });
    return;
  }
  let from = 0;
  let count = 0;
  const addBlock = (to: number): void => {
    if (count > 0) lines.push({ bytes: bytes.subarray(from, to), count });
    count = 0;
  };
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    if (bytes[start] === brace) {
      addBlock(start);
      lines.push({ text: bytes.toString('utf8', start, end), continues: false });
      from = end + 1;
    } else count++;
    start = end + 1;
  }
  addBlock(bytes.length);
}

/**
 * Splits bytes into lines. Bytes that are not UTF-8 become U+FFFD. The lines do not depend on how the stream was split into chunks.
 * Holds at most {@link maxMessageBytes} and one chunk.
 */
export class LineSplitter {
  #rest: Buffer[] = [];
  #restBytes = 0;
  #message = false;
  /** The beginning of the current line was returned already, so it cannot be a message. */
  #continued = false;

  /** The lines that end in this chunk, and pieces of a long line that does not. Lines that cannot be messages come in blocks. */
  push(chunk: Buffer): (RawLine | RawBlock)[] {
    const lines: (RawLine | RawBlock)[] = [];
    // In parts of this size, no line within a part can be too long.
    for (let start = 0; start < chunk.length; start += maxLineBytes) {
      this.#part(chunk.subarray(start, start + maxLineBytes), lines);
    }
    return lines;
  }

  #part(part: Buffer, lines: (RawLine | RawBlock)[]): void {
    const last = part.lastIndexOf(newline);
    if (last < 0) {
      this.#hold(part, lines);
      return;
    }
    const first = part.indexOf(newline);
    // First the line that began in an earlier part, then the lines that are completely in this one.
    this.#hold(part.subarray(0, first), lines);
    this.#finish(lines);
    if (last > first) wholeLines(part.subarray(first + 1, last + 1), lines);
    this.#hold(part.subarray(last + 1), lines);
  }

  /** The last line, if it lacks its newline. */
  end(): (RawLine | RawBlock)[] {
    const lines: (RawLine | RawBlock)[] = [];
    if (this.#restBytes > 0 || this.#continued) this.#finish(lines);
    return lines;
  }

  #hold(bytes: Buffer, lines: (RawLine | RawBlock)[]): void {
    if (bytes.length === 0) return;
    if (this.#restBytes === 0 && !this.#continued) this.#message = bytes[0] === brace;
    // A copy, because the chunk is a view of a larger buffer that is reused.
    this.#rest.push(Buffer.from(bytes));
    this.#restBytes += bytes.length;
    const limit = this.#message ? maxMessageBytes : maxLineBytes;
    if (this.#restBytes <= limit) return;
    let rest = Buffer.concat(this.#rest, this.#restBytes);
    // Too long for a message: from here on it is a long line.
    this.#message = false;
    while (rest.length > maxLineBytes) {
      const cut = wholeCharacters(rest, maxLineBytes);
      lines.push({ text: rest.toString('utf8', 0, cut), continues: true });
      this.#continued = true;
      rest = rest.subarray(cut);
    }
    this.#rest = [Buffer.from(rest)];
    this.#restBytes = rest.length;
  }

  #finish(lines: (RawLine | RawBlock)[]): void {
    const text =
      this.#rest.length === 1 && this.#rest[0]
        ? this.#rest[0].toString('utf8')
        : Buffer.concat(this.#rest, this.#restBytes).toString('utf8');
    lines.push({ text, continues: false });
    this.#rest = [];
    this.#restBytes = 0;
    this.#message = false;
    this.#continued = false;
  }
}
