// Owns merging consecutive chunks into one with the same lines. Pure. Not when that is done (compaction.ts).
import { decodeLines, type StoredChunk } from './chunk.ts';
import { chunkOf } from './chunk-draft.ts';
import { newline, parse, type Run, trailer, unreadable } from './chunk-format.ts';

/**
 * Merges consecutive chunks into one with an uncompressed body. The first must be the oldest. Pure. Throws if one of them is broken or
 * differs from its row; then nothing may be replaced.
 */
export function mergeChunks(chunks: readonly StoredChunk[]): StoredChunk {
  const [first] = chunks;
  if (!first) throw new Error('nothing to merge');
  const bytes: Uint8Array[] = [];
  const merged: Run[] = [];
  let next = first.firstNumber;
  for (const { firstNumber, lineCount, at, body } of chunks) {
    let { lines, runs } = parse(body, firstNumber);
    // Converted to the current format.
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
