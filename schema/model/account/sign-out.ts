// Owns an admin's sign-outs: all sessions of one user or of everyone, and revoking a token. Not one's own sessions and tokens, not bans (ban.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, quoted, recordAudit } from './audit.ts';
import { UserNotFound } from './ban.ts';
import { denyAllowedRequests } from './device-request.ts';
import { openSessions, Session } from './session.ts';
import { SignInLink } from './sign-in-link.ts';
import { ApiToken } from './token.ts';
import { User, userOf } from './user.ts';

/** Which admin asks, and from where. */
interface SignOutRequest {
  /** The admin. */
  readonly by: User;
  readonly through?: ActionSource | undefined;
}

/**
 * Ends all sessions of one user and invalidates their sign-in links. Tokens stay valid. Returns how many sessions were active. One
 * transaction. Throws {@link UserNotFound}.
 */
export async function endSessionsOf(
  db: Database,
  request: SignOutRequest & { readonly userId: number },
  now = Date.now(),
): Promise<{ user: User; sessions: number }> {
  const user = await db.em().findOne(User, { id: request.userId });
  if (!user) throw new UserNotFound();
  const sessions = await db.write(['sessions'], (em) => end(em, { ...request, of: user, but: null }, now));
  return { user, sessions };
}

/**
 * Ends everyone's sessions and invalidates all unused sign-in links. `but`: the number of a session to keep, null for none. Tokens stay
 * valid. Returns how many sessions were active. One transaction.
 */
export async function endAllSessions(
  db: Database,
  request: SignOutRequest & { readonly but: number | null },
  now = Date.now(),
): Promise<number> {
  return await db.write(['sessions'], (em) => endAllSessionsIn(em, request, now));
}

/** As {@link endAllSessions}, in the caller's transaction, which rings `sessions`. */
export const endAllSessionsIn = (
  em: SqlEntityManager,
  request: SignOutRequest & { readonly but: number | null },
  now = Date.now(),
): Promise<number> => end(em, { ...request, of: null }, now);

/** In the caller's transaction. */
async function end(
  em: SqlEntityManager,
  request: SignOutRequest & { readonly of: User | null; readonly but: number | null },
  now: number,
): Promise<number> {
  const { of, but, by, through } = request;
  const whose = of === null ? {} : { user: of.id };
  // Links first: this waits for a concurrent redemption, whose session then exists and is ended below.
  await em.nativeUpdate(
    SignInLink,
    { ...whose, redeemedAt: null, expiresAt: { $gt: now } },
    { expiresAt: now },
  );
  await denyAllowedRequests(em, of?.id ?? null);
  const others = but === null ? whose : { ...whose, id: { $ne: but } };
  const sessions = await em.count(Session, { ...others, ...openSessions(now) });
  await em.nativeUpdate(Session, { ...others, endedAt: null }, { endedAt: now });
  const name = of?.name ?? (but === null ? 'everyone' : 'everyone else');
  const detail = `${name}: ${sessions} ${sessions === 1 ? 'session' : 'sessions'}`;
  await recordAudit(em, { at: now, user: by, action: 'sign-out of all', detail, through });
  return sessions;
}

/** There is no token of this number. */
export class UnknownToken extends DomainError {
  constructor() {
    super('This token does not exist.');
  }
}

/** Revokes any user's token and closes its open connections. Idempotent. One transaction. Throws {@link UnknownToken}. `by`: the admin, or their name. */
export async function revokeTokenOf(
  db: Database,
  request: Pick<SignOutRequest, 'through'> & { readonly by: User | string; readonly tokenId: number },
  now = Date.now(),
): Promise<ApiToken> {
  const { tokenId, through } = request;
  return await db.write(['sessions'], async (em) => {
    const revoked = await em.nativeUpdate(ApiToken, { id: tokenId, revokedAt: null }, { revokedAt: now });
    const token = await em.findOne(ApiToken, { id: tokenId });
    if (!token) throw new UnknownToken();
    if (revoked === 1) {
      const by = await userOf(em, request.by, now);
      const owner = await em.findOneOrFail(User, { id: token.user });
      const detail = `${quoted(token.name)} (${token.scope}) of ${owner.name}`;
      await recordAudit(em, { at: now, user: by, action: 'token revoked', detail, through });
    }
    return token;
  });
}
