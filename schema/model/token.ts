// Owns API tokens: how other tools sign in. Not browser sessions (session.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time, word } from './column.ts';
import type { Database } from './database.ts';
import { hashSecret, newSecret } from './session.ts';
import { accountColumns, accountOf, type Role, User, userNamed } from './user.ts';

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

/** Makes a token that acts for a user; returns it. It is shown this once. `lifetime` in milliseconds. One transaction. */
export async function createToken(
  db: Database,
  wish: { name: string; scope: TokenScope; userName: string; lifetime?: number },
  now = Date.now(),
): Promise<string> {
  const token = tokenPrefix + newSecret();
  await db.write([], async (em) => {
    const user = await userNamed(em, wish.userName, now);
    await em.insert(ApiToken, {
      name: wish.name,
      hash: hashSecret(token),
      scope: wish.scope,
      user: user.id,
      createdAt: now,
      expiresAt: now + (wish.lifetime ?? tokenLifetime),
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
  if (use === 'used' && now - (found.lastUsedAt ?? 0) > lastUsedGrain) {
    // Not waited for, as with a session's.
    db.write([], (inside) => inside.nativeUpdate(ApiToken, { id: found.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { token: found, user: accountOf(em, row) };
}
