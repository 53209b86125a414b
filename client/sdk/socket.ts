// Owns subscriptions over one WebSocket, resumed after a lost connection. Not requests (request.ts).
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient as createSocket, type Client as Socket } from 'graphql-ws';
import { resumeIteration } from '../subscription/resume.ts';
import { fromGraphQLErrors, fromSubscription } from './error.ts';
import { type ClientOptions, endpointOf } from './options.ts';

/** Subscribes with fresh variables after each lost connection, until `isLast` accepts a result. */
export type Subscribe = <Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Variables,
  isLast: (data: Data) => boolean,
  signal?: AbortSignal,
) => AsyncGenerator<Data, void>;

/** Opens the socket when it is first needed. All subscriptions share it. */
export function openSubscriptions(options: ClientOptions): {
  readonly subscribe: Subscribe;
  readonly close: () => Promise<void>;
} {
  let socket: Socket | undefined;
  // Loads the WebSocket of Node, which most commands of the terminal do not need.
  const opened = (): Socket => {
    socket ??= openSocket(options);
    return socket;
  };
  const first = options.retryDelay ?? 250;
  // Several subscriptions lose one connection. Its loss and its return are reported once.
  let lost = 0;
  const onConnection = (state: 'live' | 'lost'): void => {
    if (state === 'lost' && lost++ === 0) options.onConnection?.('lost');
    if (state === 'live' && --lost === 0) options.onConnection?.('live');
  };
  const subscribe: Subscribe = async function* <Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: () => Variables,
    isLast: (data: Data) => boolean,
    signal?: AbortSignal,
  ) {
    let isLost = false;
    const iteration = resumeIteration({
      open: () => opened().iterate<Data>({ query: print(document), variables: variables() }),
      read: ({ data, errors }) => {
        if (errors && errors.length > 0) throw fromGraphQLErrors(errors);
        return data ?? undefined;
      },
      isLast,
      onError: (thrown) => {
        const error = fromSubscription(thrown);
        if (error.kind !== 'unreachable' && error.kind !== 'database') throw error;
      },
      onConnection: (state) => {
        isLost = state === 'lost';
        onConnection(state);
      },
      backOff: { first, longest: Math.max(first, 10_000) },
      signal,
    });
    try {
      yield* iteration;
    } finally {
      // It will not come back.
      if (isLost) lost--;
    }
  };
  return {
    subscribe,
    close: async () => {
      await socket?.dispose();
    },
  };
}

/** A WebSocket that is opened when needed, and closed when the server stops answering pings. */
function openSocket(options: ClientOptions): Socket {
  const url = endpointOf(options.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  let pong: ReturnType<typeof setTimeout> | undefined;
  const socket = createSocket({
    url: url.href,
    webSocketImpl: options.transport?.webSocket,
    connectionParams: {
      authorization: `Bearer ${options.token}`,
      'x-graphql-client-name': options.clientName,
      'x-graphql-client-version': options.clientVersion ?? '',
    },
    // graphql-ws would retry with the original variables, which would repeat lines; resumeIteration retries with the current cursor.
    retryAttempts: 0,
    keepAlive: 10_000,
    on: {
      ping: (received) => {
        if (!received) pong = setTimeout(() => socket.terminate(), 5_000);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
      closed: () => clearTimeout(pong),
    },
  });
  return socket;
}
