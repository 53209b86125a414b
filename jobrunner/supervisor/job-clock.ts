// Owns the clock of one job: all times that its supervisor records. Not the times of answers and stops, which servers record.

/**
 * A clock that never goes back. It starts at the time of this host, but not before the job was queued, and follows the monotonic clock from
 * there: a step of the host's clock, or a difference to the clock of a server, puts no event before its cause.
 */
export class JobClock {
  readonly #monotonic: () => number;
  readonly #offset: number;
  #last: number;

  /**
   * @param queuedAt when the job was queued, in milliseconds since 1970 UTC
   * @param wall the clock of the host, in milliseconds since 1970 UTC; `monotonic`: a clock without steps, in milliseconds
   */
  constructor(queuedAt: number, wall = Date.now, monotonic = (): number => performance.now()) {
    this.#monotonic = monotonic;
    const start = Math.max(queuedAt, wall());
    this.#offset = start - monotonic();
    this.#last = start;
  }

  /** The present time of the job, in milliseconds since 1970 UTC. Never less than before. */
  readonly now = (): number => {
    this.#last = Math.max(this.#last, Math.round(this.#monotonic() + this.#offset));
    return this.#last;
  };

  /** Notes an event that a server recorded: everything that follows from it is not earlier. */
  follow(at: number | null | undefined): void {
    this.#last = Math.max(this.#last, at ?? 0);
  }
}
