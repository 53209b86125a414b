// Owns chance that can be repeated: the same seed gives the same numbers. Pure. Not what they decide (plan.ts).

/** Numbers that look random and are all decided by the seed. */
export class Random {
  #state: number;

  constructor(seed: string) {
    // FNV-1a: any text becomes a start of 32 bits.
    let hash = 0x811c_9dc5;
    for (const unit of seed) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x0100_0193);
    this.#state = hash;
  }

  /** From 0, below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** True with this probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of a list that is not empty. Throws RangeError. */
  pick<Value>(list: readonly Value[]): Value {
    const value = list[this.whole(0, list.length - 1)];
    if (value === undefined) throw new RangeError('there is nothing to pick from');
    return value;
  }
}
