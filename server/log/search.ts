// Owns searches of logs: their number and their batches. Not what matches (schema/model/log/search.ts), not the reading (scan.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { User } from '../../schema/model/account/user.ts';
import type { Continuation } from '../../schema/model/log/line-scan.ts';
import {
  checkPattern,
  type LogSearch,
  type LogSearchBatch,
  maxMatches,
  TooManySearches,
} from '../../schema/model/log/search.ts';
import { Shares } from '../live/connection-limit.ts';
import { cancellable } from '../live/stream.ts';
import { firstRead, furtherRead, type LogScans } from './scan.ts';
import { ScanPool } from './scan-pool.ts';
import { expressionLimits, type ScanResult, type ScanTask, type ScanThread } from './scan-thread.ts';

/** The maximum number of open searches of one user. */
export const maxPerUser = 16;
/** The maximum number of open searches of this server. Each holds the chunks of one read in memory. */
const maxSearches = 200;
/** The number of threads for regular expressions. A user occupies one at most. */
const expressionThreads = 3;
/** The minimum time between two batches of one search, in milliseconds. */
const batchInterval = 50;

/** The searches of this server. */
export class LogSearches implements AsyncDisposable {
  readonly #scans: LogScans;
  readonly #plain: ScanThread;
  /** Separate threads for regular expressions: a slow one delays only those of the same user. */
  readonly #expressions = new ScanPool(expressionThreads, expressionLimits);
  readonly #open = new Shares<number>({ total: maxSearches, perOwner: maxPerUser });

  /** `thread`: for plain text; the caller disposes it. */
  constructor(scans: LogScans, thread: ScanThread) {
    this.#scans = scans;
    this.#plain = thread;
  }

  /** The number of open searches. */
  get open(): number {
    return this.#open.open;
  }

  /** See {@link Logs.search}. */
  search(jobId: number, search: LogSearch, user: User): AsyncIterableIterator<LogSearchBatch> {
    checkPattern(search);
    return cancellable((signal) => this.#search(jobId, search, user.id, signal));
  }

  async *#search(
    jobId: number,
    search: LogSearch,
    userId: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogSearchBatch, void> {
    using _slot = this.#reserve(userId);
    using lease = this.#scans.acquire(jobId);
    const { value: source } = lease;
    const scan = (task: ScanTask): Promise<ScanResult> =>
      search.regex ? this.#expressions.run(task, userId, signal) : this.#plain.run(task, signal);
    const progress = new Progress();
    let reading = source.next(progress.cursor, firstRead, signal);
    for (;;) {
      const part = await reading;
      if (!part || part.kind === 'removed') return;
      if (part.kind === 'chunks') {
        // Reads the next chunks while the thread scans these.
        reading = source.next(part.last, furtherRead, signal);
        reading.catch(() => {});
        for (const { chunks, last } of part.tasks) {
          const result = await scan({ kind: 'search', search, chunks, ...progress.task }).catch(
            (error: unknown) => {
              if (signal.aborted) return null;
              throw error;
            },
          );
          if (!result) return;
          progress.add(result, last);
          if (progress.pause <= 0) yield progress.batch(false);
        }
        continue;
      }
      const complete = part.kind === 'complete';
      if (complete || progress.hasUnsent) yield progress.batch(complete);
      if (complete) return;
      // Batches matches of a fast log; matches of a slow log are sent immediately.
      if (progress.pause > 0) await wait(progress.pause, undefined, { signal }).catch(() => {});
      await source.moved(progress.cursor, signal);
      reading = source.next(progress.cursor, furtherRead, signal);
    }
  }

  /** Counts one more search until the result is disposed. Throws {@link TooManySearches}. */
  #reserve(userId: number): Disposable {
    const slot = this.#open.take(userId);
    if (slot) return slot;
    throw new TooManySearches(
      this.#open.of(userId) >= maxPerUser
        ? `You have ${maxPerUser} open searches, which is the maximum. Close one of them first.`
        : 'Too many searches are open on this server. Try again later.',
    );
  }

  /** Ends the threads for regular expressions. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#expressions[Symbol.asyncDispose]();
  }
}

/** How far one search is, and its matches that were not sent yet. */
class Progress {
  /** The number of the last line that was scanned. */
  cursor = 0;
  #inside: Continuation = null;
  #count = 0;
  #returned = 0;
  #lineNumbers: number[] = [];
  /** The cursor of the last batch, and when it was sent. */
  #sent = -1;
  #sentAt = Number.NEGATIVE_INFINITY;

  /** What the next task of the thread must know. */
  get task(): { readonly from: number; readonly inside: Continuation; readonly room: number } {
    const room = maxMatches - this.#returned - this.#lineNumbers.length;
    return { from: this.cursor + 1, inside: this.#inside, room };
  }

  /** Milliseconds until the next batch may be sent; not positive: now. */
  get pause(): number {
    return this.#sentAt + batchInterval - performance.now();
  }

  /** Whether lines were scanned since the last batch. */
  get hasUnsent(): boolean {
    return this.#sent < this.cursor;
  }

  /** @param last the number of the last line of the task */
  add(result: ScanResult, last: number): void {
    if (result.kind !== 'search') throw new Error('the thread returned the result of another task');
    this.#lineNumbers.push(...result.lineNumbers);
    this.#count += result.count;
    this.#inside = result.inside;
    this.cursor = last;
  }

  /** Takes the next batch to send. */
  batch(complete: boolean): LogSearchBatch {
    const lineNumbers = this.#lineNumbers;
    this.#returned += lineNumbers.length;
    this.#lineNumbers = [];
    this.#sent = this.cursor;
    this.#sentAt = performance.now();
    return { lineNumbers, count: this.#count, cursor: this.cursor, complete };
  }
}
