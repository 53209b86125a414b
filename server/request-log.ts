// Owns the line that is logged for each HTTP request.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';

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

/** The name and version of the client, as it sends them. */
function clientOf(headers: IncomingHttpHeaders): string | undefined {
  const name = headers['x-graphql-client-name'];
  const version = headers['x-graphql-client-version'];
  return name === undefined
    ? undefined
    : `${String(name)} ${version === undefined ? '' : String(version)}`.trim().slice(0, 100);
}
