// Owns checking a code as a second factor: counted first, then compared, and locked after too many wrong ones. Not making codes (host-code.ts, authenticator.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../../error.ts';
import { latestPlausible } from '../../store/clock.ts';
import type { Database } from '../../store/database.ts';
import { type ActionSource, recordAudit } from '../audit.ts';
import { hashSecret, newSecret } from '../secret.ts';
import { bindPending, type NewSession, Session } from '../session.ts';
import { User } from '../user.ts';
import { HostCode } from './host-code.ts';
import { lockFactor, SecondFactor } from './second-factor.ts';
import {
  type Attempts,
  countAttempt,
  findLock,
  lockOf,
  maxWrongCodes,
  personOf,
  resetAttempts,
} from './second-factor-lock.ts';
import { normalizedCode, stepOf } from './totp.ts';

/** What is submitted as a second factor. */
export type ProofKind = 'code' | 'passkey';

const refusals: Readonly<Record<ProofKind, string>> = {
  code: 'This code is wrong, was already used or has expired.',
  passkey: 'This passkey was not accepted: it is unknown, or the request has expired.',
};

/** The code was wrong, and was counted. */
export class SecondFactorRefused extends DomainError {
  /** How many wrong codes are left; 0: codes are locked. */
  readonly triesLeft: number;
  /** Milliseconds since 1970 UTC; null: another code can be submitted now. */
  readonly lockedUntil: number | null;

  constructor(triesLeft: number, lockedUntil: number | null, as: ProofKind = 'code') {
    super(
      lockedUntil === null
        ? `${refusals[as]} ${triesLeft === 1 ? 'One attempt is' : `${triesLeft} attempts are`} left.`
        : `${refusals[as]} After ${maxWrongCodes} wrong codes, codes are locked until ${minuteOf(lockedUntil)}.`,
    );
    this.triesLeft = triesLeft;
    this.lockedUntil = lockedUntil;
  }
}

/** After too many wrong codes all codes are rejected for a while, even correct ones. */
export class SecondFactorLocked extends DomainError {
  /** Milliseconds since 1970 UTC. */
  readonly lockedUntil: number;

  constructor(lockedUntil: number) {
    super(
      `There were ${maxWrongCodes} wrong codes, so codes are locked until ${minuteOf(lockedUntil)}. If you did not enter them, tell an admin.`,
    );
    this.lockedUntil = lockedUntil;
  }
}

/** The session has ended or was given new secrets in the meantime. The code was not checked. */
export class SessionGone extends DomainError {
  constructor() {
    super('This session has ended. Sign in again.');
  }
}

/** `12:03 UTC`; rounded up, so that the lock has ended by then. */
const minuteOf = (at: number): string =>
  `${new Date(Math.ceil(at / 60_000) * 60_000).toISOString().slice(11, 16)} UTC`;

/** A submitted code, the session, and where it came from. */
export interface SubmittedCode {
  /** As it was when the request was authenticated. */
  readonly session: Session;
  readonly code: string;
  readonly through: ActionSource;
}

/** A submitted proof of the second factor, the session, and where it came from. */
export interface SubmittedProof {
  /** As it was when the request was authenticated. */
  readonly session: Session;
  readonly as: ProofKind;
  readonly through: ActionSource;
  /** Checks the proof in the transaction, and marks it as used. What it was, as text for the audit log; null if it is wrong. */
  readonly judge: (em: SqlEntityManager, factor: SecondFactor) => Promise<string | null>;
}

/** The result of the transaction. A refusal must be committed with its count, so it is not thrown inside. */
type Shown =
  | { readonly as: 'right'; readonly session: NewSession }
  | ({ readonly as: 'wrong' } & Attempts)
  | { readonly as: 'locked'; readonly lockedUntil: number }
  | { readonly as: 'taken' };

/** Checks a host code or a code of the authenticator, see {@link submitProof}, and throws the same. */
export function submitSecondFactor(
  db: Database,
  { session, code, through }: SubmittedCode,
  now = Date.now(),
): Promise<NewSession> {
  const typed = normalizedCode(code);
  return submitProof(
    db,
    { session, through, as: 'code', judge: (em, factor) => judge(em, factor, typed, now) },
    now,
  );
}

/**
 * Checks a proof of the second factor. It is counted before it is checked, by one conditional update for all sessions and
 * servers: of any number of concurrent proofs at most {@link maxWrongCodes} are checked. A correct one resets the count, gives the session new
 * secrets, which locks out anybody who knew the old ones, and completes the sign-in: the account is bound to the person, with their groups. One
 * transaction. Throws {@link SecondFactorRefused}, {@link SecondFactorLocked}, {@link SessionGone}.
 */
