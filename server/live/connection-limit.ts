// Owns how many connections and operations may be open at the same time, and each user's share of them. Not who opens them (socket.ts, event-stream.ts).

/** How many may be open at the same time: what one server can carry, and what one user can take from all others. */
export interface ConnectionLimits {
  /** Event streams of this server, downloads included; and those of one user. */
  readonly streams: number;
  readonly streamsPerUser: number;
  /** Authenticated WebSockets of this server, and those of one user. */
  readonly sockets: number;
  readonly socketsPerUser: number;
  /** WebSockets that have not sent `connection_init` yet, and those of one address. */
  readonly newSockets: number;
  readonly newSocketsPerAddress: number;
  /** Open operations over all WebSockets, and those of one user. One WebSocket has fewer: see socket-protocol.ts. */
  readonly operations: number;
  readonly operationsPerUser: number;
}

export const defaultConnectionLimits: ConnectionLimits = {
  streams: 5_000,
  streamsPerUser: 1_000,
  sockets: 5_000,
  socketsPerUser: 1_000,
  newSockets: 256,
  newSocketsPerAddress: 64,
  operations: 20_000,
  operationsPerUser: 4_000,
};

/**
 * Counts what is open, in all and by owner. An owner may hold `perOwner`, but not more than is still free: so a few owners who take all they can always
 * leave room for the next one.
 */
export class Shares<Owner> {
  readonly #total: number;
  readonly #perOwner: number;
  readonly #byOwner = new Map<Owner, number>();
  #open = 0;

  constructor({ total, perOwner }: { total: number; perOwner: number }) {
    this.#total = total;
    this.#perOwner = perOwner;
  }

  /** How many are open. */
  get open(): number {
    return this.#open;
  }

  /** How many this owner has open. */
  of(owner: Owner): number {
    return this.#byOwner.get(owner) ?? 0;
  }

  /** Counts one more of this owner until the result is disposed; null when the share is used up. */
  take(owner: Owner): Disposable | null {
    const own = this.of(owner);
    if (own >= Math.min(this.#perOwner, this.#total - this.#open)) return null;
    this.#open++;
    this.#byOwner.set(owner, own + 1);
    let disposed = false;
    return {
      [Symbol.dispose]: () => {
        if (disposed) return;
        disposed = true;
        this.#open--;
        const left = (this.#byOwner.get(owner) ?? 1) - 1;
        if (left > 0) this.#byOwner.set(owner, left);
        else this.#byOwner.delete(owner);
      },
    };
  }
}
