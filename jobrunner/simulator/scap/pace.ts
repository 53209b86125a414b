// Owns the speed of the simulated deployment: simulated milliseconds, divided by a factor. Not what happens meanwhile.
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** Reads SPIDERPIG_SIMULATOR_SPEED: a number above 0 (20: twenty times as fast), 1 when unset. Throws RangeError. */
export function readSpeed(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const speed = Number(text);
  if (Number.isFinite(speed) && speed > 0 && text.trim() === text) return speed;
  throw new RangeError(
    `SPIDERPIG_SIMULATOR_SPEED must be a number greater than 0, not ${JSON.stringify(text)}`,
  );
}

/** Lets simulated time pass. */
export class Pace {
  readonly #speed: number;
  #elapsed = 0;
  #due = 0;

  /** @param speed how many simulated milliseconds pass in a real one */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Simulated milliseconds that have passed in waits; time spent waiting for people does not count. */
  get elapsed(): number {
    return this.#elapsed;
  }

  /**
   * Waits that many simulated milliseconds, and at least one turn of the event loop so that signals are heard.
   * Waits shorter than a timer can be are saved up. Rejects with the signal's reason.
   */
  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#elapsed += milliseconds;
    const now = performance.now();
    // A pause of any other kind (a question, a full pipe) is not made up for.
    this.#due = Math.max(this.#due, now - 20) + milliseconds / this.#speed;
    const left = this.#due - now;
    if (left < 1) await turn();
    else await sleep(left, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
    signal?.throwIfAborted();
  }

  /** Waits like {@link wait}, but resolves when the signal aborts, and the time does not count as elapsed. */
  async rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    await sleep(this.scaled(milliseconds), undefined, { signal }).catch(() => {});
  }

  /** That many simulated milliseconds in real ones. */
  scaled(milliseconds: number): number {
    return milliseconds / this.#speed;
  }
}
