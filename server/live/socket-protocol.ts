// Owns the `graphql-transport-ws` protocol: who may connect, and how an operation of a WebSocket is prepared and executed. Not the WebSockets themselves (socket.ts).
import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql';
import { CloseCode, makeServer, type OperationResult, type Server, type SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import { shown, shownDatabaseProblem } from '../database-problem.ts';
import type { Engines } from '../graphql/engine-choice.ts';
import type { Engine } from '../graphql/graphql.ts';
import { documentOf, type TrustedDocuments } from '../graphql/trusted-document.ts';
import { clientOf } from '../http/request-log.ts';
import { splitTarget } from '../http/request-target.ts';
import { unauthenticatedMessage } from '../http/response.ts';
import { credentialsOfConnection, type Gate, type Identity } from '../sign-in/identity.ts';
import type { OpenConnections } from './connection.ts';
import { type ConnectionLimits, Shares } from './connection-limit.ts';
import { nextMessageHead, type Serialized, type SerializedPayloads } from './serialized-payload.ts';
import { serializedOf } from './sharing.ts';

/** How long a client may take to send `connection_init`, in milliseconds. */
const initTimeout = 5_000;
/** The maximum number of open operations of one WebSocket. */
const maxOperations = 100;

/** What operations over WebSockets need. */
export interface ProtocolParts {
  readonly engines: Engines;
  readonly documents: TrustedDocuments;
  readonly gate: Gate;
  readonly connections: OpenConnections;
  readonly limits: ConnectionLimits;
  readonly logger: Logger;
}

/** What is kept for each WebSocket. */
export interface SocketState {
  readonly request: IncomingMessage;
  readonly socket: WebSocket;
  readonly payloads: SerializedPayloads;
  /** Sends a message, if nothing waits to be sent: `head`, then the payload and a closing brace. False: it was not sent. */
  readonly sendDirectly: (head: string, payload: Serialized) => boolean;
  /** Counts it as unauthenticated until it is disposed. */
  readonly isNew: Disposable;
  /** The open operations, by id. */
  readonly operations: Map<string, OpenOperation>;
  /** Set once the client is authenticated. */
  connection: Disposable | null;
}

/** An operation that has not ended. */
export interface OpenOperation extends Disposable {
  /** Stops its execution: the client has cancelled it or has disconnected. */
  abort(): void;
}

/** The close code after which a client tries again later (RFC 6455, IANA registry). */
const tryAgainLater = 1013;

type Enveloped = ReturnType<Engine['getEnveloped']>;
type ConnectionParams = Readonly<Record<string, unknown>> | undefined;

/** Makes the protocol server of graphql-ws; socket.ts connects WebSockets to it. */
export function createProtocol(parts: ProtocolParts): Server<SocketState> {
  const { gate, limits } = parts;
  const sockets = new Shares<number>({ total: limits.sockets, perOwner: limits.socketsPerUser });
  const operations = new Shares<number>({ total: limits.operations, perOwner: limits.operationsPerUser });
  /** The Yoga instance that prepared an operation also executes it. */
  const prepared = new WeakMap<ExecutionArgs, Enveloped>();
  const preparedBy = (args: ExecutionArgs): Enveloped => {
    const enveloped = prepared.get(args);
    if (!enveloped) throw new Error('this operation was not prepared');
    return enveloped;
  };
  return makeServer<Record<string, unknown>, SocketState>({
    connectionInitWaitTimeout: initTimeout,
    execute: (args): OperationResult => preparedBy(args).execute(args),
    subscribe: (args): OperationResult => preparedBy(args).subscribe(args),
    onConnect: ({ connectionParams, extra: state }) => connect(parts, sockets, state, connectionParams),
    async onSubscribe({ connectionParams, extra: state, subscriptions }, id, payload) {
      if (Object.keys(subscriptions).length > maxOperations) {
        state.socket.close(4429, 'Too many operations');
        return [tooManyOperations()];
      }
      const identity = await identityOrErrors(gate, state, connectionParams);
      if (Array.isArray(identity)) return identity;
      const share = operations.take(identity.user.id);
      if (!share) return [tooManyOperations()];
      const signal = openOperation(state, id, share);
      const operation = await prepare(parts, state, {
        identity,
        params: connectionParams,
        id,
        payload,
        signal,
      });
      if (Array.isArray(operation)) {
        state.operations.get(id)?.[Symbol.dispose]();
        return operation;
      }
      prepared.set(operation.args, operation.enveloped);
      return operation.args;
    },
    onNext({ extra: state }, _id, _payload, _args, result) {
      const serialized = serializedOf(result);
      if (serialized !== null) return state.payloads.placeholder(serialized);
      const { data, errors } = result;
      if (!errors) return undefined;
      return { ...(data === undefined ? {} : { data }), errors: errors.map(shown) };
    },
    onError: (_context, _id, _payload, errors) => errors.map(shown),
    onComplete({ extra: state }, id) {
      state.operations.get(id)?.[Symbol.dispose]();
    },
    onClose({ extra: state }) {
      state.connection?.[Symbol.dispose]();
      for (const operation of state.operations.values()) {
        operation.abort();
        operation[Symbol.dispose]();
      }
    },
  });
}

/** Authenticates a WebSocket and registers it. Returns whether it may be used; otherwise graphql-ws closes it. */
async function connect(
  { gate, connections }: ProtocolParts,
  sockets: Shares<number>,
  state: SocketState,
  params: ConnectionParams,
): Promise<boolean> {
  const identity = await identify(gate, state, params);
  if (!identity || state.socket.readyState !== state.socket.OPEN) return false;
  const share = sockets.take(identity.user.id);
  if (!share) {
    state.socket.close(tryAgainLater, 'Too many WebSockets are open');
    return false;
  }
  state.isNew[Symbol.dispose]();
  const connection = connections.add(identity, () => state.socket.close(CloseCode.Forbidden, 'Forbidden'));
  state.connection = {
    [Symbol.dispose]: () => {
      connection[Symbol.dispose]();
      share[Symbol.dispose]();
    },
  };
  return true;
}

const identify = (gate: Gate, { request }: SocketState, params: ConnectionParams): Promise<Identity | null> =>
  gate.identify(credentialsOfConnection(request.headers, params, gate), 'page');

/** Authenticates each operation again: access may have changed since the WebSocket was opened. */
async function identityOrErrors(
  gate: Gate,
  state: SocketState,
  params: ConnectionParams,
): Promise<Identity | GraphQLError[]> {
  try {
    const identity = await identify(gate, state, params);
    if (identity) return identity;
  } catch (error) {
    const problem = databaseProblemOf(error);
    if (!problem) throw error;
    const { message, extensions } = shownDatabaseProblem(problem);
    return [new GraphQLError(message, { extensions })];
  }
  state.socket.close(CloseCode.Forbidden, 'Forbidden');
  return [new GraphQLError(unauthenticatedMessage, { extensions: { code: 'UNAUTHENTICATED' } })];
}

/** Counts an operation until it is disposed. Returns the signal that stops its execution. */
function openOperation({ operations }: SocketState, id: string, share: Disposable): AbortSignal {
  const stop = new AbortController();
  operations.set(id, {
    abort: () => stop.abort(),
    [Symbol.dispose]: () => {
      operations.delete(id);
      share[Symbol.dispose]();
    },
  });
  return stop.signal;
}

/** As Yoga answers it over HTTP. */
const unknownOperation = (): GraphQLError =>
  new GraphQLError('Could not determine what operation to execute.', {
    extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
  });

const badRequest = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });

