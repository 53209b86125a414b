// Owns checking a code as a second factor: counted first, then compared, and locked after too many wrong ones. Not making codes (host-code.ts, authenticator.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { type ActionSource, recordAudit } from './audit.ts';
import { HostCode } from './host-code.ts';
import { factorOf, lockDuration, lockOf, maxWrongCodes, SecondFactor } from './second-factor.ts';
import { hashSecret, newSecret } from './secret.ts';
import { type NewSession, Session } from './session.ts';
import { normalizedCode, stepOf } from './totp.ts';
import { User } from './user.ts';

/** The code was not the right one. It counts as one of the wrong ones. */
export class SecondFactorRefused extends DomainError {
  /** How many more are judged; 0: none for a while. */
  readonly triesLeft: number;
  /** Milliseconds since 1970 UTC; null: another one is judged at once. */
  readonly lockedUntil: number | null;

  constructor(triesLeft: number, lockedUntil: number | null) {
    super(
      lockedUntil === null
        ? `This code is wrong, was used already or has expired. ${triesLeft === 1 ? 'One try is' : `${triesLeft} tries are`} left.`
        : `This code is wrong, was used already or has expired. After ${maxWrongCodes} wrong codes none is looked at before ${minuteOf(lockedUntil)}.`,
    );
    this.triesLeft = triesLeft;
    this.lockedUntil = lockedUntil;
  }
}

/** After too many wrong codes none is judged for a while, not even the right one. */
export class SecondFactorLocked extends DomainError {
  /** Milliseconds since 1970 UTC. */
  readonly lockedUntil: number;

  constructor(lockedUntil: number) {
    super(
      `There were ${maxWrongCodes} wrong codes: none is looked at before ${minuteOf(lockedUntil)}. If those were not yours, tell an administrator.`,
    );
    this.lockedUntil = lockedUntil;
  }
}

/** The session has ended or got other secrets since it was looked at. Nothing was judged. */
export class SessionGone extends DomainError {
  constructor() {
    super('This session has ended. Sign in again.');
  }
}

/** `12:03 UTC`; rounded up, so that nobody comes too early. */
const minuteOf = (at: number): string =>
  `${new Date(Math.ceil(at / 60_000) * 60_000).toISOString().slice(11, 16)} UTC`;

/** Who shows a code, and what through. */
export interface SubmittedCode {
  /** As it was when the request was let in. */
  readonly session: Session;
  readonly code: string;
  readonly through: ActionSource;
}

/** What came of counting and judging, as it leaves the transaction: a refusal must be committed, so it is not thrown within. */
type Shown =
  | { readonly as: 'right'; readonly session: NewSession }
  | { readonly as: 'wrong'; readonly triesLeft: number; readonly lockedUntil: number | null }
  | { readonly as: 'locked'; readonly lockedUntil: number };

/**
 * Judges a code of the deployment host or of the authenticator. It is counted before it is judged, by one conditional update for all sessions
 * and servers: of any number at once {@link maxWrongCodes} are judged. A right one resets the count and gives the session new secrets, so that
 * whoever knew those of before is out. Throws {@link SecondFactorRefused}, {@link SecondFactorLocked}, {@link SessionGone}. One transaction.
 */
export async function submitSecondFactor(
  db: Database,
  { session, code, through }: SubmittedCode,
  now = Date.now(),
): Promise<NewSession> {
  const userId = session.user;
  // Who is locked out need not take the write lock to learn it. It is decided below.
  const locked = lockOf(await db.em().findOne(SecondFactor, { user: userId }), now);
  if (locked !== null) throw new SecondFactorLocked(locked);
  const unchanged = { id: session.id, secretHash: session.secretHash, endedAt: null };
  const shown = await db.write<Shown>(['sessions'], async (em) => {
    await factorOf(em, userId);
    const counted = await countAttempt(db, em, userId, now);
    const factor = await em.findOneOrFail(SecondFactor, { user: userId });
    if (counted === null) return { as: 'locked', lockedUntil: factor.lockedUntil ?? now };
    const user = await em.findOneOrFail(User, { id: userId });
    const next = { secret: newSecret(), pageKey: newSecret() };
    // Another request of the same page was quicker, or somebody ended it: that is no guess, and with the transaction its count goes too.
    if ((await em.count(Session, unchanged)) !== 1) throw new SessionGone();
    const kind = await judge(em, factor, normalizedCode(code), now);
    if (kind === null) {
      const { triesLeft, lockedUntil } = counted;
      const left = lockedUntil === null ? `${triesLeft} tries left` : `locked until ${minuteOf(lockedUntil)}`;
      await recordAudit(em, { at: now, user, action: 'second factor refused', detail: left, through });
      return { as: 'wrong', triesLeft, lockedUntil };
    }
    await em.nativeUpdate(SecondFactor, { user: userId }, { failures: 0, lockedUntil: null });
    const changed = await em.nativeUpdate(Session, unchanged, {
      secretHash: hashSecret(next.secret),
      pageKeyHash: hashSecret(next.pageKey),
      secondFactorAt: now,
      lastUsedAt: now,
    });
    if (changed !== 1) throw new SessionGone();
    await recordAudit(em, { at: now, user, action: 'second factor', detail: kind, through });
    return { as: 'right', session: next };
  });
  switch (shown.as) {
    case 'right':
      return shown.session;
    case 'wrong':
      throw new SecondFactorRefused(shown.triesLeft, shown.lockedUntil);
    case 'locked':
      throw new SecondFactorLocked(shown.lockedUntil);
  }
}

interface Counted {
  readonly triesLeft: number;
  readonly lockedUntil: number | null;
}

/**
 * Counts an attempt, and locks with the last one: one statement, in which the row decides. Reading the count first and writing it later let
 * more than thirty of sixty at once through. `null`: locked.
 */
async function countAttempt(
  db: Database,
  em: SqlEntityManager,
  userId: number,
  now: number,
): Promise<Counted | null> {
  const [row] = await db.execute(
    `update second_factor set
       failures = case when failures + 1 >= ? then 0 else failures + 1 end,
       locked_until = case when failures + 1 >= ? then cast(? as bigint) else null end
     where user_id = ? and (locked_until is null or locked_until <= ?)
     returning failures, locked_until`,
    [maxWrongCodes, maxWrongCodes, now + lockDuration, userId, now],
    em,
  );
  if (row === undefined) return null;
  const failures = Number(row['failures']);
  const lockedUntil = row['locked_until'] === null ? null : Number(row['locked_until']);
  return { triesLeft: lockedUntil === null ? maxWrongCodes - failures : 0, lockedUntil };
}

/** Whether the code is a right one, which it then never is again; in words for the audit log, null: it is wrong. */
async function judge(
  em: SqlEntityManager,
  factor: SecondFactor,
  code: string,
  now: number,
): Promise<string | null> {
  const own = { user: factor.user, codeHash: hashSecret(code), usedAt: null, expiresAt: { $gt: now } };
  if ((await em.nativeUpdate(HostCode, own, { usedAt: now })) === 1) return 'a code of the deployment host';
  if (factor.totpSecret == null || factor.totpConfirmedAt == null) return null;
  const step = stepOf(factor.totpSecret, code, now);
  // The step of a code that was accepted, and those before it, are spent.
  if (step === null || step <= (factor.totpStep ?? 0)) return null;
  await em.nativeUpdate(SecondFactor, { id: factor.id }, { totpStep: step });
  return 'a code of the authenticator';
}
