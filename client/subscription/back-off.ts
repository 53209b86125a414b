// Owns how long to wait before something is tried again: exponential back-off with jitter. Pure. Owns no timer.

/** Bounds of the delay, in milliseconds. */
export interface BackOffLimits {
  /** The delay before the first retry. */
  readonly first: number;
  /** The longest delay. */
  readonly longest: number;
}

/** What a subscription uses unless its caller needs something else. */
export const defaultBackOff: BackOffLimits = { first: 1000, longest: 10_000 };

/**
 * The delay in milliseconds before retry number `retry` (from 0). It doubles with each retry. Half of it is random, so that clients that lost
 * their server at the same moment do not all return at the same moment.
 * @param random a number from 0 to below 1
 */
export function backOffDelay(retry: number, { first, longest }: BackOffLimits, random: number): number {
  // The exponent is bounded because 2 ** 1024 is Infinity, and Infinity * 0 is NaN.
  return Math.min(longest, first * 2 ** Math.min(retry, 30)) * (0.5 + random / 2);
}

/** Counts failures in a row and gives the delay that follows from them. */
export class BackOff {
  readonly #limits: BackOffLimits;
  readonly #random: () => number;
  #failures = 0;

  constructor(limits: BackOffLimits = defaultBackOff, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /** The delay before the next retry, in milliseconds. Each call counts as one failure. */
  next(): number {
    return backOffDelay(this.#failures++, this.#limits, this.#random());
  }

  /** Starts again from the first delay, because something worked. */
  reset(): void {
    this.#failures = 0;
  }
}
