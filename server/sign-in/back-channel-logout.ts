// Owns what the identity provider says behind the browser's back: that somebody signed out there. Not whether it is believed (provider.ts).
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { endProviderSessions } from '../../schema/model/account/provider-logout.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { sendJson, sendText } from '../response.ts';
import type { Provider } from './provider.ts';
import { readBody } from './sign-in.ts';

/** A logout token is a kilobyte or two. In bytes. */
const longestBody = 16_384;

/**
 * `POST /sign-in/back-channel-logout` with the form `logout_token=…` (OpenID Connect Back-Channel Logout 1.0, 2.5 to 2.8): 200 when the sessions
 * are ended, or there were none; 400 for whatever went wrong.
 */
export async function backChannelLogout(
  request: IncomingMessage,
  response: ServerResponse,
  { db, logger, provider }: { db: Database; logger: Logger; provider: Provider | null },
): Promise<void> {
  if (provider === null) return sendText(response, 404, 'There is no identity provider here.');
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  // Whoever sends this needs no cookie and gets no session: the token proves it all.
  if (type !== 'application/x-www-form-urlencoded') {
    return sendText(response, 415, 'Send application/x-www-form-urlencoded.', { connection: 'close' });
  }
  const body = await readBody(request, longestBody);
  if (body === null) return sendText(response, 413, 'The request is too long.', { connection: 'close' });
  const address = request.socket.remoteAddress ?? null;
  try {
    const [token, ...more] = new URLSearchParams(body).getAll('logout_token');
    if (token === undefined || more.length > 0) throw new Error('there is no logout token');
    const { session, subject, before, spend } = await provider.goodbye(token);
    const ended = await endProviderSessions(
      db,
      { session, subject, before },
      { channel: 'provider', address },
    );
    spend();
    logger.info({ ended, address }, 'somebody signed out at the identity provider');
    sendText(response, 200, 'Signed out.');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn({ why, address }, 'a logout of the identity provider was refused');
    // What was wrong with it helps nobody but a forger; the log has it.
    const answer = { error: 'invalid_request', error_description: 'The logout was not carried out.' };
    sendJson(response, 400, answer);
  }
}
