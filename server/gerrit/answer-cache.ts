// Owns which answers of Gerrit are used again: each for a short time, and for an hour while Gerrit does not answer. Not what is asked.

/** How long an answer is used without asking again, in milliseconds. */
const lifetime = 30_000;
/** How long an answer is kept for the case that Gerrit does not answer, in milliseconds. */
const keptFor = 3_600_000;

/** Whether a time is not longer ago. A clock that was set back leaves times of the future, whose answers are not to be used for days. */
const isWithin = (at: number, age: number): boolean => Math.abs(Date.now() - at) <= age;

/** An answer of now or of earlier. */
export interface Answer<Value> {
  readonly value: Value;
  /** When Gerrit was asked, in milliseconds since 1970. */
  readonly at: number;
  /** Why Gerrit gave no newer one; null if it did, or was not asked. */
  readonly problem: Error | null;
}

/** A question that was sent. */
interface Sent<Value> {
  readonly at: number;
  readonly value: Promise<Value>;
  readonly cancel: AbortController;
  waiting: number;
}

/** The answers to the latest questions, each identified by a key. Simultaneous equal questions are sent once. */
export class AnswerCache<Value> {
  readonly #size: number;
  readonly #sent = new Map<string, Sent<Value>>();
  readonly #kept = new Map<string, Answer<Value>>();

  /** @param size the maximum number of answers */
  constructor(size: number) {
    this.#size = size;
  }

  /** Whether the answer is known, or on its way. */
  isKnown(key: string): boolean {
    return this.#recent(key) !== undefined;
  }

  /** The last answer, if it is not older than an hour. */
  kept(key: string): Answer<Value> | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && isWithin(kept.at, keptFor) ? kept : undefined;
  }

  /** The last answer, if it needs no new question. */
  recent(key: string): Answer<Value> | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && isWithin(kept.at, lifetime) ? kept : undefined;
  }

  /** Keeps what came as a part of another answer. */
  keep(key: string, value: Value, at: number): void {
    setNewest(this.#kept, key, { value, at, problem: null }, this.#size);
  }

  /**
   * The recent answer, else the answer to a new question, else a kept one. Rejects as `ask` does if none exists, and with the reason of `signal`
   * when that aborts. A question for which nobody waits any more is cancelled.
   * @param ask gets the time of the question, in milliseconds since 1970
   */
  async get(
    key: string,
    ask: (signal: AbortSignal, at: number) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Answer<Value>> {
    signal.throwIfAborted();
    const sent = this.#recent(key) ?? this.#send(key, ask);
    try {
      return { value: await this.#wait(sent, signal), at: sent.at, problem: null };
    } catch (error) {
      const kept = this.kept(key);
      if (signal.aborted || kept === undefined || !(error instanceof Error)) throw error;
      return { ...kept, problem: error };
    }
  }

  #recent(key: string): Sent<Value> | undefined {
    const sent = this.#sent.get(key);
    const isUsable = sent !== undefined && isWithin(sent.at, lifetime) && !sent.cancel.signal.aborted;
    return isUsable ? sent : undefined;
  }

  #send(key: string, ask: (signal: AbortSignal, at: number) => Promise<Value>): Sent<Value> {
    const cancel = new AbortController();
    const at = Date.now();
    const sent = { at, value: ask(cancel.signal, at), cancel, waiting: 0 };
    setNewest(this.#sent, key, sent, this.#size);
    sent.value.then(
      (value) => this.keep(key, value, sent.at),
      () => {
        if (this.#sent.get(key) === sent) this.#sent.delete(key);
      },
    );
    return sent;
  }

  async #wait(sent: Sent<Value>, signal: AbortSignal): Promise<Value> {
    const { promise, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    sent.waiting++;
    try {
      return await Promise.race([sent.value, promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      sent.waiting--;
      // After an answer this has no effect.
      if (sent.waiting === 0 && signal.aborted) sent.cancel.abort();
    }
  }
}

/** Sets an entry as the newest, and removes the oldest ones beyond the size. */
function setNewest<Value>(map: Map<string, Value>, key: string, value: Value, size: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) if (map.size > size) map.delete(oldest);
}
