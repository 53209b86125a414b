// Owns waiting that an AbortSignal can end: for a wake-up call, for a delay, for a condition.

/** What waits for the abort of a signal, with one listener for all: adding and removing a listener costs more than the rest of a wait. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `wake` when the signal is aborted. Returns the function that ends this. */
function onAbort(signal: AbortSignal, wake: () => void): () => void {
  let wakes = waiting.get(signal);
  if (wakes === undefined) {
    const added = new Set<() => void>();
    signal.addEventListener(
      'abort',
      () => {
        for (const each of added) each();
      },
      { once: true },
    );
    waiting.set(signal, added);
    wakes = added;
  }
  const all = wakes;
  all.add(wake);
  return () => all.delete(wake);
}

/** Resolves when `wake` is called or the signal is aborted. `subscribe` receives `wake` and returns the function that unsubscribes it. */
export async function wakeOrAbort(
  signal: AbortSignal,
  subscribe: (wake: () => void) => () => void,
): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = subscribe(resolve);
  const ignoreAbort = onAbort(signal, resolve);
  try {
    await promise;
  } finally {
    ignoreAbort();
    unsubscribe();
  }
}

/** Resolves after that many milliseconds, or when the signal is aborted. */
export const delay = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  wakeOrAbort(signal, (wake) => {
    const timer = setTimeout(wake, milliseconds);
    return () => clearTimeout(timer);
  });

/** The value of a promise; null when the signal is aborted first. */
export async function settledOrAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  await wakeOrAbort(signal, (wake) => {
    promise.then(wake, wake);
    return () => {};
  });
  return signal.aborted ? null : await promise;
}

/** What waits at a {@link Condition}. */
interface Waiter {
  readonly predicate: () => boolean;
  readonly wake: () => void;
}

/** A condition variable. A notification wakes only the waiters whose predicate holds: most notifications concern few of thousands. */
export class Condition {
  readonly #waiters = new Set<Waiter>();

  notifyAll(): void {
    for (const { predicate, wake } of this.#waiters) if (predicate()) wake();
  }

  /** Resolves once the predicate holds, or the signal is aborted. `predicate` must not throw. */
  async wait(predicate: () => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !predicate()) {
      await wakeOrAbort(signal, (wake) => {
        const waiter = { predicate, wake };
        this.#waiters.add(waiter);
        return () => this.#waiters.delete(waiter);
      });
    }
  }
}
