// Owns connections to PostgreSQL on which both ends notice quickly when the other is gone, and persistent ones. Not what they are used for.
import { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { tooManyConnections } from './problem.ts';

/** A connection without traffic for this long is closed, in milliseconds; a statement that takes longer fails. */
export const idleTimeout = 10_000;
/** How often a persistent connection checks that its server responds, in milliseconds. */
const checkInterval = 5_000;
/** The delay before a persistent connection is reopened, in milliseconds. */
const reconnectDelay = 250;

/**
 * A socket that fails without traffic. By default the kernel retransmits for 15 minutes before it gives up a peer that vanished. pg's own
 * `query_timeout` does not close the connection, and the next statement waits behind the pending one.
 */
export function socketWithTimeout(): Socket {
  const socket = new Socket();
  socket.setTimeout(idleTimeout, () => socket.destroy(new Error('PostgreSQL does not respond')));
  return socket;
}

/**
 * SQL for each new session. It makes PostgreSQL end a session whose host is gone, with its locks and open transaction, after 11 to 16 s instead of
 * two hours; this has no effect on Unix sockets. And it sets what a role or database may have set otherwise: statements of ours assume these.
 */
export const sessionSettings = `select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '3', false),
  set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '${idleTimeout}', false),
  set_config('standard_conforming_strings', 'on', false), set_config('client_encoding', 'UTF8', false),
  set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
  set_config('idle_in_transaction_session_timeout', '0', false), set_config('bytea_output', 'hex', false),
  set_config('default_transaction_isolation', 'read committed', false), set_config('DateStyle', 'ISO', false),
  ${['transaction_timeout', 'idle_session_timeout'].map(settingWhereKnown).join(', ')},
  current_setting('transaction_read_only') as read_only`;

/** Sets a setting that versions of PostgreSQL before 17 or 14 do not know to 0. */
function settingWhereKnown(name: string): string {
  return `case when current_setting('${name}', true) is not null then set_config('${name}', '0', false) end`;
}

/** When sessions began that were read-only from their beginning, on the monotonic clock. */
const readOnlySessions = new WeakMap<object, number>();
/** A read-only session is used for this long, in milliseconds. */
const readOnlyLifetime = 1_000;

/** Applies {@link sessionSettings} to the new session of a pool. */
export async function beginSession(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ read_only: string }>(sessionSettings);
  if (rows[0]?.read_only === 'on') readOnlySessions.set(client, performance.now());
}

/**
 * A connection of a pool that is closed at its release if its session began read-only: `default_transaction_read_only` of a role or database holds for a whole
 * session, also after an operator has turned it off.
 */
function renewedIfReadOnly(client: pg.PoolClient): pg.PoolClient {
  const began = readOnlySessions.get(client);
  if (began === undefined || performance.now() - began < readOnlyLifetime) return client;
  const { release } = client;
  client.release = () => release(true);
  return client;
}

/**
 * Makes a pool release each connection that breaks. kysely forgets a connection that breaks while it is being prepared: once that has
 * happened to all of the pool's connections, no query would get one, and closing the pool would hang.
 */
export function releaseBrokenConnections(pool: pg.Pool): void {
  const inUse = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => inUse.add(client));
  pool.on('release', (_error, client) => inUse.delete(client));
  pool.on('connect', (client) => {
    client.on('end', () => {
      if (!inUse.has(client)) return;
      client.release(true);
      // Its user normally releases it as well; a second release would throw.
      client.release = () => {};
    });
  });
}

/** How long a query waits for a connection while PostgreSQL accepts none, the pause between attempts, and how long a pool stays smaller, in milliseconds. */
const connectionWait = { limit: 10_000, pause: 100, smaller: 5_000 };

/** For how long after the last refusal a shortage is assumed to last, in milliseconds: a process with enough connections asks for none. */
const shortageMemory = 30_000;

/** Whether PostgreSQL refuses further connections to this process. */
export class ConnectionShortage {
  #since: number | null = null;
  #refusedAt = 0;

  /** A connection was refused because there are too many. */
  refused(now = Date.now()): void {
    if (this.since(now) === null) this.#since = now;
    this.#refusedAt = now;
  }

  /** A connection was opened. */
  opened(): void {
    this.#since = null;
  }

  /** Since when connections are refused, in milliseconds since 1970 UTC; null if they are not. */
  since(now = Date.now()): number | null {
    return now - this.#refusedAt < shortageMemory ? this.#since : null;
  }
}

/**
 * Makes a pool wait for a connection when PostgreSQL accepts no more: for one that the pool has, or for a new one. pg's pool would fail each query
 * for which it cannot open one, although its other connections are about to become free.
 */
export function waitForConnections(pool: pg.Pool, shortage?: ConnectionShortage): void {
  const connect = pool.connect.bind(pool);
  const { max } = pool.options;
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    open.add(client);
    shortage?.opened();
  });
  pool.on('remove', (client) => open.delete(client));
  let restoring: NodeJS.Timeout | undefined;
  const waiting = async (): Promise<pg.PoolClient> => {
    for (const limit = performance.now() + connectionWait.limit; ; ) {
      try {
        return renewedIfReadOnly(await connect());
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : null;
        if (code !== tooManyConnections) throw error;
        shortage?.refused();
        if (performance.now() > limit) throw error;
        if (open.size === 0) await wait(connectionWait.pause);
        else {
          // A full pool waits for its connections.
          pool.options.max = open.size;
          clearTimeout(restoring);
          restoring = setTimeout(() => {
            pool.options.max = max;
          }, connectionWait.smaller).unref();
        }
      }
    }
  };
  // pg calls it with a callback for `pool.query`.
  type Callback = (error: unknown, client?: pg.PoolClient, release?: pg.PoolClient['release']) => void;
  const value = (callback?: Callback) => {
    if (!callback) return waiting();
    waiting().then((client) => callback(undefined, client, client.release), callback);
    return undefined;
  };
  Object.defineProperty(pool, 'connect', { value });
}

/**
 * Opens a connection that is reopened whenever it breaks. Regular checks detect an unreachable server within 15 s. `onOpen` runs on each
 * new connection before it is used. Rejects if the first connection cannot be opened.
 */
export async function openPersistentConnection(
  url: string,
  name: string,
  onOpen: (client: pg.Client) => Promise<unknown>,
): Promise<AsyncDisposable> {
  let closed = false;
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    const { default: pg } = await import('pg');
    const next = new pg.Client({ connectionString: url, application_name: name, stream: socketWithTimeout });
    next.on('error', () => {});
    try {
      await next.connect();
      await next.query(sessionSettings);
      await onOpen(next);
    } catch (error) {
      await next.end();
      throw error;
    }
    client = next;
    // One check at a time: without a response the socket times out, and that closes the connection.
    let pending = false;
    const checks = setInterval(() => {
      if (pending) return;
      pending = true;
      next
        .query('select 1')
        .then(() => {
          pending = false;
        })
        .catch(() => {});
    }, checkInterval);
    next.on('end', () => {
      clearInterval(checks);
      client = null;
      reopen();
    });
    if (closed) await next.end();
  }

  function reopen(): void {
    if (closed) return;
    retry = setTimeout(() => void open().catch(reopen), reconnectDelay);
    retry.unref();
  }

  await open();
  return {
    async [Symbol.asyncDispose]() {
      closed = true;
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
