// Owns the routing table: for each path and method, who may send the request and which function answers it.
import type { IncomingMessage } from 'node:http';
import { roleByRule } from '../schema/graphql/builder.ts';
import { banErrorOf } from '../schema/model/account/ban.ts';
import { tokenProblem } from '../schema/model/account/token.ts';
import { includesRole } from '../schema/model/account/user.ts';
import { sendAudit } from './account/audit-export.ts';
import { sendGraphiqlFile, sendGraphiqlPage } from './graphql/graphiql.ts';
import { answerGraphql } from './graphql/request.ts';
import { sendSchemaJson, sendSchemaText } from './graphql/schema-file.ts';
import type { Exchange } from './http/exchange.ts';
import { isLocalClient } from './http/origin.ts';
import {
  isJson,
  sendJson,
  sendMethodNotAllowed,
  sendRefusal,
  sendText,
  sendUnauthenticated,
} from './http/response.ts';
import { sendStaticFile } from './http/static-files.ts';
import { sendJobLog } from './log/download.ts';
import { sendReadiness } from './monitoring/health.ts';
import { sendMetrics } from './monitoring/scrape.ts';
import { sendJobPage } from './plain/job-page.ts';
import { sendListPage } from './plain/list-page.ts';
import { sendNeedsHttps } from './plain/page.ts';
import { backChannelLogout } from './sign-in/back-channel-logout.ts';
import { beginDevice, decideDevice, pollDevice, sendDeviceRequest } from './sign-in/device.ts';
import {
  cookieScope,
  credentialsOfRequest,
  type Identity,
  type Proof,
  type SessionIdentity,
} from './sign-in/identity.ts';
import {
  answerAddPasskey,
  answerBeginPasskey,
  beginPasskeySignIn,
  receivePasskey,
} from './sign-in/passkey.ts';
import { redirectToProvider, returnFromProvider, sendSignInWays } from './sign-in/provider-sign-in.ts';
import { signIn, signOut } from './sign-in/sign-in.ts';
import { receiveSecondFactor, sendStanding } from './sign-in/standing.ts';
import { sendTicket, ticketTarget } from './sign-in/ticket-request.ts';

type Answer<Arguments extends readonly unknown[]> = (
  exchange: Exchange,
  ...more: Arguments
) => Promise<void> | void;

/**
 * One row of the table. Its `access`: who may send a request.
 * - `public`: anyone; the function checks credentials itself, if any.
 * - `local or page key`: clients on this host, and others with a page key or a token.
 * - `cookie`: a session cookie or a token. Only for static files: any program on this host receives the cookie, because browsers send it to every port.
 * - `browser`: the same; others are redirected to the sign-in page.
 * - `https cookie`: a token, or a session cookie at the public https address: its name begins with `__Host-`, and programs on other ports of a loopback
 *   address do not receive it. For pages without scripts, which cannot send a page key. Others are redirected, or get an explanation.
 * - `page key`: a token, or a session cookie with the page key, which no other web site has.
 * - `session`: as `page key`, but not with a token.
 * - `admin`: as `page key`, with the role admin, which no token has.
 *
 * Its `why`: why this is safe, where neither a page key nor a token is needed. docs/rights.md shows the table (route-access.ts).
 */
export type Route = {
  /** GET also answers HEAD, unless `head` is false. */
  readonly method: 'GET' | 'POST';
  /** The whole path, or a pattern for it. */
  readonly path: string | RegExp;
  /** False where a request has effects: HEAD must have none. */
  readonly head?: false;
  /** Requires `Content-Type: application/json`, which neither an HTML form nor a link can send. */
  readonly json?: true;
  /** Only for requests that accept this media type; others get 405. */
  readonly accept?: string;
  /** Accepts a ticket instead of the page key: for downloads, which are links. */
  readonly ticket?: true;
} & (
  | { readonly access: 'public' | 'local or page key'; readonly why: string; readonly answer: Answer<[]> }
  | {
      readonly access: 'cookie' | 'browser' | 'https cookie';
      readonly why: string;
      readonly answer: Answer<[identity: Identity]>;
    }
  | {
      readonly access: 'page key' | 'admin';
      readonly why?: never;
      readonly answer: Answer<[identity: Identity]>;
    }
  | {
      readonly access: 'session';
      readonly why?: never;
      readonly answer: Answer<[identity: SessionIdentity]>;
    }
);

