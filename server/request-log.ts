// Owns the line that is logged for each HTTP request, and for one that is refused for its Host or Origin.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Rejection } from './origin.ts';

/** Logs the request when its response is closed. The query is left out: it can hold secrets. */
export function logRequest(request: IncomingMessage, response: ServerResponse, logger: Logger): void {
  const begin = performance.now();
  response.once('close', () => {
    const path = request.url?.split('?', 1)[0];
    const ms = Math.round(performance.now() - begin);
    const client = clientOf(request.headers);
    logger.debug({ method: request.method, path, client, status: response.statusCode, ms }, 'request');
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

/** The name and version of the client, as it sends them. */
function clientOf(headers: IncomingHttpHeaders): string | undefined {
  const name = headers['x-graphql-client-name'];
  const version = headers['x-graphql-client-version'];
  return name === undefined
    ? undefined
    : `${String(name)} ${version === undefined ? '' : String(version)}`.trim().slice(0, 100);
}
