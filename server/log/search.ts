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
export const maximumPerUser = 16;
/** The maximum number of open searches of this server. Each holds the chunks of one read in memory. */
const maximumSearches = 200;
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
  readonly #open = new Shares<number>({ total: maximumSearches, perOwner: maximumPerUser });

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
    let inside: Continuation = null;
    let cursor = 0;
    let count = 0;
    let returned = 0;
    let lineNumbers: number[] = [];
    /** The cursor of the last batch, and when it was sent. */
    let sent = -1;
    let sentAt = Number.NEGATIVE_INFINITY;
    const batch = (complete: boolean): LogSearchBatch => {
      const found = { lineNumbers, count, cursor, complete };
      returned += lineNumbers.length;
      lineNumbers = [];
      sent = cursor;
      sentAt = performance.now();
      return found;
    };

    let reading = source.next(cursor, firstRead, signal);
    for (;;) {
      const part = await reading;
      if (!part || part.kind === 'removed') return;
      if (part.kind === 'chunks') {
        // Reads the next chunks while the thread scans these.
        reading = source.next(part.last, furtherRead, signal);
        reading.catch(() => {});
        for (const { chunks, last } of part.tasks) {
          const room = maxMatches - returned - lineNumbers.length;
          const result: ScanResult | null = await scan({
            kind: 'search',
            search,
            chunks,
            from: cursor + 1,
            inside,
            room,
          }).catch((error: unknown) => {
            if (signal.aborted) return null;
            throw error;
          });
          if (!result) return;
          if (result.kind !== 'search') throw new Error('the thread returned the result of another task');
          lineNumbers.push(...result.lineNumbers);
          count += result.count;
          inside = result.inside;
          cursor = last;
          if (performance.now() - sentAt >= batchInterval) yield batch(false);
        }
        continue;
      }
      const complete = part.kind === 'complete';
      if (complete || sent < cursor) yield batch(complete);
      if (complete) return;
      // Batches matches of a fast log; matches of a slow log are sent at once.
      const rest = sentAt + batchInterval - performance.now();
      if (rest > 0) await wait(rest, undefined, { signal }).catch(() => {});
      await source.moved(cursor, signal);
      reading = source.next(cursor, furtherRead, signal);
    }
  }

  /** Counts one more search until the result is disposed. Throws {@link TooManySearches}. */
  #reserve(userId: number): Disposable {
    const slot = this.#open.take(userId);
    if (slot) return slot;
    throw new TooManySearches(
      this.#open.of(userId) >= maximumPerUser
        ? `You have ${maximumPerUser} open searches, which is the maximum. Close one of them first.`
        : 'Too many searches are open on this server. Try again later.',
    );
  }

  /** Ends the threads for regular expressions. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#expressions[Symbol.asyncDispose]();
  }
}
