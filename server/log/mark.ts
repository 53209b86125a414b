// Owns finding the marks of logs, once for all viewers of a job, and caching them. Not what a mark is (schema/model/log/mark.ts), not the reading (scan.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Continuation } from '../../schema/model/log/line-scan.ts';
import {
  fullMarkBudget,
  type LogMark,
  type LogMarkBatch,
  type MarkBudget,
} from '../../schema/model/log/mark.ts';
import { settledOrAborted } from '../live/condition.ts';
import { cancellable } from '../live/stream.ts';
import { firstRead, furtherRead, type LogScans, type ScanSource } from './scan.ts';
import type { ScanThread } from './scan-thread.ts';

/** The maximum number of marks in one batch. */
const batchMarks = 1_000;
/** The minimum time between two batches for one subscriber, in milliseconds. */
const batchInterval = 50;
/** The cache: the maximum number of marks, and of jobs. Jobs with viewers are never evicted. */
const cachedMarks = 50_000;
const cachedJobs = 500;

/** How far a log was scanned. `partly`: there may be more lines; `end`: up to its current end. */
type Progress = 'partly' | 'end' | 'complete' | 'removed';

/** The marks of one log up to a line. Each viewer that needs more continues the scan, for all viewers. */
class Outline {
  readonly marks: LogMark[] = [];
  /** The number of the last line scanned. */
  cursor = 0;
  complete = false;
  viewers = 0;
  #room: MarkBudget = fullMarkBudget;
  #inside: Continuation = null;
  #stop = new AbortController();
  #step: Promise<Progress> | null = null;

  addViewer(): void {
    if (this.viewers++ === 0) this.#stop = new AbortController();
  }

  removeViewer(): void {
    if (--this.viewers === 0) this.#stop.abort();
  }

  /** Scans the next lines. Stops early when the last viewer leaves. */
  scanNext(source: ScanSource, thread: ScanThread): Promise<Progress> {
    this.#step ??= this.#scanNext(source, thread, this.#stop.signal).finally(() => {
      this.#step = null;
    });
    return this.#step;
  }

  async #scanNext(source: ScanSource, thread: ScanThread, signal: AbortSignal): Promise<Progress> {
    const part = await source.next(this.cursor, this.cursor === 0 ? firstRead : furtherRead, signal);
    if (!part) return 'partly';
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
      if (!result) return 'partly';
      if (result.kind !== 'marks') throw new Error('the thread returned the result of another task');
      for (const mark of result.marks) this.marks.push(mark);
      this.#room = result.room;
      this.#inside = result.inside;
      this.cursor = last;
    }
    return 'partly';
  }
}

/** The outlines of all logs. */
export class LogOutlines implements AsyncDisposable {
  readonly #scans: LogScans;
  readonly #thread: ScanThread;
  /** By job, the least recently used first. */
  readonly #outlines = new Map<number, Outline>();

  /** `thread`: the caller disposes it. */
  constructor(scans: LogScans, thread: ScanThread) {
    this.#scans = scans;
    this.#thread = thread;
  }

  /** See {@link Logs.marks}. */
  follow(jobId: number, after: number): AsyncIterableIterator<LogMarkBatch> {
    return cancellable((signal) => this.#follow(jobId, after, signal));
  }

  async *#follow(jobId: number, after: number, signal: AbortSignal): AsyncGenerator<LogMarkBatch, void> {
    const outline = this.#outlines.get(jobId) ?? new Outline();
    this.#outlines.delete(jobId);
    this.#outlines.set(jobId, outline);
    outline.addViewer();
    using lease = this.#scans.acquire(jobId);
    try {
      let next = outline.marks.findIndex(({ number }) => number > after);
      if (next < 0) next = outline.marks.length;
      let sentAt = Number.NEGATIVE_INFINITY;
      let sent = -1;
      for (;;) {
        const progress = outline.complete
          ? 'complete'
          : await settledOrAborted(outline.scanNext(lease.value, this.#thread), signal);
        if (signal.aborted || progress === null) return;
        if (progress === 'removed') {
          this.#outlines.delete(jobId);
          return;
        }
        while (outline.marks[next] !== undefined && (outline.marks[next]?.number ?? 0) <= after) next++;
        const due = progress !== 'partly' || performance.now() - sentAt >= batchInterval;
        while (due && next < outline.marks.length) {
          const marks = outline.marks.slice(next, next + batchMarks);
          next += marks.length;
          const all = next === outline.marks.length;
          // The cursor must not pass marks that were found while this batch was sent.
          sent = Math.max(after, all ? outline.cursor : (marks.at(-1)?.number ?? 0));
          sentAt = performance.now();
          // Another viewer may complete the outline while this one waits in `yield`.
          const complete = all && outline.complete;
          yield { marks, cursor: sent, complete };
          if (complete) return;
        }
        if (outline.complete) {
          yield { marks: [], cursor: Math.max(after, outline.cursor), complete: true };
          return;
        }
        if (progress !== 'end') continue;
        if (sent < 0) {
          sent = Math.max(after, outline.cursor);
          sentAt = performance.now();
          yield { marks: [], cursor: sent, complete: false };
        }
        const rest = sentAt + batchInterval - performance.now();
        if (rest > 0) await wait(rest, undefined, { signal }).catch(() => {});
        await lease.value.moved(outline.cursor, signal);
      }
    } finally {
      outline.removeViewer();
      this.#evict();
    }
  }

  /** Evicts outlines without viewers while the cache is too large, least recently used first. */
  #evict(): void {
    let marks = 0;
    for (const outline of this.#outlines.values()) marks += outline.marks.length;
    for (const [jobId, outline] of this.#outlines) {
      if (marks <= cachedMarks && this.#outlines.size <= cachedJobs) return;
      if (outline.viewers > 0) continue;
      marks -= outline.marks.length;
      this.#outlines.delete(jobId);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#outlines.clear();
  }
}
