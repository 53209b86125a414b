// Owns how lines get from the server to the log box: one subscription at the end, pages by range wherever somebody looks.
// Owns no line (log.ts) and no markup (log-view.tsx).
import type { Client } from '@urql/core';
import { whyItFailed } from '../connection/client.ts';
import type { Transport } from '../connection/transport.ts';
import { documentIdOf } from '../connection/trusted-document.ts';
import { Cell } from '../parts/cell.ts';
import { JobLogSubscription, LogLengthQuery, LogRangeQuery } from './log.graphql.ts';
import { type LogBatch, type LogLine, LogPages, pageLines } from './log.ts';
import type { LineRange } from './rows.ts';

/** Lines that are asked for with the job: a screen of a high display, and what is drawn around it. */
export const firstLines = 200;
/** Lines before the end with which the subscription begins. */
const tail = pageLines;
/** When more lines than this come at once, the page goes on with the newest; nobody reads them as they fly by, and what is between is there by range. */
const latest = 2 * pageLines;
/** When so many lines were missed during a pause, the page goes on at the end; what is between is there by range. */
const gap = 4 * pageLines;
/** Ranges that are asked for at the same time. */
const mostRequests = 3;
/** Milliseconds before what failed is tried again. */
const retryDelay = 2000;

/** What the log box knows of its log. */
export interface LogFeedState {
  /** The number of the last line that is known. */
  readonly length: number;
  /** There will be no more. */
  readonly complete: boolean;
  /** False until the first answer. */
  readonly open: boolean;
  readonly problem: string | null;
  /** Goes up with every change of what `line` gives. */
  readonly version: number;
}

/** The world around the feed. */
export interface LogFeedOptions {
  readonly jobId: string;
  /** Lines that there are at least, so that the end is asked for at once. */
  readonly length: number;
  /** Its last lines, if they are here already. */
  readonly end?: LogBatch | undefined;
  readonly client: Client;
  readonly transport: Transport;
  /** Calls back before the next drawing: however many batches come, the page is drawn once a frame. `last`: nothing comes after it. */
  readonly nextFrame: (draw: () => void, last: boolean) => void;
  /** Calls back when the page is seen or hidden for good. Returns how to stop that. */
  readonly onSight?: (changed: (seen: boolean) => void) => () => void;
}

