// Owns when the partial line of a job is recorded: output whose newline does not come, such as a prompt or a meter. Not what it is (output.ts), not its row (schema/model/log/partial-line.ts).
import type { UnfinishedLine } from './output.ts';

/** How long a line must lack its newline before its beginning is recorded, in milliseconds. Most lines are complete much earlier. */
const recordingDelay = 500;
/** The shortest time between two records, in milliseconds. */
const interval = 1_000;

/** What a {@link PartialOutput} works with. */
export interface PartialOutputOptions {
  /** The line that is being printed now; null between two lines. */
  readonly read: () => UnfinishedLine | null;
  /** Records the partial line; null if there is no longer a partial line. */
  readonly record: (line: UnfinishedLine | null) => Promise<void>;
}

/** Records the partial line of one job while output comes, at most once a second. */
export class PartialOutput implements Disposable {
  readonly #options: PartialOutputOptions;
  /** What the row says; null if there is no row. */
  #recorded: UnfinishedLine | null = null;
  /** What was printed at the last look, or a beginning of it. It is recorded when it is still there at the next look. */
  #seen = '';
  #timer: NodeJS.Timeout | undefined;
  #isRecording = false;
  #hasChanged = false;
  #isDisposed = false;

  constructor(options: PartialOutputOptions) {
    this.#options = options;
  }

  /** Call it after output was read. */
  changed(): void {
    this.#hasChanged = true;
    this.#schedule(recordingDelay);
  }

  #schedule(delay: number): void {
    if (this.#isDisposed || this.#isRecording || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, delay);
  }

  async #look(): Promise<void> {
    const line = this.#options.read();
    this.#hasChanged = false;
    const hasLasted = this.#seen !== '' && line?.text.startsWith(this.#seen) === true;
    this.#seen = line?.text ?? '';
    if (line !== null && !hasLasted) {
      // A line that has just begun, most likely in the middle of much output.
      this.#schedule(recordingDelay);
      return;
    }
    if (line?.text !== this.#recorded?.text || line?.sensitive !== this.#recorded?.sensitive) {
      this.#isRecording = true;
      await this.#options.record(line);
      this.#recorded = line;
      this.#isRecording = false;
    }
    if (this.#hasChanged) this.#schedule(interval);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
  }
}
