// Owns the open connections (WebSockets, event streams) and closes each when its user loses access. Not how many may be open (connection-limit.ts).

import type { Logger } from 'pino';
import type { Doorbell } from '../../schema/model/store/doorbell.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import type { Gate, Identity } from '../sign-in/identity.ts';
import { ChangeCheck } from './change-check.ts';

/** How often all connections are checked without a notification, in milliseconds: a session that expires causes none. */
const defaultInterval = 10_000;

/** One open connection. */
interface Connection {
  readonly identity: Identity;
  readonly close: () => void;
}

/** The open connections of this server. */
export class OpenConnections implements AsyncDisposable {
  readonly #gate: Gate;
  readonly #logger: Logger;
  readonly #failure: RepeatedFailure;
  readonly #connections = new Set<Connection>();
  readonly #changeCheck: ChangeCheck;

  constructor(gate: Gate, doorbell: Doorbell, logger: Logger, interval = defaultInterval) {
    this.#gate = gate;
    this.#logger = logger;
    this.#failure = new RepeatedFailure(logger, 'could not check the open connections');
    this.#changeCheck = new ChangeCheck({
      doorbell,
      topics: ['sessions'],
      interval,
      check: () => this.#check(),
      failure: this.#failure,
    });
  }

  /** The number of open connections. */
  get count(): number {
    return this.#connections.size;
  }

  /** Registers a connection until the result is disposed. Calls `close` when its session or token becomes invalid, or its role changes. */
  add(identity: Identity, close: () => void): Disposable {
    const connection = { identity, close };
    const subscription = this.#changeCheck.join();
    this.#connections.add(connection);
    // Access may have changed since the client was authenticated, when this connection was not registered yet.
    this.#judge([connection]).catch((error: unknown) => this.#failure.failed(error));
    return {
      [Symbol.dispose]: () => {
        this.#connections.delete(connection);
        subscription[Symbol.dispose]();
      },
    };
  }

  #check(): Promise<void> {
    return this.#judge([...this.#connections]);
  }

  async #judge(connections: readonly Connection[]): Promise<void> {
    const current = new Map<string, Promise<Identity | null>>();
    for (const connection of connections) {
      const { credentials, role, user } = connection.identity;
      const key = JSON.stringify(credentials);
      // A download by the cookie alone was admitted with a ticket, which works once.
      const proof = credentials.by === 'session' && credentials.pageKey === null ? 'cookie' : 'page';
      const identity = current.get(key) ?? this.#gate.identify(credentials, proof, 'looked at');
      current.set(key, identity);
      // When the role changed, the client reconnects and gets its new role.
      if ((await identity)?.role === role) continue;
      this.#logger.info({ user: user.name }, 'connection closed: no longer signed in with this role');
      connection.close();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#changeCheck[Symbol.asyncDispose]();
  }
}
