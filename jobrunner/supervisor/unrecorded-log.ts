// Owns the file that takes the lines of a job which its database no longer has or cannot take. Not noticing it (supervisor.ts).
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeLines } from '../../schema/model/log/chunk.ts';
import type { ChunkDraft } from '../../schema/model/log/chunk-draft.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { readLines } from '../../schema/model/log/log.ts';
import type { Database } from '../../schema/model/store/database.ts';

/** How many lines are copied at a time. */
const linesPerRead = 5_000;

/** The lines of a job that are not in the database, in a file that only its owner can read, like the database. */
export class UnrecordedLog {
  readonly file: string;
  readonly #warn: (message: string, error?: unknown) => void;

  /** @param directory the data directory */
  constructor(directory: string, jobId: number, warn: (message: string, error?: unknown) => void) {
    this.file = join(directory, `unrecorded-job-${jobId}-${process.pid}.log`);
    this.#warn = warn;
  }

  /** Adds the lines of a chunk that the database refused. */
  addChunk(chunk: ChunkDraft): void {
    this.#add(decodeLines(chunk.body(), chunk.firstNumber, chunk.at));
  }

  /** Copies all lines that the database which this process has open still has: its file may be gone from the disk. */
  async copy(database: Database, jobId: number): Promise<void> {
    for (let after = 0; ; ) {
      const lines = await readLines(database, jobId, after, linesPerRead);
      const last = lines.at(-1);
      if (!last) return;
      this.#add(lines);
      after = last.number;
    }
  }

  #add(lines: readonly LogLine[]): void {
    const text = lines.map(textOf).join('');
    try {
      appendFileSync(this.file, text, { mode: 0o600 });
    } catch (error) {
      // The last fallback: the log of supervisors.
      this.#warn(`${this.file} cannot be written; its lines follow:\n${text}`, error);
    }
  }
}

/** A line with its number and time. Pure. */
function textOf({ number, at, kind, text, sensitive, continues }: LogLine): string {
  const marks = [
    kind === 'output' ? '' : ` (${kind})`,
    sensitive ? ' (sensitive)' : '',
    continues ? ' (cut)' : '',
  ];
  return `${number} ${new Date(at).toISOString()}${marks.join('')} ${text}\n`;
}
