// Owns browser sessions: finding one by its secret, and how it ends or expires. Not opening one (sign-in-link.ts), not cookies (server/sign-in/sign-in.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { latestPlausible } from '../store/clock.ts';
import { text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { hashSecret } from './secret.ts';
import { accountColumns, accountOf, bindAccount, roles, User } from './user.ts';

/** A session expires when it was not used for this long, in milliseconds … */
export const sessionIdleLifetime = 12 * 3_600_000;
/** … and in any case this long after sign-in, in milliseconds. */
export const sessionLifetime = 7 * 24 * 3_600_000;
/** `lastUsedAt` is written at most this often, in milliseconds: an idle open page must not write. */
const lastUsedResolution = 5 * 60_000;

/** How a session began: with a link from the deployment host, or at the organisation's identity provider. */
export const signInWays = ['link', 'provider'] as const;
export type SignInWay = (typeof signInWays)[number];

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the cookie's secret, hexadecimal. */
    secretHash: text().unique(),
    /** SHA-256 of the page key, hexadecimal. */
    pageKeyHash: text(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** Null: computed from the user's groups at each operation. */
    role: word(roles).nullable(),
    way: word(signInWays).default('link'),
    /** When a second factor was last accepted; null if not yet. */
    secondFactorAt: time().nullable(),
    /** The address and `User-Agent` (at most 300 characters) it was opened with, so that its owner can recognise it. */
    address: text().nullable(),
    agent: text().nullable(),
    /** As in its sign-in link. */
    providerSession: text().nullable().index(),
    providerIssuer: text().nullable(),
    providerSubject: text().nullable().index(),
    providerGroups: p.json<readonly string[] | null>().nullable(),
    createdAt: time(),
    lastUsedAt: time(),
    endedAt: time().nullable(),
  },
});
/** A signed-in browser. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

/**
 * Gives the account of a sign-in at the identity provider to its person, with the groups that were reported. False: it is another person's. Sign-ins
 * that an earlier version began have no issuer: they change nothing. Runs in the caller's transaction.
 */
export async function bindPending(
  em: SqlEntityManager,
  pending: Pick<Session, 'user' | 'providerIssuer' | 'providerSubject' | 'providerGroups'>,
): Promise<boolean> {
  const { user, providerIssuer: issuer, providerSubject: subject, providerGroups: groups } = pending;
  if (issuer == null || subject == null) return true;
  return await bindAccount(em, user, { issuer, subject }, groups ?? []);
}

/** The secrets of a new session: the cookie's and the page key. Only the browser knows them from now on. */
export interface NewSession {
  readonly secret: string;
  readonly pageKey: string;
}

/** One statement that bypasses the ORM, because every request runs it: two finds take four times as long (bench: gate). */
const sessionWithUser = `select s.*, ${accountColumns} from session s join account a on a.id = s.user_id where s.secret_hash = ? and s.ended_at is null`;

/**
 * The active session with this secret, and its user; `null` if it is unknown, ended or expired. Updates `lastUsedAt` from time to time,
 * unless `use` is `looked at`: an idle connection is not a use.
 */
export async function findSession(
  db: Database,
  secret: string,
  now = Date.now(),
  use: 'used' | 'looked at' = 'used',
): Promise<{ session: Session; user: User } | null> {
  const [row] = await db.execute(sessionWithUser, [hashSecret(secret)]);
  if (!row) return null;
  const em = db.em();
  const session = em.map(Session, row);
  if (now - session.lastUsedAt > sessionIdleLifetime || now - session.createdAt > sessionLifetime)
    return null;
  // Opened by a clock that was far ahead, it would last for as long in addition.
  if (session.createdAt > latestPlausible(now)) return null;
  if (use === 'used' && now - session.lastUsedAt > lastUsedResolution) {
    // Not awaited: a request must not fail because the database cannot be written. The next request tries again.
    db.write([], (inside) => inside.nativeUpdate(Session, { id: session.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { session, user: accountOf(em, row) };
}

/** Ends a session. Idempotent. `by`: who signs out and from where, for the audit log. One transaction. */
export async function endSession(
  db: Database,
  sessionId: number,
  now = Date.now(),
  by?: { readonly user: User; readonly through: ActionSource },
): Promise<void> {
  await db.write(['sessions'], async (em) => {
    const ended = await em.nativeUpdate(Session, { id: sessionId, endedAt: null }, { endedAt: now });
    if (ended === 1 && by)
      await recordAudit(em, { at: now, action: 'sign-out', detail: 'of this session', ...by });
  });
}

/** When a session expires unless it is used before, in milliseconds since 1970 UTC. Pure. */
export const sessionEndsAt = ({ lastUsedAt, createdAt }: Pick<Session, 'lastUsedAt' | 'createdAt'>): number =>
  Math.min(lastUsedAt + sessionIdleLifetime, createdAt + sessionLifetime);

/** A condition for the sessions that are active at a point in time. Pure. */
export const openSessions = (now: number) => ({
  endedAt: null,
  lastUsedAt: { $gte: now - sessionIdleLifetime },
  createdAt: { $gte: now - sessionLifetime, $lte: latestPlausible(now) },
});

/** A condition for the sessions to end: also those that a clock far ahead opened, which would become active at their date. Pure. */
export const endableSessionsOf = (userId: number, now: number) => ({
  user: userId,
  endedAt: null,
  lastUsedAt: { $gte: now - sessionIdleLifetime },
  createdAt: { $gte: now - sessionLifetime },
});

/** A condition for the active sessions of a user. Pure. */
export const openSessionsOf = (userId: number, now: number) => ({ user: userId, ...openSessions(now) });

/** How a session ended. */
export type SessionEnd = 'ended' | 'expired';

/**
 * How the session with these secrets ended; null if it does not exist or is active. Both secrets must match, so only its own browser can ask.
 */
export async function endOfSession(
  db: Database,
  secret: string,
  pageKey: string,
  now = Date.now(),
): Promise<SessionEnd | null> {
  const hashes = { secretHash: hashSecret(secret), pageKeyHash: hashSecret(pageKey) };
  const session = await db.em().findOne(Session, hashes);
  if (!session) return null;
  if (session.endedAt !== null) return 'ended';
  return (await findSession(db, secret, now, 'looked at')) === null ? 'expired' : null;
}
