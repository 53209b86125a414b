// Owns API tokens, with which other tools sign in. Not browser sessions (session.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { minuteInUtc } from '../../text/minute.ts';
import { DomainError } from '../error.ts';
import { latestPlausible } from '../store/clock.ts';
import { text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, hostSource, quoted, recordAudit } from './audit.ts';
import { userNamePattern } from './name.ts';
import { hashSecret, newSecret } from './secret.ts';
import { accountColumns, accountOf, includesRole, type Role, User, userNamed } from './user.ts';

/** What a token may do: `read` as a viewer, `deploy` as a deployer. No token has an admin's rights. */
export const tokenScopes = ['read', 'deploy'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** The prefix of every token, so that secret scanners can find a leaked one. */
const tokenPrefix = 'spiderpig_';
/** The default lifetime of a token, in milliseconds. */
export const tokenLifetime = 30 * 24 * 3_600_000;
/** The maximum lifetime of a token, in days. */
export const maxTokenDays = 366;
/** The maximum number of active tokens of one user. */
export const maxTokens = 50;
/** The maximum number of tokens in a list: concurrent requests can exceed {@link maxTokens}. */
const maxListed = 100;
const lastUsedResolution = 60_000;
const day = 24 * 3_600_000;

const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    id: p.integer().primary(),
    /** Its purpose, chosen by its owner. */
    name: text(),
    /** SHA-256 of the token, hexadecimal. */
    hash: text().unique(),
    scope: word(tokenScopes),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    createdAt: time(),
    expiresAt: time(),
    lastUsedAt: time().nullable(),
    revokedAt: time().nullable(),
  },
});
export class ApiToken extends ApiTokenSchema.class {}
ApiTokenSchema.setClass(ApiToken);

/** The role that a scope corresponds to. Pure. */
export const requiredRole = (scope: TokenScope): Role => (scope === 'deploy' ? 'deployer' : 'viewer');

/**
 * Creates a token that acts for a user, and returns it: this is the only time it is shown. `lifetime` in milliseconds. `through`: by
 * default a command on the deployment host, run by the Unix user `operator`. One transaction.
 */
export async function createToken(
  db: Database,
  request: {
    name: string;
    scope: TokenScope;
    userName: string;
    lifetime?: number;
    through?: ActionSource;
    operator?: string;
  },
  now = Date.now(),
): Promise<string> {
  const expiresAt = now + (request.lifetime ?? tokenLifetime);
  return await db.write([], async (em) => {
    const user = await userNamed(em, request.userName, now);
    const { name, scope } = request;
    const { token } = await insertToken(em, { name, scope, user, expiresAt }, now);
    const until = `until ${minuteInUtc(expiresAt)}`;
    const operator = request.operator === undefined ? '' : `, by the Unix user ${request.operator}`;
    await recordAudit(em, {
      at: now,
      user,
      action: 'token made',
      detail: `${quoted(request.name)} (${request.scope}) ${until}${operator}`,
      through: request.through ?? hostSource,
    });
    return token;
  });
}

/** One statement that bypasses the ORM, as for sessions. */
const tokenWithUser = `select t.*, ${accountColumns} from api_token t join account a on a.id = t.user_id where t.hash = ? and t.revoked_at is null and t.expires_at > ?`;

/**
 * An active token and its user; `null` if it is unknown, revoked or expired. Updates `lastUsedAt` from time to time, unless `use` is
 * `looked at`.
 */
