// Owns the listening HTTP server, from opening to closing. Not the routes (route.ts), not what they share (context.ts).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { databaseProblemOf } from '../schema/model/store/problem.ts';
import { browserUrl } from '../schema/process/address.ts';
import { errorCode } from '../schema/process/error.ts';
import { RepeatedFailure } from '../schema/process/repeated-failure.ts';
import { openContext, type ServerContext, type ServerOptions } from './context.ts';
import type { DataSources } from './data-sources.ts';
import { sendDatabaseProblem } from './database-problem.ts';
import { enterBasePath, sendOutside } from './http/base-path.ts';
import { openExchange } from './http/exchange.ts';
import { type ListenPlace, openListeners } from './http/listener.ts';
import { isLocalClient, type OwnNames, rejectionOf } from './http/origin.ts';
import { answerWithId, logRejection, logRequest } from './http/request-log.ts';
import { useOriginForm } from './http/request-target.ts';
import { sendRefusal, sendText, setSecurityHeaders } from './http/response.ts';
import { acceptUpgrade, isWebSocketUpgrade } from './live/upgrade.ts';
import { answerRequest } from './route.ts';

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** The URL for a browser on this host, without a trailing slash; for a Unix socket, that of a tunnel to it. */
  readonly url: string;
  readonly port: number;
  /** For tests and measurements. */
  readonly sources: DataSources;
  /** Stops listening, closes all connections (WebSockets with 1001) and all watchers. Idempotent. */
  close(): Promise<void>;
}

/** How long open requests may take after {@link RunningServer.close} was called, in milliseconds. */
const closeTimeout = 2_000;

/**
 * Starts a server. Rejects when it cannot listen on the address, and with a ConfigurationError when the client secret of the identity provider
 * cannot be read.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const context = await openContext(options);
  const { allowedHosts: allowed } = options.configuration;
  const place: ListenPlace = {
    socket: null,
    socketMode: 0o600,
    inherited: [],
    ...options.listen,
    ...placeOf(options),
  };
  const own = { host: place.host, port: place.port, allowed, publicUrl: context.publicUrl };
  const openResponses = new Set<ServerResponse>();
  const { servers, port } = await openListeners(place, () => createHttpServer(own, openResponses, context));
  own.port = port;
  for (const server of servers) {
    // A connection that cannot be accepted (too many open files) must not end the process.
    server.on('error', (error) => context.logger.error({ err: error }, 'could not accept a connection'));
  }
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= closeServers(servers, openResponses, context);
    return closed;
  };
  return {
    url: browserUrl({ ...place, port, basePath: options.configuration.basePath }),
    port,
    sources: context.sources,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const placeOf = ({ configuration: { host, port } }: ServerOptions): Pick<ListenPlace, 'host' | 'port'> => ({
  host,
  port,
});

/** A server with all handlers, which does not listen yet. */
function createHttpServer(own: OwnNames, openResponses: Set<ServerResponse>, context: ServerContext): Server {
  const { logger, sockets, basePath } = context;
  const databaseProblem = new RepeatedFailure(logger, 'requests failed: database problem');
  const server = createServer({ shouldUpgradeCallback: isWebSocketUpgrade }, (request, response) => {
    openResponses.add(response);
    response.once('close', () => openResponses.delete(response));
    useOriginForm(request);
    const isBelow = enterBasePath(basePath, request);
    answerWithId(request, response, () => {
      logRequest(request, response, context);
      answer(request, response, { own, isBelow }, context).catch((error: unknown) =>
        answerError(response, error, { logger, databaseProblem }),
      );
    });
  });
  server.on('upgrade', (request, socket, head) => {
    useOriginForm(request);
    acceptUpgrade(request, socket, head, { own, sockets, logger, basePath });
  });
  return server;
}

/** Checks Host and Origin, then routes the request. `isBelow`: whether it is below the base path. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { own, isBelow }: { own: OwnNames; isBelow: boolean },
  context: ServerContext,
): Promise<void> {
  const rejection = rejectionOf(request, own, { isLocal: isLocalClient(request) });
  const isTrustedHost = rejection?.status !== 400 && rejection?.status !== 421;
  setSecurityHeaders(response, isTrustedHost ? (request.headers.host ?? '') : '');
  if (rejection) {
    logRejection(request, rejection, context.logger);
    sendRefusal(response, rejection);
  } else if (!isBelow) sendOutside(context.basePath, request, response);
  else await answerRequest(openExchange(request, response, context));
}

/** Where an error of a request is logged. */
interface ErrorLog {
  readonly logger: Logger;
  /** Those for which the database is the reason. */
  readonly databaseProblem: RepeatedFailure;
}

function answerError(response: ServerResponse, error: unknown, { logger, databaseProblem }: ErrorLog): void {
  const { req: request } = response;
  // The client has disconnected before its whole request arrived. Nobody reads an answer, and strangers must not fill the log with errors.
  if (request.destroyed && !request.complete && errorCode(error) === 'ECONNRESET') {
    logger.debug({ err: error }, 'the client disconnected during its request');
    return;
  }
  const problem = databaseProblemOf(error);
  if (problem) databaseProblem.failed(problem);
  else logger.error({ err: error }, 'request failed');
  if (response.headersSent) response.destroy();
  else if (problem) sendDatabaseProblem(response, problem);
  else sendText(response, 500, 'Internal error in SpiderPig. See the log of the server.');
}

async function closeServers(
  servers: readonly Server[],
  openResponses: ReadonlySet<ServerResponse>,
  context: ServerContext,
): Promise<void> {
  const closed = Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))),
  );
  context.closing.abort();
  await context.sockets.close();
  // Event streams never end by themselves, and their clients reconnect. Other responses may finish.
  for (const response of openResponses) {
    if (response.getHeader('content-type') === 'text/event-stream') response.destroy();
  }
  for (const server of servers) server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, closeTimeout);
  await closed;
  clearTimeout(timer);
  await context[Symbol.asyncDispose]();
}
