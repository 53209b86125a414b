// Owns reading the lines of a stored chunk, as objects or as bytes. Pure. Not the format (chunk-format.ts), not where chunks are stored (log.ts).
import { bySign, linePattern, newline, parse, signs, unreadable } from './chunk-format.ts';
import type { LogLine } from './line.ts';

export interface StoredChunk {
  /** The number of its first line. */
  readonly firstNumber: number;
  readonly lineCount: number;
  /** The time of its first line, in milliseconds since 1970 UTC. */
  readonly at: number;
  /** Uncompressed or compressed; see {@link decodeLines}. */
  readonly body: Uint8Array;
}

/** The lines of a chunk's body, compressed or not. Pure. Throws on a broken body. */
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

/** The signs of lines that are sensitive or continue in the next line. */
const specialSigns = new Set(
  signs.filter((entry) => entry.sensitive || entry.continues).map(({ sign }) => sign),
);

/**
 * The lines of a chunk as bytes, each with its newline, if none of them is sensitive or split. Otherwise, and for the first version of the
 * format, `null`: use {@link decodeLines}. Pure. Throws on a broken body.
 */
export function plainLines({ body, firstNumber }: StoredChunk): Uint8Array | null {
  const { lines, runs } = parse(body, firstNumber);
  return runs?.every(({ sign }) => !specialSigns.has(sign)) ? lines : null;
}

/** A chunk as the bytes of its lines, for scanning millions of lines without creating objects. */
export interface ChunkBytes {
  readonly firstNumber: number;
  /** Its lines, separated by newlines, in UTF-8. */
  readonly bytes: Buffer;
  /** What the lines are, in order. */
  readonly runs: readonly LineRun[];
}

/** Consecutive lines with the same kind, flags and time. `at`: milliseconds since 1970 UTC. */
export interface LineRun extends Pick<LogLine, 'at' | 'kind' | 'sensitive' | 'continues'> {
  readonly count: number;
}

/** Decodes a chunk's body without splitting its lines. Shares the body's memory. Pure. Throws on a broken body. */
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
