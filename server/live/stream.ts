// Owns streams for subscriptions: they end immediately when cancelled, and keep only the latest value for a slow subscriber.
import { wakeOrAbort } from './condition.ts';

/**
 * A stream that `return` cancels immediately. A plain generator notices `return` only at its next `yield`: one that waits for a notification would
 * outlive its subscriber.
 */
export function cancellable<T>(
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

/**
 * Lets a receiver take events past the iteration of a stream: sending an event to thousands of subscribers costs a fraction of the CPU time without
 * the steps of their iterations. A stream offers events only while its next one is awaited, so they stay in order.
 */
export class DirectEvents<T> {
  /** Takes an event; false: not now, and the event comes in the iteration. Must not throw. Null: nobody takes events. */
  take: ((event: T) => boolean) | null = null;
}

/** A stream whose events can also be taken directly. */
export interface DirectStream<T> extends AsyncIterableIterator<T> {
  readonly direct: DirectEvents<T>;
}

export const isDirectStream = (stream: object): stream is DirectStream<object> =>
  'direct' in stream && stream.direct instanceof DirectEvents;

/** A queue with at most one value for each key: a new value replaces the queued one, so a slow subscriber gets only the latest. */
export class LatestValues<Key, Value> {
  readonly #values = new Map<Key, Value>();
  #wake: (() => void) | null = null;

  put(key: Key, value: Value): void {
    this.#values.set(key, value);
    this.#wake?.();
  }

  /** Takes the oldest value, or waits for one; `null` when the signal is aborted. Supports one consumer. */
  async take(signal: AbortSignal): Promise<Value | null> {
    while (!signal.aborted) {
      for (const [key, value] of this.#values) {
        this.#values.delete(key);
        return value;
      }
      await wakeOrAbort(signal, (wake) => {
        this.#wake = wake;
        return () => {
          this.#wake = null;
        };
      });
    }
    return null;
  }
}
