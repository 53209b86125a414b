// Owns API tokens: how other tools sign in. Not browser sessions (session.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { quoted, recordAudit, type Through, throughHost } from './audit.ts';
import { text, time, word } from './column.ts';
import type { Database } from './database.ts';
import { hashSecret, newSecret } from './session.ts';
import { type Role, User, userNamed } from './user.ts';

/** What a token may do: `read` sees what a viewer sees, `deploy` does what a deployer does. Never more: no token is an admin. */
export const tokenScopes = ['read', 'deploy'] as const;
export type TokenScope = (typeof tokenScopes)[number];

/** Every token begins with this, so that secret scanners can find a leaked one. */
export const tokenPrefix = 'spiderpig_';
/** How long a token lives unless told otherwise, in milliseconds. */
export const tokenLifetime = 30 * 24 * 3_600_000;
const lastUsedGrain = 60_000;

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
export const roleOfScope = (scope: TokenScope): Role => (scope === 'deploy' ? 'deployer' : 'viewer');

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
    through?: Through;
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
      through: wish.through ?? throughHost,
    });
  });
  return token;
}

/** A token that counts, with its user; `null` when unknown, revoked or expired. Writes `lastUsedAt` now and then, unless it is only looked at. */
export async function findToken(
  db: Database,
  token: string,
  now = Date.now(),
  use: 'used' | 'looked at' = 'used',
): Promise<{ token: ApiToken; user: User } | null> {
  if (!token.startsWith(tokenPrefix)) return null;
  const em = db.em();
  const found = await em.findOne(ApiToken, {
    hash: hashSecret(token),
    revokedAt: null,
    expiresAt: { $gt: now },
  });
  if (!found) return null;
  if (use === 'used' && now - (found.lastUsedAt ?? 0) > lastUsedGrain) {
    // Not waited for, as with a session's.
    db.write([], (inside) => inside.nativeUpdate(ApiToken, { id: found.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { token: found, user: await em.findOneOrFail(User, { id: found.user }) };
}
