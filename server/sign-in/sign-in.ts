// Owns how a browser signs in and out: the link's code in, cookie and page key out. Not what a session is (schema/model/account/session.ts).
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { Banned } from '../../schema/model/account/ban.ts';
import {
  endSession,
  LinkNotUsable,
  redeemSignInLink,
  sessionLifetime,
} from '../../schema/model/account/session.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { sendJson, sendUnauthenticated } from '../response.ts';
import {
  cookieName,
  cookieNameAt,
  cookieValue,
  credentialsOfRequest,
  type Gate,
  sessionOf,
  userOf,
} from './identity.ts';
import type { RefusedSignIns } from './refused-sign-in.ts';

/** A code is 43 characters: whoever sends more than this sends something else. In bytes. */
const longestBody = 4_096;

/** What signing in and out works with. */
export interface SignInParts {
  readonly db: Database;
  readonly gate: Gate;
  readonly refusals: RefusedSignIns;
  readonly logger: Logger;
}

/** The cookie that binds a link to the browser that came back from the identity provider. */
export const bindingCookieName = 'spiderpig-sign-in';

/** `Set-Cookie` of a session; null takes it back. Pure. */
export function sessionCookie(
  headers: IncomingHttpHeaders,
  publicUrl: string | null,
  secret: string | null,
): string {
  const name = cookieNameAt(headers.host, publicUrl);
  // Browsers send the Origin of a POST; where that is https there is TLS before us. Headers of proxies are not trusted.
  const tls = name !== cookieName || headers.origin?.startsWith('https://');
  const seconds = secret === null ? 0 : sessionLifetime / 1000;
  return `${name}=${secret ?? ''}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${tls ? '; Secure' : ''}`;
}

/** `POST /sign-in` with `{"code":"…"}`: 200 with cookie and page key, 403 when the link cannot be used, 400 and 413 for what is no such request. */
export async function signIn(
  request: IncomingMessage,
  response: ServerResponse,
  { db, gate, refusals, logger }: SignInParts,
): Promise<void> {
  const code = await receiveCode(request, response);
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

/** `POST /sign-out` with the page's key: ends the session and everything that is open in it. 204; 401 for whoever is not signed in. */
export async function signOut(
  request: IncomingMessage,
  response: ServerResponse,
  { db, gate, logger }: SignInParts,
): Promise<void> {
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

/** The code in a request of the form `{"code":"…"}`; null when it was something else, and is answered already with 400 or 413. */
export async function receiveCode(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | null> {
  const body = await readBody(request, longestBody);
  const code = body === null ? null : codeOf(body);
  if (body === null)
    sendJson(response, 413, { message: 'The request is too long.' }, { connection: 'close' });
  else if (code === null) sendJson(response, 400, { message: 'The request must be {"code":"…"}.' });
  return code;
}

/** The whole body as text; null when it is longer than `longest` bytes. */
export async function readBody(request: IncomingMessage, longest: number): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    const bytes = Buffer.from(piece);
    length += bytes.length;
    if (length > longest) return null;
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
