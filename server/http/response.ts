// Owns the security headers of every HTTP response, and simple responses: text, JSON, 401, 405.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The content security policy: that of the web client, or the weaker one that GraphiQL needs. */
export type Policy = 'web client' | 'graphiql';

/** Sets the headers that every response has. `host`: the `Host` header once it was checked; empty before. */
export function setSecurityHeaders(
  response: ServerResponse,
  host: string,
  policy: Policy = 'web client',
): void {
  // In current browsers 'self' includes WebSockets; older ones need them listed.
  const sockets = host === '' ? '' : ` ws://${host} wss://${host}`;
  const monaco = policy === 'graphiql';
  response.setHeader(
    'content-security-policy',
    [
      "default-src 'none'",
      "script-src 'self'",
      // The editor of GraphiQL creates style elements.
      `style-src 'self'${monaco ? " 'unsafe-inline'" : ''}`,
      "img-src 'self' data:",
      `connect-src 'self'${sockets}`,
      `font-src 'self'${monaco ? ' data:' : ''}`,
      // The web client never turns text into markup or script, so browsers may forbid it. The editor of GraphiQL does.
      ...(monaco
        ? ["worker-src 'self' blob:"]
        : [
            "require-trusted-types-for 'script'",
            // The one policy of the page names the service worker (client/web/header/push.ts).
            'trusted-types service-worker',
            "manifest-src 'self'",
          ]),
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  );
  // Answers are for one user, unless the route says otherwise (static files).
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
}

/** Sends one line of text. */
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

/** Sends a complete body; for a HEAD request only its headers. */
export function send(
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** What a request is refused with. `code`: as in `extensions.code` of a GraphQL error. */
export interface HttpRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Refuses a request with a line of text; at `/graphql` in the form of a GraphQL response, so that tools find a code in every error. */
export function sendRefusal(
  response: ServerResponse,
  { status, code, message }: HttpRefusal,
  headers: Readonly<Record<string, string>> = {},
): void {
  const all = { connection: 'close', ...headers };
  if (response.req.url?.split('?', 1)[0] === '/graphql')
    sendJson(response, status, { errors: [{ message, extensions: { code } }] }, all);
  else sendText(response, status, message, all);
}

/** Sends 401 in the form of a GraphQL response. `why`: a more specific message, and what else the error says to programs. */
export function sendUnauthenticated(
  response: ServerResponse,
  why?: { readonly message: string; readonly banned?: true; readonly token?: string },
): void {
  const { message, ...more } = why ?? { message: unauthenticatedMessage };
  const extensions = { code: 'UNAUTHENTICATED', ...more };
  sendJson(response, 401, { errors: [{ message, extensions }] });
}

export const unauthenticatedMessage =
  'You are not signed in. Run `spiderpig login` on the deployment host to get a sign-in link, or send a token.';

/** Sends 405. `allow`: the methods for the `Allow` header, separated by commas. */
export function sendMethodNotAllowed(response: ServerResponse, allow: string): void {
  const message = `Only ${allow} is allowed here.`;
  sendRefusal(response, { status: 405, code: 'METHOD_NOT_ALLOWED', message }, { allow });
}

/** Whether the body is JSON, by its `Content-Type`. Pure. */
export const isJson = ({ headers }: IncomingMessage): boolean =>
  mediaTypeOf(headers['content-type']) === 'application/json';

/** The media type without its parameters, in lower case. Pure. */
export const mediaTypeOf = (contentType: string | undefined): string | undefined =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase();
