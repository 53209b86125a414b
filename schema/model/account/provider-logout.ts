// Owns ending sessions after a logout at the identity provider. Not receiving its logout token (server/sign-in/back-channel-logout.ts).
import { latestPlausible } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { Session } from './session.ts';
import { SignInLink } from './sign-in-link.ts';
import { User } from './user.ts';

/** What the identity provider signed out: one of its sessions, or a person with all sessions. At least one of the two is known. */
export interface ProviderLogout {
  /** The identity provider's name of the session (`sid`). */
  readonly session: string | null;
  /** The identity provider's name of the person (`sub`). */
  readonly subject: string | null;
  /** Only sessions that began before this time end, and those that a clock far ahead opened: a repeated message must not end newer ones. In milliseconds since 1970 UTC. */
  readonly before: number;
}

/** Ends those sessions and unused links for them; returns how many sessions. One transaction, with one audit entry per user. */
export async function endProviderSessions(
  db: Database,
  { session, subject, before }: ProviderLogout,
  through: ActionSource,
  now = Date.now(),
): Promise<number> {
  const whose = {
    ...(session === null ? {} : { providerSession: session }),
    ...(subject === null ? {} : { providerSubject: subject }),
    // What a clock far ahead opened would be accepted at its date.
    $or: [{ createdAt: { $lte: before } }, { createdAt: { $gt: latestPlausible(now) } }],
  };
  if (session === null && subject === null) return 0;
  return await db.write(['sessions'], async (em) => {
    const links = { ...whose, way: 'provider', redeemedAt: null, expiresAt: { $gt: now } } as const;
    await em.nativeUpdate(SignInLink, links, { redeemedAt: now });
    const open = await em.find(Session, { ...whose, way: 'provider', endedAt: null });
    if (open.length === 0) return 0;
    await em.nativeUpdate(
      Session,
      { id: { $in: open.map(({ id }) => id) }, endedAt: null },
      { endedAt: now },
    );
    for (const user of new Set(open.map((each) => each.user))) {
      const count = open.filter((each) => each.user === user).length;
      await recordAudit(em, {
        at: now,
        user: await em.findOneOrFail(User, { id: user }),
        action: 'sign-out',
        detail: `at the identity provider: ${count === 1 ? 'one session' : `${count} sessions`} ended`,
        through,
      });
    }
    return open.length;
  });
}
