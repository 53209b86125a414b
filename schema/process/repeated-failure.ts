// Owns how often a failure that repeats is logged: the first time, then once a minute, and when it is over. Not whether and when something is retried.

/** How often a failure that goes on is logged, in milliseconds. */
const reportInterval = 60_000;

/** Where failures are logged: a logger of pino, for example. */
export interface FailureLog {
  error(facts: { readonly err: unknown }, message: string): void;
  info(facts: object, message: string): void;
}

/** A failure of something that is repeated, so that an outage does not fill the log. */
export class RepeatedFailure {
  readonly #log: FailureLog;
  readonly #message: string;
  readonly #facts: object;
  /** Failures since the last success. */
  #count = 0;
  /** Failures since the last line of the log. */
  #unreported = 0;
  #beganAt = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /**
   * @param message what failed, such as `could not check the jobs`
   * @param facts are in each line
   */
  constructor(log: FailureLog, message: string, facts: object = {}) {
    this.#log = log;
    this.#message = message;
    this.#facts = facts;
  }

  /** Reports a failure. It is logged unless that was done within the last minute. */
  failed(error: unknown): void {
    const now = performance.now();
    if (this.#count === 0) this.#beganAt = now;
    this.#count++;
    this.#unreported++;
    if (now - this.#reportedAt < reportInterval) return;
    this.#log.error({ ...this.#facts, err: error, ...countOf(this.#unreported) }, this.#message);
    this.#reportedAt = now;
    this.#unreported = 0;
  }

  /** Reports a success. It is logged if it ends a failure; the next failure is logged immediately then. */
  succeeded(): void {
    if (this.#count === 0) return;
    const seconds = Math.round((performance.now() - this.#beganAt) / 1_000);
    this.#log.info({ ...this.#facts, failures: this.#count, seconds }, `over: ${this.#message}`);
    this.#count = 0;
    this.#unreported = 0;
    this.#reportedAt = Number.NEGATIVE_INFINITY;
  }
}

const countOf = (failures: number) => (failures === 1 ? {} : { failures });
