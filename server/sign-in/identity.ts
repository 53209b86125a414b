// Owns who sends a request: from its headers or its connection_init to a person with a role. Not how sessions begin (sign-in.ts).
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { findSession, hashSecret, type Session } from '../../schema/model/account/session.ts';
import { type ApiToken, findToken, requiredRole } from '../../schema/model/account/token.ts';
import { includesRole, type Role, roleOfGroups, type User } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration.ts';
import { isPublicHost } from '../origin.ts';

/** The name of the session's cookie, where the server is called by another name than its public one; see {@link cookieNameAt}. */
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
  /** Null for a token. */
  readonly session: Session | null;
  /** Null for a session. */
  readonly token: ApiToken | null;
}

/** The value of a cookie; null when it was not sent. Pure. */
export function cookieValue(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}

/**
 * The name of the session's cookie for whoever calls the server `host`: with `__Host-` where its public name has TLS, so that no neighbour
 * of that name can set it. A tunnel to loopback has no TLS, and a cookie of its own. Pure.
 */
export function cookieNameAt(host: string | undefined, publicUrl: string | null): string {
  const secure = publicUrl?.startsWith('https:') && isPublicHost(host, publicUrl);
  return secure ? `__Host-${cookieName}` : cookieName;
}

/** An `Authorization` header wins, even a wrong one: a good cookie beside a bad token does not help. Pure. */
function credentialsOf(
  authorization: string | undefined,
  { cookie, host }: IncomingHttpHeaders,
  pageKey: string | null,
  publicUrl: string | null,
): Credentials | null {
  if (authorization !== undefined) {
    const token = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
    return token === undefined ? null : { by: 'token', token };
  }
  const secret = cookieValue(cookie, cookieNameAt(host, publicUrl));
  return secret === null ? null : { by: 'session', secret, pageKey };
}

/** What an HTTP request brought. `publicUrl`: see {@link Gate.publicUrl}. Pure. */
export function credentialsOfRequest(
  headers: IncomingHttpHeaders,
  publicUrl: string | null,
): Credentials | null {
  const pageKey = headers[pageKeyHeader];
  return credentialsOf(
    headers.authorization,
    headers,
    typeof pageKey === 'string' ? pageKey : null,
    publicUrl,
  );
}

/** What a WebSocket brought: with its upgrade request, and with `connection_init`. Pure. */
export function credentialsOfConnection(
  headers: IncomingHttpHeaders,
  params: Readonly<Record<string, unknown>> | undefined,
  publicUrl: string | null,
): Credentials | null {
  const authorization = params?.['authorization'] ?? headers.authorization;
  const pageKey = params?.['pageKey'];
  return credentialsOf(
    // Something else than text is a wrong one, not none.
    authorization === undefined ? undefined : String(authorization),
    headers,
    typeof pageKey === 'string' ? pageKey : null,
    publicUrl,
  );
}

/** How much must be shown: `cookie` alone is enough to look at a page, `page` asks for its key too. */
export type Proof = 'page' | 'cookie';

/** Why somebody is not in, as far as it can be said. */
export type Outside =
  /** Nothing was shown, or nothing that counts. */
  | { readonly standing: 'out' }
  /** Signed in, and the second factor is still to be shown. Nothing else is possible. */
  | { readonly standing: 'half'; readonly user: User; readonly session: Session }
  /** Known, and in none of the groups that may see anything. */
  | { readonly standing: 'no group'; readonly user: User; readonly session: Session }
  | { readonly standing: 'banned'; readonly user: User; readonly session: Session | null };

/** Where somebody stands. */
export type Judgement = { readonly standing: 'in'; readonly identity: Identity } | Outside;

/** The session of somebody who has one, whether it lets them in or not. Pure. */
export function sessionOf(judgement: Judgement): Session | null {
  if (judgement.standing === 'in') return judgement.identity.session;
  return judgement.standing === 'out' ? null : judgement.session;
}

/** Who it is, whether they are let in or not; null: nobody who is known. Pure. */
export function userOf(judgement: Judgement): User | null {
  if (judgement.standing === 'in') return judgement.identity.user;
  return judgement.standing === 'out' ? null : judgement.user;
}

/** What decides who gets in, besides the database. */
export type AccessRules = Pick<Configuration, 'provider' | 'secondFactor' | 'roleGroups'>;

/** Judges who is let in. Roles are computed at each call, never kept. */
export class Gate {
  readonly #db: Database;
  readonly #rules: AccessRules;
  /** What browsers call this server; null: that is not configured. The name of the session's cookie hangs on it. */
  readonly publicUrl: string | null;

  constructor(db: Database, rules: AccessRules) {
    this.#db = db;
    this.#rules = rules;
    this.publicUrl = rules.provider?.publicUrl ?? null;
  }

  /** As {@link judge}; null for everybody who is not in. */
  async identify(
    credentials: Credentials | null,
    proof: Proof,
    use: 'used' | 'looked at' = 'used',
  ): Promise<Identity | null> {
    const judgement = await this.judge(credentials, proof, use);
    return judgement.standing === 'in' ? judgement.identity : null;
  }

  /**
   * Where that person stands, as of now. `out`: unknown, ended, expired or revoked, or the proof is not enough.
   * `use`: whether this is a use of the session or token, or only a look whether it still counts.
   */
  async judge(
    credentials: Credentials | null,
    proof: Proof,
    use: 'used' | 'looked at' = 'used',
  ): Promise<Judgement> {
    if (credentials === null) return { standing: 'out' };
    if (credentials.by === 'token') {
      const found = await findToken(this.#db, credentials.token, Date.now(), use);
      if (!found) return { standing: 'out' };
      const { user, token } = found;
      if (user.bannedAt !== null) return { standing: 'banned', user, session: null };
      const role = this.#roleOfToken(token, user);
      if (role === null) return { standing: 'out' };
      return { standing: 'in', identity: { user, role, credentials, session: null, token } };
    }
    const found = await findSession(this.#db, credentials.secret, Date.now(), use);
    if (!found) return { standing: 'out' };
    const { user, session } = found;
    const keyFits =
      credentials.pageKey !== null && sameHash(hashSecret(credentials.pageKey), session.pageKeyHash);
    // A wrong key is refused even where none is asked for.
    if (!keyFits && (proof === 'page' || credentials.pageKey !== null)) return { standing: 'out' };
    if (user.bannedAt !== null) return { standing: 'banned', user, session };
    const role = session.role ?? roleOfGroups(user.groups ?? [], this.#rules.roleGroups);
    if (role === null) return { standing: 'no group', user, session };
    if (session.way === 'provider' && this.#rules.secondFactor && session.secondFactorAt === null)
      return { standing: 'half', user, session };
    return { standing: 'in', identity: { user, role, credentials, session, token: null } };
  }

  /** What a token amounts to: its scope, and of whom the identity provider told groups no more than these give by now. Null: nothing. */
  #roleOfToken({ scope }: ApiToken, { groups }: User): Role | null {
    const role = requiredRole(scope);
    if (!this.#rules.provider || groups == null) return role;
    const most = roleOfGroups(groups, this.#rules.roleGroups);
    if (most === null) return null;
    return includesRole(most, role) ? role : most;
  }
}

function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
