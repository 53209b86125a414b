// Owns a proxy in front of PostgreSQL that drops a connection at a commit, so that the client cannot know whether the transaction was committed. It can also continue with another server, as an address does at a failover.
import { connect, createServer, type Socket } from 'node:net';

/** Whether PostgreSQL receives the commit before the connection is dropped. */
export type Cut = 'after the commit' | 'before the commit';

/** A proxy. When it is closed, it drops all connections. */
export interface CuttingProxy extends AsyncDisposable {
  /** The URL of a database through this proxy. */
  urlOf(databaseUrl: string): string;
  /** Drops all connections, and sends new ones to another server. */
  redirect(serverUrl: string): void;
  /** Drops the connection at the next commit. */
  cut: Cut | null;
  /** The number of connections dropped at a commit. */
  readonly cuts: number;
}

/** Opens a proxy on a free port. */
export async function openProxy(serverUrl: string): Promise<CuttingProxy> {
  let target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let cut: Cut | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const behind = connect(Number(target.port), target.hostname);
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        behind.destroy();
      });
    }
    behind.on('data', (data) => client.write(data));
    client.on('data', (data) => {
      // A commit is a separate message, because pg waits for the response to each message.
      if (cut === null || !data.includes('commit\0')) {
        behind.write(data);
        return;
      }
      cuts++;
      behind.removeAllListeners('data');
      if (cut === 'before the commit') client.destroy();
      // The response means that it is committed; the client does not get it.
      else behind.once('data', () => client.destroy()).write(data);
      cut = null;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return {
    urlOf(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = String(address.port);
      return url.href;
    },
    redirect(nextUrl) {
      target = new URL(nextUrl);
      for (const socket of sockets) socket.destroy();
    },
    get cut() {
      return cut;
    },
    set cut(next) {
      cut = next;
    },
    get cuts() {
      return cuts;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
