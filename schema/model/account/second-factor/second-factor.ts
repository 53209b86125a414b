// Owns the second factor of a user: the authenticator's secret and the status. Not checking a code (second-factor-check.ts), not the lock (second-factor-lock.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { text, time } from '../../store/column.ts';
import type { Database } from '../../store/database.ts';
import { openSessionsOf, Session } from '../session.ts';
import { User } from '../user.ts';
import { findLock, lockOf, maxWrongCodes, type PersonOfSession } from './second-factor-lock.ts';

const SecondFactorSchema = defineEntity({
  name: 'SecondFactor',
  tableName: 'second_factor',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').unique(),
    /** The authenticator's shared secret, base32; null if there is no authenticator. */
    totpSecret: text().nullable(),
    /** When its first code was accepted; null if it was offered and is not active yet. */
    totpConfirmedAt: time().nullable(),
    /** The time step of the last accepted code, so that no code is accepted twice. */
    totpStep: p.integer().nullable(),
    /** Of earlier versions, which counted wrong codes here: see second-factor-lock.ts. */
    failures: p.integer().default(0),
    /** Of earlier versions. */
    lockedUntil: time().nullable(),
  },
});
/** A user's authenticator. */
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

/** The status of a user's second factor, for the person of a session. */
export async function secondFactorStatus(
  em: SqlEntityManager,
  userId: number,
  session: PersonOfSession,
  now = Date.now(),
): Promise<SecondFactorStatus> {
  const factor = await em.findOne(SecondFactor, { user: userId });
  const lock = await findLock(em, userId, session);
  const lockedUntil = lockOf(lock, now);
  return {
    authenticator: factor?.totpConfirmedAt != null,
    triesLeft: lockedUntil === null ? maxWrongCodes - (lock?.failures ?? 0) : 0,
    lockedUntil,
  };
}

/** Creates the user's row if none exists. Runs in the caller's transaction. */
export async function factorOf(em: SqlEntityManager, userId: number): Promise<void> {
  await em.upsert(
    SecondFactor,
    { user: userId, failures: 0 },
    { onConflictFields: ['user'], onConflictAction: 'ignore' },
  );
}

/** Locks the user's row, created if none exists, until the caller's transaction ends. */
export async function lockFactor(db: Database, em: SqlEntityManager, userId: number): Promise<void> {
  await factorOf(em, userId);
  if (db.dialect === 'postgresql')
    await db.execute('select id from second_factor where user_id = ? for update', [userId], em);
}
