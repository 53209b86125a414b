// Owns the WebSockets of this server: accepting, pinging and closing them. Not what is sent over them (socket-protocol.ts).
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, type Server } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import type { ConnectionLimits } from './connection-limit.ts';
import { NewSockets } from './new-socket.ts';
import { frameOf, type Message, type Serialized, SerializedPayloads } from './serialized-payload.ts';
import { createProtocol, type ProtocolParts, type SocketState } from './socket-protocol.ts';

/** The maximum size of a message from a client, in bytes. */
const maxMessage = 65_536;
/** The interval between pings, in milliseconds. A client that has not answered by the next ping is disconnected. */
const defaultPingInterval = 12_000;
/** How long a client may take to answer a close frame, in milliseconds: one that does not would stay open until the second ping. */
const closeTimeout = 5_000;
/** The same while the server closes, in milliseconds. */
const goingAwayTimeout = 1_000;

/** A separate constant, because the types of ws do not know `closeTimeout` yet. */
const settings = {
  noServer: true,
  maxPayload: maxMessage,
  handleProtocols,
  perMessageDeflate: false,
  clientTracking: true,
  closeTimeout,
};

/** How to open a {@link SocketServer}. */
export interface SocketServerOptions extends ProtocolParts {
  readonly limits: ConnectionLimits;
  /** Milliseconds; default 12,000. */
  readonly pingInterval?: number;
}

/** The WebSockets of this server. */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #protocol: Server<SocketState>;
  readonly #server = new WebSocketServer(settings);

  readonly #newSockets: NewSockets;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#protocol = createProtocol(options);
    const { newSockets, newSocketsPerAddress } = options.limits;
    this.#newSockets = new NewSockets({ total: newSockets, perAddress: newSocketsPerAddress });
  }

  /** The number of open WebSockets. */
  get count(): number {
    return this.#server.clients.size;
  }

  /** Accepts an upgrade request whose Host, Origin and path were checked; 503 when its address has too many that are not authenticated yet. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#newSockets.admits(addressOf(request))) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#open(client, request));
  }

  #open(socket: WebSocket, request: IncomingMessage): void {
    const { logger, pingInterval = defaultPingInterval } = this.#options;
    const pings = ping(socket, pingInterval);
    const isNew = this.#newSockets.add(addressOf(request), () => socket.terminate());
    // Errors after which ws closes the socket: a message that is too large (1009), an invalid frame (1002).
    socket.on('error', (error) => logger.debug({ err: error }, 'WebSocket error'));
    const payloads = new SerializedPayloads();
    const state: SocketState = {
      request,
      socket,
      payloads,
      sendDirectly: (head, payload) => sendDirectly(socket, request.socket, head, payload),
      isNew,
      operations: new Map(),
      connection: null,
    };
    const closed = this.#protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, request.socket, payloads.fill(data)),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          socket.on('message', (data) => {
            const text = String(data);
            const cancelled = cancelledOperation(text);
            if (cancelled !== null) state.operations.get(cancelled)?.abort();
            handle(text).catch((error: unknown) => closeAfterError(socket, error, logger));
          });
        },
      },
      state,
    );
    socket.once('close', (code, reason) => {
      clearInterval(pings);
      isNew[Symbol.dispose]();
      closed(code, String(reason)).catch((error: unknown) => {
        logger.error({ err: error }, 'could not clean up after a closed WebSocket');
      });
    });
  }

  /** Closes all WebSockets with 1001, so that clients reconnect later or to another server. Resolves when all are closed. */
  async close(): Promise<void> {
    const closed = [...this.#server.clients].map((client) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      client.once('close', () => resolve());
      client.close(1001, 'Going away');
      const timer = setTimeout(() => client.terminate(), goingAwayTimeout);
      return promise.finally(() => clearTimeout(timer));
    });
    await Promise.all(closed);
    this.#server.close();
  }
}

const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';

/** The id of the operation that this message cancels; null for any other message. graphql-ws itself ends only subscriptions. Pure. */
function cancelledOperation(message: string): string | null {
  if (!message.includes('"complete"')) return null;
  try {
    const { type, id } = JSON.parse(message) ?? {};
    return type === 'complete' && typeof id === 'string' ? id : null;
  } catch {
    // graphql-ws closes the WebSocket.
    return null;
  }
}

/** Pings a client, and disconnects it when it has not answered by the next ping. */
function ping(socket: WebSocket, interval: number): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  return setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, interval);
}

/** Resolves once the message was written to the network, so that a slow client delays only its own operations. */
const send = (socket: WebSocket, stream: Duplex, message: Message): Promise<void> =>
  new Promise((resolve, reject) => {
    const written = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (socket.readyState !== socket.OPEN) resolve();
    else if (typeof message === 'string') socket.send(message, written);
    else sendFrame(stream, message, written);
  });

/**
 * Writes a frame whose parts are in several places: its payload, which may go to thousands of connections, is not copied for each of them. ws itself
 * writes its frames when they are sent, since it does not compress them, so the two do not mix.
 */
function sendFrame(stream: Duplex, parts: readonly Buffer[], written?: (error?: Error | null) => void): void {
  stream.cork();
  for (const part of parts) stream.write(part, part === parts.at(-1) ? written : undefined);
  stream.uncork();
}

/** Sends a message if the client has taken everything before it, so that a slow client delays only its own operations. */
function sendDirectly(socket: WebSocket, stream: Duplex, head: string, payload: Serialized): boolean {
  if (socket.readyState !== socket.OPEN || stream.writableLength > 0) return false;
  sendFrame(stream, frameOf(head, payload));
  return true;
}

function closeAfterError(socket: WebSocket, error: unknown, logger: Logger): void {
  logger.debug({ err: error }, 'could not process a WebSocket message');
  const problem = databaseProblemOf(error);
  // 1013: try again later.
  if (problem) socket.close(1013, problem.message);
  else socket.close(CloseCode.BadRequest, 'Bad message');
}
