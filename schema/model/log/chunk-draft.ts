// Owns building a chunk from lines, in one reusable buffer. Pure. Not storing it (log.ts), not reading one (chunk.ts).
import { newline, type Run, signOf, trailer } from './chunk-format.ts';
import type { LogPart } from './line.ts';

/** The maximum size of a run in the trailer, in bytes. */
const runBytes = 24;

/**
 * A chunk being built. Its body, in UTF-8, contains the lines, each with its newline, and a trailer without one: `@` and, separated by
 * commas, for each run the number of lines, their sign, and their time after the first line, in base 36. Added data is copied, and the
 * buffer is reused.
 */
export class ChunkDraft {
  readonly #buffer: Buffer;
  #length = 0;
  #runs: Run[] = [];
  #first: { number: number; at: number } | null = null;
  #count = 0;

  /** `capacity`: the maximum size of the body, in bytes. */
  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** The number of its first line; 0 while it is empty. */
  get firstNumber(): number {
    return this.#first?.number ?? 0;
  }

  /** The number of lines. */
  get lineCount(): number {
    return this.#count;
  }

  /** The time of its first line, in milliseconds since 1970 UTC. */
  get at(): number {
    return this.#first?.at ?? 0;
  }

  /** The size of its lines, in bytes. */
  get size(): number {
    return this.#length;
  }

  /** Whether a part fits. */
  hasRoomFor(part: LogPart): boolean {
    const trailer = (this.#runs.length + 2) * runBytes;
    return this.#length + maxBytes(part) + trailer <= this.#buffer.length;
  }

  /** Adds a part whose first line has number `number`, which must follow the last line. */
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

  /** The body. Valid until the next `add` or `clear`. */
  body(): Uint8Array {
    const end = this.#length + this.#buffer.write(trailer(this.#runs), this.#length);
    return this.#buffer.subarray(0, end);
  }

  /** Removes all lines. */
  clear(): void {
    this.#length = 0;
    this.#runs = [];
    this.#first = null;
    this.#count = 0;
  }
}

/** The maximum size of a part, in bytes: one UTF-16 unit takes at most three bytes of UTF-8. */
const maxBytes = (part: LogPart): number => ('count' in part ? part.bytes.length : part.text.length * 3 + 1);

/** Builds a chunk from parts. Pure. */
export function chunkOf(parts: readonly LogPart[], firstNumber: number): ChunkDraft {
  const capacity = parts.reduce((sum, part) => sum + maxBytes(part) + runBytes, runBytes);
  const draft = new ChunkDraft(capacity);
  let number = firstNumber;
  for (const part of parts) {
    draft.add(part, number);
    number = firstNumber + draft.lineCount;
  }
  return draft;
}