export async function submitProof(
  db: Database,
  submitted: SubmittedProof,
  now = Date.now(),
): Promise<NewSession> {
  const { session } = submitted;
  // Checked before the transaction, so that a locked user does not take the write lock. The transaction decides.
  const locked = lockOf(await findLock(db.em(), session.user, session), now);
  if (locked !== null) throw new SecondFactorLocked(locked);
  const shown = await db.write<Shown>(['sessions'], async (em) => {
    await lockFactor(db, em, session.user);
    const counted = await countAttempt(db, em, { user: session.user, person: personOf(session) }, now);
    if (counted === null) {
      const lock = await findLock(em, session.user, session);
      return { as: 'locked', lockedUntil: lock?.lockedUntil ?? now };
    }
    // Another request of the same page was first, or the session was ended. That is not a guess: the rollback undoes the count.
    if ((await em.count(Session, unchanged(session))) !== 1) throw new SessionGone();
    const factor = await em.findOneOrFail(SecondFactor, { user: session.user });
    const kind = await submitted.judge(em, factor);
    return kind === null ? await refuse(em, submitted, counted, now) : await accept(em, submitted, kind, now);
  });
  switch (shown.as) {
    case 'right':
      return shown.session;
    case 'wrong':
      throw new SecondFactorRefused(shown.triesLeft, shown.lockedUntil, submitted.as);
    case 'locked':
      throw new SecondFactorLocked(shown.lockedUntil);
    case 'taken':
      throw new SessionGone();
  }
}

/** A condition for the session as it was when the request was authenticated. Pure. */
const unchanged = ({ id, secretHash }: Session) => ({ id, secretHash, endedAt: null });

/** Records a wrong code. */
async function refuse(
  em: SqlEntityManager,
  { session, through }: SubmittedProof,
  { triesLeft, lockedUntil }: Attempts,
  now: number,
): Promise<Shown> {
  const user = await em.findOneOrFail(User, { id: session.user });
  const left = `${triesLeft} ${triesLeft === 1 ? 'attempt' : 'attempts'} left`;
  const detail = lockedUntil === null ? left : `locked until ${minuteOf(lockedUntil)}`;
  await recordAudit(em, { at: now, user, action: 'second factor refused', detail, through });
  return { as: 'wrong', triesLeft, lockedUntil };
}

/** Completes the sign-in after a correct code. `kind`: what the code was, as text. */
async function accept(
  em: SqlEntityManager,
  { session, through }: SubmittedProof,
  kind: string,
  now: number,
): Promise<Shown> {
  const user = await em.findOneOrFail(User, { id: session.user });
  if (!(await bindPending(em, session))) {
    // Another person of the same name was faster.
    await em.nativeUpdate(Session, unchanged(session), { endedAt: now });
    const detail = 'the account belongs to another person at the identity provider';
    await recordAudit(em, { at: now, user, action: 'second factor refused', detail, through });
    return { as: 'taken' };
  }
  await resetAttempts(em, session.user, personOf(session));
  const next = { secret: newSecret(), pageKey: newSecret() };
  const changed = await em.nativeUpdate(Session, unchanged(session), {
    secretHash: hashSecret(next.secret),
    pageKeyHash: hashSecret(next.pageKey),
    secondFactorAt: now,
    lastUsedAt: now,
  });
  if (changed !== 1) throw new SessionGone();
  await recordAudit(em, { at: now, user, action: 'second factor', detail: kind, through });
  return { as: 'right', session: next };
}

/** Checks a code and marks it as used. Returns what it was, as text for the audit log; null if it is wrong. */
async function judge(
  em: SqlEntityManager,
  factor: SecondFactor,
  code: string,
  now: number,
): Promise<string | null> {
  const own = {
    user: factor.user,
    codeHash: hashSecret(code),
    usedAt: null,
    expiresAt: { $gt: now },
    createdAt: { $lte: latestPlausible(now) },
  };
  if ((await em.nativeUpdate(HostCode, own, { usedAt: now })) === 1) return 'a code of the deployment host';
  if (factor.totpSecret == null || factor.totpConfirmedAt == null) return null;
  const step = stepOf(factor.totpSecret, code, now);
  // The step of an accepted code, and all steps before it, cannot be used again.
  if (step === null || step <= (factor.totpStep ?? 0)) return null;
  await em.nativeUpdate(SecondFactor, { id: factor.id }, { totpStep: step });
  return 'a code of the authenticator';
}
