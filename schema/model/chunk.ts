// Owns how consecutive lines become one chunk, and lines again. Pure. Not where chunks are kept (log.ts).
import type { LogLine, LogLineKind, LogPart } from './log.ts';

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
    const runs = this.#runs.map((run) => run.count.toString(36) + run.sign + run.later.toString(36));
    const end = this.#length + this.#buffer.write(runsMark + runs.join(','), this.#length);
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

const runPattern = /^([0-9a-z]+)([:!\-^?=#~.])([0-9a-z]+)$/;
/** What each line began with before there were runs: when, and its sign. */
const linePattern = /^([0-9a-z]+)([:!\-^?=#~.])/;

/** The lines of a chunk's body. Pure. Throws on a body that is none. */
export function decodeLines(body: Uint8Array, firstNumber: number, at: number): LogLine[] {
  const rows = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8').split('\n');
  const runs = rows.pop() ?? '';
  const unreadable = (): Error => new Error(`the log chunk from line ${firstNumber} on cannot be read`);
  const line = (text: string, index: number, later: string, sign: string): LogLine => {
    const entry = bySign.get(sign);
    if (!entry) throw unreadable();
    const { kind, sensitive, continues } = entry;
    const time = at + Number.parseInt(later, 36);
    return { number: firstNumber + index, at: time, kind, text, sensitive, continues };
  };
  if (runs === '') {
    // Of the first version: each line has its own header. Logs of that time, and supervisors that still run, have no other.
    return rows.map((row, index) => {
      const [header, later = '', sign = ''] = linePattern.exec(row) ?? [];
      if (header === undefined) throw unreadable();
      return line(row.slice(header.length), index, later, sign);
    });
  }
  if (!runs.startsWith(runsMark)) throw unreadable();
  const lines: LogLine[] = [];
  for (const run of runs.slice(1).split(',')) {
    const [, count, sign, later] = runPattern.exec(run) ?? [];
    if (count === undefined || sign === undefined || later === undefined) throw unreadable();
    for (const end = lines.length + Number.parseInt(count, 36); lines.length < end; ) {
      const text = rows[lines.length];
      if (text === undefined) throw unreadable();
      lines.push(line(text, lines.length, later, sign));
    }
  }
  if (lines.length !== rows.length) throw unreadable();
  return lines;
}
