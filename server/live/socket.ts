// Owns GraphQL over WebSocket: the `graphql-transport-ws` protocol on `ws`, its limits and its closing. Not what is executed (graphql.ts).
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ExecutionArgs, type FormattedExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type OperationResult } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import type { Engine } from '../graphql/graphql.ts';
import { documentOf, type TrustedDocuments } from '../graphql/trusted-document.ts';
import { unauthenticatedMessage } from '../response.ts';
import { credentialsOfConnection, type Gate, type Identity } from '../sign-in/identity.ts';
import { shown, shownTrouble } from '../trouble.ts';
import { sharedText } from './sharing.ts';
import type { Visitors } from './visitor.ts';

/** The largest message of a client, in bytes. */
const largestMessage = 65_536;
/** How long a client may take to send `connection_init`, in milliseconds. */
const initTimeout = 5_000;
/** How often a client is pinged; one that has not answered by the next ping is gone. In milliseconds. */
const defaultPingInterval = 12_000;
/** How many operations one socket may have open. */
const mostOperations = 100;

/** The sockets of this server. */
export interface Sockets {
  readonly count: number;
  /** Takes over an upgrade request whose Host, Origin and path are right. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Closes all with 1001, so that clients come back elsewhere or later; resolves when they are gone. */
  close(): Promise<void>;
}

interface Extra {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  seat: Disposable | null;
  /** Texts that are about to be sent, by their number in the message. */
  readonly texts: Map<number, string>;
  lastText: number;
}

/**
 * Stands for a payload that is written already: graphql-ws would write it anew for each subscriber. It becomes a number, which no payload is;
 * `whole` puts the text in its place.
 */
class Written implements FormattedExecutionResult {
  readonly data = null;
  readonly #number: number;

  constructor(number: number) {
    this.#number = number;
  }

  toJSON(): number {
    return this.#number;
  }
}

/** The message as it is sent. What a client chose (its operation's id) is inside of quotes: it cannot look like this end. */
function whole(message: string, texts: Map<number, string>): string {
  if (texts.size === 0) return message;
  const from = message.lastIndexOf(',"payload":');
  const found = from === -1 ? null : /^,"payload":(\d+)\}$/.exec(message.slice(from, from + 40));
  const number = Number(found?.[1]);
  const text = found && texts.get(number);
  if (text == null) return message;
  texts.delete(number);
  return `${message.slice(0, from)},"payload":${text}}`;
}

type Enveloped = ReturnType<Engine['getEnveloped']>;

