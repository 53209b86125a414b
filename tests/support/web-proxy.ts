// Owns a proxy in front of a web server that does what bad proxies do: hold back, refuse, cut, fall silent. Not the one in front of PostgreSQL (proxy.ts).
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy. What it does can be changed at any time. */
export interface WebProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Where the server behind it is; it can move. */
  target: string;
  /** Passes an answer on once it is whole, header and all. */
  buffers: boolean;
  /** Answers upgrades with 502. */
  refusesUpgrades: boolean;
  /** After how many bytes to the client each connection that streams is cut; asked for each of them. `null`: not at all. */
  cutsAfter: () => number | null;
  /** Takes everything, and passes nothing on: not on the connections that are there then, for ever, nor on those that come while it lasts. */
  silent: boolean;
  /** How many connections it has cut. */
  readonly cuts: number;
  /** Cuts every connection. */
  cut(): void;
}

/** Opens a proxy on a free port. `headers` are added to each request: who is behind it need not be signed in. */
export async function openWebProxy(
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WebProxy> {
  const sockets = new Set<Socket | Duplex>();
  const dead = new WeakSet<Socket | Duplex>();
  let silent = false;
  let cuts = 0;
  const keep = (socket: Socket | Duplex): void => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  /** Whether nothing of this connection is passed on any more. */
  const hushed = (socket: Socket | Duplex): boolean => {
    if (silent) dead.add(socket);
    return dead.has(socket);
  };

  function pass(request: IncomingMessage, response: ServerResponse): void {
    if (hushed(request.socket)) return;
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
          if (hushed(request.socket)) return;
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
          if (hushed(request.socket)) return;
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
    if (hushed(client)) return;
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
      if (!hushed(client)) behind.write(data);
    });
    behind.on('data', (data) => {
      if (hushed(client)) return;
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
      // Whoever is silent does not say that the other side has gone either.
      if (!hushed(client)) client.end();
    });
  }

  const server = createServer(pass);
  server.on('connection', keep);
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
  const proxy: WebProxy = {
    url: `http://127.0.0.1:${address.port}`,
    target,
    buffers: false,
    refusesUpgrades: false,
    cutsAfter: () => null,
    get silent() {
      return silent;
    },
    set silent(next) {
      silent = next;
      if (next) for (const socket of sockets) dead.add(socket);
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
