// Owns listing and ending one's own sessions. Not other people's (sign-out.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { denyAllowedRequests } from './device-request.ts';
import { endableSessionsOf, openSessionsOf, Session } from './session.ts';
import type { User } from './user.ts';

/** The maximum number of sessions in a list. */
const maxListed = 100;

/**
 * A user's active sessions, most recently used first, at most 100. Includes those that still need a second factor, because they may be an intruder's.
 */
export async function ownSessions(
  em: SqlEntityManager,
  userId: number,
  now = Date.now(),
): Promise<readonly Session[]> {
  const orderBy = { lastUsedAt: 'desc', id: 'desc' } as const;
  return await em.find(Session, openSessionsOf(userId, now), { orderBy, limit: maxListed });
}

/** The session is another user's or has ended. The message does not say which. */
export class SessionNotFound extends DomainError {
  constructor() {
    super('This session has already ended.');
  }
}

/** The user who ends own sessions, and from where. */
export interface SessionOwner {
  readonly user: User;
  readonly through: ActionSource;
}

/**
 * Ends one of the user's own sessions and its open connections. Throws {@link SessionNotFound}, also for another user's session. One
 * transaction.
 */
export async function endOwnSession(
  db: Database,
  { user, through }: SessionOwner,
  sessionId: number | null,
  now = Date.now(),
): Promise<void> {
  await db.write(['sessions'], async (em) => {
    const own = { ...endableSessionsOf(user.id, now), id: sessionId ?? 0 };
    if ((await em.nativeUpdate(Session, own, { endedAt: now })) !== 1) throw new SessionNotFound();
    await recordAudit(em, { at: now, user, action: 'sign-out', detail: `session ${sessionId}`, through });
  });
}

/** Ends all of a user's sessions except `kept`; returns how many were active. One transaction. */
export async function endOtherSessions(
  db: Database,
  { user, through }: SessionOwner,
  kept: number,
  now = Date.now(),
): Promise<number> {
  return await db.write(['sessions'], async (em) => {
    const others = { id: { $ne: kept } };
    const count = await em.count(Session, { ...openSessionsOf(user.id, now), ...others });
    await em.nativeUpdate(Session, { ...endableSessionsOf(user.id, now), ...others }, { endedAt: now });
    await denyAllowedRequests(em, user.id);
    const detail = `${count} ${count === 1 ? 'session' : 'sessions'}, all but session ${kept}`;
    await recordAudit(em, { at: now, user, action: 'sign-out of all', detail, through });
    return count;
  });
}
