// Owns searches of logs: how many there may be, their batches. Not what matches (schema/model/log/search.ts), not the reading (log-scan.ts).
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
import { stoppable } from '../live/live.ts';
import { firstRead, furtherRead, type LogScans } from './scan.ts';
import { expressionLimits, type ScanResult, ScanThread } from './scan-thread.ts';

/** How many searches one person may have open, and all together. Each holds the chunks of one read at most, waiting for its reader. */
export const mostOfOne = 16;
export const mostOfAll = 200;
/** The least time between two batches of one search, in milliseconds. */
export const batchInterval = 50;

/** The searches of this server. */
export class LogSearches implements AsyncDisposable {
  readonly #scans: LogScans;
  readonly #plain: ScanThread;
  /** Regular expressions have a thread of their own: one that takes long keeps only those waiting. */
  readonly #expressions = new ScanThread(expressionLimits);
  readonly #open = new Map<number, number>();

  /** `thread`: for what takes no longer than it is long. It stays its owner's. */
  constructor(scans: LogScans, thread: ScanThread) {
    this.#scans = scans;
    this.#plain = thread;
  }

  /** How many are open. */
  get open(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  /** See {@link Logs.search}. */
  search(jobId: number, search: LogSearch, user: User): AsyncIterableIterator<LogSearchBatch> {
    checkPattern(search);
    return stoppable((signal) => this.#search(jobId, search, user.id, signal));
  }

  async *#search(
    jobId: number,
    search: LogSearch,
    userId: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogSearchBatch, void> {
    using _place = this.#take(userId);
    using seat = this.#scans.enter(jobId);
    const { value: source } = seat;
    const thread = search.regex ? this.#expressions : this.#plain;
    let inside: Continuation = null;
    let cursor = 0;
    let count = 0;
    let named = 0;
    let lineNumbers: number[] = [];
    /** The last cursor that the reader was told, and when. */
    let told = -1;
    let toldAt = Number.NEGATIVE_INFINITY;
    const batch = (complete: boolean): LogSearchBatch => {
      const found = { lineNumbers, count, cursor, complete };
      named += lineNumbers.length;
      lineNumbers = [];
      told = cursor;
      toldAt = performance.now();
      return found;
    };

    let coming = source.next(cursor, firstRead, signal);
    for (;;) {
      const part = await coming;
      if (!part || part.kind === 'removed') return;
      if (part.kind === 'chunks') {
        // Read while the thread looks.
        coming = source.next(part.last, furtherRead, signal);
        coming.catch(() => {});
        for (const { chunks, last } of part.tasks) {
          const room = maxMatches - named - lineNumbers.length;
          const result: ScanResult | null = await thread
            .run({ kind: 'search', search, chunks, from: cursor + 1, inside, room }, signal)
            .catch((error: unknown) => {
              if (signal.aborted) return null;
              throw error;
            });
          if (!result) return;
          if (result.kind !== 'search') throw new Error('not what was asked of the thread');
          lineNumbers.push(...result.lineNumbers);
          count += result.count;
          inside = result.inside;
          cursor = last;
          if (performance.now() - toldAt >= batchInterval) yield batch(false);
        }
        continue;
      }
      const complete = part.kind === 'complete';
      if (complete || told < cursor) yield batch(complete);
      if (complete) return;
      // What comes fast comes together; what comes seldom at once.
      const rest = toldAt + batchInterval - performance.now();
      if (rest > 0) await wait(rest, undefined, { signal }).catch(() => {});
      await source.moved(cursor, signal);
      coming = source.next(cursor, furtherRead, signal);
    }
  }

  /** A place for one search. Throws {@link TooManySearches}. */
  #take(userId: number): Disposable {
    const own = this.#open.get(userId) ?? 0;
    if (own >= mostOfOne) {
      throw new TooManySearches(
        `You have ${own} searches open, and cannot have more. End one of them first.`,
      );
    }
    if (this.open >= mostOfAll) {
      throw new TooManySearches('Too many searches are open here at the moment. Try again soon.');
    }
    this.#open.set(userId, own + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#open.get(userId) ?? 1) - 1;
        if (left > 0) this.#open.set(userId, left);
        else this.#open.delete(userId);
      },
    };
  }

  /** Ends the thread that is its own. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#expressions[Symbol.asyncDispose]();
  }
}
