// Owns the estimate of how long a step still takes, from its progress so far. Pure: its caller has the clock.

/** The progress of a step at one moment. */
export interface StepProgress {
  readonly name: string;
  /** The number of targets that are finished. */
  readonly finished: number;
  /** The number of targets that are not. */
  readonly remaining: number;
}

/** Observes the progress of one job and estimates when its current step ends. */
export class TimeLeft {
  #name: string | null = null;
  #firstAt = 0;
  #firstFinished = 0;
  #lastAt = 0;
  #last: StepProgress | null = null;

  /** Reads the progress at this time, in milliseconds. A new step, or one that began again, starts a new estimate. */
  observe(progress: StepProgress | null, now: number): void {
    if (progress === null) {
      this.#last = null;
      this.#name = null;
      return;
    }
    if (progress.name !== this.#name || progress.finished < (this.#last?.finished ?? 0)) {
      this.#name = progress.name;
      this.#firstAt = now;
      this.#firstFinished = progress.finished;
    }
    if (progress.finished !== this.#last?.finished || this.#lastAt === 0) this.#lastAt = now;
    this.#last = progress;
  }

  /**
   * The milliseconds until the step ends, if it continues as fast as it has since it was first observed; null while that cannot be said: there is
   * no step, nothing was finished since then, or nothing remains.
   */
  estimate(now: number): number | null {
    const last = this.#last;
    if (last === null || last.remaining <= 0) return null;
    const finished = last.finished - this.#firstFinished;
    const took = this.#lastAt - this.#firstAt;
    if (finished <= 0 || took <= 0) return null;
    return Math.max(0, (took / finished) * last.remaining - (now - this.#lastAt));
  }
}
