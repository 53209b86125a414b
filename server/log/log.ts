// Owns logs as they are read and followed: one reader for each job that somebody follows, shared by all of them. Not where lines are kept (schema/model/log/log.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Logs, Reveal } from '../../schema/graphql/context.ts';
import type { User } from '../../schema/model/account/user.ts';
import { endedStates, hasEnded, type Job } from '../../schema/model/job/job.ts';
import type { LogBatch, LogLine } from '../../schema/model/log/line.ts';
import { countLines, readLines } from '../../schema/model/log/log.ts';
import type { LogMarkBatch } from '../../schema/model/log/mark.ts';
import { revealLines } from '../../schema/model/log/reveal.ts';
import type { LogSearch, LogSearchBatch } from '../../schema/model/log/search.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { Batch } from '../graphql/batch.ts';
import { stoppable, untilRead, Waiters, Watch, Watching } from '../live/live.ts';
import { LogOutlines } from './mark.ts';
import { LogScans } from './scan.ts';
import { linearLimits, ScanThread } from './scan-thread.ts';
import { LogSearches } from './search.ts';

/** The most lines of one batch, and how many UTF-16 units of text end it (a batch always has a line if there is one). */
const batchLines = 1_000;
const batchText = 262_144;
/** What a reader keeps of the newest lines for those who keep up; who is further behind reads the database. Trimmed when a quarter over. */
const ringLines = 20_000;
const ringText = 4_194_304;

/** How long at least it is from one look at a log to the next, in milliseconds: half a frame of a browser, which nobody sees. */
const shortRest = 8;
/** As long where lines come faster than anybody reads: more than {@link readable} a millisecond. */
const longRest = 50;
const readable = 2;
/** How long it is rested after a look that found so many lines, in milliseconds. Pure. */
export const restAfter = (lines: number): number => Math.min(longRest, Math.max(shortRest, lines / readable));

/** With more than this waiting, the ring begins anew with the last lines: what is between is in the database, for whoever wants it. */
const mostAwaited = 2 * batchLines;

/**
 * How long at least it is from one batch to the next, in milliseconds. Whoever follows alone gets each line at once. Many get more lines at a
 * time: what a batch costs is mostly that it is sent, so many small ones to many would take all of the server's time. Pure.
 */
export const batchInterval = (followers: number): number =>
  followers < alone ? 0 : Math.min(longestInterval, followers / 10);
const longestInterval = 250;
const alone = 10;

/** As many lines from `start` on and before `stop` as make one batch. Pure. */
export function batchOf(lines: readonly LogLine[], start = 0, stop = lines.length): LogLine[] {
  let text = 0;
  let end = start;
  while (end < stop && end - start < batchLines && text < batchText) {
    text += lines[end]?.text.length ?? 0;
    end++;
  }
  return lines.slice(start, end);
}

/** A batch that several may want. */
interface Reading {
  readonly batch: Promise<LogBatch | null>;
  /** More lines follow already: nothing comes to it any more. */
  final: boolean;
}
/** How many batches are kept for those who come to the same cursor a moment later (all clients of a server that was restarted, say). */
const keptBatches = 8;

/** Reads one job's log for all who follow it: what came is read once after each ring. */
class LogReader implements AsyncDisposable {
  readonly #db: Database;
  readonly #jobId: number;
  readonly #watch: Watch;
  /** The newest lines, the last of them number `#last`. */
  #ring: LogLine[] = [];
  #text = 0;
  /** The number of the last line read; null before the first look. */
  #last: number | null = null;
  /** The number of the last line that is given out of the ring: all who keep up are at the same cursor, and get the same batch. */
  #given = 0;
  /** When that was raised last, by the monotonic clock in milliseconds. */
  #gaveAt = Number.NEGATIVE_INFINITY;
  #giving: ReturnType<typeof setTimeout> | undefined;
  /** How many lines the last look found. */
  #found = 0;
  /** How long the last giving took to reach everybody, in milliseconds. */
  #took = 0;
  /** The latest batches by their cursor: the same object for all, so it is read, executed and written once. */
  readonly #batches = new Map<number, Reading>();
  #complete = false;
  /** The job was withdrawn: nothing of it is shown any more. */
  #removed = false;
  readonly #waiters = new Waiters();