const tooManyOperations = (): GraphQLError =>
  new GraphQLError('You have too many open operations. Close some of them first.', {
    extensions: { code: 'TOO_MANY_OPERATIONS' },
  });

/** An operation as it arrived. `params`: the payload of `connection_init`. */
interface Incoming {
  readonly identity: Identity;
  readonly params: ConnectionParams;
  readonly id: string;
  readonly payload: SubscribePayload;
  readonly signal: AbortSignal;
}

/** Parses and validates an operation; an array: its errors. */
async function prepare(
  { engines, documents, logger }: ProtocolParts,
  { request, sendDirectly }: SocketState,
  { identity, params, id, payload, signal }: Incoming,
): Promise<{ args: ExecutionArgs; enveloped: Enveloped } | GraphQLError[]> {
  const address = request.socket.remoteAddress ?? null;
  const query = new URLSearchParams(splitTarget(request.url ?? '/').query);
  const head = nextMessageHead(id);
  const enveloped = engines.of(query).getEnveloped({
    identity,
    address,
    client: clientOf({ ...request.headers, ...params }),
    // A WebSocket has no headers after its upgrade.
    addHeader: () => {},
    signal,
    openStream: () => true,
    deliver: (result: Serialized) => !signal.aborted && sendDirectly(head, result),
    params: { extensions: payload.extensions ?? {} },
  });
  try {
    // GraphiQL uses HTTP only. Over a WebSocket the web client sends trusted documents, and a token any document.
    const source = documentOf(payload, documents, identity.token !== null) ?? '';
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document: enveloped.parse(source),
      operationName: payload.operationName ?? null,
      variableValues: payload.variables ?? null,
      contextValue: await enveloped.contextFactory(),
    };
    const errors: readonly GraphQLError[] = enveloped.validate(args.schema, args.document);
    if (errors.length > 0) return [...errors];
    if (!getOperationAST(args.document, args.operationName)) return [unknownOperation()];
    logger.debug(
      { user: identity.user.name, operation: payload.operationName },
      'operation over a WebSocket',
    );
    return { args, enveloped };
  } catch (error) {
    return [error instanceof GraphQLError ? error : badRequest('The operation cannot be parsed.')];
  }
}
