// Owns who sends a request: from its headers or its connection_init to a person with a role. Not how sessions begin (sign-in.ts).
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Database } from '../schema/model/database.ts';
import { findSession, hashSecret } from '../schema/model/session.ts';
import { findToken, roleOfScope } from '../schema/model/token.ts';
import type { Role, User } from '../schema/model/user.ts';

/** The name of the session's cookie. */
export const cookieName = 'spiderpig';
/** The header by which a page proves that it is ours: browsers send the cookie to every port of localhost. */
export const pageKeyHeader = 'x-spiderpig-page-key';

/** What a request brought to show who it is from. A token in a URL is none. */
export type Credentials =
  | { readonly by: 'token'; readonly token: string }
  /** `pageKey` is null where the cookie came alone. */
  | { readonly by: 'session'; readonly secret: string; readonly pageKey: string | null };

/** Somebody who is known. */
export interface Identity {
  readonly user: User;
  readonly role: Role;
  readonly credentials: Credentials;
  /** The session's number; null for a token. */
  readonly sessionId: number | null;
}

/** The value of a cookie; null when it was not sent. Pure. */
export function cookieValue(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}

/** An `Authorization` header wins, even a wrong one: a good cookie beside a bad token does not help. Pure. */
function credentialsOf(
  authorization: string | undefined,
  cookie: string | undefined,
  pageKey: string | null,
): Credentials | null {
  if (authorization !== undefined) {
    const token = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
    return token === undefined ? null : { by: 'token', token };
  }
  const secret = cookieValue(cookie, cookieName);
  return secret === null ? null : { by: 'session', secret, pageKey };
}

/** What an HTTP request brought. Pure. */
export function credentialsOfRequest(headers: IncomingHttpHeaders): Credentials | null {
  const pageKey = headers[pageKeyHeader];
  return credentialsOf(headers.authorization, headers.cookie, typeof pageKey === 'string' ? pageKey : null);
}

/** What a WebSocket brought: with its upgrade request, and with `connection_init`. Pure. */
export function credentialsOfConnection(
  headers: IncomingHttpHeaders,
  params: Readonly<Record<string, unknown>> | undefined,
): Credentials | null {
  const authorization = params?.['authorization'] ?? headers.authorization;
  const pageKey = params?.['pageKey'];
  return credentialsOf(
    // Something else than text is a wrong one, not none.
    authorization === undefined ? undefined : String(authorization),
    headers.cookie,
    typeof pageKey === 'string' ? pageKey : null,
  );
}

/** How much must be shown: `cookie` alone is enough to look at a page, `page` asks for its key too. */
export type Proof = 'page' | 'cookie';

/**
 * Who that is, as of now; null when unknown, ended, expired or revoked, or when the proof is not enough.
 * `use`: whether this is a use of the session or token, or only a look whether it still counts.
 */
export async function identify(
  db: Database,
  credentials: Credentials | null,
  proof: Proof,
  use: 'used' | 'looked at' = 'used',
): Promise<Identity | null> {
  if (credentials === null) return null;
  if (credentials.by === 'token') {
    const found = await findToken(db, credentials.token, Date.now(), use);
    return found
      ? { user: found.user, role: roleOfScope(found.token.scope), credentials, sessionId: null }
      : null;
  }
  const found = await findSession(db, credentials.secret, Date.now(), use);
  if (!found) return null;
  const { user, session } = found;
  const keyFits =
    credentials.pageKey !== null && sameHash(hashSecret(credentials.pageKey), session.pageKeyHash);
  // A wrong key is refused even where none is asked for.
  if (!keyFits && (proof === 'page' || credentials.pageKey !== null)) return null;
  return { user, role: session.role, credentials, sessionId: session.id };
}

function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
