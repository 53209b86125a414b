// Owns building a chunk from lines, in one reusable buffer. Pure. Not storing it (log.ts), not reading one (chunk.ts).
import { newline, type Run, signOf, trailer } from './chunk-format.ts';
import type { LogPart } from './line.ts';

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
