// Owns the requests with which the page confirms the sign-in of a terminal. The page is in device-page.tsx.
import type { TokenScope } from '../../generated/graphql.ts';
import { addressOf } from '../base-path.ts';
import { pageHeaders } from '../connection/wire.ts';
import { textIn } from '../sign-in/access.ts';
import { pageKey } from '../sign-in/session.ts';

/** A terminal that waits for a token. Only the server can vouch for the address and the times. */
export interface DeviceRequest {
  /** The code as the user typed it. */
  readonly code: string;
  readonly client: string;
  readonly host: string;
  /** Null if it came from a Unix socket. */
  readonly address: string | null;
  readonly scope: TokenScope;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** A request that failed. `message`: a sentence of the server; null if it was not reached. */
export interface DeviceFailure {
  readonly message: string | null;
}

async function send(path: string, body: object): Promise<{ readonly ok: boolean; readonly answer: unknown }> {
  try {
    const response = await fetch(addressOf(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...pageHeaders(pageKey.value) },
      body: JSON.stringify(body),
    });
    return { ok: response.ok, answer: await response.json() };
  } catch {
    return { ok: false, answer: null };
  }
}

/** The terminal that waits with this code. */
export async function findDevice(code: string): Promise<DeviceRequest | DeviceFailure> {
  const { ok, answer } = await send('/device/request', { code });
  const client = textIn(answer, 'client');
  const host = textIn(answer, 'host');
  const expiresAt = textIn(answer, 'expiresAt');
  if (!ok || client === null || host === null || expiresAt === null)
    return { message: textIn(answer, 'message') };
  const scope = textIn(answer, 'scope') === 'deploy' ? 'DEPLOY' : 'READ';
  return { code, client, host, address: textIn(answer, 'address'), scope, expiresAt };
}

/** Allows or denies a request. Null: done. */
export async function decideDevice(code: string, allow: boolean): Promise<DeviceFailure | null> {
  const { ok, answer } = await send('/device/decision', { code, allow });
  return ok ? null : { message: textIn(answer, 'message') };
}
