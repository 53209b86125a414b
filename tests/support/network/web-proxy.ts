// Owns a faulty proxy in front of a web server: it can buffer, refuse upgrades, drop connections and hang. Not the one in front of PostgreSQL (proxy.ts).
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Opens a proxy on a free port. `headers` are added to each request, for example to sign in the client. */
export async function openWebProxy(
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<WebProxy> {
  const proxy = new WebProxy(target, headers);
  await proxy.listen();
  return proxy;
}

/** A proxy. Its faults can be changed at any time. */
export class WebProxy implements AsyncDisposable {
  /** The URL of the server behind it. It can be changed. */
  target: string;
  /** Whether responses are forwarded only when they are complete. */
  buffers = false;
  /** Whether upgrades are answered with 502. */
  refusesUpgrades = false;
  /** Returns the number of bytes to the client after which a streaming connection is dropped. Called once per connection. `null` if never. */
  cutsAfter: () => number | null = () => null;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sockets = new Set<Socket | Duplex>();
  readonly #blocked = new WeakSet<Socket | Duplex>();
  readonly #server = createServer((request, response) => this.#pass(request, response));
  #hanging = false;
  #cuts = 0;

  constructor(target: string, headers: Readonly<Record<string, string>>) {
    this.target = target;
    this.#headers = headers;
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (request, client) => this.#upgrade(request, client));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** `http://127.0.0.1:PORT`. */
  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Whether the proxy hangs: open connections stay blocked permanently, new ones as long as this is true. */
  get hanging(): boolean {
    return this.#hanging;
  }

  set hanging(next: boolean) {
    this.#hanging = next;
    if (next) for (const socket of this.#sockets) this.#blocked.add(socket);
  }

  /** The number of dropped connections. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Drops all connections. */
  cut(): void {
    this.#cuts += this.#sockets.size;
    this.#destroyAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#destroyAll();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket | Duplex): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #isBlocked(socket: Socket | Duplex): boolean {
    if (this.#hanging) this.#blocked.add(socket);
    return this.#blocked.has(socket);
  }

  /**
   * Forwards the chunks of one streaming connection with `pass` until the limit of {@link cutsAfter} is reached: the bytes before the limit go to `cut`.
   */
  #limited(pass: (data: Buffer) => void, cut: (rest: Buffer) => void): (data: Buffer) => void {
    const left = this.cutsAfter();
    let passed = 0;
    return (data) => {
      if (left !== null && passed + data.length > left) {
        this.#cuts++;
        cut(data.subarray(0, left - passed));
        return;
      }
      passed += data.length;
      pass(data);
    };
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isBlocked(request.socket)) return;
    const { hostname, port } = new URL(this.target);
    const limited = this.#limited(
      (data) => response.write(data),
      (rest) => {
        response.write(rest, () => request.socket.destroy());
        behind.destroy();
      },
    );
    const { url: path, method } = request;
    const behind = send(
      { hostname, port, path, method, headers: { ...request.headers, ...this.#headers }, agent: false },
      (answer) => this.#answer(request, response, { answer, limited }),
    );
    behind.on('socket', (socket) => this.#keep(socket));
    behind.on('error', () => {
      if (!response.headersSent) response.writeHead(502).end();
      else request.socket.destroy();
    });
    response.on('close', () => behind.destroy());
    request.pipe(behind);
  }

  /** Forwards the answer of the server behind the proxy. Only event streams are limited. */
  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { answer, limited }: { answer: IncomingMessage; limited: (data: Buffer) => void },
  ): void {
    const held: Buffer[] = [];
    const streams = answer.headers['content-type'] === 'text/event-stream';
    const { buffers } = this;
    if (!buffers) {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
    }
    answer.on('data', (data: Buffer) => {
      if (this.#isBlocked(request.socket)) return;
      if (buffers) held.push(data);
      else if (streams) limited(data);
      else response.write(data);
    });
    answer.on('error', () => request.socket.destroy());
    answer.on('end', () => {
      if (this.#isBlocked(request.socket)) return;
      if (!buffers) response.end();
      else response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(held));
    });
  }

  #upgrade(request: IncomingMessage, client: Duplex): void {
    this.#keep(client);
    if (this.#isBlocked(client)) return;
    if (this.refusesUpgrades) {
      client.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(this.target);
    const behind = connect(Number(port), hostname);
    this.#keep(behind);
    const headers = Object.entries({ ...request.headers, ...this.#headers });
    const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n');
    behind.write(`GET ${request.url} HTTP/1.1\r\n${lines}\r\n\r\n`);
    const limited = this.#limited(
      (data) => client.write(data),
      (rest) => {
        client.write(rest, () => client.destroy());
        behind.destroy();
      },
    );
    client.on('data', (data) => {
      if (!this.#isBlocked(client)) behind.write(data);
    });
    behind.on('data', (data) => {
      if (!this.#isBlocked(client)) limited(data);
    });
    client.on('close', () => behind.destroy());
    behind.on('close', () => {
      // A blocked connection does not forward the end of the other side either.
      if (!this.#isBlocked(client)) client.end();
    });
  }
}
