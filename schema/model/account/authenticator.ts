// Owns adding and removing an authenticator app. Only after a recent second factor. Not checking its codes at sign-in (second-factor-check.ts).
import { Secret } from 'otpauth';
import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { factorOf, lockFactor, SecondFactor } from './second-factor.ts';
import type { Session } from './session.ts';
import { normalizedCode, stepOf, totpOf } from './totp.ts';
import type { User } from './user.ts';

/** How fresh a second factor must be for changing what counts as one, in milliseconds. */
export const secondFactorMaxAge = 10 * 60_000;

/** What counts as a second factor is changed only by somebody who has just shown one. */
export class SecondFactorTooOld extends DomainError {
  constructor() {
    super(
      `Show a code of the deployment host first: the last one was shown more than ${secondFactorMaxAge / 60_000} minutes ago, or never.`,
    );
  }
}

/** There is an authenticator already. */
export class AuthenticatorExists extends DomainError {
  constructor() {
    super('You have an authenticator already. Remove it first.');
  }
}

/** There is no authenticator to confirm or to remove. */
export class NoAuthenticator extends DomainError {
  constructor() {
    super('There is no authenticator: it was removed meanwhile, or adding it was not begun.');
  }
}

/** The first code of a new authenticator was wrong. */
export class AuthenticatorCodeWrong extends DomainError {
  constructor() {
    super(
      'This is not the code that the authenticator should show now. Is the clock of its device right? Type the next one.',
    );
  }
}

/** Whoever changes what counts as their second factor. */
export interface FactorOwner {
  readonly user: User;
  readonly session: Session;
  readonly through: ActionSource;
}

/** A session that the deployment host opened has shown what a second factor shows. Pure. Throws {@link SecondFactorTooOld}. */
function requireRecentSecondFactor(
  session: Pick<Session, 'way' | 'secondFactorAt' | 'createdAt'>,
  now: number,
): void {
  if (session.way === 'link') return;
  if (session.secondFactorAt == null || now - session.secondFactorAt > secondFactorMaxAge)
    throw new SecondFactorTooOld();
}

/** A secret as it is told once: as text in base32, and as the URL that an authenticator reads from a picture. */
export interface OfferedAuthenticator {
  readonly secret: string;
  readonly url: string;
}

/**
 * Offers a secret for an authenticator, which counts once its first code was shown; one offered earlier is forgotten. Throws
 * {@link SecondFactorTooOld}, {@link AuthenticatorExists}. One transaction.
 */
export async function beginAuthenticator(
  db: Database,
  { user, session }: FactorOwner,
  now = Date.now(),
): Promise<OfferedAuthenticator> {
  requireRecentSecondFactor(session, now);
  const secret = new Secret({ size: 20 }).base32;
  await db.write([], async (em) => {
    await factorOf(em, user.id);
    const offered = { totpSecret: secret, totpStep: null };
    const own = { user: user.id, totpConfirmedAt: null };
    if ((await em.nativeUpdate(SecondFactor, own, offered)) !== 1) throw new AuthenticatorExists();
  });
  return { secret, url: totpOf(secret, user.name).toString() };
}

/**
 * The authenticator counts from now on: its first code is the proof that it has the secret, and is spent. Throws {@link SecondFactorTooOld},
 * {@link NoAuthenticator}, {@link AuthenticatorCodeWrong}. One transaction.
 */
export async function confirmAuthenticator(
  db: Database,
  { user, session, through }: FactorOwner,
  code: string,
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  await db.write([], async (em) => {
    await lockFactor(db, em, user.id);
    const factor = await em.findOneOrFail(SecondFactor, { user: user.id });
    if (factor.totpConfirmedAt != null) throw new AuthenticatorExists();
    if (factor.totpSecret == null) throw new NoAuthenticator();
    // No guess at anything: who may confirm it was shown the secret.
    const step = stepOf(factor.totpSecret, normalizedCode(code), now);
    if (step === null) throw new AuthenticatorCodeWrong();
    await em.nativeUpdate(SecondFactor, { id: factor.id }, { totpConfirmedAt: now, totpStep: step });
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: 'an authenticator was added',
      through,
    });
  });
}

/** Codes of the authenticator count no more. Throws {@link SecondFactorTooOld}, {@link NoAuthenticator}. One transaction. */
export async function removeAuthenticator(
  db: Database,
  { user, session, through }: FactorOwner,
  now = Date.now(),
): Promise<void> {
  requireRecentSecondFactor(session, now);
  await db.write([], async (em) => {
    const removed = await em.nativeUpdate(
      SecondFactor,
      { user: user.id, totpSecret: { $ne: null } },
      { totpSecret: null, totpConfirmedAt: null, totpStep: null },
    );
    if (removed !== 1) throw new NoAuthenticator();
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: 'the authenticator was removed',
      through,
    });
  });
}
