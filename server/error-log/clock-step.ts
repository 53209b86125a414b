// Owns noticing that the clock of this host was set, or that the host slept: both look like a step. Not what follows from it (error-log.ts).

/** A larger difference between two looks is a step, in milliseconds: no clock drifts so fast. */
const largestDrift = 5_000;

/** The two clocks of a process, in milliseconds. The monotonic one is never set, and stops while the host sleeps. */
export interface Clocks {
  readonly now: () => number;
  readonly monotonic: () => number;
}

/** Compares the clock with the monotonic one at each look. */
export class ClockSteps {
  readonly #clocks: Clocks;
  #offset: number;
  #steppedAt = Number.NEGATIVE_INFINITY;
  #ahead = 0;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
    this.#offset = clocks.now() - clocks.monotonic();
  }

  /** Looks at both clocks. `remembered`: how long a step is remembered, in milliseconds. */
  look(remembered: number): void {
    const at = this.#clocks.monotonic();
    const offset = this.#clocks.now() - at;
    const step = offset - this.#offset;
    this.#offset = offset;
    if (this.steadyFor >= remembered) this.#ahead = 0;
    if (Math.abs(step) <= largestDrift) return;
    this.#ahead = Math.max(0, this.#ahead + step);
    this.#steppedAt = at;
  }

  /** For how long there has been no step, in milliseconds by the monotonic clock; `Infinity`: since the process began. */
  get steadyFor(): number {
    return this.#clocks.monotonic() - this.#steppedAt;
  }

  /** By how much the remembered steps have set the clock ahead, in milliseconds. */
  get ahead(): number {
    return this.#ahead;
  }
}
