// Owns the binary format of a chunk's body: lines, then a trailer that says what each run of lines is; optionally compressed. Pure.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { LogLineKind, LogPart } from './line.ts';

// One sign tells a line's kind and flags. None of them is a digit of base 36.
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

/** The lines of one kind and one moment in a chunk. `later`: milliseconds since the chunk's first line. */
export interface Run {
  readonly sign: string;
  readonly later: number;
  count: number;
}

export const newline = 0x0a;
/** What the last line of a body begins with. */
const runsMark = '@';

/** The last line of a body: what its lines are. */
export const trailer = (runs: readonly Run[]): string =>
  runsMark + runs.map((run) => run.count.toString(36) + run.sign + run.later.toString(36)).join(',');

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

export const unreadable = (firstNumber: number, cause?: unknown): Error =>
  new Error(`the log chunk from line ${firstNumber} on cannot be read`, { cause });

/** A body taken apart: its lines as bytes, and what they are. `runs` is null in one of the first version, where each line says it itself. */
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
/** What each line began with before there were runs: when, and its sign. */
export const linePattern = /^([0-9a-z]+)([:!\-^?=#~.*])/;

function parseRun(text: string, firstNumber: number): Run {
  const [, count, sign, later] = runPattern.exec(text) ?? [];
  if (count === undefined || sign === undefined || later === undefined) throw unreadable(firstNumber);
  return { count: Number.parseInt(count, 36), sign, later: Number.parseInt(later, 36) };
}
