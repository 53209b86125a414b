// Owns the second factor of a user: the authenticator's secret, the count of wrong codes and the lock. Not checking a code (second-factor-check.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { openSessionsOf, Session } from './session.ts';
import { User } from './user.ts';

/** How many wrong codes are checked before the lock. */
export const maxWrongCodes = 5;
/** How long codes are rejected unchecked after that, in milliseconds. */
export const lockDuration = 15 * 60_000;
const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').unique(),
    /** The authenticator's shared secret, base32; null: there is no authenticator. */
    totpSecret: text().nullable(),
    /** When its first code was accepted; null: it was offered and is not active yet. */
    totpConfirmedAt: time().nullable(),
    /** The time step of the last accepted code, so that no code is accepted twice. */
    totpStep: p.integer().nullable(),
    /** Wrong codes since the last accepted one or the last lock. */
    failures: p.integer().default(0),
    /** Until when codes are rejected unchecked; null or past: codes are checked. */
    lockedUntil: time().nullable(),
  },
});
/** A user's authenticator, and the count of wrong codes. */
export class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);

/** Whether a user of this name has a session that needs a second factor. */
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

/** The status of a user's second factor. */
export interface SecondFactorStatus {
  /** Whether codes of an authenticator are accepted. */
  readonly authenticator: boolean;
  /** How many wrong codes are left before the lock. */
  readonly triesLeft: number;
  /** Milliseconds since 1970 UTC; null: codes are checked. */
  readonly lockedUntil: number | null;
}

/** The status of a user's second factor. */
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

/** Creates the user's row if there is none. Runs in the caller's transaction. */
export async function factorOf(em: SqlEntityManager, userId: number): Promise<void> {
  await em.upsert(
    SecondFactor,
    { user: userId, failures: 0 },
    { onConflictFields: ['user'], onConflictAction: 'ignore' },
  );
}

/** Locks the user's row, created if there is none, until the caller's transaction ends. */
export async function lockFactor(db: Database, em: SqlEntityManager, userId: number): Promise<void> {
  await factorOf(em, userId);
  if (db.dialect === 'postgresql')
    await db.execute('select id from second_factor where user_id = ? for update', [userId], em);
}
