// Owns how lines get from the server into the log window: one subscription from a cursor, earlier lines by range.
// Owns no line (log.ts) and no markup (log-view.tsx).
import { type Client, stringifyDocument } from '@urql/core';
import { Cell } from './cell.ts';
import { whyItFailed } from './client.ts';
import { JobLogSubscription, LogLengthQuery, LogRangeQuery } from './log.graphql.ts';
import {
  appendBatch,
  heldLines,
  type LogBatch,
  type LogWindow,
  openWindow,
  prependBatch,
  trimmed,
} from './log.ts';
import type { Transport } from './transport.ts';

/** Lines kept while the page follows the end. */
const followed = 2000;
/** Lines kept while somebody reads further up; then the page asks for no more until it follows again. */
const read = 6000;
/** Lines fetched by one press of "earlier lines". */
const range = 500;

/** What the log box shows. */
export interface LogFeedState {
  readonly window: LogWindow;
  /** False until the first answer. */
  readonly open: boolean;
  readonly loadingEarlier: boolean;
  /** True when new lines are not asked for, since a reader would lose their place. */
  readonly held: boolean;
  readonly problem: string | null;
}

/** The world around the feed. */
export interface LogFeedOptions {
  readonly jobId: string;
  readonly client: Client;
  readonly transport: Transport;
  /** Calls back before the next drawing: however many batches come, the page is drawn once a frame. */
  readonly nextFrame: (draw: () => void) => void;
}

/** Feeds one job's log into a window, from its last lines on, until closed. */
export class LogFeed {
  readonly state: Cell<LogFeedState>;
  readonly #options: LogFeedOptions;
  #now: LogFeedState;
  #following = true;
  #drawing = false;
  #closed = false;
  #unsubscribe: (() => void) | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LogFeedOptions) {
    this.#options = options;
    this.#now = { window: openWindow(0), open: false, loadingEarlier: false, held: false, problem: null };
    this.state = new Cell(this.#now);
    void this.#begin();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#unsubscribe?.();
  }

  /** Whether the end is followed. While it is not, no line is dropped; see `read` for the bound. */
  follow(following: boolean): void {
    this.#following = following;
    if (!following) return;
    this.#set({ window: trimmed(this.#now.window, followed) });
    if (this.#now.held) void this.#begin();
  }

  /** Loads the lines before the first one held; done when they are drawn. */
  async loadEarlier(): Promise<void> {
    const { window, loadingEarlier } = this.#now;
    if (loadingEarlier || window.first <= 1) return;
    this.#set({ loadingEarlier: true });
    const after = Math.max(0, window.first - 1 - range);
    const { jobId, client } = this.#options;
    const answer = await client.query(LogRangeQuery, { jobId, after, first: window.first - 1 - after });
    const batch = answer.data?.job?.log;
    if (batch === undefined) {
      this.#set({ loadingEarlier: false, problem: whyItFailed(answer.error) });
    } else {
      this.#set({ loadingEarlier: false, problem: null, window: prependBatch(this.#now.window, batch) });
    }
    await new Promise<void>((drawn) => this.#options.nextFrame(() => this.#options.nextFrame(drawn)));
  }

  /** Asks how long the log is and goes on at its last lines: a log of a million lines opens like a short one. */
  async #begin(): Promise<void> {
    const { jobId, client } = this.#options;
    const answer = await client.query(LogLengthQuery, { jobId });
    if (this.#closed) return;
    const length = answer.data?.job?.logLineCount;
    if (length === undefined) {
      this.#set({ problem: whyItFailed(answer.error) });
      this.#again(() => void this.#begin());
      return;
    }
    const from = Math.max(0, length - followed);
    const window = from > this.#now.window.last ? openWindow(from) : this.#now.window;
    this.#set({ window, held: false, problem: null, open: this.#now.open || length === 0 });
    this.#subscribe();
  }

  #subscribe(): void {
    if (this.#closed || this.#now.window.complete) return;
    const { jobId, transport } = this.#options;
    const query = stringifyDocument(JobLogSubscription);
    this.#unsubscribe?.();
    this.#unsubscribe = transport.subscribe(
      () => ({ query, variables: { jobId, after: this.#now.window.last } }),
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) this.#set({ problem: errors.map((error) => error.message).join(' ') });
          const batch = data?.['jobLog'];
          if (isBatch(batch)) this.#append(batch);
        },
        complete: () => {
          this.#unsubscribe = null;
          this.#set({ open: true });
          // The server may end a subscription when it shuts down; only a complete log is the end.
          this.#again(() => this.#subscribe());
        },
      },
    );
  }

  #append(batch: LogBatch): void {
    const appended = appendBatch(this.#now.window, batch);
    if (appended === null) {
      // A line is missing: never show what comes after it, ask again from where we are.
      this.#subscribe();
      return;
    }
    const window = this.#following ? trimmed(appended, followed) : appended;
    const held = !this.#following && !window.complete && heldLines(window) >= read;
    this.#set({ window, held, open: true, problem: null });
    if (!held && !window.complete) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  #again(attempt: () => void): void {
    clearTimeout(this.#retry);
    if (this.#closed || this.#now.window.complete || this.#now.held) return;
    this.#retry = setTimeout(attempt, 2000);
  }

  #set(change: Partial<LogFeedState>): void {
    this.#now = { ...this.#now, ...change };
    if (this.#drawing || this.#closed) return;
    this.#drawing = true;
    this.#options.nextFrame(() => {
      this.#drawing = false;
      if (!this.#closed) this.state.value = this.#now;
    });
  }
}

/** The decoding edge of `jobLog`: the document asked for exactly these members. */
function isBatch(value: unknown): value is LogBatch {
  return typeof value === 'object' && value !== null && 'lines' in value && Array.isArray(value.lines);
}