/** All routes. Paths without a row are served from the built web client. */
export const routes: readonly Route[] = [
  { method: 'POST', path: '/graphql', json: true, access: 'page key', answer: answerGraphql },
  // Operations are never executed by GET: a link or an image on another web site could send one.
  {
    method: 'GET',
    path: '/graphql',
    head: false,
    accept: 'text/html',
    access: 'browser',
    why: 'the page of GraphiQL, without data; its requests need the page key',
    answer: sendGraphiqlPage,
  },
  { method: 'GET', path: '/schema.graphql', access: 'page key', answer: sendSchemaText },
  { method: 'GET', path: '/schema.json', access: 'page key', answer: sendSchemaJson },
  {
    method: 'GET',
    path: /^\/graphql\//,
    access: 'cookie',
    why: 'static files of GraphiQL',
    answer: sendGraphiqlFile,
  },

  { method: 'GET', path: '/sign-in', access: 'public', why: 'the web client', answer: sendStaticFile },
  {
    method: 'POST',
    path: '/sign-in',
    json: true,
    access: 'public',
    why: 'the code of a link is the proof',
    answer: signIn,
  },
  {
    method: 'GET',
    path: '/sign-in/ways',
    access: 'public',
    why: 'the name of the identity provider',
    answer: sendSignInWays,
  },
  {
    method: 'GET',
    path: '/sign-in/standing',
    access: 'public',
    why: 'whether the client itself is signed in',
    answer: sendStanding,
  },
  {
    method: 'POST',
    path: '/sign-in/second-factor',
    json: true,
    access: 'public',
    why: 'the page key and the code of the second factor are the proof',
    answer: receiveSecondFactor,
  },
  {
    method: 'POST',
    path: '/sign-in/passkey/begin',
    json: true,
    access: 'public',
    why: 'the page key is the proof',
    answer: beginPasskeySignIn,
  },
  {
    method: 'POST',
    path: '/sign-in/passkey',
    json: true,
    access: 'public',
    why: 'the page key and the signature of the passkey are the proof',
    answer: receivePasskey,
  },
  { method: 'POST', path: '/passkeys/begin', json: true, access: 'session', answer: answerBeginPasskey },
  { method: 'POST', path: '/passkeys', json: true, access: 'session', answer: answerAddPasskey },
  {
    method: 'GET',
    path: '/sign-in/provider',
    head: false,
    access: 'public',
    why: 'a redirect',
    answer: redirectToProvider,
  },
  {
    method: 'GET',
    path: '/sign-in/callback',
    head: false,
    access: 'public',
    why: 'the answer of the provider is the proof',
    answer: returnFromProvider,
  },
  {
    method: 'POST',
    path: '/sign-in/back-channel-logout',
    access: 'public',
    why: 'the logout token is the proof',
    answer: backChannelLogout,
  },
  {
    method: 'POST',
    path: '/sign-out',
    access: 'public',
    why: 'ends the access of the client itself; the page key or the token is the proof',
    answer: signOut,
  },
  {
    method: 'POST',
    path: '/device/code',
    json: true,
    access: 'public',
    why: 'gives nothing until a user confirms it',
    answer: beginDevice,
  },
  {
    method: 'POST',
    path: '/device/token',
    json: true,
    access: 'public',
    why: 'the device code is the proof',
    answer: pollDevice,
  },
  { method: 'POST', path: '/device/request', json: true, access: 'session', answer: sendDeviceRequest },
  { method: 'POST', path: '/device/decision', json: true, access: 'session', answer: decideDevice },

  {
    method: 'GET',
    path: '/healthz',
    access: 'public',
    why: 'that the process runs',
    answer: ({ response }) => sendText(response, 200, 'ok'),
  },
  {
    method: 'GET',
    path: '/readyz',
    access: 'public',
    why: 'whether the database responds',
    answer: sendReadiness,
  },
  {
    method: 'GET',
    path: '/metrics',
    access: 'local or page key',
    why: 'counts, to clients of this host',
    answer: sendMetrics,
  },
  { method: 'POST', path: '/ticket', json: true, access: 'session', answer: sendTicket },
  { method: 'GET', path: '/audit.jsonl', access: 'admin', ticket: true, answer: sendAudit },
  {
    method: 'GET',
    path: '/plain',
    access: 'https cookie',
    why: 'the cookie of the public https address is sent to no other program',
    answer: sendListPage,
  },
  {
    method: 'GET',
    path: /^\/jobs\/[^/]+\/plain$/,
    access: 'https cookie',
    why: 'the same',
    answer: sendJobPage,
  },
  { method: 'GET', path: /^\/jobs\/[^/]+\/log\.txt$/, access: 'page key', ticket: true, answer: sendJobLog },
];

/** The route of all other paths. */
export const staticFiles: Route = {
  method: 'GET',
  path: /^/,
  access: 'public',
  why: 'the files of the web client',
  answer: sendStaticFile,
};

/** Answers a request by the table. */
export async function answerRequest(exchange: Exchange): Promise<void> {
  const { request, response, path } = exchange;
  const atPath = routes.filter((route) => matchesPath(route, path));
  const candidates = atPath.length > 0 ? atPath : [staticFiles];
  const route = candidates.find((each) => matchesRequest(each, request));
  if (!route) return sendMethodNotAllowed(response, allowedMethods(candidates));
  const refused = bodyRefusal(route, request);
  if (refused !== null)
    return sendRefusal(response, { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: refused });
  if (route.access === 'public') return await route.answer(exchange);
  if (route.access === 'local or page key') {
    if (isLocalClient(request) || (await identify(exchange, 'page'))) return await route.answer(exchange);
    return sendUnauthenticated(response);
  }
  const identity = await admit(exchange, route);
  if (!identity) return;
  watchBody(exchange, identity);
  if (route.access !== 'session') return await route.answer(exchange, identity);
  const { session } = identity;
  if (session !== null) return await route.answer(exchange, { ...identity, session });
  const message = 'This is only possible in a browser that is signed in, not with a token.';
  sendJson(response, 403, { message });
}

