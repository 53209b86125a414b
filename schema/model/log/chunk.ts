// Owns how consecutive lines become one chunk, and lines again; also the body of a compacted one. Pure. Not where chunks are kept (log.ts), not when they are compacted (compaction.ts).
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LogLine, LogLineKind, LogPart } from './line.ts';

/** A chunk as it is stored. */
export interface StoredChunk {
  /** The number of its first line. */
  readonly firstNumber: number;
  readonly lineCount: number;
  /** When its first line was written, in milliseconds since 1970 UTC. */
  readonly at: number;
  /** As text or compressed; see `plainBody` and `decodeLines` of chunk.ts. */
  readonly body: Uint8Array;
}

// One sign tells a line's kind and flags. None of them is a digit of base 36.
const signs: readonly { sign: string; kind: LogLineKind; sensitive: boolean; continues: boolean }[] = [
  { sign: ':', kind: 'output', sensitive: false, continues: false },
  { sign: '!', kind: 'output', sensitive: true, continues: false },
  { sign: '-', kind: 'output', sensitive: false, continues: true },
  { sign: '^', kind: 'output', sensitive: true, continues: true },
  { sign: '?', kind: 'question', sensitive: false, continues: false },
  { sign: '=', kind: 'answer', sensitive: false, continues: false },
  { sign: '#', kind: 'stop', sensitive: false, continues: false },
  { sign: '~', kind: 'status', sensitive: false, continues: false },
  { sign: '.', kind: 'exit', sensitive: false, continues: false },
  { sign: '*', kind: 'notice', sensitive: false, continues: false },
];
const bySign = new Map(signs.map((entry) => [entry.sign, entry]));
function signOf(part: LogPart): string {
  if ('count' in part) return ':';
  if (part.kind === 'output')
    return part.sensitive ? (part.continues ? '^' : '!') : part.continues ? '-' : ':';
  return signs.find((entry) => entry.kind === part.kind)?.sign ?? ':';
}

/** The lines of one kind and one moment in a chunk. `later`: milliseconds since the chunk's first line. */
interface Run {
  readonly sign: string;
  readonly later: number;
  count: number;
}

/** What a run takes in a body at most, in bytes. */
const runBytes = 24;

/**
 * A chunk that is being put together. Its body, in UTF-8, is its lines as they are, each with its newline, and a last line without one that
 * says what they are: `@` and, with commas between, how many lines, their sign, how much later than the first, numbers in base 36.
 * It copies what is added, and its buffer can be used again.
 */
export class ChunkDraft {
  readonly #buffer: Buffer;
  #length = 0;
  #runs: Run[] = [];
  #first: { number: number; at: number } | null = null;
  #count = 0;

  /** `capacity`: the bytes of the largest body. */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** The number of its first line; 0 while it is empty. */
  get firstNumber(): number {
    return this.#first?.number ?? 0;
  }

  /** How many lines it has. */
  get lineCount(): number {
    return this.#count;
  }

  /** When its first line was written. */
  get at(): number {
    return this.#first?.at ?? 0;
  }

  /** The bytes of its lines. */
  get size(): number {
    return this.#length;
  }

