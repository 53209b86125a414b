// Owns rebinding an account: the next person who completes a sign-in at the identity provider with its name gets it. Not binding it (user.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { UserNotFound } from './ban.ts';
import { DeviceRequest } from './device-request.ts';
import { Passkey } from './second-factor/passkey.ts';
import { SecondFactor } from './second-factor/second-factor.ts';
import { Session } from './session.ts';
import { SignInLink } from './sign-in-link.ts';
import { ApiToken } from './token.ts';
import { User } from './user.ts';

/** The account is nobody's at the identity provider, or its ban would be lost. */
export class RebindNotAccepted extends DomainError {}

/** Whose account an admin, or an operator on the host, rebinds. */
export interface RebindRequest {
  readonly userId: number;
  /** The admin; null: an operator. */
  readonly by: User | null;
  /** Who asks, as text, when `by` is null. */
  readonly operator?: string;
  readonly through: ActionSource;
}

/**
 * Frees the account of its person at the identity provider: for a provider that has new subjects, or a name that was given to another
 * person. All sessions, links, tokens, passkeys and the authenticator of the account end, because they are of the person before. One transaction. Throws {@link
 * UserNotFound}, {@link RebindNotAccepted}.
 */
export async function rebindUser(db: Database, request: RebindRequest, now = Date.now()): Promise<User> {
  const { userId, by, operator, through } = request;
  return await db.write(['sessions'], async (em) => {
    const user = await em.findOne(User, { id: userId });
    if (!user) throw new UserNotFound();
    if (user.bannedAt != null)
      throw new RebindNotAccepted(
        `${user.name} is banned, and the ban is of this person. Unban the account first.`,
      );
    const isBound = { id: userId, providerSubject: { $ne: null }, bannedAt: null };
    const free = { providerIssuer: null, providerSubject: null, groups: null };
    if ((await em.nativeUpdate(User, isBound, free)) !== 1)
      throw new RebindNotAccepted(
        `${user.name} is not bound: nobody has completed a sign-in at the identity provider.`,
      );
    await endEverythingOf(em, userId, now);
    const detail = `${user.name}, who was “${user.providerSubject}” at ${user.providerIssuer}`;
    const words = operator === undefined ? detail : `${detail}; by the Unix user ${operator}`;
    await recordAudit(em, { at: now, user: by ?? user, action: 'rebind', detail: words, through });
    return await em.refreshOrFail(user);
  });
}

async function endEverythingOf(em: SqlEntityManager, user: number, now: number): Promise<void> {
  await em.nativeUpdate(SignInLink, { user, redeemedAt: null, expiresAt: { $gt: now } }, { expiresAt: now });
  await em.nativeUpdate(Session, { user, endedAt: null }, { endedAt: now });
  await em.nativeDelete(DeviceRequest, { user });
  await em.nativeDelete(Passkey, { user });
  await em.nativeUpdate(ApiToken, { user, revokedAt: null }, { revokedAt: now });
  await em.nativeUpdate(SecondFactor, { user }, { totpSecret: null, totpConfirmedAt: null, totpStep: null });
}
