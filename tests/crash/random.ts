// Owns repeatable random numbers: the same seed gives the same sequence. Pure.

/** A pseudo-random number generator (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: string) {
    // FNV-1a turns any text into 32 bits.
    let hash = 0x811c_9dc5;
    for (const unit of seed) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x0100_0193);
    this.#state = hash;
  }

  /** A number from 0 (included) to 1 (excluded). */
  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** An integer between `from` and `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** An element of a list. Throws RangeError if the list is empty. */
  pick<Value>(list: readonly Value[]): Value {
    const value = list[this.integer(0, list.length - 1)];
    if (value === undefined) throw new RangeError('the list is empty');
    return value;
  }
}
