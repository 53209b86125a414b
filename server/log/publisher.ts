// Owns the pace at which lines that were read are published to the subscribers of a log.

/** From this many subscribers on, lines are published in intervals. */
const manySubscribers = 10;
/** The maximum interval for the number of subscribers, in milliseconds. */
const maxBatchInterval = 100;
/** The maximum interval after a publication that took long, in milliseconds. */
const maxPause = 250;

/**
 * The minimum time between two batches, in milliseconds. With few subscribers each line is sent immediately. With many, lines are batched: most of the
 * cost of a batch is sending it, so many small batches would take all of the server's CPU time. Pure.
 */
export const batchInterval = (subscribers: number): number =>
  subscribers < manySubscribers ? 0 : Math.min(maxBatchInterval, subscribers / 10);

/** How a {@link Publisher} works. */
export interface PublisherOptions {
  /** The current number of subscribers. */
  readonly subscribers: () => number;
  /** Notifies the subscribers. */
  readonly onPublish: () => void;
}

/** Publishes lines up to a number, not more often than {@link batchInterval} allows. All subscribers that keep up are at the same cursor. */
export class Publisher implements Disposable {
  readonly #options: PublisherOptions;
  #last = 0;
  /** The last line to be published by the timer. */
  #next = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When lines were last published, in milliseconds of the monotonic clock. */
  #publishedAt = Number.NEGATIVE_INFINITY;
  /** How long it took to send them to all subscribers, in milliseconds. */
  #duration = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** The number of the last line published. */
  get last(): number {
    return this.#last;
  }

  /** Sets the last line without a notification. */
  startAt(last: number): void {
    this.#last = last;
    this.#next = last;
  }

  /** Publishes all lines up to `last`: immediately after a pause, else when the interval is over. */
  publish(last: number): void {
    this.#next = last;
    if (this.#timer !== undefined) return;
    // On a slow or busy host, at least half of the time is left for other work.
    const interval = Math.max(batchInterval(this.#options.subscribers()), Math.min(maxPause, this.#duration));
    const due = this.#publishedAt + this.#duration + interval - performance.now();
    if (due <= 0) this.publishNow(last);
    else this.#timer = setTimeout(() => this.publishNow(this.#next), due);
  }

  /** Publishes all lines up to `last` immediately. */
  publishNow(last: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#publishedAt = performance.now();
    this.#last = last;
    this.#next = last;
    this.#duration = 0;
    this.#options.onPublish();
    if (this.#options.subscribers() >= manySubscribers) this.#measureDuration(this.#publishedAt);
  }

  /** All subscribers are notified, and their messages written, before the event loop reaches the callback. */
  #measureDuration(publishedAt: number): void {
    const measure = (): void => {
      if (this.#publishedAt === publishedAt) this.#duration = performance.now() - publishedAt;
    };
    // Most messages are written already. The next lines can come before the callback, and must not be published immediately.
    measure();
    setImmediate(measure);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