  constructor(db: Database, jobId: number, logger: Logger) {
    this.#db = db;
    this.#jobId = jobId;
    this.#watch = new Watch({
      bell: db.doorbell,
      topics: ['log', 'jobs'],
      look: () => this.#look(),
      rest: () => restAfter(this.#found),
      onError: (error) => logger.error({ err: error, job: jobId }, 'log could not be read'),
    });
  }

  get guests(): number {
    return this.#watch.guests;
  }

  join(): Disposable {
    return this.#watch.join();
  }

  /**
   * The next lines after `cursor`, from memory or else from the database; empty when there are none yet. `null`: the job is being removed, and
   * what is left of its log is not the whole of it.
   */
  async next(cursor: number): Promise<LogBatch | null> {
    if (this.#removed) return null;
    const known = this.#batches.get(cursor);
    if (known) return await known.batch;
    const reading: Reading = { batch: this.#read(cursor), final: false };
    for (const oldest of this.#batches.keys()) {
      if (this.#batches.size < keptBatches) break;
      this.#batches.delete(oldest);
    }
    this.#batches.set(cursor, reading);
    let kept = false;
    try {
      const batch = await reading.batch;
      kept = batch !== null && batch.lines.length > 0;
      reading.final = kept && batch !== null && batch.cursor < this.#given;
      return batch;
    } finally {
      if (!kept && this.#batches.get(cursor) === reading) this.#batches.delete(cursor);
    }
  }

  async #read(cursor: number): Promise<LogBatch | null> {
    const first = this.#ring[0]?.number ?? Number.POSITIVE_INFINITY;
    // In this order: what is complete now has no lines that the reading below could miss.
    const complete = this.#complete;
    const last = this.#last;
    let lines: LogLine[];
    if (cursor + 1 >= first) lines = batchOf(this.#ring, cursor + 1 - first, this.#given + 1 - first);
    else if (last !== null && cursor >= last) lines = [];
    else {
      lines = batchOf(await readLines(this.#db, this.#jobId, cursor, batchLines));
      // It was there when its reader looked; who follows a log that ended long ago reads it later.
      if (lines.length === 0 && last !== null) return null;
    }
    const reached = lines.at(-1)?.number ?? cursor;
    return { lines, cursor: reached, complete: complete && last !== null && reached >= last };
  }

  /** The cursor after which at most `latest` lines wait: `cursor`, or a later one. */
  newest(cursor: number, latest: number): number {
    return Math.max(cursor, this.#given - latest);
  }

  /** Resolves once there is more after `cursor`, or the log is complete, or the signal is aborted. */
  moved(cursor: number, signal: AbortSignal): Promise<void> {
    const hasMoved = (): boolean =>
      this.#complete || this.#removed || (this.#last !== null && this.#given > cursor);
    return this.#waiters.until(hasMoved, signal);
  }

  async #look(): Promise<void> {
    if (this.#complete) return;
    // The count before the state: a job that is not withdrawn after that had all its lines.
    if (this.#last === null) {
      this.#last = await countLines(this.#db, this.#jobId);
      this.#given = this.#last;
    }
    // The state before the lines: whoever writes them ends the job after the last.
    const [row] = await this.#db.execute('select state from job where id = ? and removed_at is null', [
      this.#jobId,
    ]);
    this.#removed = row === undefined;
    if (row === undefined) return this.#waiters.wake();
    const ended = endedStates.some((state) => state === row['state']);
    this.#found = 0;
    for (;;) {
      const lines = await readLines(this.#db, this.#jobId, this.#last, batchLines);
      const last = lines.at(-1);
      if (!last) break;
      this.#keep(lines);
      this.#last = last.number;
      this.#found += lines.length;
      this.#give();
      if (lines.length === batchLines) await this.#skip(last.number, ended);
    }
    this.#complete = ended;
    if (ended) this.#giveNow();
    else this.#waiters.wake();
  }

  /** In a flood: lets some of it pass, and goes on near its end. Each line that is read here is read, given and drawn while more come. */
  async #skip(last: number, ended: boolean): Promise<void> {
    if (!ended) await wait(longRest);
    const count = await countLines(this.#db, this.#jobId);
    if (count - last <= mostAwaited) return;
    this.#ring = [];
    this.#text = 0;
    this.#last = count - batchLines;
  }

  /** Gives out what was read: at once after a pause, else when the interval is over. */
  #give(): void {
    if (this.#giving !== undefined) return;
    // On a machine that is slower than ours, or busy, half of the time is left for everything else.
    const interval = Math.max(batchInterval(this.guests), Math.min(longestInterval, this.#took));
    const due = this.#gaveAt + this.#took + interval - performance.now();
    if (due <= 0) this.#giveNow();
    else this.#giving = setTimeout(() => this.#giveNow(), due);
  }

  #giveNow(): void {
    clearTimeout(this.#giving);
    this.#giving = undefined;
    this.#gaveAt = performance.now();
    this.#given = this.#last ?? 0;
    for (const [cursor, { final }] of this.#batches) if (!final) this.#batches.delete(cursor);
    this.#took = 0;
    if (this.guests >= alone) {
      // All are woken, and what they were given is written, before the event loop turns.
      const gaveAt = this.#gaveAt;
      setImmediate(() => {
        if (this.#gaveAt === gaveAt) this.#took = performance.now() - gaveAt;
      });
    }
    this.#waiters.wake();
  }

  #keep(lines: readonly LogLine[]): void {
    for (const line of lines) {
      this.#ring.push(line);
      this.#text += line.text.length;
    }
    if (this.#ring.length <= ringLines * 1.25 && this.#text <= ringText * 1.25) return;
    let gone = 0;
    while (gone < this.#ring.length && (this.#ring.length - gone > ringLines || this.#text > ringText)) {
      this.#text -= this.#ring[gone]?.text.length ?? 0;
      gone++;
    }
    this.#ring.splice(0, gone);
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#giving);
    return this.#watch[Symbol.asyncDispose]();
  }
}

/** Logs, from the database. */
export class DatabaseLogs implements Logs, AsyncDisposable {
  readonly #db: Database;
  readonly #counts: Batch<number, number>;
  readonly #readers: Watching<number, LogReader>;
  readonly #scans: LogScans;
  readonly #scanThread = new ScanThread(linearLimits);
  readonly #searches: LogSearches;
  readonly #outlines: LogOutlines;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#readers = new Watching((jobId) => new LogReader(db, jobId, logger));
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

  /** How many jobs are being read, and for how many. */
  get open(): { readers: number; followers: number } {
    const readers = this.#readers.all;
    return { readers: readers.length, followers: readers.reduce((sum, { guests }) => sum + guests, 0) };
  }

  /** How many searches there are, how many jobs are looked through, and how often something was read for that since the start. */
  get scanning(): { searches: number; sources: number; reads: number } {
    return { searches: this.#searches.open, ...this.#scans.open };
  }

  async count(jobId: number): Promise<number> {
    return (await this.#counts.load(jobId)) ?? 0;
  }

  async read(job: Job, after: number, first: number): Promise<LogBatch> {
    // `job` was loaded before the lines: if it had ended, these are all; unless it is being removed, then it has no count any more.
    const lines = await readLines(this.#db, job.id, after, first);
    const cursor = lines.at(-1)?.number ?? after;
    const last = hasEnded(job.state) ? await this.#counts.load(job.id) : undefined;
    const complete = last !== undefined && cursor >= last;
    return { lines, cursor, complete };
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

  follow(jobId: number, after: number, latest: number | null = null): AsyncIterableIterator<LogBatch> {
    return stoppable((signal) => this.#follow(jobId, after, latest, signal));
  }

  async *#follow(
    jobId: number,
    after: number,
    latest: number | null,
    signal: AbortSignal,
  ): AsyncGenerator<LogBatch, void> {
    using seat = this.#readers.enter(jobId);
    const reader = seat.value;
    let cursor = after;
    while (!signal.aborted) {
      const from = latest === null ? cursor : reader.newest(cursor, latest);
      const batch = await untilRead(signal, () => reader.next(from));
      // Whoever asks again after the last cursor is told that there is no such job.
      if (!batch || signal.aborted) return;
      if (batch.lines.length > 0 || batch.complete) yield batch;
      if (batch.complete) return;
      cursor = batch.cursor;
      if (batch.lines.length === 0) await reader.moved(cursor, signal);
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