/**
 * Closes the request if its sender loses access before the whole body has arrived: the client decides how long that takes, so a body that is sent slowly
 * could otherwise be acted on minutes after a ban or a sign-out.
 */
function watchBody({ request, context: { connections } }: Exchange, identity: Identity): void {
  // Nearly all bodies arrive together with their headers. A client that has disconnected meanwhile sends no more, and its request closes no second time.
  if (request.complete || request.destroyed) return;
  const connection = connections.add(identity, () => request.destroy());
  request.once('close', () => connection[Symbol.dispose]());
}

/** Why the body cannot be read; null if it can. Pure. */
function bodyRefusal({ json }: Route, request: IncomingMessage): string | null {
  if (json && !isJson(request)) return 'Send application/json.';
  return isEncoded(request) ? 'Send the body without Content-Encoding.' : null;
}

/** Whether the body is compressed, which no route decodes. Pure. */
const isEncoded = ({ headers }: IncomingMessage): boolean =>
  (headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity';

const matchesPath = ({ path: wanted }: Route, path: string): boolean =>
  typeof wanted === 'string' ? wanted === path : wanted.test(path);

const matchesRequest = (
  { method, head, accept }: Route,
  { method: sent, headers }: IncomingMessage,
): boolean =>
  (sent === method || (sent === 'HEAD' && method === 'GET' && head !== false)) &&
  (accept === undefined || (headers.accept?.includes(accept) ?? false));

/** For the `Allow` header. A route that depends on `Accept` is left out. Pure. */
function allowedMethods(candidates: readonly Route[]): string {
  return candidates
    .filter(({ accept }) => accept === undefined)
    .flatMap(({ method, head }) => (method === 'GET' && head !== false ? ['GET', 'HEAD'] : [method]))
    .join(', ');
}

const identify = ({ request, context: { gate } }: Exchange, proof: Proof): Promise<Identity | null> =>
  gate.identify(credentialsOfRequest(request.headers, gate), proof);

/** The identity of a client that may use the route; null if the request was refused and answered. */
async function admit(exchange: Exchange, { access, ticket }: Route): Promise<Identity | null> {
  const { response } = exchange;
  if (access === 'cookie' || access === 'browser' || access === 'https cookie') {
    const identity = await identify(exchange, 'cookie');
    if (identity && access === 'https cookie' && !isProvedByCookie(exchange, identity)) {
      sendNeedsHttps(exchange);
      return null;
    }
    if (identity) return identity;
    if (access !== 'cookie')
      sendText(response, 303, 'Sign in first.', { location: `${exchange.context.basePath}/sign-in` });
    else sendUnauthenticated(response);
    return null;
  }
  const isByTicket = ticket === true && exchange.query.has('ticket');
  const identity = isByTicket ? await admitWithTicket(exchange) : await admitWithPageKey(exchange);
  if (identity === null) return null;
  if (access !== 'admin' || includesRole(identity.role, roleByRule.administer)) return identity;
  sendText(response, 403, 'Only an admin who is signed in with a browser may see this.');
  return null;
}

/** Whether these credentials prove who reads without a page key: a token, or a cookie that only this site receives. */
const isProvedByCookie = ({ host, context: { gate } }: Exchange, { session }: Identity): boolean =>
  session === null || cookieScope(host, gate).secure;

/** As {@link admit}. A banned user also gets the reason for the ban, and who sent a token what is wrong with it. */
async function admitWithPageKey({ request, response, context }: Exchange): Promise<Identity | null> {
  const { db, gate } = context;
  const credentials = credentialsOfRequest(request.headers, gate);
  const judgement = await gate.judge(credentials, 'page');
  if (judgement.standing === 'in') return judgement.identity;
  const ban = judgement.standing === 'banned' ? await banErrorOf(db.em(), judgement.user) : null;
  if (ban) sendUnauthenticated(response, { message: ban.message, banned: true });
  else if (credentials?.by === 'token') {
    const { problem, message } = await tokenProblem(db.em(), credentials.token);
    sendUnauthenticated(response, { message, token: problem });
  } else sendUnauthenticated(response);
  return null;
}

/** As {@link admit}. The ticket stands for the page key; the cookie is needed too. */
async function admitWithTicket(exchange: Exchange): Promise<Identity | null> {
  const { response, context } = exchange;
  const identity = await identify(exchange, 'cookie');
  const ticket = exchange.query.get('ticket') ?? '';
  if (identity?.session && context.tickets.redeem(identity.session, ticketTarget(exchange), ticket)) {
    exchange.query.delete('ticket');
    return identity;
  }
  sendText(
    response,
    401,
    'This download link was already used or has expired. Download it again from the page.',
  );
  return null;
}