  /** Whether a part fits in. */
  hasRoomFor(part: LogPart): boolean {
    const trailer = (this.#runs.length + 2) * runBytes;
    return this.#length + mostBytes(part) + trailer <= this.#buffer.length;
  }

  /** Adds a part, of which the first line has number `number`: the one after the last one's. */
  add(part: LogPart, number: number): void {
    this.#first ??= { number, at: part.at };
    const sign = signOf(part);
    const later = Math.max(0, part.at - this.#first.at);
    let count = 1;
    if ('count' in part) {
      count = part.count;
      this.#buffer.set(part.bytes, this.#length);
      this.#length += part.bytes.length;
    } else {
      this.#length += this.#buffer.write(part.text, this.#length);
      this.#buffer[this.#length++] = newline;
    }
    this.#count += count;
    const run = this.#runs.at(-1);
    if (run?.sign === sign && run.later === later) run.count += count;
    else this.#runs.push({ sign, later, count });
  }

  /** The body. Valid until something is added or the draft is cleared. */
  body(): Uint8Array {
    const end = this.#length + this.#buffer.write(trailer(this.#runs), this.#length);
    return this.#buffer.subarray(0, end);
  }

  /** Makes it empty. */
  clear(): void {
    this.#length = 0;
    this.#runs = [];
    this.#first = null;
    this.#count = 0;
  }
}

const newline = 0x0a;
/** What the last line of a body begins with. */
const runsMark = '@';

/** The last line of a body: what its lines are. */
const trailer = (runs: readonly Run[]): string =>
  runsMark + runs.map((run) => run.count.toString(36) + run.sign + run.later.toString(36)).join(',');

/** What a part takes at most, in bytes. A UTF-16 unit becomes three bytes of UTF-8 at most. */
const mostBytes = (part: LogPart): number => ('count' in part ? part.bytes.length : part.text.length * 3 + 1);

/** Parts as one chunk. Pure. */
export function chunkOf(parts: readonly LogPart[], firstNumber: number): ChunkDraft {
  const capacity = parts.reduce((sum, part) => sum + mostBytes(part) + runBytes, runBytes);
  const draft = new ChunkDraft(capacity);
  let number = firstNumber;
  for (const part of parts) {
    draft.add(part, number);
    number = firstNumber + draft.lineCount;
  }
  return draft;
}

/** What a compressed body begins with: a zstd frame. No text does, its second byte would not be UTF-8. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Whether a body, or its first four bytes, is that of a compressed chunk. */
export const isCompressed = (body: Uint8Array): boolean =>
  zstdMagic.equals(body.subarray(0, zstdMagic.length));

/** The largest body there is as text, in bytes: a broken row must not take all memory. Larger ones are not compressed. */
export const maxPlainBytes = 4_194_304;

/** The smallest body that is worth compressing before it is stored, in bytes: those of a flood are larger, those of a calm log smaller. */
const minCompressedSize = 16_384;
const quickLevel = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A body in the form in which it goes over a network fastest: a large one compressed, in about a millisecond. Pure. */
export function compressForTransfer(body: Uint8Array): Uint8Array {
  if (body.byteLength < minCompressedSize || body.byteLength > maxPlainBytes) return body;
  const compressed = zstdCompressSync(body, quickLevel);
  return compressed.byteLength < body.byteLength ? compressed : body;
}

/**
 * A chunk's body in its text form: its lines, each with its newline, and what they are in a last one without. What is no compressed body is
 * returned as it is. Throws on a compressed one that is broken or too large. It takes some tenths of a millisecond.
 */
function plainBody(body: Uint8Array): Uint8Array {
  return isCompressed(body) ? zstdDecompressSync(body, { maxOutputLength: maxPlainBytes }) : body;
}

const unreadable = (firstNumber: number, cause?: unknown): Error =>
  new Error(`the log chunk from line ${firstNumber} on cannot be read`, { cause });

/** A body taken apart: its lines as bytes, and what they are. `runs` is null in one of the first version, where each line says it itself. */
function parse(body: Uint8Array, firstNumber: number): { lines: Buffer; runs: Run[] | null } {
  let plain: Uint8Array;
  try {
    plain = plainBody(body);
  } catch (error) {
    throw unreadable(firstNumber, error);
  }
  const whole = Buffer.from(plain.buffer, plain.byteOffset, plain.byteLength);
  const end = whole.lastIndexOf(newline) + 1;
  const lines = whole.subarray(0, end);
  if (end === whole.length) return { lines, runs: null };
  const text = whole.toString('latin1', end);
  if (!text.startsWith(runsMark)) throw unreadable(firstNumber);
  const runs = text.slice(1).split(',');
  return { lines, runs: runs.map((run) => parseRun(run, firstNumber)) };
}

const runPattern = /^([0-9a-z]{1,11})([:!\-^?=#~.*])([0-9a-z]{1,11})$/;
/** What each line began with before there were runs: when, and its sign. */
const linePattern = /^([0-9a-z]+)([:!\-^?=#~.*])/;

function parseRun(text: string, firstNumber: number): Run {
  const [, count, sign, later] = runPattern.exec(text) ?? [];
  if (count === undefined || sign === undefined || later === undefined) throw unreadable(firstNumber);
  return { count: Number.parseInt(count, 36), sign, later: Number.parseInt(later, 36) };
}

/** The lines of a chunk's body, compressed or not. Pure. Throws on a body that is none. */
export function decodeLines(body: Uint8Array, firstNumber: number, at: number): LogLine[] {
  const { lines: bytes, runs } = parse(body, firstNumber);
  const rows = bytes.toString('utf8').split('\n');
  rows.pop();
  const line = (text: string, index: number, later: number, sign: string): LogLine => {
    const entry = bySign.get(sign);
    if (!entry) throw unreadable(firstNumber);
    const { kind, sensitive, continues } = entry;
    return { number: firstNumber + index, at: at + later, kind, text, sensitive, continues };
  };
  if (runs === null) {
    // Of the first version: each line has its own header. Logs of that time, and supervisors that still run, have no other.
    return rows.map((row, index) => {
      const [header, later = '', sign = ''] = linePattern.exec(row) ?? [];
      if (header === undefined) throw unreadable(firstNumber);
      return line(row.slice(header.length), index, Number.parseInt(later, 36), sign);
    });
  }
  const lines: LogLine[] = [];
  for (const { count, sign, later } of runs) {
    for (const end = lines.length + count; lines.length < end; ) {
      const text = rows[lines.length];
      if (text === undefined) throw unreadable(firstNumber);
      lines.push(line(text, lines.length, later, sign));
    }
  }
  if (lines.length !== rows.length) throw unreadable(firstNumber);
  return lines;
}

/** The signs of lines that are more than their text: hidden, or going on in the next. */
const specialSigns = new Set(
  signs.filter((entry) => entry.sensitive || entry.continues).map(({ sign }) => sign),
);

/**
 * The lines of a chunk as bytes, each with its newline, where each is just its text: none of them sensitive, none of them cut. Otherwise, and
 * of a chunk of the first version, `null`: then {@link decodeLines} says what is what. Pure. Throws on a body that is none.
 */
export function plainLines({ body, firstNumber }: StoredChunk): Uint8Array | null {
  const { lines, runs } = parse(body, firstNumber);
  return runs?.every(({ sign }) => !specialSigns.has(sign)) ? lines : null;
}

/**
 * Consecutive chunks as one, with its body as text. The first must be the oldest. Pure. Throws when one of them is broken, or is not what its
 * row says: then nothing may be made of it.
 */
export function mergeChunks(chunks: readonly StoredChunk[]): StoredChunk {
  const [first] = chunks;
  if (!first) throw new Error('nothing to merge');
  const bytes: Uint8Array[] = [];
  const merged: Run[] = [];
  let next = first.firstNumber;
  for (const { firstNumber, lineCount, at, body } of chunks) {
    let { lines, runs } = parse(body, firstNumber);
    // Said anew in the form of today.
    if (runs === null)
      ({ lines, runs } = parse(chunkOf(decodeLines(body, firstNumber, at), firstNumber).body(), firstNumber));
    const said = runs?.reduce((sum, { count }) => sum + count, 0);
    if (firstNumber !== next || at < first.at || said !== lineCount || newlinesIn(lines) !== lineCount)
      throw unreadable(firstNumber);
    bytes.push(lines);
    for (const { count, sign, later } of runs ?? []) {
      const since = at - first.at + later;
      const last = merged.at(-1);
      if (last?.sign === sign && last.later === since) last.count += count;
      else merged.push({ sign, later: since, count });
    }
    next += lineCount;
  }
  const body = Buffer.concat([...bytes, Buffer.from(trailer(merged))]);
  return { firstNumber: first.firstNumber, lineCount: next - first.firstNumber, at: first.at, body };
}

function newlinesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
/** A chunk as the bytes of its lines: for those who look through millions and make few of them. */
export interface ChunkBytes {
  readonly firstNumber: number;
  /** Its lines with newlines between, in UTF-8. */
  readonly bytes: Buffer;
  /** What they are, in order: each run is so many lines of one kind and moment. */
  readonly runs: readonly LineRun[];
}

/** Lines that are alike. `at`: milliseconds since 1970 UTC. */
export interface LineRun extends Pick<LogLine, 'at' | 'kind' | 'sensitive' | 'continues'> {
  readonly count: number;
}

/** A chunk's body without looking at its lines. It shares the body's memory. Pure. Throws on a body that is none. */
export function decodeBytes(body: Uint8Array, firstNumber: number, at: number): ChunkBytes {
  const { lines: bytes, runs } = parse(body, firstNumber);
  if (runs === null) {
    const lines = decodeLines(body, firstNumber, at);
    const text = Buffer.from(lines.map((line) => line.text).join('\n'));
    return { firstNumber, bytes: text, runs: lines.map((line) => ({ ...line, count: 1 })) };
  }
  return {
    firstNumber,
    bytes: bytes.subarray(0, -1),
    runs: runs.map(({ count, sign, later }): LineRun => {
      const entry = bySign.get(sign);
      if (!entry) throw unreadable(firstNumber);
      const { kind, sensitive, continues } = entry;
      return { count, at: at + later, kind, sensitive, continues };
    }),
  };
}

/** A chunk without its lines before number `from`. Pure. */
export function bytesFrom(chunk: ChunkBytes, from: number): ChunkBytes {
  let gone = from - chunk.firstNumber;
  if (gone <= 0) return chunk;
  let start = 0;
  for (let line = 0; line < gone; line++) start = chunk.bytes.indexOf(newline, start) + 1;
  const runs = chunk.runs.flatMap((run) => {
    const skipped = Math.min(gone, run.count);
    gone -= skipped;
    return skipped < run.count ? [{ ...run, count: run.count - skipped }] : [];
  });
  return { firstNumber: from, bytes: chunk.bytes.subarray(start), runs };
}
