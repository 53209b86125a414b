// Owns the listening HTTP server, from opening to closing. Not the routes (route.ts), not what they share (context.ts).
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { databaseProblemOf } from '../schema/model/store/problem.ts';
import { openContext, type ServerContext, type ServerOptions } from './context.ts';
import type { DataSources } from './data-sources.ts';
import { sendDatabaseProblem } from './database-problem.ts';
import { openExchange } from './exchange.ts';
import { acceptUpgrade, isWebSocketUpgrade } from './live/upgrade.ts';
import { hostInUrl, type OwnNames, rejectionOf } from './origin.ts';
import { logRequest } from './request-log.ts';
import { sendText, setSecurityHeaders } from './response.ts';
import { answerRequest } from './route.ts';

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** `http://HOST:PORT`, without a trailing slash. */
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
  const { host, port: wantedPort, allowedHosts } = options.configuration;
  const own = { host, port: wantedPort, allowed: allowedHosts, publicUrl: context.publicUrl };
  const openResponses = new Set<ServerResponse>();
  const server = createServer({ shouldUpgradeCallback: isWebSocketUpgrade }, (request, response) => {
    context.counters.requests++;
    openResponses.add(response);
    response.once('close', () => openResponses.delete(response));
    logRequest(request, response, context.logger);
    answer(request, response, own, context).catch((error: unknown) =>
      answerError(response, error, context.logger),
    );
  });
  server.on('upgrade', (request, socket, head) =>
    acceptUpgrade(request, socket, head, { own, sockets: context.sockets }),
  );
  own.port = await listen(server, { host, port: wantedPort }, context.logger);
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= closeServer(server, openResponses, context);
    return closed;
  };
  return {
    url: `http://${hostInUrl(host)}:${own.port}`,
    port: own.port,
    sources: context.sources,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Checks Host and Origin, then routes the request. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  own: OwnNames,
  context: ServerContext,
): Promise<void> {
  const rejection = rejectionOf(request, own);
  const isTrustedHost = rejection?.status !== 400 && rejection?.status !== 421;
  setSecurityHeaders(response, isTrustedHost ? (request.headers.host ?? '') : '');
  if (rejection) sendText(response, rejection.status, rejection.message, { connection: 'close' });
  else await answerRequest(openExchange(request, response, context));
}

function answerError(response: ServerResponse, error: unknown, logger: Logger): void {
  logger.error({ err: error }, 'request failed');
  const problem = databaseProblemOf(error);
  if (response.headersSent) response.destroy();
  else if (problem) sendDatabaseProblem(response, problem);
  else sendText(response, 500, 'Internal error in SpiderPig. See the log of the server.');
}

/** Resolves with the port once the server listens. */
async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
  logger: Logger,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A connection that cannot be accepted (too many open files) must not end the process.
      server.on('error', (error) => logger.error({ err: error }, 'could not accept a connection'));
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function closeServer(
  server: Server,
  openResponses: ReadonlySet<ServerResponse>,
  context: ServerContext,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  context.closing.abort();
  await context.sockets.close();
  // Event streams never end by themselves, and their clients reconnect. Other responses may finish.
  for (const response of openResponses) {
    if (response.getHeader('content-type') === 'text/event-stream') response.destroy();
  }
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), closeTimeout);
  await closed;
  clearTimeout(timer);
  await context[Symbol.asyncDispose]();
}
