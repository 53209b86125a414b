// Owns the requests with which a browser adds a passkey and uses it as the second factor. Not checking it (schema/model/account/second-factor/passkey.ts).
import { SecondFactorTooOld } from '../../schema/model/account/second-factor/authenticator.ts';
import {
  addPasskey,
  beginPasskey,
  beginPasskeyUse,
  type CreatedPasskey,
  PasskeyNotAdded,
  type PasskeySite,
  type SignedChallenge,
  submitPasskey,
} from '../../schema/model/account/second-factor/passkey.ts';
import type { Exchange } from '../http/exchange.ts';
import { sendJson } from '../http/response.ts';
import type { SessionIdentity } from './identity.ts';
import { passkeySiteOf } from './passkey-site.ts';
import { receiveObject, textMember } from './sign-in.ts';
import { judgeForSecondFactor, sendSecondFactor } from './standing.ts';

/** The site of a request; null if it has none, and the request was answered with 409. */
function requireSite({ host, response, context: { gate } }: Exchange): PasskeySite | null {
  const site = passkeySiteOf(host, gate.publicUrl);
  if (site === null)
    sendJson(response, 409, {
      message: `Passkeys do not work at this address. Open ${gate.publicUrl ?? 'http://localhost with the port of your tunnel'}.`,
    });
  return site;
}

const ownerOf = ({ request }: Exchange, { user, session }: SessionIdentity) => ({
  user,
  session,
  through: { channel: 'page', address: request.socket.remoteAddress ?? null },
});

/** `POST /passkeys/begin`: 200 with the options for `navigator.credentials.create`; 409 with `message` and `tooOld` when it is refused. */
export async function answerBeginPasskey(exchange: Exchange, identity: SessionIdentity): Promise<void> {
  const site = requireSite(exchange);
  if (site === null) return;
  await answerOrRefuse(exchange, () => beginPasskey(exchange.context.db, ownerOf(exchange, identity), site));
}

/** `POST /passkeys` with `{"name":"…","response":{…}}`, the answer of the browser: 200; 409 with `message` and `tooOld` when it is refused. */
export async function answerAddPasskey(exchange: Exchange, identity: SessionIdentity): Promise<void> {
  const site = requireSite(exchange);
  const body = site === null ? null : await receiveObject(exchange);
  const name = body === null ? null : textMember(exchange, body, 'name');
  if (site === null || body === null || name === null) return;
  const response = answerOfBrowser<CreatedPasskey['response']>(body);
  if (response === null) return sendMalformed(exchange);
  await answerOrRefuse(exchange, async () => {
    await addPasskey(exchange.context.db, ownerOf(exchange, identity), { name, response }, site);
    return { added: true };
  });
}

async function answerOrRefuse({ response }: Exchange, answer: () => Promise<object>): Promise<void> {
  try {
    sendJson(response, 200, await answer());
  } catch (error) {
    if (!(error instanceof SecondFactorTooOld || error instanceof PasskeyNotAdded)) throw error;
    sendJson(response, 409, { message: error.message, tooOld: error instanceof SecondFactorTooOld });
  }
}

/** `POST /sign-in/passkey/begin` with cookie and page key: 200 with the options for `navigator.credentials.get`. */
export async function beginPasskeySignIn(exchange: Exchange): Promise<void> {
  const judged = await judgeForSecondFactor(exchange);
  const site = judged === null ? null : requireSite(exchange);
  if (judged === null || site === null) return;
  sendJson(exchange.response, 200, await beginPasskeyUse(exchange.context.db, judged.session, site));
}

/** `POST /sign-in/passkey` with `{"response":{…}}`, the answer of the browser. It is answered like a code, see `receiveSecondFactor`. */
export async function receivePasskey(exchange: Exchange): Promise<void> {
  const judged = await judgeForSecondFactor(exchange);
  const site = judged === null ? null : requireSite(exchange);
  if (judged === null || site === null) return;
  const body = await receiveObject(exchange);
  if (body === null) return;
  const response = answerOfBrowser<SignedChallenge['response']>(body);
  if (response === null) return sendMalformed(exchange);
  const { session } = judged;
  await sendSecondFactor(exchange, judged.user, (through) =>
    submitPasskey(exchange.context.db, { session, response, site, through }),
  );
}

/** The member `response` of a body; null if it is not an object. Its own members are checked by the library, which refuses any other shape. */
function answerOfBrowser<Shape>(body: object): Shape | null {
  const value: unknown = Reflect.get(body, 'response');
  return typeof value === 'object' && value !== null ? (value as Shape) : null;
}

const sendMalformed = ({ response }: Exchange): void =>
  sendJson(response, 400, { message: 'The request must have the answer of the browser as "response".' });
