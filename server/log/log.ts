// Owns logs for resolvers: counting, reading and following them. Not the shared reading (reader.ts), not the storage (schema/model/log/log.ts).
import type { Logger } from 'pino';
import type { Logs, Reveal } from '../../schema/graphql/context.ts';
import type { User } from '../../schema/model/account/user.ts';
import type { Job } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import type { LogBatch, LogLine, PartialLine } from '../../schema/model/log/line.ts';
import { countLines, readLines } from '../../schema/model/log/log.ts';
import type { LogMarkBatch } from '../../schema/model/log/mark.ts';
import { readPartialLine } from '../../schema/model/log/partial-line.ts';
import { revealLines } from '../../schema/model/log/reveal.ts';
import type { LogSearch, LogSearchBatch } from '../../schema/model/log/search.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { Batch } from '../graphql/batch.ts';
import { readWithRetry, SharedByKey } from '../live/change-check.ts';
import { cancellable, DirectEvents, type DirectStream } from '../live/stream.ts';
import { LogOutlines } from './mark.ts';
import { type LogPosition, LogReader } from './reader.ts';
import { LogScans } from './scan.ts';
import { linearLimits, ScanThread } from './scan-thread.ts';
import { LogSearches } from './search.ts';

export class DatabaseLogs implements Logs, AsyncDisposable {
  readonly #db: Database;
  readonly #counts: Batch<number, number>;
  readonly #readers: SharedByKey<number, LogReader>;
  readonly #scans: LogScans;
  readonly #scanThread = new ScanThread(linearLimits);
  readonly #searches: LogSearches;
  readonly #outlines: LogOutlines;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#readers = new SharedByKey((jobId) => new LogReader(db, jobId, logger));
    this.#scans = new LogScans(db, logger);
    this.#searches = new LogSearches(this.#scans, this.#scanThread);
    this.#outlines = new LogOutlines(this.#scans, this.#scanThread);
    this.#counts = new Batch(async (jobIds) => {
      const rows = await db.execute(
        `select j.id as id, (select c.first_number + c.line_count - 1 from log_chunk c
           where c.job_id = j.id order by c.first_number desc limit 1) as last
         from job j where j.id in (${jobIds.map(() => '?').join(', ')}) and j.removed_at is null`,
        jobIds,
      );
      return new Map(rows.map((row) => [Number(row['id']), Number(row['last'] ?? 0)]));
    });
  }

  /** How many jobs have subscribers to their log, and how many subscribers there are. */
  get open(): { readers: number; followers: number } {
    const readers = this.#readers.all;
    const followers = readers.reduce((sum, { subscribers }) => sum + subscribers, 0);
    return { readers: readers.length, followers };
  }

  /** How many searches are open, how many jobs are being scanned, and the total number of reads for scans. */
  get scanning(): { searches: number; sources: number; reads: number } {
    return { searches: this.#searches.open, ...this.#scans.open };
  }

  async count(jobId: number): Promise<number> {
    return (await this.#counts.load(jobId)) ?? 0;
  }

  async read(job: Job, after: number, first: number): Promise<LogBatch> {
    // `job` was loaded before the lines: if it had ended, these are all lines. A job that is being removed has no count.
    const lines = await readLines(this.#db, job.id, after, first);
    const cursor = lines.at(-1)?.number ?? after;
    const last = hasEnded(job.state) ? await this.#counts.load(job.id) : undefined;
    const complete = last !== undefined && cursor >= last;
    const partial = complete ? null : await this.#partialAfter(job.id, cursor);
    return { lines, partial, cursor, complete };
  }

  /** The partial line, if no line is between it and the cursor. */
  async #partialAfter(jobId: number, cursor: number): Promise<PartialLine | null> {
    const partial = await readPartialLine(this.#db, jobId);
    return partial && (await countLines(this.#db, jobId)) <= cursor ? partial : null;
  }

  search(jobId: number, search: LogSearch, user: User): AsyncIterableIterator<LogSearchBatch> {
    return this.#searches.search(jobId, search, user);
  }

  marks(jobId: number, after: number): AsyncIterableIterator<LogMarkBatch> {
    return this.#outlines.follow(jobId, after);
  }

  reveal({ job, from, to, user, through }: Reveal): Promise<readonly LogLine[]> {
    return revealLines(this.#db, { jobId: job.id, from, to, user, through, at: Date.now() });
  }

  follow(jobId: number, after: number, latest: number | null = null): DirectStream<LogBatch> {
    const direct = new DirectEvents<LogBatch>();
    const position = { cursor: after, partial: null, latest };
    return Object.assign(
      cancellable((signal) => this.#follow(jobId, position, direct, signal)),
      { direct },
    );
  }

  async *#follow(
    jobId: number,
    position: LogPosition,
    direct: DirectEvents<LogBatch>,
    signal: AbortSignal,
  ): AsyncGenerator<LogBatch, void> {
    using lease = this.#readers.acquire(jobId);
    const { value: reader } = lease;
    while (!signal.aborted) {
      const batch = await readWithRetry(signal, () => reader.next(reader.cursorOf(position)));
      // When the job is being removed, the stream ends without `complete`. A client that resumes it gets NOT_FOUND.
      if (!batch || signal.aborted) return;
      if (batch.lines.length > 0 || batch.complete || batch.partial !== position.partial) yield batch;
      if (batch.complete) return;
      position.cursor = batch.cursor;
      position.partial = batch.partial;
      if (batch.lines.length === 0) await reader.moved(position, direct, signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#readers[Symbol.asyncDispose]();
    await this.#searches[Symbol.asyncDispose]();
    await this.#outlines[Symbol.asyncDispose]();
    await this.#scanThread[Symbol.asyncDispose]();
    await this.#scans[Symbol.asyncDispose]();
  }
}
