// Owns the connections that stay open (sockets, event streams) and closes them when whoever is behind them may no longer be here.
import type { Logger } from 'pino';
import type { Doorbell } from '../../schema/model/store/doorbell.ts';
import type { Gate, Identity } from '../sign-in/identity.ts';
import { Watch } from './live.ts';

/** How often everybody is looked at without a ring, in milliseconds: sessions expire by the clock alone. */
const lookInterval = 10_000;

/** One open connection. */
interface Visitor {
  readonly identity: Identity;
  readonly close: () => void;
}

/** The open connections of this server. */
export class Visitors implements AsyncDisposable {
  readonly #gate: Gate;
  readonly #logger: Logger;
  readonly #visitors = new Set<Visitor>();
  readonly #watch: Watch;

  constructor(gate: Gate, bell: Doorbell, logger: Logger) {
    this.#gate = gate;
    this.#logger = logger;
    this.#watch = new Watch({
      bell,
      topics: ['sessions'],
      every: lookInterval,
      look: () => this.#look(),
      onError: (error) => logger.error({ err: error }, 'open connections could not be checked'),
    });
  }

  /** How many there are. */
  get count(): number {
    return this.#visitors.size;
  }

  /** A connection is open from now until the result is disposed; `close` is called when its identity no longer counts. */
  enter(identity: Identity, close: () => void): Disposable {
    const visitor = { identity, close };
    const seat = this.#watch.join();
    this.#visitors.add(visitor);
    return {
      [Symbol.dispose]: () => {
        this.#visitors.delete(visitor);
        seat[Symbol.dispose]();
      },
    };
  }

  async #look(): Promise<void> {
    const known = new Map<string, Promise<Identity | null>>();
    for (const visitor of [...this.#visitors]) {
      const { credentials, role, user } = visitor.identity;
      const key = JSON.stringify(credentials);
      const current = known.get(key) ?? this.#gate.identify(credentials, 'page', 'looked at');
      known.set(key, current);
      // Somebody whose role has changed comes back by themselves, and is judged anew.
      if ((await current)?.role === role) continue;
      this.#logger.info({ user: user.name }, 'connection closed: no longer signed in with this role');
      visitor.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#watch[Symbol.asyncDispose]();
  }
}
