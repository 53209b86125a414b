// Owns splitting a stream of bytes into lines of text. Pure. Not what a line means (protocol.ts).
import { isUtf8 } from 'node:buffer';
import { safeCut } from '../../schema/text/terminal/cut.ts';
import { messageStart } from './protocol.ts';

/**
 * The longest line that is kept in one piece, in bytes. A longer line is cut and its pieces are marked: nothing is dropped, and memory is
 * bounded. What may be a message has a higher limit, because a message cannot be parsed in pieces.
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

/** The first piece of a long line, and its length in bytes: at most {@link maxLineBytes}, without half a character or escape sequence. */
function firstPiece(bytes: Buffer): { text: string; length: number } {
  const length = wholeCharacters(bytes, Math.min(maxLineBytes, bytes.length));
  const text = bytes.toString('utf8', 0, length);
  const cut = safeCut(text, text.length);
  const rest = text.slice(cut);
  // Bytes that are not UTF-8 cannot be counted from the text that they became.
  if (rest === '' || rest.includes('\ufffd')) return { text, length };
  return { text: text.slice(0, cut), length: length - Buffer.byteLength(rest) };
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
  /** How long the rest may be; more where it may be a message. */
  #limit = maxLineBytes;
  /** The beginning of the current line was returned already. */
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

  /** What was read of the current line and not returned yet, without half a character at its end: at most {@link maxLineBytes}. */
  get rest(): string {
    if (this.#restBytes === 0) return '';
    const rest = Buffer.concat(this.#rest, this.#restBytes);
    return rest.toString('utf8', 0, wholeCharacters(rest, Math.min(rest.length, maxLineBytes)));
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
    // A copy, because the chunk is a view of a larger buffer that is reused.
    this.#rest.push(Buffer.from(bytes));
    this.#restBytes += bytes.length;
    if (this.#restBytes <= this.#limit) return;
    const rest = Buffer.concat(this.#rest, this.#restBytes);
    const start = messageStart(rest.toString('latin1'));
    // What is too long for a message is a long line, too.
    const mayBeMessage = start !== null && rest.length - start <= maxMessageBytes;
    this.#limit = mayBeMessage ? maxMessageBytes : maxLineBytes;
    this.#cut(rest, mayBeMessage ? start : rest.length - maxLineBytes, lines);
  }

  /** Returns at least the first `length` bytes of the rest in pieces; exactly so many before what may be a message. */
  #cut(rest: Buffer, length: number, lines: (RawLine | RawBlock)[]): void {
    let from = 0;
    const end = this.#limit === maxMessageBytes ? length : rest.length;
    while (from < length) {
      const piece = firstPiece(rest.subarray(from, end));
      lines.push({ text: piece.text, continues: true });
      this.#continued = true;
      from += piece.length;
    }
    this.#rest = [Buffer.from(rest.subarray(from))];
    this.#restBytes = rest.length - from;
  }

  #finish(lines: (RawLine | RawBlock)[]): void {
    const text =
      this.#rest.length === 1 && this.#rest[0]
        ? this.#rest[0].toString('utf8')
        : Buffer.concat(this.#rest, this.#restBytes).toString('utf8');
    lines.push({ text, continues: false });
    this.#rest = [];
    this.#restBytes = 0;
    this.#limit = maxLineBytes;
    this.#continued = false;
  }
}
