// Owns one source of the train: its last value with its age, why the last attempt failed, and when it is asked again. Not what is asked (upstream.ts).

/** What is known of a source. */
export interface SourceStatus<Value> {
  /** The last value that was read, also if later attempts failed; null if none. */
  readonly value: Value | null;
  /** When it was read, in milliseconds since 1970; null if never. */
  readonly readAt: number | null;
  /** Why the last attempt failed, as a clause about the source; null if it succeeded, or there was none. */
  readonly problem: string | null;
}

/** A source that is read at intervals. */
export class Source<Value> implements Disposable {
  readonly #read: () => Promise<Value>;
  readonly #onChange: () => void;
  readonly #interval: number;
  readonly #timer: ReturnType<typeof setInterval>;
  #reading: Promise<void> | null = null;
  #isAgain = false;
  #status: SourceStatus<Value> = { value: null, readAt: null, problem: null };

  /** @param interval milliseconds between attempts @param onChange called after each attempt */
  constructor(read: () => Promise<Value>, interval: number, onChange: () => void) {
    this.#read = read;
    this.#onChange = onChange;
    this.#interval = interval;
    this.#timer = setInterval(() => void this.refresh(), this.#interval);
    this.#timer.unref();
  }

  get status(): SourceStatus<Value> {
    return this.#status;
  }

  /** Reads it now. While it is being read, it is read again afterwards, so that the value is not older than the call. Never rejects. */
  async refresh(): Promise<void> {
    if (this.#reading !== null) {
      this.#isAgain = true;
      await this.#reading;
      return;
    }
    this.#reading = this.#readUntilCurrent();
    await this.#reading;
    this.#reading = null;
  }

  async #readUntilCurrent(): Promise<void> {
    do {
      this.#isAgain = false;
      try {
        const value = await this.#read();
        this.#status = { value, readAt: Date.now(), problem: null };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        this.#status = { ...this.#status, problem: problem.slice(0, 200) };
      }
    } while (this.#isAgain);
    this.#onChange();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
