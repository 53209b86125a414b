// Owns reading logs for scans: chunks in order after a cursor, one read at a time, until the log is complete. Not what is scanned for (search.ts, mark.ts), not the threads (scan-thread.ts).

import { setImmediate as turn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { endedStates } from '../../schema/model/job/state.ts';
import type { StoredChunk } from '../../schema/model/log/chunk.ts';
import { readChunks } from '../../schema/model/log/log.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { ChangeCheck, readWithRetry, SharedByKey } from '../live/change-check.ts';
import { Condition } from '../live/condition.ts';

/** The size of the first read of a log, in bytes; small, so that the first results come soon. */
export const firstRead = 262_144;
/** The size of each further read, in bytes. It blocks the event loop for some milliseconds (bench: search). */
export const furtherRead = 1_048_576;

/** The maximum number of lines in one task of a thread: well compressed chunks contain very many. */
const linesPerTask = 20_000;
/** How often a read is tried that returned no lines although some exist. */
const maxTries = 3;

/** Consecutive chunks for one task of a thread. `last`: the number of their last line. */
export interface ScanPiece {
  readonly chunks: readonly StoredChunk[];
  readonly last: number;
}

/**
 * What comes after a cursor.
 * - `chunks`: these chunks.
 * - `end`: nothing so far.
 * - `complete`: nothing, now or later.
 * - `removed`: the job is being removed, and its log must not be shown.
 */
export type ScanPart =
  | { readonly kind: 'chunks'; readonly tasks: readonly ScanPiece[]; readonly last: number }
  | { readonly kind: 'end' | 'complete' | 'removed' };

/** The log of one job, checked once for all its scans. */
export class ScanSource {
  readonly #scans: LogScans;
  readonly #db: Database;
  readonly #jobId: number;
  readonly #changeCheck: ChangeCheck;
  /** The number of the last line, and whether the job ended; null before the first check. */
  #known: { readonly last: number; readonly ended: boolean } | null = null;
  /** The job is being removed: its log must not be shown. */
  #removed = false;
  readonly #changed = new Condition();

  constructor(scans: LogScans, db: Database, jobId: number, logger: Logger) {
    this.#scans = scans;
    this.#db = db;
    this.#jobId = jobId;
    this.#changeCheck = new ChangeCheck({
      doorbell: db.doorbell,
      topics: ['log', 'jobs'],
      check: () => this.#check(),
      failure: new RepeatedFailure(logger, 'could not check the log', { job: jobId }),
    });
  }

  get subscribers(): number {
    return this.#changeCheck.subscribers;
  }

  join(): Disposable {
    return this.#changeCheck.join();
  }

  /** What comes after `cursor`; `null` when the signal is aborted. Waits while the database is unavailable. */
  async next(cursor: number, maxBytes: number, signal: AbortSignal): Promise<ScanPart | null> {
    await this.#changeCheck.firstCheck(signal);
    if (signal.aborted) return null;
    if (this.#removed) return { kind: 'removed' };
    const { last, ended } = this.#known ?? { last: 0, ended: false };
    if (cursor >= last) return { kind: ended ? 'complete' : 'end' };
    for (let tries = 0; tries < maxTries; tries++) {
      const chunks = await readWithRetry(signal, () =>
        this.#scans.read(this.#jobId, cursor, maxBytes, signal),
      );
      if (!chunks) return null;
      const reached = lastOf(chunks, cursor);
      if (reached !== null) return { kind: 'chunks', tasks: piecesOf(chunks), last: reached };
      // Lines that existed are missing: probably the job is being removed.
      await readWithRetry(signal, () => this.#check());
      if (signal.aborted) return null;
      if (this.#removed) return { kind: 'removed' };
    }
    throw new Error(`the log of job ${this.#jobId} has no line ${cursor + 1}`);
  }

  /** Resolves once there are lines after `cursor`, or the log is complete or removed, or the signal is aborted. */
  moved(cursor: number, signal: AbortSignal): Promise<void> {
    const hasMoved = (): boolean =>
      this.#removed || (this.#known !== null && (this.#known.ended || this.#known.last > cursor));
    return this.#changed.wait(hasMoved, signal);
  }

  async #check(): Promise<void> {
    if (this.#removed) return;
    // State and last line in one statement: the supervisor ends the job after its last line.
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
    this.#changed.notifyAll();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#changeCheck[Symbol.asyncDispose]();
  }
}

/** The number of the last line of consecutive chunks after a cursor; null if there are none, or one is missing. Pure. */
function lastOf(chunks: readonly StoredChunk[], cursor: number): number | null {
  let last = cursor;
  for (const { firstNumber, lineCount } of chunks) {
    if (firstNumber > last + 1) return null;
    last = Math.max(last, firstNumber + lineCount - 1);
  }
  return last > cursor ? last : null;
}

/** Splits chunks into pieces of at most that many lines, or one chunk. Pure. */
function piecesOf(chunks: readonly StoredChunk[], maxLines: number = linesPerTask): ScanPiece[] {
  const pieces: { chunks: StoredChunk[]; last: number }[] = [];
  let lines = 0;
  for (const chunk of chunks) {
    const last = chunk.firstNumber + chunk.lineCount - 1;
    lines += chunk.lineCount;
    const piece = pieces.at(-1);
    if (piece && lines <= maxLines) {
      piece.chunks.push(chunk);
      piece.last = last;
    } else {
      pieces.push({ chunks: [chunk], last });
      lines = chunk.lineCount;
    }
  }
  return pieces;
}

/** All scans of this server: one source for each job, and one read at a time. */
export class LogScans implements AsyncDisposable {
  readonly #db: Database;
  readonly #sources: SharedByKey<number, ScanSource>;
  /** The last read in the queue. */
  #reading: Promise<unknown> = Promise.resolve();
  #reads = 0;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#sources = new SharedByKey((jobId) => new ScanSource(this, db, jobId, logger));
  }

  /** How many jobs are being scanned, and the total number of reads. */
  get open(): { sources: number; reads: number } {
    return { sources: this.#sources.all.length, reads: this.#reads };
  }

  /** The source of a job's log, until it is disposed. */
  acquire(jobId: number): { readonly value: ScanSource } & Disposable {
    return this.#sources.acquire(jobId);
  }

  /** Reads chunks after all earlier reads. SQLite reads block the event loop, so it gets a turn between two reads. */
  read(jobId: number, after: number, maxBytes: number, signal: AbortSignal): Promise<StoredChunk[] | null> {
    const read = this.#reading.then(async () => {
      await turn();
      if (signal.aborted) return null;
      this.#reads++;
      return await readChunks(this.#db, jobId, after, maxBytes);
    });
    this.#reading = read.catch(() => {});
    return read;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sources[Symbol.asyncDispose]();
    await this.#reading;
  }
}
