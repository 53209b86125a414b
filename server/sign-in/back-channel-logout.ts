// Owns the back-channel logout: the identity provider reports that a user signed out there. Not the verification of the token (logout-token.ts).
import { endProviderSessions } from '../../schema/model/account/provider-logout.ts';
import type { Exchange } from '../http/exchange.ts';
import { mediaTypeOf, sendJson, sendText } from '../http/response.ts';
import type { LogoutToken } from './logout-token.ts';
import type { Provider } from './provider.ts';
import { readBody } from './sign-in.ts';

/** In bytes; a logout token has one or two kilobytes. */
const maxBody = 16_384;

/**
 * `POST /sign-in/back-channel-logout` with the form `logout_token=…` (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8): 200 when the sessions
 * ended or there were none; 400 for a request that is not accepted; 503 while the database has a problem.
 */
export async function backChannelLogout({ request, response, context }: Exchange): Promise<void> {
  const { db, logger, provider } = context;
  if (provider === null) return sendText(response, 404, 'No identity provider is configured.');
  // A form is safe here: the request needs no cookie, only the logout token.
  if (mediaTypeOf(request.headers['content-type']) !== 'application/x-www-form-urlencoded') {
    return sendText(response, 415, 'Send application/x-www-form-urlencoded.', { connection: 'close' });
  }
  const body = await readBody(request, maxBody);
  if (body === null) return sendText(response, 413, 'The request is too large.', { connection: 'close' });
  const address = request.socket.remoteAddress ?? null;
  const verified = await verifiedToken(body, provider).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn({ why, address }, 'back-channel logout refused');
    return null;
  });
  if (verified === null) {
    // The reason is only logged: it would help an attacker to forge a token.
    const answer = { error: 'invalid_request', error_description: 'The logout was refused.' };
    return sendJson(response, 400, answer);
  }
  const { session, subject, before, markUsed } = verified;
  // An error of the database is answered with 503: the token is valid, and the provider can send it again.
  const ended = await endProviderSessions(db, { session, subject, before }, { channel: 'provider', address });
  markUsed();
  logger.info({ ended, address }, 'signed out at the identity provider');
  sendText(response, 200, 'Signed out.');
}

/** Rejects with the reason when there is not one valid logout token. */
async function verifiedToken(body: string, provider: Provider): Promise<LogoutToken> {
  const [token, ...more] = new URLSearchParams(body).getAll('logout_token');
  if (token === undefined || more.length > 0) throw new Error('the request must have one logout token');
  return await provider.verifyLogoutToken(token);
}
