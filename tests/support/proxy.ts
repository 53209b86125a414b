// Owns a proxy in front of PostgreSQL that cuts a connection at its commit, the one moment at which nobody knows what became of a write; closed, it cuts all.
import { connect, createServer, type Socket } from 'node:net';

/** Whether PostgreSQL still gets the commit before which the connection is cut: then it is done, else undone. */
export type Cut = 'after the commit' | 'before the commit';

/** A proxy. */
export interface CuttingProxy extends AsyncDisposable {
  /** Its own `postgresql://…` for a database behind it. */
  urlOf(databaseUrl: string): string;
  /** The next commit is cut so. */
  cut: Cut | null;
  /** How many commits were cut. */
  readonly cuts: number;
}

/** Opens a proxy on a free port. */
export async function openProxy(serverUrl: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let cut: Cut | null = null;
  let cuts = 0;
  const server = createServer((client) => {
    const behind = connect(Number(port), hostname);
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
      // A commit is a message of its own: pg waits for an answer to each.
      if (cut === null || !data.includes('commit\0')) {
        behind.write(data);
        return;
      }
      cuts++;
      behind.removeAllListeners('data');
      if (cut === 'before the commit') client.destroy();
      // The answer to it is its end: it is done, and nobody is told.
      else behind.once('data', () => client.destroy()).write(data);
      cut = null;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
  return {
    urlOf(databaseUrl) {
      const url = new URL(databaseUrl);
      url.port = String(address.port);
      return url.href;
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
