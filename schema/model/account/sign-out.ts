// Owns ending what lets other people in: one person's sessions, everybody's, a token. Not one's own (session.ts, token.ts), not keeping somebody out (ban.ts).

import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, quoted, recordAudit } from './audit.ts';
import { UserNotFound } from './ban.ts';
import { openSessions, Session } from './session.ts';
import { SignInLink } from './sign-in-link.ts';
import { ApiToken } from './token.ts';
import { User } from './user.ts';

/** Who wants it. */
interface SignOutRequest {
  /** The admin. */
  readonly by: User;
  readonly through?: ActionSource | undefined;
}

/**
 * Ends all sessions of one person, and makes their sign-in links unusable. Tokens stay. Returns how many sessions were open. One
 * transaction. Throws {@link UserNotFound}.
 */
export async function endSessionsOf(
  db: Database,
  wish: SignOutRequest & { readonly userId: number },
  now = Date.now(),
): Promise<{ user: User; sessions: number }> {
  const user = await db.em().findOne(User, { id: wish.userId });
  if (!user) throw new UserNotFound();
  return { user, sessions: await end(db, { ...wish, of: user, but: null }, now) };
}

/**
 * Ends everybody's sessions, and makes all sign-in links unusable that were not used yet. `but`: the number of a session that stays, null:
 * none does. Tokens stay. Returns how many sessions were open. One transaction.
 */
export async function endAllSessions(
  db: Database,
  wish: SignOutRequest & { readonly but: number | null },
  now = Date.now(),
): Promise<number> {
  return await end(db, { ...wish, of: null }, now);
}

async function end(
  db: Database,
  wish: SignOutRequest & { readonly of: User | null; readonly but: number | null },
  now: number,
): Promise<number> {
  const { of, but, by, through } = wish;
  const whose = of === null ? {} : { user: of.id };
  return await db.write(['sessions'], async (em) => {
    // The links first: a link that is just being used is waited for, and its session is then there to be ended.
    await em.nativeUpdate(
      SignInLink,
      { ...whose, redeemedAt: null, expiresAt: { $gt: now } },
      { expiresAt: now },
    );
    const others = but === null ? whose : { ...whose, id: { $ne: but } };
    const sessions = await em.count(Session, { ...others, ...openSessions(now) });
    await em.nativeUpdate(Session, { ...others, endedAt: null }, { endedAt: now });
    const name = of?.name ?? (but === null ? 'everybody' : 'everybody else');
    const detail = `${name}: ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
    await recordAudit(em, { at: now, user: by, action: 'sign-out of all', detail, through });
    return sessions;
  });
}

/** There is no token of that number. */
export class UnknownToken extends DomainError {
  constructor() {
    super('There is no token of this number.');
  }
}

/**
 * Revokes a token, whoever's it is; revoking it twice is the same as once. What is open with it is closed. One transaction.
 * Throws {@link UnknownToken}.
 */
export async function revokeTokenOf(
  db: Database,
  wish: SignOutRequest & { readonly tokenId: number },
  now = Date.now(),
): Promise<ApiToken> {
  const { tokenId, by, through } = wish;
  return await db.write(['sessions'], async (em) => {
    const revoked = await em.nativeUpdate(ApiToken, { id: tokenId, revokedAt: null }, { revokedAt: now });
    const token = await em.findOne(ApiToken, { id: tokenId });
    if (!token) throw new UnknownToken();
    if (revoked === 1) {
      const owner = await em.findOneOrFail(User, { id: token.user });
      const detail = `${quoted(token.name)} (${token.scope}) of ${owner.name}`;
      await recordAudit(em, { at: now, user: by, action: 'token revoked', detail, through });
    }
    return token;
  });
}
