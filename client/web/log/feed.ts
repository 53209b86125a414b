// Owns how lines get from the server to the log box: one subscription at the end of the log, and ranges of older lines on demand.
// Owns no line (log.ts) and no markup (view.tsx).
import { type Signal, signal } from '@preact/signals';
import type { Client } from '@urql/core';
import { BackOff } from '../../subscription/back-off.ts';
import { type Attempt, ResumingSubscription } from '../../subscription/resume.ts';
import { whyItFailed } from '../connection/client.ts';
import type { Transport } from '../connection/transport.ts';
import { documentIdOf } from '../connection/trusted-document.ts';
import { onChange } from '../state/on-change.ts';
import type { LogBatch, LogLine, PartialLine } from './line/line.ts';
import { LineCache, segmentLines, segmentNumber } from './line-cache.ts';
import { JobLogSubscription, LogLengthQuery, LogRangeQuery } from './log.graphql.ts';
import type { LineRange } from './scroll/rows.ts';

/** How many lines before the end the subscription starts. */
const tail = segmentLines;
/** When more lines than this arrive together, the server sends only the newest. The skipped ones can be fetched by range. */
const latest = 2 * segmentLines;
/** When more lines than this were missed during a pause, the feed continues at the end. The skipped ones can be fetched by range. */
const maxGap = 4 * segmentLines;
/** Range requests in flight at the same time. */
const maxRequests = 3;
/** Lines in one range request of a copy; the server's limit. */
const maxRange = 5000;

/** What is known about the log. */
export interface LogFeedState {
  /** The number of the last known line. */
  readonly length: number;
  /** What is being printed after the last line. */
  readonly partial: PartialLine | null;
  /** Whether the log is complete: no line will follow. */
  readonly complete: boolean;
  /** False until the first response. */
  readonly open: boolean;
  /** The last error, as a sentence; null after a success. */
  readonly problem: string | null;
  /** Incremented whenever `cache` changed. */
  readonly version: number;
}

export interface LogFeedOptions {
  readonly jobId: string;
  /** How many lines the log has at least, so that the subscription can start near its end. */
  readonly length: number;
  /** The last lines, if they were loaded together with the job. */
  readonly end?: LogBatch | undefined;
  readonly client: Pick<Client, 'query'>;
  readonly transport: Pick<Transport, 'subscribe' | 'connections'>;
  /** Calls `draw` before the next frame, so that many batches cause one update. `last`: the log is complete, do not wait. */
  readonly nextFrame: (draw: () => void, last: boolean) => void;
  /** Calls `changed` when the page becomes visible or has been hidden for a while. Returns how to stop that. */
  readonly onSight?: (changed: (seen: boolean) => void) => () => void;
}

