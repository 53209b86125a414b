// Owns signing in with the code of a link, and signing out. Not what a session is (schema/model/account/session.ts).
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Banned } from '../../schema/model/account/ban.ts';
import { endSession, sessionLifetime } from '../../schema/model/account/session.ts';
import { LinkNotUsable, redeemSignInLink } from '../../schema/model/account/sign-in-link.ts';
import type { Exchange } from '../exchange.ts';
import { sendJson, sendUnauthenticated } from '../response.ts';
import {
  cookieName,
  cookieNameAt,
  cookieValue,
  credentialsOfRequest,
  sessionOf,
  userOf,
} from './identity.ts';

/** In bytes; a code has 43 characters. */
const maximumBody = 4_096;

/** The cookie that binds a sign-in at the identity provider to one browser. */
export const bindingCookieName = 'spiderpig-sign-in';

/** The `Set-Cookie` header of a session; `secret` null: removes the cookie. Pure. */
export function sessionCookie(
  headers: IncomingHttpHeaders,
  publicUrl: string | null,
  secret: string | null,
): string {
  const name = cookieNameAt(headers.host, publicUrl);
  // An https Origin means that a proxy in front of this server uses TLS. Headers that proxies add are not trusted.
  const tls = name !== cookieName || headers.origin?.startsWith('https://');
  const seconds = secret === null ? 0 : sessionLifetime / 1000;
  return `${name}=${secret ?? ''}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${tls ? '; Secure' : ''}`;
}

/** `POST /sign-in` with `{"code":"…"}`: 200 with cookie and page key, 403 when the link cannot be used, 400 and 413 for a malformed request. */
export async function signIn(exchange: Exchange): Promise<void> {
  const { request, response, context } = exchange;
  const { db, gate, refusals, logger } = context;
  const code = await receiveCode(exchange);
  if (code === null) return;
  try {
    const address = request.socket.remoteAddress ?? null;
    const { secret, pageKey } = await redeemSignInLink(db, code, {
      binding: cookieValue(request.headers.cookie, bindingCookieName),
      address,
      agent: request.headers['user-agent'] ?? null,
    });
    const judgement = await gate.judge({ by: 'session', secret, pageKey }, 'page');
    logger.info({ user: userOf(judgement)?.name ?? null, standing: judgement.standing }, 'signed in');
    sendJson(
      response,
      200,
      { pageKey },
      { 'set-cookie': sessionCookie(request.headers, gate.publicUrl, secret) },
    );
  } catch (error) {
    if (!(error instanceof LinkNotUsable || error instanceof Banned)) throw error;
    const address = request.socket.remoteAddress ?? null;
    const why = error instanceof Banned ? 'banned' : error.why;
    logger.warn({ address, why }, 'sign-in refused');
    await refusals.record({ user: error.user, address, why });
    sendJson(response, 403, { message: error.message });
  }
}

/** `POST /sign-out` with the page key: ends the session and closes its connections. 204; 401 without a session. */
export async function signOut({ request, response, context }: Exchange): Promise<void> {
  const { db, gate, logger } = context;
  const judgement = await gate.judge(credentialsOfRequest(request.headers, gate.publicUrl), 'page');
  const session = sessionOf(judgement);
  const user = userOf(judgement);
  if (session === null || user === null) {
    sendUnauthenticated(response);
    return;
  }
  const through = { channel: 'page', address: request.socket.remoteAddress ?? null };
  await endSession(db, session.id, Date.now(), { user, through });
  logger.info({ session: session.id }, 'signed out');
  response.writeHead(204, {
    'set-cookie': sessionCookie(request.headers, gate.publicUrl, null),
    'cache-control': 'no-store',
  });
  response.end();
}

/** The code in a request of the form `{"code":"…"}`; null: the request was malformed, and was answered with 400 or 413. */
export async function receiveCode({ request, response }: Exchange): Promise<string | null> {
  const body = await readBody(request, maximumBody);
  const code = body === null ? null : codeOf(body);
  if (body === null)
    sendJson(response, 413, { message: 'The request is too large.' }, { connection: 'close' });
  else if (code === null) sendJson(response, 400, { message: 'The request must be {"code":"…"}.' });
  return code;
}

/** The whole body as text; null when it has more than `maximum` bytes. */
export async function readBody(request: IncomingMessage, maximum: number): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    const bytes = Buffer.from(piece);
    length += bytes.length;
    if (length > maximum) return null;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function codeOf(body: string): string | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string'
      ? value.code
      : null;
  } catch {
    return null;
  }
}
