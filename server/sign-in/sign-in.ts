// Owns signing in with the code of a link, and signing out. Not what a session is (schema/model/account/session.ts).
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Banned } from '../../schema/model/account/ban.ts';
import { hashSecret } from '../../schema/model/account/secret.ts';
import { endSession, sessionLifetime } from '../../schema/model/account/session.ts';
import { LinkNotUsable, redeemSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { type ApiToken, revokeOwnToken, TokenNotFound } from '../../schema/model/account/token.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendJson, sendUnauthenticated } from '../http/response.ts';
import {
  type CookieScope,
  cookieScope,
  credentialsOfRequest,
  type Identity,
  type PublicPlace,
  sessionOf,
  userOf,
} from './identity.ts';

/** In bytes; a code has 43 characters. */
const maxBody = 4_096;

/** Comes after the name of the scope in the names of cookies that bind sign-ins at the identity provider to one browser; {@link bindingCookie} completes the name. */
const bindingSuffix = '-sign-in-';
/** How many of them are looked at. */
const maxBindings = 16;

/**
 * The `Set-Cookie` header that binds one attempt to this browser, for `seconds`. Each attempt has its own cookie, so that one which something else
 * has set is never taken over, and attempts in several tabs do not disturb each other. Pure.
 */
export function bindingCookie(
  { state, binding, seconds }: { state: string; binding: string; seconds: number },
  { secure, name: base, path }: CookieScope,
): string {
  const name = `${base}${bindingSuffix}${hashSecret(state).slice(0, 12)}`;
  // Lax, because the callback is a navigation from the site of the provider.
  return `${name}=${binding}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** The values of all cookies that bind sign-ins to this browser. Pure. */
export function bindingsOf({ headers }: Pick<IncomingMessage, 'headers'>, place: PublicPlace): string[] {
  const prefix = `${cookieScope(headers.host, place).name}${bindingSuffix}`;
  const values = (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [name, value] = pair.trim().split('=', 2);
    return name?.startsWith(prefix) && value ? [value] : [];
  });
  // The newest ones: browsers send older cookies first.
  return values.slice(-maxBindings);
}

/** The `Set-Cookie` header of a session; `secret` null: removes the cookie. Pure. */
export function sessionCookie(
  headers: IncomingHttpHeaders,
  place: PublicPlace,
  secret: string | null,
): string {
  const { secure, name, path } = cookieScope(headers.host, place);
  // An https Origin means that a proxy in front of this server uses TLS. Headers that proxies add are not trusted.
  const tls = secure || headers.origin?.startsWith('https://');
  const seconds = secret === null ? 0 : sessionLifetime / 1000;
  return `${name}=${secret ?? ''}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${tls ? '; Secure' : ''}`;
}

/** `POST /sign-in` with `{"code":"…"}`: 200 with cookie and page key, 403 when the link cannot be used, 400 and 413 for a malformed request. */
export async function signIn(exchange: Exchange): Promise<void> {
  const { request, response, context } = exchange;
  const { db, gate, refusals, logger, signInRates } = context;
  if (!signInRates.admits(request.socket.remoteAddress ?? '')) {
    const message = 'Too many sign-ins from this address. Wait a minute, then try again.';
    sendJson(response, 429, { message }, { 'retry-after': '60', connection: 'close' });
    return;
  }
  const body = await receiveObject(exchange);
  if (body === null) return;
  const code = textMember(exchange, body, 'code');
  if (code === null) return;
  const proof = memberOf(body, 'proof');
  try {
    const address = request.socket.remoteAddress ?? null;
    const browser = {
      bindings: bindingsOf(request, gate),
      address,
      agent: request.headers['user-agent'] ?? null,
      ...(proof === undefined ? {} : { proof: typeof proof === 'string' ? proof : null }),
    };
    const isComplete = !context.configuration.secondFactor;
    const { secret, pageKey } = await redeemSignInLink(db, code, browser, Date.now(), isComplete);
    const judgement = await gate.judge({ by: 'session', secret, others: [], pageKey }, 'page');
    logger.info({ user: userOf(judgement)?.name ?? null, standing: judgement.standing }, 'signed in');
    sendJson(response, 200, { pageKey }, { 'set-cookie': sessionCookie(request.headers, gate, secret) });
  } catch (error) {
    if (!(error instanceof LinkNotUsable || error instanceof Banned)) throw error;
    const address = request.socket.remoteAddress ?? null;
    const why = error instanceof Banned ? 'banned' : error.why;
    logger.warn({ address, why }, 'sign-in refused');
    await refusals.record({ user: error.user, address, why });
    sendJson(response, 403, { message: error.message });
  }
}

/**
 * `POST /sign-out` with the page key: ends the session and closes its connections. 204; 401 without a session. With a token of any scope: revokes
 * this token and closes its connections. 200.
 */
export async function signOut(exchange: Exchange): Promise<void> {
  const { request, response, context } = exchange;
  const { db, gate, logger } = context;
  const judgement = await gate.judge(credentialsOfRequest(request.headers, gate), 'page');
  if (judgement.standing === 'in' && judgement.identity.token !== null)
    return await revokeToken(exchange, judgement.identity, judgement.identity.token);
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
    'set-cookie': sessionCookie(request.headers, gate, null),
    'cache-control': 'no-store',
  });
  response.end();
}

async function revokeToken(
  { request, response, context: { db, logger } }: Exchange,
  { user }: Identity,
  { id, name }: ApiToken,
): Promise<void> {
  try {
    const through = { channel: `token ${name}`, address: request.socket.remoteAddress ?? null };
    await revokeOwnToken(db, { user, through }, id);
    logger.info({ token: id }, 'token revoked by itself');
    sendJson(response, 200, { revoked: true });
  } catch (error) {
    // Revoked meanwhile.
    if (!(error instanceof TokenNotFound)) throw error;
    sendUnauthenticated(response);
  }
}

/** The text `name` in a request of the form `{"name":"…"}`; null if the request was malformed, and was answered with 400 or 413. */
export async function receiveMember(exchange: Exchange, name: string): Promise<string | null> {
  const body = await receiveObject(exchange);
  return body === null ? null : textMember(exchange, body, name);
}

/** The parsed body of a small request, `{}` if it is malformed; null if it is too large, and was answered with 413. */
export async function receiveObject({ request, response }: Exchange): Promise<object | null> {
  const body = await readBody(request, maxBody);
  if (body !== null) return parsed(body);
  sendJson(response, 413, { message: 'The request is too large.' }, { connection: 'close' });
  return null;
}

/** A member that must be a text; null if it is not, and the request was answered with 400. */
export function textMember({ response }: Exchange, body: object, name: string): string | null {
  const value = memberOf(body, name);
  if (typeof value === 'string') return value;
  sendJson(response, 400, { message: `The request must be {"${name}":"…"}.` });
  return null;
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

/** A member of a parsed body; undefined if none exists. Pure. */
export const memberOf = (body: object, name: string): unknown =>
  Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;

function parsed(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
