// Owns a measure of the simulated scap: its messages, and the plain lines at its beginning and end.
import type { Console } from './console.ts';

/** The width to which scap pads the line of a measure. */
const lineWidth = 80;

/** Where a measure is written. */
export interface MeterOutput {
  readonly console: Console;
  /** The time of day in front of a line. */
  time(): string;
}

/** How far a measured step is. scap does not say how many tasks are in flight. */
export class Meter {
  readonly #output: MeterOutput;
  readonly #name: string;
  #total: number;
  #ok = 0;
  #failed = 0;

  /** Starts the measure. @param total the number of tasks; 0 while scap does not know it */
  constructor(output: MeterOutput, name: string, total: number) {
    this.#output = output;
    this.#name = name;
    this.#total = total;
    this.#print();
    this.refresh();
  }

  /** Sets how many tasks there are. */
  expect(total: number): void {
    this.#total = total;
  }

  /** Sets how many tasks have ended, and sends a message. */
  set(ok: number, failed = 0): void {
    this.#ok = ok;
    this.#failed = failed;
    this.refresh();
  }

  /** Sends the present state again. */
  refresh(finished = false): void {
    const done = this.#ok + this.#failed;
    this.#output.console.progress({
      name: this.#name,
      totalTasks: this.#total,
      tasksInFlight: null,
      tasksFinishedOk: this.#ok,
      tasksFinishedFailed: this.#failed,
      tasksFinishedTotal: done,
      tasksPercentComplete: this.#percent,
      tasksRemaining: this.#total - done,
      progressFinished: finished,
    });
  }

  /** Ends the measure, complete or not. */
  finish(): void {
    this.#print();
    this.refresh(true);
  }

  get #percent(): number {
    return Math.floor((100 * (this.#ok + this.#failed)) / Math.max(this.#total, 1));
  }

  #print(): void {
    const left = this.#total - this.#ok - this.#failed;
    const percent = String(this.#percent).padStart(3);
    const line = `${this.#output.time()} ${this.#name}: ${percent}% (ok: ${this.#ok}; fail: ${this.#failed}; left: ${left})`;
    this.#output.console.printError(`${line.padEnd(lineWidth)}\n`);
  }
}
