// Owns the base path: which requests are below it, and the answer to those that are not. Not how the web client learns it (static-files.ts).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { splitTarget } from './request-target.ts';
import { sendText } from './response.ts';

/** The URL of a request as it would be at `/`; null if it is not below the base path. Pure. */
export function urlBelow(basePath: string, url: string): string | null {
  if (basePath === '') return url;
  return url.startsWith(`${basePath}/`) ? url.slice(basePath.length) : null;
}

/** Removes the base path from the URL of a request, so that nothing behind has to know it. False: the request is not below it. */
export function enterBasePath(basePath: string, request: IncomingMessage): boolean {
  const url = urlBelow(basePath, request.url ?? '/');
  if (url !== null) request.url = url;
  return url !== null;
}

/** Answers a request that is not below the base path: `/` and the base path without its slash are redirected, all others are not found. */
export function sendOutside(basePath: string, request: IncomingMessage, response: ServerResponse): void {
  const { path, query } = splitTarget(request.url ?? '/');
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (reads && (path === '/' || path === basePath)) {
    const location = `${basePath}/${query === '' ? '' : `?${query}`}`;
    sendText(response, 307, `See ${basePath}/.`, { location });
  } else sendText(response, 404, `SpiderPig is served below ${basePath}/.`, { connection: 'close' });
}
