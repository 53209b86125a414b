// Owns the requests of the device authorization flow (in the shape of RFC 8628, with JSON): those of a terminal, and those of the page that confirms it. Not what a request is (schema/model/account/device-request.ts).
import type { ServerResponse } from 'node:http';
import {
  beginDeviceRequest,
  type DeviceAnswer,
  DeviceRequestNotFound,
  decideDeviceRequest,
  deviceRequestLifetime,
  findDeviceRequest,
  pollInterval,
  redeemDeviceRequest,
  TooManyDeviceRequests,
} from '../../schema/model/account/device-request.ts';
import { TokenNotAllowed, TooManyTokens, tokenScopes } from '../../schema/model/account/token.ts';
import type { Exchange } from '../http/exchange.ts';
import { isSharedAddress } from '../http/origin.ts';
import { sendJson } from '../http/response.ts';
import type { Identity } from './identity.ts';
import { memberOf, receiveObject, textMember } from './sign-in.ts';

const addressOf = ({ request }: Exchange): string | null => request.socket.remoteAddress || null;

/** Answers 429, with the error code for a terminal that must wait. */
function sendTooMany(response: ServerResponse, message: string): void {
  sendJson(response, 429, { error: 'slow_down', message }, { 'retry-after': '60', connection: 'close' });
}

const tooMany = 'Too many requests. Wait a minute, then try again.';

/** `POST /device/code` with `{"client", "host", "scope"}`: 200 with both codes; 429 when too many terminals wait. */
export async function beginDevice(exchange: Exchange): Promise<void> {
  const { response, context } = exchange;
  const address = addressOf(exchange);
  if (!context.deviceRates.begin.admits(address ?? '')) return sendTooMany(response, tooMany);
  const body = await receiveObject(exchange);
  if (body === null) return;
  const client = textMember(exchange, body, 'client');
  if (client === null) return;
  const host = memberOf(body, 'host');
  const scope = tokenScopes.find((each) => each === memberOf(body, 'scope'));
  if (typeof host !== 'string' || scope === undefined) {
    sendJson(response, 400, { error: 'invalid_request', message: 'Send client, host and scope.' });
    return;
  }
  try {
    const isShared = isSharedAddress(address ?? '');
    const codes = await beginDeviceRequest(context.db, { client, host, scope, address, isShared });
    const { publicUrl, basePath } = context.configuration;
    sendJson(response, 200, {
      device_code: codes.deviceCode,
      user_code: codes.userCode,
      // The terminal knows an address at which it reaches this server, but perhaps not the one for browsers.
      verification_uri: publicUrl === null ? null : `${publicUrl}${basePath}/device`,
      expires_in: deviceRequestLifetime / 1000,
      interval: pollInterval / 1000,
    });
  } catch (error) {
    if (!(error instanceof TooManyDeviceRequests)) throw error;
    sendTooMany(response, error.message);
  }
}

/** The error codes of RFC 8628 and of OAuth. */
const errorOf = {
  pending: 'authorization_pending',
  'too early': 'slow_down',
  expired: 'expired_token',
  denied: 'access_denied',
  unknown: 'invalid_grant',
} as const satisfies Record<Exclude<DeviceAnswer['state'], 'allowed'>, string>;

/** `POST /device/token` with `{"device_code"}`: 200 with the token, once; else 400 with an error code of RFC 8628. */
export async function pollDevice(exchange: Exchange): Promise<void> {
  const { response, context } = exchange;
  const address = addressOf(exchange);
  if (!context.deviceRates.poll.admits(address ?? '')) return sendTooMany(response, tooMany);
  const body = await receiveObject(exchange);
  const code = body && textMember(exchange, body, 'device_code');
  if (code === null) return;
  const answer = await redeemDeviceRequest(context.db, code, address);
  if (answer.state === 'allowed') {
    context.logger.info('a terminal got a token');
    const expiresIn = Math.floor((answer.expiresAt - Date.now()) / 1000);
    sendJson(response, 200, {
      access_token: answer.token,
      token_type: 'Bearer',
      expires_in: expiresIn,
    });
    return;
  }
  const interval = 'interval' in answer ? { interval: answer.interval / 1000 } : {};
  sendJson(response, 400, { error: errorOf[answer.state], ...interval });
}

/** The code that a browser sent; null if the request was refused and answered. */
async function receiveCode(
  exchange: Exchange,
  { user }: Identity,
): Promise<{ readonly userCode: string; readonly body: object } | null> {
  const { response, context } = exchange;
  const { code } = context.deviceRates;
  if (!code.admits(`user ${user.id}`) || !code.admits(addressOf(exchange) ?? '')) {
    sendTooMany(response, 'Too many codes. Wait a minute, then try again.');
    return null;
  }
  const body = await receiveObject(exchange);
  const userCode = body && textMember(exchange, body, 'code');
  return body === null || userCode === null ? null : { userCode, body };
}

/** `POST /device/request` with `{"code"}` and page key: 200 with what asks for the token; 404 for a code that no terminal waits with. */
export async function sendDeviceRequest(exchange: Exchange, identity: Identity): Promise<void> {
  const received = await receiveCode(exchange, identity);
  if (received === null) return;
  try {
    const found = await findDeviceRequest(exchange.context.db.em(), received.userCode);
    const { client, host, address = null, scope, createdAt, expiresAt } = found;
    sendJson(exchange.response, 200, {
      client,
      host,
      address,
      scope,
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
    });
  } catch (error) {
    await refuse(exchange, identity, error);
  }
}

/** `POST /device/decision` with `{"code", "allow"}` and page key: 200 when it is recorded; 403 if the user may not have such a token; 404 as above. */
export async function decideDevice(exchange: Exchange, identity: Identity): Promise<void> {
  const received = await receiveCode(exchange, identity);
  if (received === null) return;
  const { response, context } = exchange;
  const { user, role } = identity;
  const allow = memberOf(received.body, 'allow');
  if (typeof allow !== 'boolean') {
    sendJson(response, 400, { message: 'The request must be {"code":"…","allow":true}, or false.' });
    return;
  }
  try {
    const through = { channel: 'page', address: addressOf(exchange) };
    await decideDeviceRequest(context.db, { user, role, through }, { userCode: received.userCode, allow });
    context.logger.info({ user: user.name, allow }, 'decided the request of a terminal');
    sendJson(response, 200, { decision: allow ? 'allowed' : 'denied' });
  } catch (error) {
    await refuse(exchange, identity, error);
  }
}

/** Answers what the user can cause; throws any other error. Wrong codes are recorded: they may be guesses. */
async function refuse(exchange: Exchange, { user }: Identity, error: unknown): Promise<void> {
  const { response, context } = exchange;
  if (error instanceof DeviceRequestNotFound) {
    await context.refusals.record({
      user,
      address: addressOf(exchange),
      why: 'no terminal waits with this code',
    });
    sendJson(response, 404, { message: error.message });
    return;
  }
  if (!(error instanceof TokenNotAllowed || error instanceof TooManyTokens)) throw error;
  sendJson(response, 403, { message: error.message });
}
