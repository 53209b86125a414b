// Owns API tokens: how other tools sign in. Not browser sessions (session.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import { text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, hostSource, quoted, recordAudit } from './audit.ts';
import { hashSecret, newSecret } from './secret.ts';
import {
  accountColumns,
  accountOf,
  includesRole,
  type Role,
  User,
  userNamed,
  userNamePattern,
} from './user.ts';

/** What a token may do: `read` sees what a viewer sees, `deploy` does what a deployer does. Never more: no token is an admin. */
export const tokenScopes = ['read', 'deploy'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Every token begins with this, so that secret scanners can find a leaked one. */
const tokenPrefix = 'spiderpig_';
/** How long a token lives unless told otherwise, in milliseconds. */
export const tokenLifetime = 30 * 24 * 3_600_000;
/** The longest that one may live, in days. */
export const maxTokenDays = 366;
/** How many tokens that count one person can have. */
export const maxTokens = 50;
const lastUsedResolution = 60_000;
const day = 24 * 3_600_000;

const ApiTokenSchema = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  properties: {
    id: p.integer().primary(),
    /** What it is for, as its maker called it. */
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
/** A tool's way in. */
export class ApiToken extends ApiTokenSchema.class {}
ApiTokenSchema.setClass(ApiToken);

/** The role a token's scope amounts to. */
export const requiredRole = (scope: TokenScope): Role => (scope === 'deploy' ? 'deployer' : 'viewer');

/**
 * Makes a token that acts for a user; returns it. It is shown this once. `lifetime` in milliseconds. `through`: default a command on the
 * deployment host, whose user `operator` runs it. One transaction.
 */
export async function createToken(
  db: Database,
  wish: {
    name: string;
    scope: TokenScope;
    userName: string;
    lifetime?: number;
    through?: ActionSource;
    operator?: string;
  },
  now = Date.now(),
): Promise<string> {
  const token = tokenPrefix + newSecret();
  const expiresAt = now + (wish.lifetime ?? tokenLifetime);
  await db.write([], async (em) => {
    const user = await userNamed(em, wish.userName, now);
    await em.insert(ApiToken, {
      name: wish.name,
      hash: hashSecret(token),
      scope: wish.scope,
      user: user.id,
      createdAt: now,
      expiresAt,
    });
    const until = `until ${new Date(expiresAt).toISOString()}`;
    const operator = wish.operator === undefined ? '' : `, for the host’s user ${wish.operator}`;
    await recordAudit(em, {
      at: now,
      user,
      action: 'token made',
      detail: `${quoted(wish.name)} (${wish.scope}) ${until}${operator}`,
      through: wish.through ?? hostSource,
    });
  });
  return token;
}

/** As with sessions: one statement, past the ORM. */
const tokenWithUser = `select t.*, ${accountColumns} from api_token t join account a on a.id = t.user_id where t.hash = ? and t.revoked_at is null and t.expires_at > ?`;

/** A token that counts, with its user; `null` when unknown, revoked or expired. Writes `lastUsedAt` now and then, unless it is only looked at. */
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
  if (use === 'used' && now - (found.lastUsedAt ?? 0) > lastUsedResolution) {
    // Not waited for, as with a session's.
    db.write([], (inside) => inside.nativeUpdate(ApiToken, { id: found.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { token: found, user: accountOf(em, row) };
}

/** A token cannot do more than whoever makes it. */
export class TokenNotAllowed extends DomainError {
  constructor(scope: TokenScope, role: Role) {
    super(`A token of the scope “${scope}” needs the role “${requiredRole(scope)}”; you have “${role}”.`);
  }
}

/** The name or the lifetime of a token is not acceptable. */
export class InvalidToken extends DomainError {}

/** There are too many already. */
export class TooManyTokens extends DomainError {
  constructor() {
    super(`You have ${maxTokens} tokens. End one that is not used any more first.`);
  }
}

/** Not one of one's own, or it counts no more. Which of them is not told. */
export class TokenNotFound extends DomainError {
  constructor() {
    super('You have no such token: it has ended already.');
  }
}

/** The tokens of a user that count at a moment, as a condition. */
const activeTokens = (userId: number, now: number) => ({
  user: userId,
  revokedAt: null,
  expiresAt: { $gt: now },
});

/** A user's tokens that count, the newest first. */
export async function ownTokens(
  em: SqlEntityManager,
  userId: number,
  now = Date.now(),
): Promise<readonly ApiToken[]> {
  return await em.find(ApiToken, activeTokens(userId, now), { orderBy: { id: 'desc' } });
}

/** What somebody wants for themselves. */
export interface TokenRequest {
  readonly name: string;
  readonly scope: TokenScope;
  /** How long it counts: 1 to {@link maxTokenDays}. */
  readonly days: number;
}

/** Whoever makes and ends tokens of their own. */
export interface TokenOwner {
  readonly user: User;
  /** Of this moment. */
  readonly role: Role;
  readonly through: ActionSource;
}

/**
 * Makes a token for oneself, never beyond one's role; returns it, this once. Throws {@link TokenNotAllowed}, {@link InvalidToken},
 * {@link TooManyTokens}. One transaction.
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
      'A token needs a name of 1 to 85 letters, digits, blanks, or any of _ . @ -, which begins with a letter, a digit or _.',
    );
  if (!Number.isInteger(days) || days < 1 || days > maxTokenDays)
    throw new InvalidToken(`A token counts for a whole number of days from 1 to ${maxTokenDays}.`);
  const token = tokenPrefix + newSecret();
  const made = await db.write([], async (em) => {
    // Of several at once, a few can get past this: it is there to keep the list short.
    if ((await em.count(ApiToken, activeTokens(user.id, now))) >= maxTokens) throw new TooManyTokens();
    const id = await em.insert(ApiToken, {
      name,
      hash: hashSecret(token),
      scope,
      user: user.id,
      createdAt: now,
      expiresAt: now + days * day,
    });
    const detail = `“${name}”, ${scope}, for ${days === 1 ? 'one day' : `${days} days`}`;
    await recordAudit(em, { at: now, user, action: 'token made', detail, through });
    return await em.findOneOrFail(ApiToken, { id });
  });
  return { token, made };
}

/** Ends one of a user's own tokens, and what is open with it. Throws {@link TokenNotFound}, also for somebody else's. One transaction. */
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
