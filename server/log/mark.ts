// Owns the marks of logs as they are found: once for all who look at a job, and kept for a while. Not what a mark is (schema/model/log/mark.ts), not the reading (log-scan.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Continuation } from '../../schema/model/log/line-scan.ts';
import {
  fullMarkBudget,
  type LogMark,
  type LogMarkBatch,
  type MarkBudget,
} from '../../schema/model/log/mark.ts';
import { stoppable, wakened } from '../live/live.ts';
import { firstRead, furtherRead, type LogScans, type ScanSource } from './scan.ts';
import type { ScanThread } from './scan-thread.ts';

/** The most marks of one batch. */
const batchMarks = 1_000;
/** The least time between two batches for one reader, in milliseconds. */
const batchInterval = 50;
/** How many marks of jobs at which nobody looks are kept, and of how many jobs. */
const keptMarks = 50_000;
const keptJobs = 500;

/** How far a log has been looked through. `yet`: to its end of the moment. */
type Reach = 'further' | 'yet' | 'complete' | 'removed';

/** The marks of one job's log up to a line. Whoever wants to know more looks on, for all. */
class Outline {
  readonly marks: LogMark[] = [];
  /** The number of the last line looked at. */
  cursor = 0;
  complete = false;
  viewers = 0;
  #room: MarkBudget = fullMarkBudget;
  #inside: Continuation = null;
  #stop = new AbortController();
  #step: Promise<Reach> | null = null;

  enter(): void {
    if (this.viewers++ === 0) this.#stop = new AbortController();
  }

  leave(): void {
    if (--this.viewers === 0) this.#stop.abort();
  }

  /** Looks at the next lines, or at none: when everybody left meanwhile. */
  further(source: ScanSource, thread: ScanThread): Promise<Reach> {
    this.#step ??= this.#further(source, thread, this.#stop.signal).finally(() => {
      this.#step = null;
    });
    return this.#step;
  }

  async #further(source: ScanSource, thread: ScanThread, signal: AbortSignal): Promise<Reach> {
    const part = await source.next(this.cursor, this.cursor === 0 ? firstRead : furtherRead, signal);
    if (!part) return 'further';
    if (part.kind !== 'chunks') {
      if (part.kind === 'complete') this.complete = true;
      return part.kind;
    }
    for (const { chunks, last } of part.tasks) {
      const result = await thread
        .run({ kind: 'marks', chunks, from: this.cursor + 1, inside: this.#inside, room: this.#room }, signal)
        .catch((error: unknown) => {
          if (signal.aborted) return null;
          throw error;
        });
      if (!result) return 'further';
      if (result.kind !== 'marks') throw new Error('not what was asked of the thread');
      for (const mark of result.marks) this.marks.push(mark);
      this.#room = result.room;
      this.#inside = result.inside;
      this.cursor = last;
    }
    return 'further';
  }
}

/** The marks of all logs. */
export class LogOutlines implements AsyncDisposable {
  readonly #scans: LogScans;
  readonly #thread: ScanThread;
  /** By job, those looked at last at the end. */
  readonly #outlines = new Map<number, Outline>();

  /** `thread` stays its owner's. */
  constructor(scans: LogScans, thread: ScanThread) {
    this.#scans = scans;
    this.#thread = thread;
  }

  /** See {@link Logs.marks}. */
  follow(jobId: number, after: number): AsyncIterableIterator<LogMarkBatch> {
    return stoppable((signal) => this.#follow(jobId, after, signal));
  }

  async *#follow(jobId: number, after: number, signal: AbortSignal): AsyncGenerator<LogMarkBatch, void> {
    const outline = this.#outlines.get(jobId) ?? new Outline();
    this.#outlines.delete(jobId);
    this.#outlines.set(jobId, outline);
    outline.enter();
    using seat = this.#scans.enter(jobId);
    try {
      let next = outline.marks.findIndex(({ number }) => number > after);
      if (next < 0) next = outline.marks.length;
      let toldAt = Number.NEGATIVE_INFINITY;
      let told = -1;
      for (;;) {
        const reach = outline.complete
          ? 'complete'
          : await heard(outline.further(seat.value, this.#thread), signal);
        if (signal.aborted || reach === null) return;
        if (reach === 'removed') {
          this.#outlines.delete(jobId);
          return;
        }
        while (outline.marks[next] !== undefined && (outline.marks[next]?.number ?? 0) <= after) next++;
        const due = reach !== 'further' || performance.now() - toldAt >= batchInterval;
        // All there are, some at a time.
        while (due && next < outline.marks.length) {
          const marks = outline.marks.slice(next, next + batchMarks);
          next += marks.length;
          const all = next === outline.marks.length;
          // What was looked at meanwhile is told with its marks.
          told = Math.max(after, all ? outline.cursor : (marks.at(-1)?.number ?? 0));
          toldAt = performance.now();
          yield { marks, cursor: told, complete: all && outline.complete };
          if (all && outline.complete) return;
        }
        if (outline.complete) {
          yield { marks: [], cursor: Math.max(after, outline.cursor), complete: true };
          return;
        }
        if (reach !== 'yet') continue;
        if (told < 0) {
          told = Math.max(after, outline.cursor);
          toldAt = performance.now();
          yield { marks: [], cursor: told, complete: false };
        }
        const rest = toldAt + batchInterval - performance.now();
        if (rest > 0) await wait(rest, undefined, { signal }).catch(() => {});
        await seat.value.moved(outline.cursor, signal);
      }
    } finally {
      outline.leave();
      this.#trim();
    }
  }

  /** Forgets what nobody looks at and is more than what is kept, longest ago first. */
  #trim(): void {
    let marks = 0;
    for (const outline of this.#outlines.values()) marks += outline.marks.length;
    for (const [jobId, outline] of this.#outlines) {
      if (marks <= keptMarks && this.#outlines.size <= keptJobs) return;
      if (outline.viewers > 0) continue;
      marks -= outline.marks.length;
      this.#outlines.delete(jobId);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#outlines.clear();
  }
}

/** What a promise gives; null once the signal is aborted. */
async function heard<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  await wakened(signal, (wake) => {
    promise.then(wake, wake);
    return () => {};
  });
  return signal.aborted ? null : await promise;
}
