// Owns browser sessions: finding one by its secret, and how it ends or expires. Not opening one (sign-in-link.ts), not cookies (server/sign-in/sign-in.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { hashSecret } from './secret.ts';
import { accountColumns, accountOf, roles, User } from './user.ts';

/** A session ends when it was not used for this long, in milliseconds … */
export const sessionIdleLifetime = 12 * 3_600_000;
/** … and in any case this long after sign-in. */
export const sessionLifetime = 7 * 24 * 3_600_000;
/** `lastUsedAt` is written at most this often: a page that is merely open must not write. */
const lastUsedResolution = 5 * 60_000;

/** How a session began: with a link that the deployment host gave, or at the organisation's identity provider. */
export const signInWays = ['link', 'provider'] as const;
export type SignInWay = (typeof signInWays)[number];

const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: p.integer().primary(),
    /** SHA-256 of the cookie's secret, hexadecimal. */
    secretHash: text().unique(),
    /** SHA-256 of the page's key, hexadecimal. */
    pageKeyHash: text(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** Null: it is computed of the user's groups at each operation. */
    role: word(roles).nullable(),
    way: word(signInWays).default('link'),
    /** When the second factor was last shown; null: not yet. */
    secondFactorAt: time().nullable(),
    /** From where it was opened, and with what (`User-Agent`, at most 300 characters): for its owner to recognise. */
    address: text().nullable(),
    agent: text().nullable(),
    /** As in the link it was opened with. */
    providerSession: text().nullable().index(),
    providerSubject: text().nullable().index(),
    createdAt: time(),
    lastUsedAt: time(),
    endedAt: time().nullable(),
  },
});
/** A signed-in browser. */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

/** What a browser gets for a link: the cookie's secret and the page's key. Both are known only to it from now on. */
export interface NewSession {
  readonly secret: string;
  readonly pageKey: string;
}

/** One statement past the ORM, since every request begins with it: two finds take four times as long (bench: gate). */
const sessionWithUser = `select s.*, ${accountColumns} from session s join account a on a.id = s.user_id where s.secret_hash = ? and s.ended_at is null`;

/**
 * A session that counts, with its user; `null` when unknown, ended or expired. Writes `lastUsedAt` now and then, unless it is only looked
 * at: a connection that is merely open is no use.
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
  if (use === 'used' && now - session.lastUsedAt > lastUsedResolution) {
    // Not waited for: nobody is kept out because the database cannot be written to. It is noted the next time.
    db.write([], (inside) => inside.nativeUpdate(Session, { id: session.id }, { lastUsedAt: now })).catch(
      () => {},
    );
  }
  return { session, user: accountOf(em, row) };
}

/** Ends a session; ending it twice is the same as once. `by`: who signs out, and through what, for the audit log. */
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

/** When a session ends by itself unless it is used before. Pure. */
export const sessionEndsAt = ({ lastUsedAt, createdAt }: Pick<Session, 'lastUsedAt' | 'createdAt'>): number =>
  Math.min(lastUsedAt + sessionIdleLifetime, createdAt + sessionLifetime);

/** Which sessions are open at that moment, as a condition. Pure. */
export const openSessions = (now: number) => ({
  endedAt: null,
  lastUsedAt: { $gte: now - sessionIdleLifetime },
  createdAt: { $gte: now - sessionLifetime },
});

/** The open ones of a user. Pure. */
export const openSessionsOf = (userId: number, now: number) => ({ user: userId, ...openSessions(now) });

/** How a session came to its end. */
export type SessionEnd = 'ended' | 'expired';

/** How the session of these secrets came to its end; null: there was none, or it counts. For its own browser: both secrets must fit. */
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
