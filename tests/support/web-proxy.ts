// Owns a faulty proxy in front of a web server: it can buffer, refuse upgrades, drop connections and hang. Not the one in front of PostgreSQL (proxy.ts).
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy. Its faults can be changed at any time. */
export interface WebProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The URL of the server behind it. It can be changed. */
  target: string;
  /** Whether responses are forwarded only when they are complete. */
  buffers: boolean;
  /** Whether upgrades are answered with 502. */
  refusesUpgrades: boolean;
  /** Returns the number of bytes to the client after which a streaming connection is dropped. Called once per connection. `null`: never. */
  cutsAfter: () => number | null;
  /** Whether the proxy hangs: open connections stay blocked permanently, new ones as long as this is true. */
  hanging: boolean;
  /** The number of dropped connections. */
  readonly cuts: number;
  /** Drops all connections. */
  cut(): void;
}

/** Opens a proxy on a free port. `headers` are added to each request, for example to sign in the client. */
export async function openWebProxy(
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WebProxy> {
  const sockets = new Set<Socket | Duplex>();
  const blocked = new WeakSet<Socket | Duplex>();
  let hanging = false;
  let cuts = 0;
  const keep = (socket: Socket | Duplex): void => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  /** Whether this connection is blocked. */
  const isBlocked = (socket: Socket | Duplex): boolean => {
    if (hanging) blocked.add(socket);
    return blocked.has(socket);
  };

  function pass(request: IncomingMessage, response: ServerResponse): void {
    if (isBlocked(request.socket)) return;
    const { hostname, port } = new URL(proxy.target);
    const left = proxy.cutsAfter();
    let passed = 0;
    const behind = send(
      {
        hostname,
        port,
        path: request.url,
        method: request.method,
        headers: { ...request.headers, ...headers },
        agent: false,
      },
      (answer) => {
        const held: Buffer[] = [];
        const streams = answer.headers['content-type'] === 'text/event-stream';
        if (!proxy.buffers) {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          response.flushHeaders();
        }
        answer.on('data', (data: Buffer) => {
          if (isBlocked(request.socket)) return;
          if (proxy.buffers) {
            held.push(data);
            return;
          }
          if (streams && left !== null && passed + data.length > left) {
            cuts++;
            response.write(data.subarray(0, left - passed), () => request.socket.destroy());
            behind.destroy();
            return;
          }
          passed += data.length;
          response.write(data);
        });
        answer.on('error', () => request.socket.destroy());
        answer.on('end', () => {
          if (isBlocked(request.socket)) return;
          if (!proxy.buffers) response.end();
          else response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(held));
        });
      },
    );
    behind.on('socket', keep);
    behind.on('error', () => {
      if (!response.headersSent) response.writeHead(502).end();
      else request.socket.destroy();
    });
    response.on('close', () => behind.destroy());
    request.pipe(behind);
  }

  function upgrade(request: IncomingMessage, client: Duplex): void {
    keep(client);
    if (isBlocked(client)) return;
    if (proxy.refusesUpgrades) {
      client.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(proxy.target);
    const left = proxy.cutsAfter();
    let passed = 0;
    const behind = connect(Number(port), hostname);
    keep(behind);
    const all = Object.entries({ ...request.headers, ...headers });
    behind.write(
      `GET ${request.url} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`,
    );
    client.on('data', (data) => {
      if (!isBlocked(client)) behind.write(data);
    });
    behind.on('data', (data) => {
      if (isBlocked(client)) return;
      if (left !== null && passed + data.length > left) {
        cuts++;
        client.write(data.subarray(0, left - passed), () => client.destroy());
        behind.destroy();
        return;
      }
      passed += data.length;
      client.write(data);
    });
    client.on('close', () => behind.destroy());
    behind.on('close', () => {
      // A blocked connection does not forward the end of the other side either.
      if (!isBlocked(client)) client.end();
    });
  }

  const server = createServer(pass);
  server.on('connection', keep);
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  const proxy: WebProxy = {
    url: `http://127.0.0.1:${address.port}`,
    target,
    buffers: false,
    refusesUpgrades: false,
    cutsAfter: () => null,
    get hanging() {
      return hanging;
    },
    set hanging(next) {
      hanging = next;
      if (next) for (const socket of sockets) blocked.add(socket);
    },
    get cuts() {
      return cuts;
    },
    cut() {
      cuts += sockets.size;
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
