// Owns authentication: from the headers or `connection_init` to a user with a role. Not how sessions begin (sign-in.ts).
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hashSecret } from '../../schema/model/account/secret.ts';
import { findSession, type Session } from '../../schema/model/account/session.ts';
import { type ApiToken, findToken, requiredRole } from '../../schema/model/account/token.ts';
import { includesRole, type Role, roleOfGroups, type User } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import type { Turns } from '../graphql/turn.ts';
import { isPublicHost } from '../http/origin.ts';

/** The name of the session cookie, except at the public host: see {@link cookieScope}. */
const cookieName = 'spiderpig';
/** The header with the page key. The cookie alone proves nothing: browsers send it to every port of localhost. */
export const pageKeyHeader = 'x-spiderpig-page-key';

/** The credentials of a request. A token in the URL is ignored. */
export type Credentials = { readonly by: 'token'; readonly token: string } | SessionCredentials;

/** The credentials of a browser. */
export interface SessionCredentials {
  readonly by: 'session';
  /** The value of the cookie, or of the first one. */
  readonly secret: string;
  /** The values of further cookies of that name: another program of the host, or another subdomain, can plant one. Empty once authenticated. */
  readonly others: readonly string[];
  /** Null if the request has only the cookie. */
  readonly pageKey: string | null;
}

/** An authenticated user. */
export interface Identity {
  readonly user: User;
  readonly role: Role;
  readonly credentials: Credentials;
  /** Null for a token. */
  readonly session: Session | null;
  /** Null for a session. */
  readonly token: ApiToken | null;
}

/** An authenticated user of a browser. */
export type SessionIdentity = Identity & { readonly session: Session };

/** How many cookies of one name are looked at. */
const maxCookies = 8;

/** The values of all cookies of a name, in the order in which they were sent. Pure. */
function cookieValues(header: string | undefined, name: string): string[] {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const [key, value] = pair.trim().split('=', 2);
    return key === name && value ? [value] : [];
  });
  return [...new Set(values)].slice(0, maxCookies);
}

/** Where browsers reach this server. The names and paths of cookies depend on it. */
export interface PublicPlace {
  /** The origin of the public URL; null if not configured. */
  readonly publicUrl: string | null;
  /** See {@link Configuration.basePath}. */
  readonly basePath: string;
}

/** How the cookies of this server are set at a host. */
export interface CookieScope {
  /** Whether the host is the public one with TLS. */
  readonly secure: boolean;
  /** What the names of its cookies begin with. */
  readonly name: string;
  /** The `Path` of its cookies. */
  readonly path: string;
}

/**
 * The scope of cookies at this host. At a public host with TLS the names have the prefix `__Host-`, so that no other subdomain can set them. The
 * prefix requires the path `/`, so there the base path is part of the name: another SpiderPig at the same host has other cookies. A tunnel to
 * loopback has no TLS and needs a different cookie. Pure.
 */
export function cookieScope(host: string | undefined, { publicUrl, basePath }: PublicPlace): CookieScope {
  const secure = publicUrl?.startsWith('https:') === true && isPublicHost(host, publicUrl);
  return secure
    ? { secure, name: `__Host-${cookieName}${basePath.replaceAll('/', '.')}`, path: '/' }
    : { secure, name: cookieName, path: `${basePath}/` };
}