/** Feeds one job's log to the page until closed: all of it can be had, and little of it is held. */
export class LogFeed {
  readonly state: Cell<LogFeedState>;
  readonly pages = new LogPages();
  readonly #options: LogFeedOptions;
  readonly #stopWatching: () => void;
  readonly #stopLooking: () => void;
  #now: LogFeedState;
  /** The number of the last line that the subscription brought. */
  #last: number;
  #wanted: LineRange | null = null;
  readonly #asked = new Set<number>();
  #drawing = false;
  #closed = false;
  #hidden = false;
  #unsubscribe: (() => void) | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #fetchRetry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LogFeedOptions) {
    this.#options = options;
    const { end, length } = options;
    this.pages.put(end?.lines ?? []);
    this.#last = end?.cursor ?? Math.max(0, length - tail);
    this.#now = {
      length: Math.max(length, this.#last),
      complete: end?.complete ?? false,
      open: end !== undefined,
      problem: null,
      version: 0,
    };
    this.state = new Cell(this.#now);
    this.#subscribe();
    let connections = options.transport.connections.value;
    this.#stopWatching = options.transport.connections.watch(() => {
      // The first connection is none that was lost before.
      if (connections > 0) void this.#lookWhereTheEndIs();
      connections = options.transport.connections.value;
    });
    this.#stopLooking = options.onSight?.((seen) => this.#seen(seen)) ?? (() => {});
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#fetchRetry);
    this.#stopWatching();
    this.#stopLooking();
    this.#unsubscribe?.();
  }

  /** Says which lines are looked at: they are fetched if need be. What was wanted before and is not any more is not asked for. */
  want(from: number, to: number): void {
    this.#wanted = { from, to };
    this.pages.touch(from, to);
    this.#fetchWanted();
  }

  /** These lines, for a copy: fetched where they are not held. Throws what went wrong. */
  async lines(from: number, to: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    while (from <= to) {
      const held = this.pages.line(from);
      if (held !== undefined) {
        lines.push(held);
        from++;
        continue;
      }
      const batch = await this.#range(from - 1, Math.min(5000, to - from + 1));
      if (batch.lines.length === 0) break;
      // Not by way of the pages: a long copy would push out what is looked at.
      lines.push(...batch.lines);
      from = batch.cursor + 1;
    }
    return lines;
  }

  #fetchWanted(): void {
    if (this.#wanted === null || this.#closed) return;
    const to = Math.min(this.#wanted.to, this.#now.length);
    let { from } = this.#wanted;
    while (this.#asked.size < mostRequests && from <= to) {
      const missing = this.pages.missing(from, to);
      if (missing === null) return;
      const page = Math.floor((missing - 1) / pageLines);
      const end = Math.min((page + 1) * pageLines, this.#now.length);
      // What the subscription is about to bring is not asked for twice.
      const coming = !this.#now.open && missing > this.#last;
      if (!this.#asked.has(page) && !coming) void this.#fetch(page, missing, end);
      from = end + 1;
    }
  }

  async #fetch(page: number, from: number, to: number): Promise<void> {
    this.#asked.add(page);
    try {
      // From the page's beginning, unless a part of it is here: its colours come from there.
      const batch = await this.#range(from - 1, to - from + 1);
      if (this.#closed) return;
      this.pages.put(batch.lines);
      this.#asked.delete(page);
      this.#set({ problem: null, version: this.#now.version + 1 });
      if (batch.lines.length > 0) this.#fetchWanted();
    } catch (error) {
      if (this.#closed) return;
      this.#set({ problem: error instanceof Error ? error.message : String(error) });
      clearTimeout(this.#fetchRetry);
      this.#fetchRetry = setTimeout(() => {
        this.#asked.clear();
        this.#fetchWanted();
      }, retryDelay);
    }
  }

  async #range(after: number, first: number): Promise<LogBatch> {
    const { jobId, client } = this.#options;
    const answer = await client.query(LogRangeQuery, { jobId, after, first });
    const batch = answer.data?.job?.log;
    if (batch === undefined) throw new Error(whyItFailed(answer.error));
    return batch;
  }

  /** A hidden page reads nothing; when it is seen again, it goes on, near the end. */
  #seen(seen: boolean): void {
    if (this.#hidden === !seen) return;
    this.#hidden = !seen;
    if (!seen) {
      this.#unsubscribe?.();
      this.#unsubscribe = null;
      clearTimeout(this.#retry);
    } else void this.#lookWhereTheEndIs();
  }

  /** After a pause or a refusal. */
  async #lookWhereTheEndIs(): Promise<void> {
    if (this.#closed || this.#hidden || this.#now.complete) return;
    const { jobId, client } = this.#options;
    const answer = await client.query(LogLengthQuery, { jobId });
    if (this.#closed || this.#hidden || this.#now.complete) return;
    const length = answer.data?.job?.logLineCount;
    if (length === undefined) {
      this.#set({ problem: whyItFailed(answer.error) });
      this.#again();
      return;
    }
    if (length < this.#last || length - this.#last > gap) {
      this.#last = Math.max(0, length - tail);
      this.#set({ length: Math.max(length, this.#last), version: this.#now.version + 1 });
      this.#subscribe();
    } else if (this.#unsubscribe === null) this.#subscribe();
  }

  #subscribe(): void {
    if (this.#closed || this.#hidden || this.#now.complete) return;
    const { jobId, transport } = this.#options;
    const documentId = documentIdOf(JobLogSubscription);
    this.#unsubscribe?.();
    this.#unsubscribe = transport.subscribe(
      () => ({ documentId, variables: { jobId, after: this.#last, latest } }),
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) this.#set({ problem: errors.map((error) => error.message).join(' ') });
          const batch = data?.['jobLog'];
          if (isBatch(batch)) this.#append(batch);
        },
        complete: () => {
          this.#unsubscribe = null;
          this.#set({ open: true });
          // The server may end a subscription when it shuts down, and refuses a cursor that is none any more;
          // only a complete log is the end.
          this.#again();
        },
      },
    );
  }

  #append(batch: LogBatch): void {
    const fresh = batch.lines.filter((line) => line.number > this.#last);
    // The server has left out what nobody could have seen.
    this.#last = (fresh[0]?.number ?? this.#last + 1) - 1;
    for (const [index, line] of fresh.entries()) {
      if (line.number === this.#last + 1 + index) continue;
      // A line is missing: never show what comes after it, ask again from where we are.
      this.#subscribe();
      return;
    }
    this.pages.put(fresh);
    this.#last += fresh.length;
    const complete = this.#now.complete || batch.complete;
    const length = complete ? this.#last : Math.max(this.#now.length, this.#last);
    this.#set({ length, complete, open: true, problem: null, version: this.#now.version + 1 });
    if (!complete) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #again(): void {
    clearTimeout(this.#retry);
    if (this.#closed || this.#hidden || this.#now.complete) return;
    this.#retry = setTimeout(() => void this.#lookWhereTheEndIs(), retryDelay);
  }

  #set(change: Partial<LogFeedState>): void {
    this.#now = { ...this.#now, ...change };
    const last = change.complete === true;
    if ((this.#drawing && !last) || this.#closed) return;
    this.#drawing = true;
    this.#options.nextFrame(() => {
      this.#drawing = false;
      if (!this.#closed) this.state.value = this.#now;
    }, last);
  }
}

/** The decoding edge of `jobLog`: the document asked for exactly these members. */
function isBatch(value: unknown): value is LogBatch {
  return typeof value === 'object' && value !== null && 'lines' in value && Array.isArray(value.lines);
}
