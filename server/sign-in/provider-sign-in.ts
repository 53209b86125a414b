// Owns how a browser signs in at the identity provider: leaving for it, coming back, and the words of what went wrong. Not the protocol (provider.ts), not how the link is redeemed that it ends in (sign-in.ts).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import {
  AttemptNotUsable,
  attemptLifetime,
  completeAttempt,
  createAttempt,
  redeemAttempt,
  TooManyAttempts,
} from '../../schema/model/account/provider-attempt.ts';
import { newSecret } from '../../schema/model/account/session.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import { sameOriginPath } from '../../schema/text/same-origin-path.ts';
import { isPublicHost } from '../origin.ts';
import { sendJson, sendText } from '../response.ts';
import { cookieValue } from './identity.ts';
import type { Provider } from './provider.ts';
import { ProviderFailure, type ProviderProblem } from './provider-failure.ts';
import type { RefusedSignIns } from './refused-sign-in.ts';
import { bindingCookieName } from './sign-in.ts';

/** What signing in at the provider works with. */
export interface ProviderParts {
  readonly db: Database;
  readonly logger: Logger;
  /** Null: none is configured. */
  readonly provider: Provider | null;
  readonly publicUrl: string | null;
  readonly refusals: RefusedSignIns;
}

/** `attempt`: used, expired, or another browser's · `busy`: too many at once · `database`: it is in trouble · `none`: no provider is configured. The page has a sentence for each. */
type Problem = ProviderProblem | 'attempt' | 'busy' | 'database' | 'none';

/** `GET /sign-in/ways`: how one can sign in here, for the sign-in page. Links of the deployment host always work. */
export async function sendWays(response: ServerResponse, provider: Provider | null): Promise<void> {
  const way = provider && { name: provider.name, available: await provider.available() };
  sendJson(response, 200, { link: true, provider: way });
}

/** `GET /sign-in/provider?next=PATH`: sends the browser to the provider, with a cookie by which it is known when it comes back. */
export async function leaveForProvider(
  request: IncomingMessage,
  response: ServerResponse,
  { db, logger, provider, publicUrl }: ProviderParts,
): Promise<void> {
  const query = queryOf(request);
  const next = sameOriginPath(query.get('next'));
  if (provider === null || publicUrl === null) return sendProblem(response, 'none', next);
  // The provider sends people to the public name, so that is where the cookie must be. A proxy that hides the name they used is no reason to go in circles.
  if (!isPublicHost(request.headers.host, publicUrl) && query.get('at') !== 'public') {
    const there = new URLSearchParams({ next, at: 'public' });
    return sendThere(response, `${publicUrl}/sign-in/provider?${there}`);
  }
  try {
    const { url, ...kept } = await provider.departure();
    // Tabs that leave at the same time share it.
    const sent = cookieValue(request.headers.cookie, bindingCookieName);
    const binding = sent !== null && /^[\w-]{43}$/.test(sent) ? sent : newSecret();
    await createAttempt(db, { ...kept, binding, next });
    const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
    // Lax: the way back begins on a page of the provider.
    const cookie = `${bindingCookieName}=${binding}; Path=/sign-in; Max-Age=${attemptLifetime / 1_000}; HttpOnly; SameSite=Lax${secure}`;
    sendThere(response, url.href, { 'set-cookie': cookie });
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    logger.warn({ problem, why: whyOf(error) }, 'nobody could be sent to the identity provider');
    sendProblem(response, problem, next);
  }
}

/**
 * `GET /sign-in/callback`: the provider has sent the browser back. Ends in a link to the sign-in page, with a code that this browser alone
 * can redeem, or with the word of a problem. Whatever session there is stays as it is.
 */
export async function returnFromProvider(
  request: IncomingMessage,
  response: ServerResponse,
  { db, logger, provider, refusals }: ProviderParts,
): Promise<void> {
  if (provider === null) return sendProblem(response, 'none', '/');
  const address = request.socket.remoteAddress ?? null;
  const through = { channel: 'page', address };
  const query = queryOf(request);
  const [state, ...more] = query.getAll('state');
  const binding = cookieValue(request.headers.cookie, bindingCookieName);
  let next = '/';
  try {
    if (state === undefined || more.length > 0) throw new AttemptNotUsable('unknown');
    const { next: wish, ...kept } = await redeemAttempt(db, state, binding);
    next = sameOriginPath(wish);
    const person = await provider.arrival(query.toString(), { ...kept, state });
    const code = await completeAttempt(db, { person, binding: binding ?? '', through });
    logger.info({ user: person.name, groups: person.groups.length }, 'came back from the identity provider');
    sendThere(response, `/sign-in#${new URLSearchParams({ code, next })}`);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    const why = whyOf(error);
    logger.warn({ problem, why, address }, 'sign-in at the identity provider refused');
    // Of an attempt that never was nobody can say whose it is, and anybody can make it up.
    const recorded =
      problem !== 'database' && !(error instanceof AttemptNotUsable && error.rejection === 'unknown');
    // Nobody is let in either way, and the person is to learn what went wrong.
    if (recorded) await refusals.record({ user: null, address, why: `at the identity provider: ${why}` });
    sendProblem(response, problem, next);
  }
}

/** Null for a defect. */
function problemOf(error: unknown): Problem | null {
  if (error instanceof ProviderFailure) return error.problem;
  if (error instanceof AttemptNotUsable) return 'attempt';
  if (error instanceof TooManyAttempts) return 'busy';
  return databaseProblemOf(error) ? 'database' : null;
}

function whyOf(error: unknown): string {
  if (error instanceof AttemptNotUsable)
    return `the attempt is ${error.rejection === 'another browser' ? 'of another browser' : error.rejection}`;
  return error instanceof Error ? error.message : String(error);
}

const queryOf = (request: IncomingMessage): URLSearchParams =>
  new URL(request.url ?? '/', 'http://own.invalid').searchParams;

function sendProblem(response: ServerResponse, problem: Problem, next: string): void {
  sendThere(response, `/sign-in#${new URLSearchParams({ problem, next })}`);
}

function sendThere(
  response: ServerResponse,
  location: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(response, 303, 'Go on there.', { location, ...headers });
}
