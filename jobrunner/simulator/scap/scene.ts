// Owns what the simulated commands share: log lines with a time, waits, timed steps, statuses. Not what happens in them.
import type { Console } from './console.ts';
import type { Interrupt } from './interrupt.ts';
import { Meter } from './meter.ts';
import type { Pace } from './pace.ts';

/** The three stages of a deployment, in order. */
export const stages = ['testservers', 'canaries', 'production'] as const;
export type Stage = (typeof stages)[number];

/** What a scene is made of. */
export interface SceneOptions {
  readonly console: Console;
  readonly pace: Pace;
  readonly interrupt: Interrupt;
  /** To whom the deployment is attributed. */
  readonly user: string;
  /** Now, for the times in front of lines. */
  readonly clock: () => Date;
  /** How many times as long waits take. */
  readonly slowness: number;
  /** The simulated staging directory; null if none exists. */
  readonly staging: string | null;
}

/** What one simulated command works with. */
export class Scene {
  readonly console: Console;
  readonly interrupt: Interrupt;
  readonly pace: Pace;
  readonly user: string;
  readonly staging: string | null;
  /** Whether the command has reported anything to IRC; then it also reports how it ended. */
  announced = false;
  readonly #options: SceneOptions;

  constructor(options: SceneOptions) {
    this.console = options.console;
    this.interrupt = options.interrupt;
    this.pace = options.pace;
    this.user = options.user;
    this.staging = options.staging;
    this.#options = options;
  }

  /** The time of day, as scap writes it in front of a line. */
  time(): string {
    return this.#options.clock().toISOString().slice(11, 19);
  }

  info(text: string): void {
    this.#log('32', text);
  }

  warning(text: string): void {
    this.#log('33', text);
  }

  error(text: string): void {
    this.#log('31', text);
  }

  /** Logs what scap also reports to IRC. */
  announce(text: string): void {
    this.announced = true;
    this.info(text);
  }

  /** Sets the status, and logs it too where scap does. */
  status(status: string | null, logged = false): void {
    if (logged && status !== null) this.info(status);
    this.console.status(status);
  }

  /** Sets a status for as long as a step takes. The end clears whichever status is set then, as in scap. */
  async reported<T>(status: string, step: () => Promise<T>): Promise<T> {
    this.console.status(status);
    try {
      return await step();
    } finally {
      this.console.status(null);
    }
  }

  /** Logs that a step started and finished, with its duration. */
  async timed<T>(name: string, step: () => Promise<T>): Promise<T> {
    const started = this.pace.elapsed;
    this.info(`Started ${name}`);
    try {
      return await step();
    } finally {
      this.info(`Finished ${name} (duration: ${this.durationSince(started)})`);
    }
  }

  /** Starts a measure. */
  meter(name: string, total: number): Meter {
    return new Meter(this, name, total);
  }

  /** Lets simulated time pass. Throws {@link Interrupted} on SIGINT. */
  wait(milliseconds: number): Promise<void> {
    return this.pace.wait(milliseconds * this.#options.slowness, this.interrupt.signal);
  }

  /** Plays a measure of `total` tasks in `steps` steps over some time. `name` and the total are scap's. */
  async measure(
    name: string,
    total: number,
    milliseconds: number,
    steps = Math.min(total, 12),
  ): Promise<void> {
    const meter = this.meter(name, total);
    try {
      for (let step = 1; step <= steps; step++) {
        await this.wait(milliseconds / steps);
        meter.set(Math.round((total * step) / steps));
      }
    } finally {
      meter.finish();
    }
  }

  /** The simulated time since a moment, as scap writes it: `00m 03s`. */
  durationSince(started: number): string {
    const seconds = Math.round((this.pace.elapsed - started) / 1000);
    const two = (value: number) => String(value).padStart(2, '0');
    return `${two(Math.floor(seconds / 60))}m ${two(seconds % 60)}s`;
  }

  #log(colour: string, text: string): void {
    this.console.printError(`\x1b[${colour}m${this.time()} ${text}\x1b[0m\n`);
  }
}
