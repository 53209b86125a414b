// Owns how many connections may be open at once, and counts the open event streams.

/** How many connections may be open at once: what one server can carry, and what one user cannot take away from all others. */
export interface ConnectionLimits {
  /** Event streams of this server. */
  readonly streams: number;
  /** Event streams of one user. */
  readonly streamsPerUser: number;
  /** WebSockets of this server. The operations of one WebSocket are limited in socket-protocol.ts. */
  readonly sockets: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  streams: 5_000,
  streamsPerUser: 1_000,
  sockets: 5_000,
};

/** The open event streams of this server. */
export class EventStreams {
  readonly #limits: Pick<ConnectionLimits, 'streams' | 'streamsPerUser'>;
  readonly #byUser = new Map<number, number>();
  #total = 0;

  constructor(limits: Pick<ConnectionLimits, 'streams' | 'streamsPerUser'>) {
    this.#limits = limits;
  }

  /** Counts one more stream of this user until the result is disposed; null when a limit is reached. */
  open(userId: number): Disposable | null {
    const own = this.#byUser.get(userId) ?? 0;
    if (this.#total >= this.#limits.streams || own >= this.#limits.streamsPerUser) return null;
    this.#total++;
    this.#byUser.set(userId, own + 1);
    return {
      [Symbol.dispose]: () => {
        this.#total--;
        const left = (this.#byUser.get(userId) ?? 1) - 1;
        if (left > 0) this.#byUser.set(userId, left);
        else this.#byUser.delete(userId);
      },
    };
  }
}
