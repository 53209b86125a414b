// Owns how many downloads a user may begin.

/** This many downloads of a user per period, in milliseconds: each adds an entry to the audit log, which is never removed. */
const maximum = 120;
const period = 60_000;

/** The downloads that each user has begun at this server. */
export class DownloadRates {
  readonly #now: () => number;
  #begin = Number.NEGATIVE_INFINITY;
  readonly #byUser = new Map<number, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Counts a download; false: this user has begun too many. */
  admits(userId: number): boolean {
    const at = this.#now();
    // Also after the clock was set back.
    if (Math.abs(at - this.#begin) >= period) {
      this.#begin = at;
      this.#byUser.clear();
    }
    const count = (this.#byUser.get(userId) ?? 0) + 1;
    this.#byUser.set(userId, count);
    return count <= maximum;
  }
}
