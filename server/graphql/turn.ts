// Owns turns of the event loop: work waits for the next turn when this one has taken long enough, so that no operation blocks the server.

/** How long work of one turn may take before the rest waits, in milliseconds. */
const slice = 10;
/** How many waiting pieces of work are released before the time is looked at again. */
const released = 32;

interface Waiting {
  readonly release: () => void;
  readonly heavy: boolean;
}

/** Divides the work of all authentications and operations of a server into turns of the event loop, in the order in which it asked. */
export class Turns {
  readonly #now: () => number;
  /** When this turn began, in milliseconds; null if no work was done in it. */
  #began: number | null = null;
  /** Heavy work was done in this turn. */
  #heavy = false;
  #waiting: Waiting[] = [];
  /** The index of the first one that waits. Removing it from the array would take time in proportion to the rest. */
  #first = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Null if the work can be done now. Otherwise a promise that resolves when it can. `heavy`: the work takes milliseconds (a query of SQLite blocks), so
   * there is one such piece in a turn.
   */
  enter(heavy: boolean): Promise<void> | null {
    if (this.#began === null) {
      this.#began = this.#now();
      setImmediate(() => this.#next());
    }
    const full = heavy
      ? this.#heavy || this.#first < this.#waiting.length
      : this.#now() - this.#began > slice;
    if (!full) {
      this.#heavy ||= heavy;
      return null;
    }
    return new Promise((release) => this.#waiting.push({ release, heavy }));
  }

  #next(): void {
    this.#heavy = false;
    if (this.#first === this.#waiting.length) {
      this.#began = null;
      this.#waiting = [];
      this.#first = 0;
      return;
    }
    const began = this.#now();
    this.#began = began;
    this.#release(began).catch(() => {});
    setImmediate(() => this.#next());
  }

  /** Releases what waits until the time of this turn is over, or something heavy was released. */
  async #release(began: number): Promise<void> {
    while (!this.#heavy && this.#now() - began <= slice) {
      for (let count = 0; count < released && !this.#heavy; count++) {
        const next = this.#waiting[this.#first];
        if (!next) return;
        this.#first++;
        this.#heavy = next.heavy;
        next.release();
      }
      // What was released is done before this continues: it began to wait earlier.
      await Promise.resolve();
      await Promise.resolve();
    }
  }
}
