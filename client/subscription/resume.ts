// Owns keeping a subscription open until it is complete: it is opened again after each interruption, with back-off. Owns no connection and no
// cursor: the caller opens each attempt at its own cursor. Runs in the browser and in Node.
import { BackOff, type BackOffLimits, defaultBackOff } from './back-off.ts';

export interface ResumeOptions {
  /** Delays between attempts. */
  readonly backOff?: BackOffLimits;
  /** A number from 0 to below 1. */
  readonly random?: () => number;
  /** Ends the subscription permanently. */
  readonly signal?: AbortSignal | undefined;
}

/** What an attempt reports. Reports of an attempt that was closed are ignored. */
export interface Attempt {
  /** Data arrived: the back-off starts from its first delay again. */
  received(): void;
  /** The attempt ended early: it is closed, and another one is opened after the back-off. */
  interrupted(): void;
  /** Nothing will follow, or the server refused it permanently: no other attempt is made. */
  finished(): void;
}

/** Opens an attempt. Returns how to close it. */
export type OpenAttempt = (attempt: Attempt) => () => void;

/** A subscription with callbacks that is resumed until it is finished or closed. Nothing is opened before `start`. */
export class ResumingSubscription {
  readonly #open: OpenAttempt;
  readonly #backOff: BackOff;
  readonly #signal: AbortSignal | undefined;
  #state: 'idle' | 'open' | 'waiting' | 'closed' = 'idle';
  #closeAttempt: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    open: OpenAttempt,
    { backOff = defaultBackOff, random = Math.random, signal }: ResumeOptions = {},
  ) {
    this.#open = open;
    this.#backOff = new BackOff(backOff, random);
    this.#signal = signal;
    if (signal?.aborted === true) this.#state = 'closed';
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Whether an attempt is open or waits for its back-off. */
  get active(): boolean {
    return this.#state === 'open' || this.#state === 'waiting';
  }

  /** Opens an attempt now, in place of the one that is open or waits. Does nothing once closed. */
  start(): void {
    this.#stopAttempt();
    if (this.#state === 'closed') return;
    this.#state = 'open';
    let current = true;
    const end = (): boolean => {
      if (!current) return false;
      this.#stopAttempt();
      return true;
    };
    const attempt: Attempt = {
      received: () => {
        if (current) this.#backOff.reset();
      },
      interrupted: () => {
        if (!end()) return;
        this.#state = 'waiting';
        this.#timer = setTimeout(() => this.start(), this.#backOff.next());
      },
      finished: () => {
        if (end()) this.#state = 'idle';
      },
    };
    let close: (() => void) | null = null;
    this.#closeAttempt = () => {
      current = false;
      close?.();
    };
    close = this.#open(attempt);
    // It may have ended before it could say how to close it.
    if (!current) close();
  }

  /** Closes the attempt that is open or waits, until the next `start`. */
  pause(): void {
    this.#stopAttempt();
    if (this.#state !== 'closed') this.#state = 'idle';
  }

  /** Ends the subscription permanently. */
  close(): void {
    this.pause();
    this.#state = 'closed';
    this.#signal?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.close();

  #stopAttempt(): void {
    clearTimeout(this.#timer);
    const close = this.#closeAttempt;
    this.#closeAttempt = null;
    close?.();
  }
}

export interface IterationOptions<Result, Item> extends ResumeOptions {
  /** Opens the subscription at the current cursor. */
  readonly open: () => AsyncIterableIterator<Result>;
  /** The item in a result; undefined if it has no item. May throw, as the subscription itself may. */
  readonly read: (result: Result) => Item | undefined;
  /** Whether an item is the last one. */
  readonly isLast: (item: Item) => boolean;
  /** Decides about what `open`, the subscription or `read` threw: returns to try again, throws to give up. */
  readonly onError: (thrown: unknown) => void;
  /** Called when the subscription is interrupted, and when it delivers again. */
  readonly onConnection?: ((state: 'live' | 'lost') => void) | undefined;
}

/** The same as an async generator: yields items until the last one. Throws the reason of `signal` once that is aborted. */
export async function* resumeIteration<Result, Item>(
  options: IterationOptions<Result, Item>,
): AsyncGenerator<Item, void> {
  const { open, read, isLast, onError, onConnection, signal } = options;
  const backOff = new BackOff(options.backOff, options.random);
  for (let lost = false; ; ) {
    signal?.throwIfAborted();
    let close = (): void => {};
    try {
      const results = open();
      close = (): void => void results.return?.();
      signal?.addEventListener('abort', close, { once: true });
      for await (const result of results) {
        const item = read(result);
        if (item === undefined) continue;
        if (lost) onConnection?.('live');
        lost = false;
        backOff.reset();
        yield item;
        if (isLast(item)) return;
      }
      // It completed before its last item: the server is shutting down.
    } catch (thrown) {
      onError(thrown);
    } finally {
      signal?.removeEventListener('abort', close);
      close();
    }
    signal?.throwIfAborted();
    if (!lost) onConnection?.('lost');
    lost = true;
    await delay(backOff.next(), signal);
  }
}

/** Resolves after so many milliseconds; rejects with the reason of `signal` once that is aborted. */
export function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
