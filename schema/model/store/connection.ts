// Owns how a connection to PostgreSQL is made so that both ends notice when the other is gone, and one that is kept open. Not what it is for.
import { Socket } from 'node:net';
import pg from 'pg';

/** A connection over which nothing came or went for this long is closed from our side, in milliseconds; a statement that takes longer fails. */
export const idleTimeout = 10_000;
/** How often a connection that is kept asks whether its server is there, in milliseconds. It is a read. */
const askInterval = 5_000;
/** How long to wait before a connection that is kept is opened anew, in milliseconds. */
const reconnectDelay = 250;

/**
 * The socket of a connection. Without it a peer that vanished, its cable cut or its host gone, is waited for as long as the kernel goes on
 * sending: a quarter of an hour. pg's own `query_timeout` leaves the connection open with the statement in it, and the next one waits behind.
 */
export function socketWithTimeout(): Socket {
  const socket = new Socket();
  socket.setTimeout(idleTimeout, () => socket.destroy(new Error('PostgreSQL does not answer')));
  return socket;
}

/**
 * Has PostgreSQL let go of a session whose host is gone, with its locks and its open transaction, after 11 to 16 s instead of two hours.
 * Over a Unix socket it does nothing, and need not.
 */
export const keepaliveSettings = `select set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '3', false),
  set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '${idleTimeout}', false)`;

/**
 * Has a pool take back each of its connections that breaks. One that breaks while it is being made ready is forgotten by whoever asked for it:
 * after as many as the pool has, nobody would get one any more, and closing the pool would wait for them for ever.
 */
export function releaseBrokenConnections(pool: pg.Pool): void {
  const lent = new Set<pg.PoolClient>();
  pool.on('acquire', (client) => lent.add(client));
  pool.on('release', (_error, client) => lent.delete(client));
  pool.on('connect', (client) => {
    client.on('end', () => {
      if (!lent.has(client)) return;
      client.release(true);
      // Whoever has it gives it back as well, as a rule; a second time would be an error.
      client.release = () => {};
    });
  });
}

/**
 * Opens a connection and keeps it: opened anew when it breaks, and asked so often that a server that is gone is noticed within 15 s.
 * `onOpen` runs on each new connection before it counts as open. Rejects when the first one cannot be opened.
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
    const next = new pg.Client({ connectionString: url, application_name: name, stream: socketWithTimeout });
    next.on('error', () => {});
    try {
      await next.connect();
      await next.query(keepaliveSettings);
      await onOpen(next);
    } catch (error) {
      await next.end();
      throw error;
    }
    client = next;
    // One question at a time: one without an answer lets the socket fall silent, and that ends it.
    let asked = false;
    const asking = setInterval(() => {
      if (asked) return;
      asked = true;
      next
        .query('select 1')
        .then(() => {
          asked = false;
        })
        .catch(() => {});
    }, askInterval);
    next.on('end', () => {
      clearInterval(asking);
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
