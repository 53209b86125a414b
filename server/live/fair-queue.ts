// Owns whose task is next: those of one owner run one after the other, so an owner with many delays mostly their own. Not what the tasks do.
import pLimit, { type LimitFunction } from 'p-limit';

/**
 * Runs at most so many tasks at the same time, and of each owner one at a time, in their order. A task of an owner who has none waits only for the
 * running ones and for one of each other owner.
 */
export class FairQueue<Owner> {
  readonly #all: LimitFunction;
  readonly #byOwner = new Map<Owner, LimitFunction>();

  /** @param total how many tasks run at the same time */
  constructor(total: number) {
    this.#all = pLimit(total);
  }

  /** Whether a task of this owner runs or waits. */
  isBusy(owner: Owner): boolean {
    return this.#byOwner.has(owner);
  }

  /** Runs a task when it is its turn. Settles as the task does. */
  async run<Result>(owner: Owner, task: () => Promise<Result>): Promise<Result> {
    const own = this.#byOwner.get(owner) ?? pLimit(1);
    this.#byOwner.set(owner, own);
    try {
      return await own(() => this.#all(task));
    } finally {
      if (own.activeCount + own.pendingCount === 0) this.#byOwner.delete(owner);
    }
  }
}
