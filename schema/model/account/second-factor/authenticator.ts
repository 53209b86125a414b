// Owns adding and removing an authenticator app. Only after a recent second factor. Not checking its codes at sign-in (second-factor-check.ts).
import { Secret } from 'otpauth';
import { DomainError } from '../../error.ts';
import { latestPlausible } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';
import { type ActionSource, recordAudit } from '../audit.ts';
import type { Session } from '../session.ts';
import type { User } from '../user.ts';
import { factorOf, lockFactor, SecondFactor } from './second-factor.ts';
import { normalizedCode, stepOf, totpOf } from './totp.ts';

/** How recent a second factor must be to change the authenticator, in milliseconds. */
export const secondFactorMaxAge = 10 * 60_000;

/** Changing the authenticator requires a recent second factor. */
export class SecondFactorTooOld extends DomainError {
  constructor() {
    super(
      `Enter a code from the deployment host first: your last code was more than ${secondFactorMaxAge / 60_000} minutes ago.`,
    );
  }
}

/** The user already has an authenticator. */
export class AuthenticatorExists extends DomainError {
  constructor() {
    super('You already have an authenticator. Remove it first.');
  }
}

/** The user has no authenticator to confirm or remove. */
export class NoAuthenticator extends DomainError {
  constructor() {
    super('You have no authenticator: it was removed in the meantime, or you have not started adding one.');
  }
}

/** The first code of a new authenticator was wrong. */
export class AuthenticatorCodeWrong extends DomainError {
  constructor() {
    super(
      'This is not the current code of your authenticator. Check the clock of its device and enter the next code.',
    );
  }
}

/** The user who changes their authenticator, and from where. */
export interface FactorOwner {
  readonly user: User;
  readonly session: Session;
  readonly through: ActionSource;
}

/**
 * Checks that the session has a recent second factor; a session opened from the deployment host counts as one. Pure. Throws {@link
 * SecondFactorTooOld}.
 */
export function requireRecentSecondFactor(
  session: Pick<Session, 'way' | 'secondFactorAt' | 'createdAt'>,
  now: number,
): void {
  if (session.way === 'link') return;
  const { secondFactorAt } = session;
  const isRecent =
    secondFactorAt != null &&
    now - secondFactorAt <= secondFactorMaxAge &&
    secondFactorAt <= latestPlausible(now);
  if (!isRecent) throw new SecondFactorTooOld();
}

/** A new secret, shown once: as base32 text, and as the URL that an authenticator scans as a QR code. */
export interface OfferedAuthenticator {
  readonly secret: string;
  readonly url: string;
}

/**
 * Offers a secret for an authenticator, which is active once its first code was confirmed; an earlier offer is discarded. One transaction.
 * Throws {@link SecondFactorTooOld}, {@link AuthenticatorExists}.
 */
export async function beginAuthenticator(
  db: Database,
  { user, session, through }: FactorOwner,
  now = Date.now(),
): Promise<OfferedAuthenticator> {
  requireRecentSecondFactor(session, now);
  const secret = new Secret({ size: 20 }).base32;
  await db.write([], async (em) => {
    await factorOf(em, user.id);
    const offered = { totpSecret: secret, totpStep: null };
    const own = { user: user.id, totpConfirmedAt: null };
    if ((await em.nativeUpdate(SecondFactor, own, offered)) !== 1) throw new AuthenticatorExists();
    await recordAudit(em, {
      at: now,
      user,
      action: 'second factor changed',
      detail: 'a secret for an authenticator was made',
      through,
    });
  });
  return { secret, url: totpOf(secret, user.name).toString() };
}

/**
 * Activates an authenticator. Its first code proves that it has the secret, and cannot be used again. One transaction. Throws {@link
 * SecondFactorTooOld}, {@link AuthenticatorExists}, {@link NoAuthenticator}, {@link AuthenticatorCodeWrong}.
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
    // Not rate-limited: the user who confirms has seen the secret.
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

/**
 * Removes the authenticator: its codes are no longer accepted. One transaction. Throws {@link SecondFactorTooOld}, {@link NoAuthenticator}.
 */
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
