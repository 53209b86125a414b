// Owns what every HTTP response carries, and plain answers. Not their content.
import type { ServerResponse } from 'node:http';

/** Where scripts, styles and connections may come from. */
export type Policy = 'page' | 'graphiql';

/** Sets the headers of every response. `host` is the request's own, already judged; empty before that. */
export function secure(response: ServerResponse, host: string, policy: Policy = 'page'): void {
  // 'self' is WebSockets too in browsers of today; older ones want them named.
  const sockets = host === '' ? '' : ` ws://${host} wss://${host}`;
  const monaco = policy === 'graphiql';
  response.setHeader(
    'content-security-policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      // The editor of GraphiQL writes style elements.
      `style-src 'self'${monaco ? " 'unsafe-inline'" : ''}`,
      "img-src 'self' data:",
      `connect-src 'self'${sockets}`,
      `font-src 'self'${monaco ? ' data:' : ''}`,
      // Our page makes no markup and no script of text, so no text may become any. The editor of GraphiQL does.
      ...(monaco
        ? ["worker-src 'self' blob:"]
        : ["require-trusted-types-for 'script'", "trusted-types 'none'"]),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
}

/** Answers with a line of text. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, `${text}\n`, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, JSON.stringify(value), {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
}

/** Answers with a body that is there as a whole. A HEAD request gets its headers alone. */
export function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** The answer to whoever is not signed in, in the shape of GraphQL's. `ban`: what somebody who is banned is told. */
export function sendUnauthenticated(response: ServerResponse, ban?: string): void {
  const extensions = { code: 'UNAUTHENTICATED', ...(ban === undefined ? {} : { banned: true }) };
  sendJson(response, 401, { errors: [{ message: ban ?? unauthenticatedMessage, extensions }] });
}

export const unauthenticatedMessage =
  'You are not signed in. Run `spiderpig login` on the deployment host for a sign-in link, or send a token.';