export function openSockets(parts: {
  engine: Engine;
  documents: TrustedDocuments;
  gate: Gate;
  visitors: Visitors;
  logger: Logger;
  /** How many sockets there are at most. */
  most: number;
  pingInterval?: number;
}): Sockets {
  const { engine, documents, gate, visitors, logger, most, pingInterval = defaultPingInterval } = parts;
  /** Which engine prepared an operation: it also executes it. */
  const prepared = new WeakMap<ExecutionArgs, Enveloped>();
  const preparedBy = (args: ExecutionArgs): Enveloped => {
    const enveloped = prepared.get(args);
    if (!enveloped) throw new Error('an operation that was not prepared');
    return enveloped;
  };

  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: initTimeout,
    execute: (args): OperationResult => preparedBy(args).execute(args),
    subscribe: (args): OperationResult => preparedBy(args).subscribe(args),
    async onConnect({ connectionParams, extra }) {
      const credentials = credentialsOfConnection(extra.request.headers, connectionParams, gate.publicUrl);
      const identity = await gate.identify(credentials, 'page');
      if (!identity) return false;
      if (extra.socket.readyState !== extra.socket.OPEN) return false;
      extra.seat = visitors.enter(identity, () => extra.socket.close(CloseCode.Forbidden, 'Forbidden'));
      return true;
    },
    async onSubscribe({ connectionParams, extra, subscriptions }, _id, payload) {
      if (Object.keys(subscriptions).length > mostOperations) {
        extra.socket.close(4429, 'Too many operations');
        return [new GraphQLError('Too many operations over one connection.')];
      }
      // Anew for each operation: rights can have changed since the socket was opened.
      const credentials = credentialsOfConnection(extra.request.headers, connectionParams, gate.publicUrl);
      let identity: Identity | null;
      try {
        identity = await gate.identify(credentials, 'page');
      } catch (error) {
        const trouble = databaseProblemOf(error);
        if (!trouble) throw error;
        const { message, extensions } = shownTrouble(trouble);
        return [new GraphQLError(message, { extensions })];
      }
      if (!identity) {
        extra.socket.close(CloseCode.Forbidden, 'Forbidden');
        return [new GraphQLError(unauthenticatedMessage, { extensions: { code: 'UNAUTHENTICATED' } })];
      }
      const enveloped = engine.getEnveloped({
        identity,
        address: extra.request.socket.remoteAddress ?? null,
      });
      try {
        // GraphiQL asks over HTTP alone: over a socket a page has its own documents, and a token any.
        const source = documentOf(payload, documents, identity.token !== null) ?? '';
        const args: ExecutionArgs = {
          schema: enveloped.schema,
          document: enveloped.parse(source),
          operationName: payload.operationName ?? null,
          variableValues: payload.variables ?? null,
          contextValue: await enveloped.contextFactory(),
        };
        const errors: readonly GraphQLError[] = enveloped.validate(args.schema, args.document);
        if (errors.length > 0) return errors;
        logger.debug(
          { user: identity.user.name, operation: payload.operationName },
          'operation over a socket',
        );
        prepared.set(args, enveloped);
        return args;
      } catch (error) {
        return [error instanceof GraphQLError ? error : new GraphQLError('This operation cannot be read.')];
      }
    },
    onNext({ extra }, _id, _payload, _args, result) {
      const text = sharedText(result);
      if (text === null) return;
      const number = ++extra.lastText;
      extra.texts.set(number, text);
      return new Written(number);
    },
    onError: (_context, _id, _payload, errors) => errors.map(shown),
    onClose({ extra }) {
      extra.seat?.[Symbol.dispose]();
    },
  });

  const server = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessage,
    handleProtocols,
    perMessageDeflate: false,
    clientTracking: true,
  });

  server.on('connection', (socket, request) => {
    const extra: Extra = { request, socket, seat: null, texts: new Map(), lastText: 0 };
    let answered = true;
    const ping = setInterval(() => {
      if (!answered) {
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
    }, pingInterval);
    socket.on('pong', () => {
      answered = true;
    });
    // What the library closes by itself: a message too large (1009), a broken frame (1002).
    socket.on('error', (error) => logger.debug({ err: error }, 'socket error'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) resolve();
            // Called once the message has left for the network: whoever is slow holds back only their own operation.
            else socket.send(whole(data, extra.texts), (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => {
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              logger.debug({ err: error }, 'socket message could not be handled');
              const trouble = databaseProblemOf(error);
              // 1013: come back later.
              if (trouble) socket.close(1013, trouble.message);
              else socket.close(CloseCode.BadRequest, 'Bad message');
            });
          });
        },
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      clearInterval(ping);
      closed(code, String(reason)).catch((error: unknown) => {
        logger.error({ err: error }, 'socket could not be left');
      });
    });
  });

  return {
    get count() {
      return server.clients.size;
    },
    accept(request, socket, head) {
      if (server.clients.size >= most) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request));
    },
    async close() {
      const gone = [...server.clients].map((client) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        client.once('close', () => resolve());
        client.close(1001, 'Going away');
        // A client that does not answer the closing is not waited for.
        const late = setTimeout(() => client.terminate(), 1_000);
        return promise.finally(() => clearTimeout(late));
      });
      await Promise.all(gone);
      server.close();
    },
  };
}
