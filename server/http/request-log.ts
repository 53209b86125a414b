// Owns the line that is logged for each HTTP request, its id, and the line for one that is refused for its Host or Origin.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ClientName } from '../graphql/operation.ts';
import type { Rejection } from './origin.ts';

/** The id of the request that is being answered, in every line that is logged meanwhile. */
const currentRequest = new AsyncLocalStorage<{ readonly request: string }>();
/** What a line that is logged has of the current request; for pino's `mixin`. */
export const requestOfLine = (): object => ({ ...currentRequest.getStore() });

/** An id that a proxy gave a request. Anything else could forge lines, or make them long. */
const idOfProxy = /^[\w.:-]{1,64}$/;

/** Answers a request, which gets an id: that of the `x-request-id` header or a new one. It is in the response and in all lines of the log. */
export function answerWithId(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && idOfProxy.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', id);
  currentRequest.run({ request: id }, answer);
}

/** Paths that monitoring requests all the time; their lines have the level `debug`. */
const monitoring: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * Counts the request, and logs it, when its response is closed. The query is left out: it can hold secrets. An event stream is logged at its end.
 */
export function logRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { logger, metrics }: { logger: Logger; metrics: { countResponse(code: number): void } },
): void {
  const begin = performance.now();
  const id = currentRequest.getStore();
  response.once('close', () => {
    metrics.countResponse(response.statusCode);
    const path = request.url?.split('?', 1)[0]?.slice(0, longestLogged);
    const ms = Math.round(performance.now() - begin);
    const client = loggedClient(clientOf(request.headers));
    // Not by the mixin: the response is closed outside of the answer.
    const line = { ...id, method: request.method, path, client, status: response.statusCode, ms };
    logger[monitoring.has(path) ? 'debug' : 'info'](line, 'request');
  });
}

/** Logs a request that is refused before it is routed. Operators need this line to find a proxy that changes the Host. */
export function logRejection(
  { headers, method, url }: IncomingMessage,
  { status, message }: Rejection,
  logger: Logger,
): void {
  const [host, origin] = [headers.host, headers.origin].map(
    (value) => value?.slice(0, longestLogged) ?? null,
  );
  const path = url?.split('?', 1)[0]?.slice(0, longestLogged);
  logger.info({ status, method, path, host, origin, why: message }, 'request refused for its Host or Origin');
}

/** How much of a header is logged, in UTF-16 units. */
const longestLogged = 300;

/** The name and version of the client, from the headers of a request or the payload of `connection_init`. Pure. */
export function clientOf(sent: Readonly<Record<string, unknown>>): ClientName {
  const [name, version] = [sent['x-graphql-client-name'], sent['x-graphql-client-version']];
  return {
    name: typeof name === 'string' ? name : null,
    version: typeof version === 'string' ? version : null,
  };
}

/** As it is logged. Pure. */
function loggedClient({ name, version }: ClientName): string | undefined {
  return name === null ? undefined : `${name} ${version ?? ''}`.trim().slice(0, 100);
}
