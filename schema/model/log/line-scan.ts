// Owns scanning the lines of a chunk for candidates. Pure. Not what is searched for (search.ts, mark.ts).
import { overwrittenText, visibleText } from '../../text/terminal/terminal-line.ts';
import type { ChunkBytes, LineRun } from './chunk.ts';

/** How many bytes are decoded to a string at a time: few enough to reuse the same memory, which is most of the speed (bench: search). */
const sliceBytes = 32_768;

const newline = 0x0a;

/** Set if the next line continues the last scanned one, because a line that exceeds the maximum length is stored in parts. */
export type Continuation = {
  /** Whether that one was hidden. */
  readonly hidden: boolean;
  /** The end of its visible text: as much as a match across the border can need. Empty if it was hidden. */
  readonly tail: string;
} | null;

/** The length of {@link Continuation.tail}, in UTF-16 units. */
export const tailLength = 1_000;

/** A line that is a candidate. */
export interface ScannedLine {
  readonly number: number;
  /** Its visible text. */
  readonly text: string;
  readonly run: LineRun;
  /** Earlier states that were overwritten, such as those of a progress meter. */
  readonly overwritten: readonly string[];
  /** It continues the line before. */
  readonly continued: boolean;
  /** The end of the line before, if it continues that. */
  readonly tail: string;
}

/** Matches a character that can make a line's visible text differ from its text. */
export const controlClass = '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]';

/**
 * Calls `look` for the lines of a chunk, in order: all lines that SpiderPig wrote, and the output lines in which `candidate` (with the flag
 * `g`) matches, or all if it is null. Skips sensitive lines and their continuations. `inside` is the state after the previous chunk;
 * returns the state after this one. Pure.
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
      const hidden = run.sensitive || before?.hidden === true;
      let wanted = !hidden;
      if (wanted && candidate !== null && run.kind === 'output') {
        if (hit < at) {
          candidate.lastIndex = at;
          hit = candidate.exec(text.text)?.index ?? Number.POSITIVE_INFINITY;
        }
        // A match can begin in the part before.
        wanted = hit < end || before !== null || run.continues;
      }
      let visible = '';
      if (wanted) {
        const printed = text.text.slice(at, end);
        visible = visibleText(printed);
        look({
          number: firstNumber + index,
          text: visible,
          overwritten: overwrittenText(printed),
          run,
          continued: before !== null,
          tail: before?.tail ?? '',
        });
      }
      before = run.continues ? { hidden, tail: visible.slice(-tailLength) } : null;
      index++;
      at = end + 1;
    }
  }
  return before;
}

/** The lines from an offset that make about one slice, without the last newline, and their size in bytes. */
function sliceOf(bytes: Buffer, start: number): { text: string; bytes: number } {
  let end = bytes.length;
  if (end - start > sliceBytes) {
    const last = bytes.lastIndexOf(newline, start + sliceBytes);
    // A line longer than a slice is a separate slice.
    const next = last > start ? last : bytes.indexOf(newline, start);
    if (next >= 0) end = next;
  }
  return { text: bytes.toString('utf8', start, end), bytes: end - start };
}
