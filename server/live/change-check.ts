// Owns checking the database for changes: after each notification, once for all subscribers. Not what is checked (job.ts, log/, system.ts).
import type { Doorbell, Listener, Topic } from '../../schema/model/store/doorbell.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import type { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { delay, wakeOrAbort } from './condition.ts';

/** The delay before a failed check or read is retried, in milliseconds. */
const retryDelay = 1_000;

/** Reads, and retries every second while the database is unavailable; `null` when the signal is aborted. For subscriptions, which wait instead of failing. */
export async function readWithRetry<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await read();
    } catch (error) {
      if (!databaseProblemOf(error)) throw error;
      await delay(retryDelay, signal);
    }
  }
  return null;
}

/** How a {@link ChangeCheck} works. */
export interface ChangeCheckOptions {
  readonly doorbell: Doorbell;
  readonly topics: readonly Topic[];
  /** Reads the database and notifies the subscribers. Never runs twice at the same time. */
  readonly check: () => Promise<void>;
  /** Also checks that many milliseconds apart without a notification, for changes that only time causes. */
  readonly interval?: number;
  /**
   * The minimum time from the end of a check to the next one, in milliseconds; evaluated after each check. Notifications in between are coalesced.
   * After a longer pause a notification is handled immediately.
   */
  readonly minPause?: () => number;
  /** Logs failed checks. A check that fails is retried after a second. */
  readonly failure: RepeatedFailure;
  /** Called after a failed check. */
  readonly onError?: () => void;
}

/** Checks the database for all its subscribers: when the first one joins, then after each notification, until the last one leaves. */
export class ChangeCheck implements AsyncDisposable {
  readonly #options: ChangeCheckOptions;
  #listener: Listener | null = null;
  #subscribers = 0;
  #stop: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Resolves after the first check since the first subscriber joined. */
  #checked = Promise.withResolvers<void>();

  constructor(options: ChangeCheckOptions) {
    this.#options = options;
  }

  get subscribers(): number {
    return this.#subscribers;
  }

  /** Checks again soon, as after a notification; does nothing without subscribers. */
  checkSoon(): void {
    this.#listener?.ring();
  }

  /** Adds a subscriber until the result is disposed. */
  join(): Disposable {
    this.#subscribers++;
    if (this.#subscribers === 1) {
      const stop = new AbortController();
      this.#stop = stop;
      this.#checked = Promise.withResolvers<void>();
      const checked = this.#checked;
      // The previous loop may still be in its last check.
      this.#running = this.#running.then(() => this.#run(stop.signal, checked.resolve));
    }
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        this.#subscribers--;
        if (this.#subscribers === 0) this.#stop?.abort();
      },
    };
  }

  /** Resolves after the first check since the first subscriber joined, or when the signal is aborted. */
  async firstCheck(signal: AbortSignal): Promise<void> {
    const { promise } = this.#checked;
    await wakeOrAbort(signal, (wake) => {
      void promise.then(wake);
      return () => {};
    });
  }

  async #run(signal: AbortSignal, checked: () => void): Promise<void> {
    const { doorbell, topics, check, interval, minPause, failure, onError } = this.#options;
    using listener = doorbell.listen(...topics);
    this.#listener = listener;
    const timer = interval === undefined ? undefined : setInterval(() => listener.ring(), interval);
    try {
      while (!signal.aborted) {
        try {
          await check();
          failure.succeeded();
          checked();
          const due = performance.now() + (minPause?.() ?? 0);
          await listener.nextRing(signal);
          const early = due - performance.now();
          if (early > 0 && !signal.aborted) await delay(early, signal);
        } catch (error) {
          failure.failed(error);
          onError?.();
          const retry = setTimeout(() => listener.ring(), retryDelay);
          await listener.nextRing(signal);
          clearTimeout(retry);
        }
      }
    } finally {
      this.#listener = null;
      clearInterval(timer);
    }
  }

  /** Stops checking, even with subscribers. Resolves after the last check. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop?.abort();
    await this.#running;
  }
}

/** An object with its own {@link ChangeCheck}, which its subscribers share. */
interface Subscribable extends AsyncDisposable {
  readonly subscribers: number;
  join(): Disposable;
}

/** Reference-counted objects by key: one is made for its first subscriber and disposed after its last. */
export class SharedByKey<Key, Value extends Subscribable> implements AsyncDisposable {
  readonly #make: (key: Key) => Value;
  readonly #values = new Map<Key, Value>();
  /** The pending disposals of values without subscribers. */
  readonly #disposals = new Set<Promise<void>>();

  constructor(make: (key: Key) => Value) {
    this.#make = make;
  }

  /** The values that have subscribers. */
  get all(): readonly Value[] {
    return [...this.#values.values()];
  }

  /** The value of this key, with one more subscriber until the result is disposed. */
  acquire(key: Key): { readonly value: Value } & Disposable {
    const value = this.#values.get(key) ?? this.#make(key);
    this.#values.set(key, value);
    const subscription = value.join();
    return {
      value,
      [Symbol.dispose]: () => {
        subscription[Symbol.dispose]();
        if (value.subscribers > 0 || this.#values.get(key) !== value) return;
        this.#values.delete(key);
        const disposal = Promise.resolve(value[Symbol.asyncDispose]()).finally(() =>
          this.#disposals.delete(disposal),
        );
        this.#disposals.add(disposal);
      },
    };
  }

  /** Stops all checks, even with subscribers. Resolves after their last checks. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((value) => value[Symbol.asyncDispose]()));
    await Promise.all(this.#disposals);
  }
}
