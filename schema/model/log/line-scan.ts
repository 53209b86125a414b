// Owns going through the lines of a chunk to look at some of them. Pure. Not what is looked for (log-search.ts, log-mark.ts).

import { visibleText } from '../../text/terminal-line.ts';
import type { ChunkBytes, LineRun } from './chunk.ts';

/** How many bytes become a string at once: so few that all of them use the same memory again, which is most of the speed (bench: search). */
const sliceBytes = 32_768;

const newline = 0x0a;

/** Whether the line after the last one looked at is the rest of that one, and whether of a hidden one. */
export type Continuation = 'shown' | 'hidden' | null;

/** What somebody looks at. */
export interface ScannedLine {
  readonly number: number;
  /** Its visible text. */
  readonly text: string;
  readonly run: LineRun;
  /** It is the rest of the line before. */
  readonly continued: boolean;
}

/** What may be in a line whose visible text is not its text. */
export const controlClass = '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]';

/**
 * Looks at the lines of a chunk in order: of output those that `candidate` (with the flag `g`) finds something in, or all where it is null; of
 * our own all. Never at a sensitive line, nor at what goes on from one. `inside`: what came before; what came last is returned.
 */
export function scanLines(
  chunk: ChunkBytes,
  inside: Continuation,
  candidate: RegExp | null,
  look: (line: ScannedLine) => void,
): Continuation {
  const { bytes, runs, firstNumber } = chunk;
  let index = 0;
  let which = 0;
  let runEnd = runs[0]?.count ?? 0;
  let before = inside;
  for (let start = 0; start <= bytes.length; ) {
    const text = sliceOf(bytes, start);
    start += text.bytes + 1;
    let hit = -1;
    for (let at = 0; at <= text.text.length; ) {
      while (index >= runEnd && which < runs.length - 1) runEnd += runs[++which]?.count ?? 0;
      const run = runs[which];
      if (run === undefined) return before;
      const newlineAt = text.text.indexOf('\n', at);
      const end = newlineAt < 0 ? text.text.length : newlineAt;
      const hidden = run.sensitive || before === 'hidden';
      let wanted = !hidden;
      if (wanted && candidate !== null && run.kind === 'output') {
        if (hit < at) {
          candidate.lastIndex = at;
          hit = candidate.exec(text.text)?.index ?? Number.POSITIVE_INFINITY;
        }
        wanted = hit < end;
      }
      if (wanted) {
        const line = visibleText(text.text.slice(at, end));
        look({ number: firstNumber + index, text: line, run, continued: before !== null });
      }
      before = run.continues ? (hidden ? 'hidden' : 'shown') : null;
      index++;
      at = end + 1;
    }
  }
  return before;
}

/** The lines from a place on that make about one slice, without the last newline, and how many bytes they are. */
function sliceOf(bytes: Buffer, start: number): { text: string; bytes: number } {
  let end = bytes.length;
  if (end - start > sliceBytes) {
    const last = bytes.lastIndexOf(newline, start + sliceBytes);
    // A line that is longer than a slice is one by itself.
    const next = last > start ? last : bytes.indexOf(newline, start);
    if (next >= 0) end = next;
  }
  return { text: bytes.toString('utf8', start, end), bytes: end - start };
}
