// Owns how logs are read to be looked through: chunks in order after a cursor, with whoever else reads in turn, until the log is complete. Not what is looked for (log-search.ts, log-mark.ts), not where (scan-thread.ts).
import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { endedStates } from '../../schema/model/job/job.ts';
import type { StoredChunk } from '../../schema/model/log/chunk.ts';
import { readChunks } from '../../schema/model/log/log.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { untilRead, Waiters, Watch, Watching } from '../live/live.ts';

/** The bytes of the first read of a log, so that something is known soon, and of each further one. Reading them keeps the event loop for some milliseconds (bench: search). */
export const firstRead = 262_144;
export const furtherRead = 1_048_576;

/** How many lines one task of a thread looks through at most: chunks that are compressed well hold very many. */
const linesPerTask = 20_000;
/** How often a read that gave no lines though there are some is done. */
const triesOfRead = 3;

/** Consecutive chunks, few enough for one task of a thread. `last`: the number of their last line. */
export interface ScanPiece {
  readonly chunks: readonly StoredChunk[];
  readonly last: number;
}

/** What comes after a cursor: chunks; nothing `yet`; nothing any more (`complete`); or nothing that may be shown, for the job is being `removed`. */
export type ScanPart =
  | { readonly kind: 'chunks'; readonly tasks: readonly ScanPiece[]; readonly last: number }
  | { readonly kind: 'yet' | 'complete' | 'removed' };

/** What is known of a job's log: how far it is. Looked at once for all who scan it. */
export class ScanSource {
  readonly #scans: LogScans;
  readonly #db: Database;
  readonly #jobId: number;
  readonly #watch: Watch;
  /** The number of the last line, and whether it stays that; null before the first look. */
  #known: { readonly last: number; readonly ended: boolean } | null = null;
  /** The job was withdrawn: nothing of it is shown any more. */
  #removed = false;
  readonly #waiters = new Waiters();

  constructor(scans: LogScans, db: Database, jobId: number, logger: Logger) {
    this.#scans = scans;
    this.#db = db;
    this.#jobId = jobId;
    this.#watch = new Watch({
      bell: db.doorbell,
      topics: ['log', 'jobs'],
      look: () => this.#look(),
      onError: (error) => logger.error({ err: error, job: jobId }, 'log could not be looked at'),
    });
  }

  get guests(): number {
    return this.#watch.guests;
  }

  join(): Disposable {
    return this.#watch.join();
  }

  /** What comes after `cursor`; `null` once the signal is aborted. Waits while the database is in trouble. */
  async next(cursor: number, mostBytes: number, signal: AbortSignal): Promise<ScanPart | null> {
    await this.#watch.looked(signal);
    if (signal.aborted) return null;
    if (this.#removed) return { kind: 'removed' };
    const { last, ended } = this.#known ?? { last: 0, ended: false };
    if (cursor >= last) return { kind: ended ? 'complete' : 'yet' };
    for (let tries = 0; tries < triesOfRead; tries++) {
      const chunks = await untilRead(signal, () => this.#scans.read(this.#jobId, cursor, mostBytes, signal));
      if (!chunks) return null;
      const reached = lastOf(chunks, cursor);
      if (reached !== null) return { kind: 'chunks', tasks: piecesOf(chunks), last: reached };
      // Lines that were there are not: the job was withdrawn, and its log is being deleted.
      await untilRead(signal, () => this.#look());
      if (signal.aborted) return null;
      if (this.#removed) return { kind: 'removed' };
    }
    throw new Error(`the log of job ${this.#jobId} has no line ${cursor + 1}`);
  }

  /** Resolves once there may be more after `cursor`, or nothing any more, or the signal is aborted. */
  moved(cursor: number, signal: AbortSignal): Promise<void> {
    const hasMoved = (): boolean =>
      this.#removed || (this.#known !== null && (this.#known.ended || this.#known.last > cursor));
    return this.#waiters.until(hasMoved, signal);
  }

  async #look(): Promise<void> {
    if (this.#removed) return;
    // One statement, one moment: whoever writes the lines ends the job after the last of them.
    const [row] = await this.#db.execute(
      `select state, (select c.first_number + c.line_count - 1 from log_chunk c
         where c.job_id = job.id order by c.first_number desc limit 1) as last
       from job where id = ? and removed_at is null`,
      [this.#jobId],
    );
    this.#removed = row === undefined;
    if (row) {
      const ended = endedStates.some((state) => state === row['state']);
      this.#known = { last: Number(row['last'] ?? 0), ended };
    }
    this.#waiters.wake();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#watch[Symbol.asyncDispose]();
  }
}

/** The number of the last line of chunks that follow each other after a cursor; null when there are none, or one is missing. Pure. */
function lastOf(chunks: readonly StoredChunk[], cursor: number): number | null {
  let last = cursor;
  for (const { firstNumber, lineCount } of chunks) {
    if (firstNumber > last + 1) return null;
    last = Math.max(last, firstNumber + lineCount - 1);
  }
  return last > cursor ? last : null;
}

/** Chunks in pieces of at most so many lines, or one chunk. Pure. */
export function piecesOf(chunks: readonly StoredChunk[], mostLines: number = linesPerTask): ScanPiece[] {
  const pieces: { chunks: StoredChunk[]; last: number }[] = [];
  let lines = 0;
  for (const chunk of chunks) {
    const last = chunk.firstNumber + chunk.lineCount - 1;
    lines += chunk.lineCount;
    const piece = pieces.at(-1);
    if (piece && lines <= mostLines) {
      piece.chunks.push(chunk);
      piece.last = last;
    } else {
      pieces.push({ chunks: [chunk], last });
      lines = chunk.lineCount;
    }
  }
  return pieces;
}

/** Everything that is being scanned: one source for each job, and one read at a time. */
export class LogScans implements AsyncDisposable {
  readonly #db: Database;
  readonly #sources: Watching<number, ScanSource>;
  /** Resolves when the last read that was asked for is over. */
  #reading: Promise<unknown> = Promise.resolve();
  #reads = 0;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#sources = new Watching((jobId) => new ScanSource(this, db, jobId, logger));
  }

  /** How many jobs are being scanned, and how many reads there were. */
  get open(): { sources: number; reads: number } {
    return { sources: this.#sources.all.length, reads: this.#reads };
  }

  /** The source of a job's log, until it is disposed. */
  enter(jobId: number): { readonly value: ScanSource } & Disposable {
    return this.#sources.enter(jobId);
  }

  /** Reads chunks when it is one's turn. SQLite reads on the event loop: between two reads it comes round. */
  read(jobId: number, after: number, mostBytes: number, signal: AbortSignal): Promise<StoredChunk[] | null> {
    const read = this.#reading.then(async () => {
      await turn();
      if (signal.aborted) return null;
      this.#reads++;
      return await readChunks(this.#db, jobId, after, mostBytes);
    });
    this.#reading = read.catch(() => {});
    return read;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sources[Symbol.asyncDispose]();
    await this.#reading;
  }
}