/** Feeds one job's log to the page until closed. Every line can be requested; only a bounded number is kept in memory. */
export class LogFeed {
  readonly state: Signal<LogFeedState>;
  readonly cache = new LineCache();
  readonly #options: LogFeedOptions;
  readonly #subscription: ResumingSubscription;
  readonly #fetchBackOff = new BackOff();
  readonly #stopWatchingConnections: () => void;
  readonly #stopWatchingSight: () => void;
  #current: LogFeedState;
  /** The number of the last line that the subscription delivered. */
  #cursor: number;
  /** Whether the length of the log is to be asked for before subscribing: the cursor may be far behind. */
  #stale = false;
  #wanted: LineRange | null = null;
  readonly #requestedSegments = new Set<number>();
  #frameRequested = false;
  #closed = false;
  #hidden = false;
  #fetchRetry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LogFeedOptions) {
    this.#options = options;
    const { end, length } = options;
    this.cache.put(end?.lines ?? []);
    this.#cursor = end?.cursor ?? Math.max(0, length - tail);
    this.#current = {
      length: Math.max(length, this.#cursor),
      partial: end?.partial ?? null,
      complete: end?.complete ?? false,
      open: end !== undefined,
      problem: null,
      version: 0,
    };
    this.state = signal(this.#current);
    this.#subscription = new ResumingSubscription((attempt) => this.#open(attempt));
    if (!this.#current.complete) this.#subscription.start();
    let connections = options.transport.connections.value;
    this.#stopWatchingConnections = onChange(options.transport.connections, () => {
      // Nothing was missed before the first connection.
      if (connections > 0) void this.#skipGap();
      connections = options.transport.connections.value;
    });
    this.#stopWatchingSight = options.onSight?.((seen) => this.#setHidden(!seen)) ?? (() => {});
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#fetchRetry);
    this.#stopWatchingConnections();
    this.#stopWatchingSight();
    this.#subscription.close();
  }

  /** Requests these lines, unless they are here. Replaces the range that was wanted before. */
  want(from: number, to: number): void {
    this.#wanted = { from, to };
    this.cache.touch(from, to);
    this.#fetchWanted();
  }

  /** Loads these lines, for a copy. Throws an error with a message for the user. */
  async lines(from: number, to: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    while (from <= to) {
      const line = this.cache.line(from);
      if (line !== undefined) {
        lines.push(line);
        from++;
        continue;
      }
      const batch = await this.#fetchRange(from - 1, Math.min(maxRange, to - from + 1));
      if (batch.lines.length === 0) break;
      // Not stored in the cache: a long copy would evict the lines on screen.
      lines.push(...batch.lines);
      from = batch.cursor + 1;
    }
    return lines;
  }

  #fetchWanted(): void {
    if (this.#wanted === null || this.#closed) return;
    const to = Math.min(this.#wanted.to, this.#current.length);
    let { from } = this.#wanted;
    while (this.#requestedSegments.size < maxRequests && from <= to) {
      const missing = this.cache.missing(from, to);
      if (missing === null) return;
      const segment = segmentNumber(missing);
      const end = Math.min((segment + 1) * segmentLines, this.#current.length);
      // The subscription is about to deliver these.
      const coming = !this.#current.open && missing > this.#cursor;
      if (!this.#requestedSegments.has(segment) && !coming) void this.#fetchSegment(segment, missing, end);
      from = end + 1;
    }
  }

  async #fetchSegment(segment: number, from: number, to: number): Promise<void> {
    this.#requestedSegments.add(segment);
    try {
      const batch = await this.#fetchRange(from - 1, to - from + 1);
      if (this.#closed) return;
      this.cache.put(batch.lines);
      this.#requestedSegments.delete(segment);
      this.#fetchBackOff.reset();
      this.#update({ problem: null, version: this.#current.version + 1 });
      if (batch.lines.length > 0) this.#fetchWanted();
    } catch (error) {
      if (this.#closed) return;
      this.#update({ problem: error instanceof Error ? error.message : String(error) });
      clearTimeout(this.#fetchRetry);
      this.#fetchRetry = setTimeout(() => {
        this.#requestedSegments.clear();
        this.#fetchWanted();
      }, this.#fetchBackOff.next());
    }
  }

  async #fetchRange(after: number, first: number): Promise<LogBatch> {
    const { jobId, client } = this.#options;
    const result = await client.query(LogRangeQuery, { jobId, after, first });
    const batch = result.data?.job?.log;
    if (batch === undefined) throw new Error(whyItFailed(result.error));
    return batch;
  }

  /** A hidden page receives no lines. Once it is visible, the feed continues, near the end of the log. */
  #setHidden(hidden: boolean): void {
    if (this.#hidden === hidden) return;
    this.#hidden = hidden;
    if (hidden) this.#subscription.pause();
    else if (!this.#current.complete) {
      this.#stale = true;
      this.#subscription.start();
    }
  }

  /** Opens one attempt of the subscription: at the cursor, or near the end when the cursor may be far behind. */
  #open(attempt: Attempt): () => void {
    if (!this.#stale) return this.#subscribe(attempt);
    let closed = false;
    let close = (): void => {
      closed = true;
    };
    void this.#readLength().then((length) => {
      if (closed) return;
      if (length === null) {
        attempt.interrupted();
        return;
      }
      this.#moveCursor(length);
      close = this.#subscribe(attempt);
    });
    return () => close();
  }

  #subscribe(attempt: Attempt): () => void {
    const { jobId, transport } = this.#options;
    const documentId = documentIdOf(JobLogSubscription);
    this.#stale = false;
    return transport.subscribe(() => ({ documentId, variables: { jobId, after: this.#cursor, latest } }), {
      next: ({ data, errors }) => {
        if (errors !== undefined) this.#update({ problem: errors.map((error) => error.message).join(' ') });
        const batch = data?.['jobLog'];
        if (isBatch(batch)) this.#append(batch, attempt);
      },
      complete: () => {
        this.#update({ open: true });
        // The server also completes a subscription when it shuts down, or when it does not know the cursor.
        this.#stale = true;
        if (this.#current.complete) attempt.finished();
        else attempt.interrupted();
      },
    });
  }

  #append(batch: LogBatch, attempt: Attempt): void {
    const added = batch.lines.filter((line) => line.number > this.#cursor);
    // During a flood the server skips lines, so a batch may start after the cursor.
    const before = (added[0]?.number ?? this.#cursor + 1) - 1;
    this.#cursor = before;
    if (added.some((line, index) => line.number !== before + 1 + index)) {
      // Within a batch no line may be missing: request it again from the last line before the gap.
      this.#subscription.start();
      return;
    }
    attempt.received();
    this.cache.put(added);
    this.#cursor += added.length;
    const complete = this.#current.complete || batch.complete;
    const length = complete ? this.#cursor : Math.max(this.#current.length, this.#cursor);
    const version = this.#current.version + 1;
    const partial = complete ? null : batch.partial;
    this.#update({ length, partial, complete, open: true, problem: null, version });
    if (complete) attempt.finished();
  }

  /** After a reconnection: subscribes near the end if too many lines were missed. */
  async #skipGap(): Promise<void> {
    if (this.#hidden || this.#current.complete) return;
    const length = await this.#readLength();
    if (length === null || this.#closed || this.#hidden || this.#current.complete) return;
    if (this.#moveCursor(length) || !this.#subscription.active) this.#subscription.start();
  }

  /** How many lines the log has; null after a failure, which is shown. */
  async #readLength(): Promise<number | null> {
    const { jobId, client } = this.#options;
    const result = await client.query(LogLengthQuery, { jobId });
    const length = result.data?.job?.logLineCount;
    if (length === undefined) this.#update({ problem: whyItFailed(result.error) });
    return length ?? null;
  }

  /** Moves the cursor near the end of a log of so many lines if it is far from there. Returns whether it moved. */
  #moveCursor(length: number): boolean {
    if (length >= this.#cursor && length - this.#cursor <= maxGap) return false;
    this.#cursor = Math.max(0, length - tail);
    this.#update({ length: Math.max(length, this.#cursor), version: this.#current.version + 1 });
    return true;
  }

  #update(change: Partial<LogFeedState>): void {
    this.#current = { ...this.#current, ...change };
    const last = change.complete === true;
    if ((this.#frameRequested && !last) || this.#closed) return;
    this.#frameRequested = true;
    this.#options.nextFrame(() => {
      this.#frameRequested = false;
      if (!this.#closed) this.state.value = this.#current;
    }, last);
  }
}

/** The decoding edge of `jobLog`: the document selects exactly these fields. */
function isBatch(value: unknown): value is LogBatch {
  return typeof value === 'object' && value !== null && 'lines' in value && Array.isArray(value.lines);
}
