// Owns SIGINT: each one interrupts what the simulated scap does at that moment, and a later step can be interrupted again.
import { Interrupted } from './ending.ts';

/** SIGINT as an AbortSignal whose reason is {@link Interrupted}. */
export class Interrupt {
  #controller = new AbortController();

  constructor() {
    process.on('SIGINT', () => this.#controller.abort(new Interrupted('SIGINT')));
  }

  /** Aborts at the next SIGINT, or has aborted since the last {@link handled}. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Forgets the SIGINT that arrived, because the command continues. */
  handled(): void {
    this.#controller = new AbortController();
  }
}
