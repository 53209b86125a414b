// Owns the binary format of a chunk's body: lines, then a trailer that says what each run of lines is; optionally compressed. Pure.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LogLineKind, LogPart } from './line.ts';

// One character encodes a line's kind and flags. None of them is a base-36 digit.
export const signs: readonly { sign: string; kind: LogLineKind; sensitive: boolean; continues: boolean }[] = [
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
export const bySign = new Map(signs.map((entry) => [entry.sign, entry]));
export function signOf(part: LogPart): string {
  if ('count' in part) return ':';
  if (part.kind === 'output')
    return part.sensitive ? (part.continues ? '^' : '!') : part.continues ? '-' : ':';
  return signs.find((entry) => entry.kind === part.kind)?.sign ?? ':';
}

/** Consecutive lines with the same kind and time. `later`: milliseconds since the chunk's first line. */
export interface Run {
  readonly sign: string;
  readonly later: number;
  count: number;
}

export const newline = 0x0a;
/** The first character of the trailer. */
const runsMark = '@';

/** The trailer of a body, which says what its lines are. */
export const trailer = (runs: readonly Run[]): string =>
  runsMark + runs.map((run) => run.count.toString(36) + run.sign + run.later.toString(36)).join(',');

/** The first bytes of a zstd frame. No text body begins with them, because the second byte is not valid UTF-8. */
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Whether a body, or its first four bytes, is compressed. */
export const isCompressed = (body: Uint8Array): boolean =>
  zstdMagic.equals(body.subarray(0, zstdMagic.length));

/** The maximum size of an uncompressed body, in bytes: a broken row must not exhaust memory. Larger bodies are not compressed. */
export const maxPlainBytes = 4_194_304;

/**
 * The minimum size of a body that is compressed before it is stored, in bytes: bodies of a flood are larger, those of a calm log smaller.
 */
const minCompressedSize = 16_384;
const quickLevel = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Compresses a large body, in about a millisecond, so that it is transferred faster. Pure. */
export function compressForTransfer(body: Uint8Array): Uint8Array {
  if (body.byteLength < minCompressedSize || body.byteLength > maxPlainBytes) return body;
  const compressed = zstdCompressSync(body, quickLevel);
  return compressed.byteLength < body.byteLength ? compressed : body;
}

/** Decompresses a body if needed. Throws if a compressed body is broken or too large. Takes less than a millisecond. */
function plainBody(body: Uint8Array): Uint8Array {
  return isCompressed(body) ? zstdDecompressSync(body, { maxOutputLength: maxPlainBytes }) : body;
}

/** The error for a broken chunk. */
export const unreadable = (firstNumber: number, cause?: unknown): Error =>
  new Error(`the log chunk from line ${firstNumber} on cannot be read`, { cause });

/**
 * Splits a body into its lines, as bytes, and its runs. `runs` is null for the first version of the format, where each line has a header.
 * Throws on a broken body.
 */
export function parse(body: Uint8Array, firstNumber: number): { lines: Buffer; runs: Run[] | null } {
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
/** The header of each line in the first version of the format: when, and its sign. */
export const linePattern = /^([0-9a-z]+)([:!\-^?=#~.*])/;

function parseRun(text: string, firstNumber: number): Run {
  const [, count, sign, later] = runPattern.exec(text) ?? [];
  if (count === undefined || sign === undefined || later === undefined) throw unreadable(firstNumber);
  return { count: Number.parseInt(count, 36), sign, later: Number.parseInt(later, 36) };
}
