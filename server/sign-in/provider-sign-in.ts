// Owns signing in at the identity provider: the redirect to it, its callback, and what the sign-in page shows on failure. Not the protocol (provider.ts), not redeeming the code that the callback ends with (sign-in.ts).
import type { ServerResponse } from 'node:http';
import {
  AccountTaken,
  AttemptNotUsable,
  attemptLifetime,
  completeAttempt,
  createAttempt,
  redeemAttempt,
  TooManyAttempts,
} from '../../schema/model/account/provider-attempt.ts';
import { newSecret } from '../../schema/model/account/secret.ts';
import { NameNotAccepted } from '../../schema/model/account/user.ts';
import { databaseProblemOf } from '../../schema/model/store/problem.ts';
import { sameOriginPath } from '../../schema/text/same-origin-path.ts';
import type { Exchange } from '../http/exchange.ts';
import { isPublicHost } from '../http/origin.ts';
import { sendJson, sendText } from '../http/response.ts';
import { cookieScope } from './identity.ts';
import { ProviderFailure, type ProviderProblem } from './provider-failure.ts';
import { bindingCookie, bindingsOf } from './sign-in.ts';

/**
 * Why a sign-in failed; the sign-in page has a text for each.
 * - `attempt`: the attempt was used before, expired, or belongs to another browser.
 * - `taken`: the account of the name belongs to another person at the provider.
 * - `busy`: too many attempts at the same time.
 * - `database`: the database is unavailable.
 * - `none`: no provider is configured.
 */
type Problem = ProviderProblem | 'attempt' | 'taken' | 'busy' | 'database' | 'none';

/** `GET /sign-in/ways`: the available ways to sign in, for the sign-in page. Sign-in links always work. */
export async function sendSignInWays({ response, context: { provider } }: Exchange): Promise<void> {
  const way = provider && { name: provider.name, available: await provider.available() };
  sendJson(response, 200, { link: true, provider: way });
}

/** `GET /sign-in/provider?next=PATH`: redirects to the provider, with a cookie that binds the sign-in to this browser. */
export async function redirectToProvider(exchange: Exchange): Promise<void> {
  const { request, response, context, query } = exchange;
  const { db, logger, provider, publicUrl, basePath } = context;
  const next = sameOriginPath(query.get('next'));
  if (provider === null || publicUrl === null) return sendProblem(exchange, 'none', next);
  // The provider redirects to the public host, so the cookie must be set there. `at` prevents a redirect loop behind a proxy that changes the Host.
  if (!isPublicHost(request.headers.host, publicUrl) && query.get('at') !== 'public') {
    const search = new URLSearchParams({ next, at: 'public' });
    return redirectTo(response, `${publicUrl}${basePath}/sign-in/provider?${search}`);
  }
  const proofHash = query.get('proof');
  // A browser keeps a secret for the sign-in that it begins, which only the page can make: see SignInLink.proofHash.
  if (proofHash === null && request.headers['sec-fetch-mode'] === 'navigate')
    return redirect(exchange, `/sign-in#${new URLSearchParams({ start: 'provider', next })}`);
  try {
    if (!context.signInRates.admits(request.socket.remoteAddress ?? '')) throw new TooManyAttempts();
    const { url, ...expected } = await provider.authorizationRequest();
    // Always a new one: something else could have set a cookie that was sent.
    const binding = newSecret();
    await createAttempt(db, { ...expected, binding, proofHash: isHash(proofHash) ? proofHash : null, next });
    const bound = { state: expected.state, binding, seconds: attemptLifetime / 1_000 };
    const scope = cookieScope(new URL(publicUrl).host, context);
    redirectTo(response, url.href, { 'set-cookie': bindingCookie(bound, scope) });
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    logger.warn({ problem, why: whyOf(error) }, 'could not redirect to the identity provider');
    sendProblem(exchange, problem, next);
  }
}

/**
 * `GET /sign-in/callback`: the provider redirected the browser here. Redirects to the sign-in page, with a code that only this browser can redeem,
 * or with a {@link Problem}. An existing session is not changed.
 */
export async function returnFromProvider(exchange: Exchange): Promise<void> {
  const { request, context, query } = exchange;
  const { db, logger, provider, refusals } = context;
  if (provider === null) return sendProblem(exchange, 'none', '/');
  const address = request.socket.remoteAddress ?? null;
  const through = { channel: 'page', address };
  const [state, ...more] = query.getAll('state');
  const bindings = bindingsOf(request, context);
  let next = '/';
  try {
    if (state === undefined || more.length > 0) throw new AttemptNotUsable('unknown');
    const { next: wanted, browserHash, proofHash, ...expected } = await redeemAttempt(db, state, bindings);
    next = sameOriginPath(wanted);
    const person = await provider.authenticate(query.toString(), { ...expected, state });
    const code = await completeAttempt(db, { person, browserHash, proofHash: proofHash ?? null, through });
    logger.info(
      { user: person.name, groups: person.groups.length },
      'authenticated at the identity provider',
    );
    redirect(exchange, `/sign-in#${new URLSearchParams({ code, next })}`);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    const why = whyOf(error);
    logger.warn({ problem, why, address }, 'sign-in at the identity provider refused');
    // Not for an unknown attempt: anyone can send one, and it says nothing about who sent it.
    const recorded =
      problem !== 'database' && !(error instanceof AttemptNotUsable && error.rejection === 'unknown');
    const user = error instanceof AccountTaken ? error.user : null;
    if (recorded) await refusals.record({ user, address, why: `at the identity provider: ${why}` });
    sendProblem(exchange, problem, next);
  }
}

/** Null for any other error. */
function problemOf(error: unknown): Problem | null {
  if (error instanceof ProviderFailure) return error.problem;
  if (error instanceof AttemptNotUsable) return 'attempt';
  if (error instanceof TooManyAttempts) return 'busy';
  if (error instanceof AccountTaken) return 'taken';
  if (error instanceof NameNotAccepted) return 'name';
  return databaseProblemOf(error) ? 'database' : null;
}

function whyOf(error: unknown): string {
  if (error instanceof AttemptNotUsable)
    return error.rejection === 'another browser'
      ? 'the attempt belongs to another browser'
      : `the attempt is ${error.rejection}`;
  return error instanceof Error ? error.message : String(error);
}

/** A SHA-256, hexadecimal. */
const isHash = (value: string | null): value is string => value !== null && /^[0-9a-f]{64}$/.test(value);

function sendProblem(exchange: Exchange, problem: Problem, next: string): void {
  redirect(exchange, `/sign-in#${new URLSearchParams({ problem, next })}`);
}

/** Redirects to a path below the base path. */
const redirect = ({ response, context }: Exchange, path: string): void =>
  redirectTo(response, `${context.basePath}${path}`);

function redirectTo(
  response: ServerResponse,
  location: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(response, 303, `See ${location.split(/[?#]/, 1)[0]}.`, { location, ...headers });
}
