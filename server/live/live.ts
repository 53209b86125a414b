// Owns how something is watched once for many: the look after each ring, the latest value that waits for a slow subscriber,
// streams that end at once when their reader leaves. Not what is looked at (job.ts, log.ts, system.ts).
import type { Doorbell, Listener, Topic } from '../../schema/model/store/doorbell.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';

/** Resolves when `begin`'s wake is called or the signal is aborted. `begin` returns how to forget the wake. */
export async function wakened(signal: AbortSignal, begin: (wake: () => void) => () => void): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const forget = begin(resolve);
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    forget();
  }
}

/** Resolves after that many milliseconds, or when the signal is aborted. */
const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wakened(signal, (wake) => {
    const over = setTimeout(wake, milliseconds);
    return () => clearTimeout(over);
  });

/** Those who wait until something is so: woken at each change, they look whether it is. */
export class Waiters {
  readonly #wakes = new Set<() => void>();

  wake(): void {
    for (const wake of [...this.#wakes]) wake();
  }

  /** Resolves once `isSo` holds, or the signal is aborted. */
  async until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !isSo()) {
      await wakened(signal, (wake) => {
        this.#wakes.add(wake);
        return () => this.#wakes.delete(wake);
      });
    }
  }
}

/**
 * A stream whose `return` is heard at once. A plain generator only hears it at its next `yield`: one that waits for a ring would
 * outlive its browser.
 */
export function stoppable<T>(
  begin: (signal: AbortSignal) => AsyncGenerator<T, void>,
): AsyncIterableIterator<T> {
  const stop = new AbortController();
  const generator = begin(stop.signal);
  return {
    next: () => generator.next(),
    async return() {
      stop.abort();
      await generator.return();
      return { done: true, value: undefined };
    },
    async throw(error) {
      stop.abort();
      return await generator.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Values that wait to be taken, one for each key: a newer one replaces the one that waits. Never longer than there are keys. */
export class Slot<Key, Value> {
  readonly #values = new Map<Key, Value>();
  #wake: (() => void) | null = null;

  put(key: Key, value: Value): void {
    this.#values.set(key, value);
    this.#wake?.();
  }

  /** Takes the value that waits longest, or waits for one; `null` when the signal is aborted. For one taker. */
  async take(signal: AbortSignal): Promise<Value | null> {
    while (!signal.aborted) {
      for (const [key, value] of this.#values) {
        this.#values.delete(key);
        return value;
      }
      await wakened(signal, (wake) => {
        this.#wake = wake;
        return () => {
          this.#wake = null;
        };
      });
    }
    return null;
  }
}

/** Reads until the database answers, each second anew; `null` when the signal is aborted. For those who follow: they wait, and miss nothing. */
export async function untilRead<T>(signal: AbortSignal, read: () => Promise<T>): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await read();
    } catch (error) {
      if (!databaseProblemOf(error)) throw error;
      await pause(retryDelay, signal);
    }
  }
  return null;
}

/** What a {@link Watch} is made of. */
export interface WatchOptions {
  readonly bell: Doorbell;
  readonly topics: readonly Topic[];
  /** Looks at the database, and tells whom it concerns. Never runs twice at once. */
  readonly look: () => Promise<void>;
  /** Looks without a ring that many milliseconds after the last time, for what changes by the clock alone. */
  readonly every?: number;
  /** The least time from the end of a look to the next, in milliseconds, asked after each: what rings meanwhile is seen together. After a pause, a ring is heard at once. */
  readonly rest?: () => number;
  /** A look failed. It is repeated after a second. */
  readonly onError: (error: unknown) => void;
}

/** How long after a failed look the next one is tried, in milliseconds. */
const retryDelay = 1_000;

/** Looks once for all who are there: at the first one's coming, after each ring, and no more once the last has left. */
export class Watch implements AsyncDisposable {
  readonly #options: WatchOptions;
  #listener: Listener | null = null;
  #guests = 0;
  #stop: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  /** Resolves after the first look since somebody came. */
  #looked = Promise.withResolvers<void>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** How many are there. */
  get guests(): number {
    return this.#guests;
  }

  /** Looks again soon, as after a ring; while nobody is there it does nothing. */
  again(): void {
    this.#listener?.ring();
  }

  /** Comes in; dispose to leave. */
  join(): Disposable {
    this.#guests++;
    if (this.#guests === 1) {
      const stop = new AbortController();
      this.#stop = stop;
      this.#looked = Promise.withResolvers<void>();
      const looked = this.#looked;
      // The loop before may still be in its last look.
      this.#running = this.#running.then(() => this.#run(stop.signal, looked.resolve));
    }
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        this.#guests--;
        if (this.#guests === 0) this.#stop?.abort();
      },
    };
  }

  /** Resolves once there was a look since the first guest came, or the signal is aborted. */
  async looked(signal: AbortSignal): Promise<void> {
    const { promise } = this.#looked;
    await wakened(signal, (wake) => {
      void promise.then(wake);
      return () => {};
    });
  }

  async #run(signal: AbortSignal, looked: () => void): Promise<void> {
    const { bell, topics, look, every, rest, onError } = this.#options;
    using listener = bell.listen(...topics);
    this.#listener = listener;
    const clock = every === undefined ? undefined : setInterval(() => listener.ring(), every);
    try {
      while (!signal.aborted) {
        try {
          await look();
          looked();
          const due = performance.now() + (rest?.() ?? 0);
          await listener.nextRing(signal);
          const early = due - performance.now();
          if (early > 0 && !signal.aborted) await pause(early, signal);
        } catch (error) {
          onError(error);
          const again = setTimeout(() => listener.ring(), retryDelay);
          await listener.nextRing(signal);
          clearTimeout(again);
        }
      }
    } finally {
      this.#listener = null;
      clearInterval(clock);
    }
  }

  /** Stops looking, whoever is there. Resolves when the last look is over. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop?.abort();
    await this.#running;
  }
}

/** Something that is watched while somebody is there: a {@link Watch} with what it knows. */
interface Watched extends AsyncDisposable {
  readonly guests: number;
  join(): Disposable;
}

/** What is watched of each of many: made when the first one comes, let go when the last one has left. */
export class Watching<Key, Value extends Watched> implements AsyncDisposable {
  readonly #make: (key: Key) => Value;
  readonly #values = new Map<Key, Value>();
  /** Of those whose last guest has left, the last look that is not over. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(make: (key: Key) => Value) {
    this.#make = make;
  }

  /** All at which somebody is. */
  get all(): readonly Value[] {
    return [...this.#values.values()];
  }

  /** Comes in; dispose to leave. */
  enter(key: Key): { readonly value: Value } & Disposable {
    const value = this.#values.get(key) ?? this.#make(key);
    this.#values.set(key, value);
    const seat = value.join();
    return {
      value,
      [Symbol.dispose]: () => {
        seat[Symbol.dispose]();
        if (value.guests > 0 || this.#values.get(key) !== value) return;
        this.#values.delete(key);
        const left = Promise.resolve(value[Symbol.asyncDispose]()).finally(() => this.#leaving.delete(left));
        this.#leaving.add(left);
      },
    };
  }

  /** Stops all looking, whoever is there. Resolves when the last look is over. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.all.map((value) => value[Symbol.asyncDispose]()));
    await Promise.all(this.#leaving);
  }
}
