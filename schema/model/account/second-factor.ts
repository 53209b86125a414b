// Owns the second factor of a user: the authenticator's secret, the count of wrong codes and the lock. Not checking a code (second-factor-check.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { openSessionsOf, Session } from './session.ts';
import { User } from './user.ts';

/** How many wrong codes are judged before none is for a while. */
export const maxWrongCodes = 5;
/** How long no code is judged after that, in milliseconds. */
export const lockDuration = 15 * 60_000;
const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').unique(),
    /** The authenticator's shared secret, base32; null: there is none. */
    totpSecret: text().nullable(),
    /** When the first code of it was shown; null: it was offered, and does not count yet. */
    totpConfirmedAt: time().nullable(),
    /** The time step of the last code that was accepted: none counts twice. */
    totpStep: p.integer().nullable(),
    /** Wrong codes since the last right one or lock. */
    failures: p.integer().default(0),
    /** Until when no code is judged; null or past: codes are judged. */
    lockedUntil: time().nullable(),
  },
});
/** What somebody can show besides signing in, and how often they failed to. */
export class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);

/** Whether somebody of this name has a session that waits for its second factor. */
export async function isSecondFactorPending(
  db: Database,
  userName: string,
  now = Date.now(),
): Promise<boolean> {
  const em = db.em();
  const user = await em.findOne(User, { name: userName });
  if (!user) return false;
  const waiting = { ...openSessionsOf(user.id, now), way: 'provider', secondFactorAt: null } as const;
  return (await em.count(Session, waiting)) > 0;
}

/** Where somebody stands with their second factor. */
export interface SecondFactorStatus {
  /** Whether codes of an authenticator count. */
  readonly authenticator: boolean;
  /** How many codes are judged before none is for a while. */
  readonly triesLeft: number;
  /** Milliseconds since 1970 UTC; null: codes are judged. */
  readonly lockedUntil: number | null;
}

/** Where a user stands. */
export async function secondFactorStatus(
  em: SqlEntityManager,
  userId: number,
  now = Date.now(),
): Promise<SecondFactorStatus> {
  const factor = await em.findOne(SecondFactor, { user: userId });
  const lockedUntil = lockOf(factor, now);
  return {
    authenticator: factor?.totpConfirmedAt != null,
    triesLeft: lockedUntil === null ? maxWrongCodes - (factor?.failures ?? 0) : 0,
    lockedUntil,
  };
}

/** Until when a user’s codes are rejected, in milliseconds since 1970 UTC; `null`: they are checked. Pure. */
export const lockOf = (factor: SecondFactor | null, now: number): number | null =>
  factor?.lockedUntil != null && factor.lockedUntil > now ? factor.lockedUntil : null;

/** The row of a user, made if there is none. Runs in the caller's transaction. */
export async function factorOf(em: SqlEntityManager, userId: number): Promise<void> {
  await em.upsert(
    SecondFactor,
    { user: userId, failures: 0 },
    { onConflictFields: ['user'], onConflictAction: 'ignore' },
  );
}

/** From here to the end of the transaction nobody else changes this user's second factor. */
export async function lockFactor(db: Database, em: SqlEntityManager, userId: number): Promise<void> {
  await factorOf(em, userId);
  if (db.dialect === 'postgresql')
    await db.execute('select id from second_factor where user_id = ? for update', [userId], em);
}