/** An `Authorization` header takes precedence, even an invalid one: then a valid cookie is ignored. Pure. */
function credentialsOf(
  authorization: string | undefined,
  { cookie, host }: IncomingHttpHeaders,
  pageKey: string | null,
  place: PublicPlace,
): Credentials | null {
  if (authorization !== undefined) {
    const token = /^Bearer +([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
    return token === undefined ? null : { by: 'token', token };
  }
  const [secret, ...others] = cookieValues(cookie, cookieScope(host, place).name);
  return secret === undefined ? null : { by: 'session', secret, others, pageKey };
}

/** The credentials of an HTTP request. `place`: such as the gate. Pure. */
export function credentialsOfRequest(headers: IncomingHttpHeaders, place: PublicPlace): Credentials | null {
  const pageKey = headers[pageKeyHeader];
  return credentialsOf(headers.authorization, headers, typeof pageKey === 'string' ? pageKey : null, place);
}

/** The credentials of a WebSocket, from its upgrade request and `connection_init`. Pure. */
export function credentialsOfConnection(
  headers: IncomingHttpHeaders,
  params: Readonly<Record<string, unknown>> | undefined,
  place: PublicPlace,
): Credentials | null {
  const authorization = params?.['authorization'] ?? headers.authorization;
  const pageKey = params?.['pageKey'];
  return credentialsOf(
    // A value that is not a string is an invalid token, not a missing one.
    authorization === undefined ? undefined : String(authorization),
    headers,
    typeof pageKey === 'string' ? pageKey : null,
    place,
  );
}

/** Which proof a session needs: `cookie` is enough for static files, `page` also needs the page key. */
export type Proof = 'page' | 'cookie';

/** Why a client has no access. */
export type Outside =
  /** No valid credentials. */
  | { readonly standing: 'out' }
  /** Signed in, but the second factor is missing. */
  | { readonly standing: 'half'; readonly user: User; readonly session: Session }
  /** Signed in, but in no group that has a role. */
  | { readonly standing: 'no group'; readonly user: User; readonly session: Session }
  | { readonly standing: 'banned'; readonly user: User; readonly session: Session | null };

/** The result of authentication. */
export type Judgement = { readonly standing: 'in'; readonly identity: Identity } | Outside;

/** The session, even if it gives no access; null if none. Pure. */
export function sessionOf(judgement: Judgement): Session | null {
  if (judgement.standing === 'in') return judgement.identity.session;
  return judgement.standing === 'out' ? null : judgement.session;
}

/** The user, even without access; null if unknown. Pure. */
export function userOf(judgement: Judgement): User | null {
  if (judgement.standing === 'in') return judgement.identity.user;
  return judgement.standing === 'out' ? null : judgement.user;
}

/** The configuration that authentication depends on. */
export type AccessRules = Pick<
  Configuration,
  'provider' | 'publicUrl' | 'secondFactor' | 'roleGroups' | 'basePath'
>;

/** Authenticates requests. Computes the role at each call and never caches it. */
export class Gate implements PublicPlace {
  readonly #db: Database;
  readonly #rules: AccessRules;
  readonly #turns: Turns;
  /** The public URL, without a trailing slash; null if not configured. The name of the session cookie depends on it. */
  readonly publicUrl: string | null;
  readonly basePath: string;

  /** `turns`: those of the operations, which follow an authentication: clients that arrive at the same time must not block the server. */
  constructor(db: Database, rules: AccessRules, turns: Turns) {
    this.#db = db;
    this.#turns = turns;
    this.basePath = rules.basePath;
    this.#rules = rules;
    this.publicUrl = rules.publicUrl;
  }

  /** As {@link judge}; null without access. */
  async identify(
    credentials: Credentials | null,
    proof: Proof,
    use: 'used' | 'looked at' = 'used',
  ): Promise<Identity | null> {
    const judgement = await this.judge(credentials, proof, use);
    return judgement.standing === 'in' ? judgement.identity : null;
  }

  /**
   * Authenticates credentials. `out`: unknown, ended, expired or revoked, or the page key is missing.
   * `use`: whether this updates the time of last use, or only checks whether the session or token is still valid.
   */
  async judge(
    credentials: Credentials | null,
    proof: Proof,
    use: 'used' | 'looked at' = 'used',
  ): Promise<Judgement> {
    if (credentials === null) return { standing: 'out' };
    await this.#turns.enter(true);
    if (credentials.by === 'token') {
      const found = await findToken(this.#db, credentials.token, Date.now(), use);
      if (!found) return { standing: 'out' };
      const { user, token } = found;
      if (user.bannedAt !== null) return { standing: 'banned', user, session: null };
      const role = this.#roleOfToken(token, user);
      if (role === null) return { standing: 'out' };
      return { standing: 'in', identity: { user, role, credentials, session: null, token } };
    }
    for (const secret of [credentials.secret, ...credentials.others]) {
      const own: SessionCredentials = { ...credentials, secret, others: [] };
      const judgement = await this.#judgeSession(own, proof, use);
      if (judgement.standing !== 'out') return judgement;
    }
    return { standing: 'out' };
  }

  /** Authenticates one cookie. */
  async #judgeSession(
    credentials: SessionCredentials,
    proof: Proof,
    use: 'used' | 'looked at',
  ): Promise<Judgement> {
    const found = await findSession(this.#db, credentials.secret, Date.now(), use);
    if (!found) return { standing: 'out' };
    const { user, session } = found;
    const keyMatches =
      credentials.pageKey !== null && sameHash(hashSecret(credentials.pageKey), session.pageKeyHash);
    // A wrong page key is refused even where none is needed.
    if (!keyMatches && (proof === 'page' || credentials.pageKey !== null)) return { standing: 'out' };
    if (user.bannedAt !== null) return { standing: 'banned', user, session };
    const isHalf = session.way === 'provider' && this.#rules.secondFactor && session.secondFactorAt === null;
    // The groups of a sign-in take effect when it is complete.
    const groups = (isHalf ? session.providerGroups : null) ?? user.groups ?? [];
    const role = session.role ?? roleOfGroups(groups, this.#rules.roleGroups);
    if (role === null) return { standing: 'no group', user, session };
    if (isHalf) return { standing: 'half', user, session };
    return { standing: 'in', identity: { user, role, credentials, session, token: null } };
  }

  /** The role of a token: that of its scope, but not more than the current groups of its user give. Null for no access. */
  #roleOfToken({ scope }: ApiToken, { groups }: User): Role | null {
    const role = requiredRole(scope);
    if (!this.#rules.provider || groups == null) return role;
    const maximum = roleOfGroups(groups, this.#rules.roleGroups);
    if (maximum === null) return null;
    return includesRole(maximum, role) ? role : maximum;
  }
}

function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