export async function findToken(
  db: Database,
  token: string,
  now = Date.now(),
  use: 'used' | 'looked at' = 'used',
): Promise<{ token: ApiToken; user: User } | null> {
  if (!token.startsWith(tokenPrefix)) return null;
  const [row] = await db.execute(tokenWithUser, [hashSecret(token), now]);
  if (!row) return null;
  const em = db.em();
  const found = em.map(ApiToken, row);
  // Made by a clock that was far ahead, it would last for as long in addition.
  if (found.createdAt > latestPlausible(now)) return null;
  if (use === 'used' && now - (found.lastUsedAt ?? 0) > lastUsedResolution) {
    // Not awaited, as for sessions.
    db.write([], (inside) => inside.nativeUpdate(ApiToken, { id: found.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { token: found, user: accountOf(em, row) };
}

/** Why a token gives no access. */
export type TokenProblem = 'unknown' | 'expired' | 'revoked' | 'no access';

/**
 * What is wrong with a token that was refused, and a message that says so. Only for the client that sent the token. `no access`: it is active, but the
 * groups of its user no longer have a role.
 */
export async function tokenProblem(
  em: SqlEntityManager,
  token: string,
  now = Date.now(),
): Promise<{ readonly problem: TokenProblem; readonly message: string }> {
  const found = await em.findOne(ApiToken, { hash: hashSecret(token) });
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  if (!found)
    return {
      problem: 'unknown',
      message: 'This token is unknown. Create one with `spiderpig token create`.',
    };
  if (found.revokedAt != null)
    return {
      problem: 'revoked',
      message: `This token was revoked on ${day(found.revokedAt)}. Create a new one.`,
    };
  if (found.expiresAt <= now)
    return {
      problem: 'expired',
      message: `This token expired on ${day(found.expiresAt)}. Create a new one.`,
    };
  if (found.createdAt > latestPlausible(now))
    return {
      problem: 'expired',
      message: `This token was made on ${day(found.createdAt)} by a clock that was far ahead. Create a new one.`,
    };
  return { problem: 'no access', message: 'The user of this token is in no group that has access.' };
}

/** A token cannot have more rights than the user who creates it. */
export class TokenNotAllowed extends DomainError {
  constructor(scope: TokenScope, role: Role) {
    super(
      `A token with the scope “${scope}” requires the role “${requiredRole(scope)}”. Your role is “${role}”.`,
    );
  }
}

/** The name or the lifetime of a new token is invalid. */
export class InvalidToken extends DomainError {}

/** The user has the maximum number of active tokens. */
export class TooManyTokens extends DomainError {
  constructor() {
    super(`You have ${maxTokens} tokens. Revoke one that you no longer use first.`);
  }
}

/** The token is another user's, revoked or expired. The message does not say which. */
export class TokenNotFound extends DomainError {
  constructor() {
    super('This token is no longer active.');
  }
}

/** A condition for the active tokens of a user. */
const activeTokens = (userId: number, now: number) => ({
  user: userId,
  revokedAt: null,
  expiresAt: { $gt: now },
});

/** A user's active tokens, newest first. */
export async function ownTokens(
  em: SqlEntityManager,
  userId: number,
  now = Date.now(),
): Promise<readonly ApiToken[]> {
  return await em.find(ApiToken, activeTokens(userId, now), { orderBy: { id: 'desc' }, limit: maxListed });
}

/** All active tokens with the names of their users, or those of the user with this name, newest first. */
export async function activeTokensOf(
  em: SqlEntityManager,
  userName: string | null,
  now = Date.now(),
): Promise<readonly { readonly token: ApiToken; readonly user: string }[]> {
  const users = new Map(
    (await em.find(User, userName === null ? {} : { name: userName })).map((user) => [user.id, user.name]),
  );
  const ofUsers = userName === null ? {} : { user: { $in: [...users.keys()] } };
  const active = { revokedAt: null, expiresAt: { $gt: now }, ...ofUsers };
  const tokens = await em.find(ApiToken, active, { orderBy: { id: 'desc' } });
  return tokens.map((token) => ({ token, user: users.get(token.user) ?? '' }));
}

/** The token that a user asks for. */
export interface TokenRequest {
  readonly name: string;
  readonly scope: TokenScope;
  /** Its lifetime: 1 to {@link maxTokenDays}. */
  readonly days: number;
}

/** The user who creates or revokes own tokens, and from where. */
export interface TokenOwner {
  readonly user: User;
  /** The user's current role. */
  readonly role: Role;
  readonly through: ActionSource;
}

/**
 * Creates a token for the user, with no more rights than the user has, and returns it: this is the only time it is shown. One transaction.
 * Throws {@link TokenNotAllowed}, {@link InvalidToken}, {@link TooManyTokens}.
 */
export async function makeOwnToken(
  db: Database,
  { user, role, through }: TokenOwner,
  { name, scope, days }: TokenRequest,
  now = Date.now(),
): Promise<{ readonly token: string; readonly made: ApiToken }> {
  if (!includesRole(role, requiredRole(scope))) throw new TokenNotAllowed(scope, role);
  if (!userNamePattern.test(name))
    throw new InvalidToken(
      'A token needs a name of 1 to 85 letters, digits, spaces, or any of _ . @ -, beginning with a letter, a digit or _.',
    );
  if (!Number.isInteger(days) || days < 1 || days > maxTokenDays)
    throw new InvalidToken(`The lifetime of a token is a whole number of days from 1 to ${maxTokenDays}.`);
  return await db.write([], async (em) => {
    await checkCount(em, user, now);
    const made = await insertToken(em, { name, scope, user, expiresAt: now + days * day }, now);
    const detail = `“${name}”, ${scope}, for ${days === 1 ? 'one day' : `${days} days`}`;
    await recordAudit(em, { at: now, user, action: 'token made', detail, through });
    return made;
  });
}

/** Whether the user may have one more token of this scope. Throws {@link TokenNotAllowed}, {@link TooManyTokens}. */
export async function checkNewToken(
  em: SqlEntityManager,
  { user, role }: Omit<TokenOwner, 'through'>,
  scope: TokenScope,
  now: number,
): Promise<void> {
  if (!includesRole(role, requiredRole(scope))) throw new TokenNotAllowed(scope, role);
  await checkCount(em, user, now);
}

/** Concurrent requests can exceed the maximum slightly. It only keeps the list short. */
async function checkCount(em: SqlEntityManager, user: User, now: number): Promise<void> {
  if ((await em.count(ApiToken, activeTokens(user.id, now))) >= maxTokens) throw new TooManyTokens();
}

/** Stores a new token in the caller's transaction, which also records it; returns it: this is the only time it is shown. */
export async function insertToken(
  em: SqlEntityManager,
  request: {
    readonly name: string;
    readonly scope: TokenScope;
    readonly user: User;
    readonly expiresAt: number;
  },
  now: number,
): Promise<{ readonly token: string; readonly made: ApiToken }> {
  const token = tokenPrefix + newSecret();
  const id = await em.insert(ApiToken, {
    ...request,
    user: request.user.id,
    hash: hashSecret(token),
    createdAt: now,
  });
  return { token, made: await em.findOneOrFail(ApiToken, { id }) };
}

type TokenOfUser = Pick<ApiToken, 'id' | 'user'>;

const unusedToken = ({ id, user }: TokenOfUser, now: number) => ({
  ...activeTokens(user, now),
  id,
  lastUsedAt: null,
});

/** Whether {@link replaceUnusedToken} would replace a token. */
export const isUnusedToken = async (
  em: SqlEntityManager,
  token: TokenOfUser,
  now: number,
): Promise<boolean> => (await em.count(ApiToken, unusedToken(token, now))) > 0;

/**
 * Gives an active token that was never used another secret, in the caller's transaction, which also records it; returns it: this is the only time it is
 * shown. Null if the token was used, revoked, or has expired.
 */
export async function replaceUnusedToken(
  em: SqlEntityManager,
  unused: TokenOfUser,
  now: number,
): Promise<{ readonly token: string; readonly made: ApiToken } | null> {
  const token = tokenPrefix + newSecret();
  const replaced = await em.nativeUpdate(ApiToken, unusedToken(unused, now), { hash: hashSecret(token) });
  if (replaced !== 1) return null;
  return { token, made: await em.findOneOrFail(ApiToken, { id: unused.id }) };
}

/**
 * Revokes one of the user's own tokens and closes its open connections. One transaction. Throws {@link TokenNotFound}, also for another
 * user's token.
 */
export async function revokeOwnToken(
  db: Database,
  { user, through }: Omit<TokenOwner, 'role'>,
  tokenId: number | null,
  now = Date.now(),
): Promise<void> {
  await db.write(['sessions'], async (em) => {
    const own = { ...activeTokens(user.id, now), id: tokenId ?? 0 };
    const token = await em.findOne(ApiToken, own);
    if (!token || (await em.nativeUpdate(ApiToken, own, { revokedAt: now })) !== 1) throw new TokenNotFound();
    await recordAudit(em, { at: now, user, action: 'token revoked', detail: `“${token.name}”`, through });
  });
}
