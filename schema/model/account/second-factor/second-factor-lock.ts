// Owns counting wrong codes of the second factor, and the lock after too many. Not checking a code (second-factor-check.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { latestPlausible } from '../../store/clock.ts';
import { text, time } from '../../store/column.ts';
import type { Database } from '../../store/database.ts';
import type { Session } from '../session.ts';
import { User } from '../user.ts';

/** How many wrong codes are checked before the lock. */
export const maxWrongCodes = 5;
/** How long codes are rejected unchecked after that, in milliseconds. */
export const lockDuration = 15 * 60_000;

const SecondFactorLockSchema = defineEntity({
  name: 'SecondFactorLock',
  tableName: 'second_factor_lock',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    /** {@link personOf} the session: two people can claim one account that nobody has signed in to, and one must not lock out the other. */
    person: text(),
    /** Wrong codes since the last accepted one or the last lock. */
    failures: p.integer().default(0),
    /** Until when codes are rejected unchecked; null or past: codes are checked. */
    lockedUntil: time().nullable(),
  },
  uniques: [{ properties: ['user', 'person'] }],
});
/** The count of wrong codes of one person for one account. */
export class SecondFactorLock extends SecondFactorLockSchema.class {}
SecondFactorLockSchema.setClass(SecondFactorLock);

/** Who enters codes in a session: the person at the identity provider; empty where none exists. */
export const personOf = ({ providerIssuer, providerSubject }: PersonOfSession): string =>
  providerSubject == null ? '' : `${providerIssuer ?? ''} ${providerSubject}`;

/** The members of a session that say who it is. */
export type PersonOfSession = Pick<Session, 'providerIssuer' | 'providerSubject'>;

/** The lock of a person for an account; null if no wrong code was ever entered. */
export const findLock = (
  em: SqlEntityManager,
  user: number,
  session: PersonOfSession,
): Promise<SecondFactorLock | null> => em.findOne(SecondFactorLock, { user, person: personOf(session) });

/**
 * Until when codes are rejected, in milliseconds since 1970 UTC; `null` if they are checked. A lock that ends later than any can was set by a wrong clock, and
 * would keep a user out for days or years. Pure.
 */
export const lockOf = (lock: SecondFactorLock | null, now: number): number | null =>
  lock?.lockedUntil != null && lock.lockedUntil > now && lock.lockedUntil <= longestLock(now)
    ? lock.lockedUntil
    : null;

const longestLock = (now: number): number => latestPlausible(now, lockDuration);

/** How many wrong codes are left, and until when codes are rejected. */
export interface Attempts {
  readonly triesLeft: number;
  readonly lockedUntil: number | null;
}

/**
 * Counts an attempt, and locks with the last one, in one statement. Reading the count first and writing it later let more than 30 of 60
 * concurrent attempts through. `null`: locked. Runs in the caller's transaction.
 */
export async function countAttempt(
  db: Database,
  em: SqlEntityManager,
  { user, person }: { readonly user: number; readonly person: string },
  now: number,
): Promise<Attempts | null> {
  await em.upsert(
    SecondFactorLock,
    { user, person, failures: 0 },
    { onConflictFields: ['user', 'person'], onConflictAction: 'ignore' },
  );
  const [row] = await db.execute(
    `update second_factor_lock set
       failures = case when failures + 1 >= ? then 0 else failures + 1 end,
       locked_until = case when failures + 1 >= ? then cast(? as bigint) else null end
     where user_id = ? and person = ? and (locked_until is null or locked_until <= ? or locked_until > ?)
     returning failures, locked_until`,
    [maxWrongCodes, maxWrongCodes, now + lockDuration, user, person, now, longestLock(now)],
    em,
  );
  if (row === undefined) return null;
  const failures = Number(row['failures']);
  const lockedUntil = row['locked_until'] === null ? null : Number(row['locked_until']);
  return { triesLeft: lockedUntil === null ? maxWrongCodes - failures : 0, lockedUntil };
}

/** Forgets the wrong codes after a correct one. Runs in the caller's transaction. */
export async function resetAttempts(em: SqlEntityManager, user: number, person: string): Promise<void> {
  await em.nativeUpdate(SecondFactorLock, { user, person }, { failures: 0, lockedUntil: null });
}
