// Owns holds: while one counts, no deployment is started. Not how it is shown (schema/graphql/hold.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { storableText, text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';

/** The longest reason of a hold or a ban, in UTF-16 units. */
export const maxReasonLength = 500;
/** How long a hold with an end may last, in milliseconds: longer ones are meant to be released. */
export const maxHoldDuration = 366 * 24 * 3_600_000;

const HoldSchema = defineEntity({
  name: 'Hold',
  tableName: 'hold',
  properties: {
    id: p.integer().primary(),
    /** In the words of whoever holds, for everybody to read. */
    reason: text(),
    user: () => p.manyToOne(User).mapToPk(),
    createdAt: time(),
    /** When it ends by itself; null: not before it is released. */
    endsAt: time().nullable(),
    releasedAt: time().nullable(),
    releasedBy: () => p.manyToOne(User).mapToPk().nullable(),
  },
});
/** All deployments held by an admin. It counts until it is released or ends. */
export class Hold extends HoldSchema.class {}
HoldSchema.setClass(Hold);

/** A point in time as messages say it: `2026-11-20 12:03 UTC`. Pure. */
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Somebody holds all deployments. Nothing starts until they are released. */
export class DeploymentsHeld extends DomainError {
  readonly hold: Hold;
  /** @param by the name of who holds */
  constructor(hold: Hold, by: string) {
    const end = hold.endsAt == null ? 'until they are released' : `until ${minuteOf(hold.endsAt)}`;
    super(`Deployments are held by ${by} since ${minuteOf(hold.createdAt)}, ${end}: “${hold.reason}”`);
    this.hold = hold;
  }
}

/** A reason is missing or too long, or an end is none that can be waited for. */
export class HoldNotAccepted extends DomainError {}

/** The hold that was to be released does not count (any more). */
export class DeploymentsNotHeld extends DomainError {
  constructor() {
    super('This hold does not count any more: somebody has released it, or it has ended.');
  }
}

/** A reason as it is kept: one line, without blanks around it; `null` when it is none, or too long. Pure. */
export function normalizeReason(reason: string): string | null {
  const line = storableText(reason.replaceAll(/\s+/g, ' ').trim());
  return line === '' || line.length > maxReasonLength ? null : line;
}

/** The hold that counts; at most one does. */
export async function currentHold(em: SqlEntityManager, now = Date.now()): Promise<Hold | null> {
  const open = { releasedAt: null, $or: [{ endsAt: null }, { endsAt: { $gt: now } }] };
  return await em.findOne(Hold, open, { orderBy: { id: 'desc' } });
}

/** As {@link currentHold}, as a condition of a statement past the ORM: that there is none. One placeholder: now. */
export const notHeldCondition =
  'not exists (select 1 from hold where released_at is null and (ends_at is null or ends_at > ?))';

/** "spid" in ASCII and what follows it, as the other keys (lock.ts). */
const lockKey = 0x73_70_69_67;

/**
 * Orders the caller's transaction among those that start and those that hold, until it ends: who starts waits for who is just holding or
 * releasing, and they wait for all who are just starting; those who start do not wait for each other. It comes first in its transaction:
 * nobody who waits here has anything that another waits for. SQLite has one writer as it is.
 */
export async function lockHolds(db: Database, em: SqlEntityManager, what: 'start' | 'hold'): Promise<void> {
  if (db.dialect !== 'postgresql') return;
  const shared = what === 'start' ? '_shared' : '';
  await db.execute(`select pg_advisory_xact_lock${shared}(?)`, [lockKey], em);
}

/** Who holds, in the words that everybody is told. In the caller's transaction, if it has one. */
export async function deploymentsHeld(em: SqlEntityManager, hold: Hold): Promise<DeploymentsHeld> {
  const user = await em.findOne(User, { id: hold.user });
  return new DeploymentsHeld(hold, user?.name ?? 'somebody');
}

/**
 * Holds all deployments. Jobs that were not claimed wait from here on, and none is queued; running ones go on. `endsAt`: when it ends by
 * itself, null: not before it is released. One transaction, done again when nobody knows whether it was committed.
 * Throws {@link HoldNotAccepted}; {@link DeploymentsHeld} when they are held already.
 */
export async function holdDeployments(
  db: Database,
  wish: { reason: string; endsAt: number | null; user: User; through?: ActionSource | undefined },
  now = Date.now(),
): Promise<Hold> {
  const { endsAt, user, through } = wish;
  const reason = normalizeReason(wish.reason);
  if (reason === null)
    throw new HoldNotAccepted(`Say why, for everybody to read: 1 to ${maxReasonLength} characters.`);
  if (endsAt !== null && endsAt <= now) throw new HoldNotAccepted('The end must be in the future.');
  if (endsAt !== null && endsAt > now + maxHoldDuration)
    throw new HoldNotAccepted(
      'The end must be within a year. Without one a hold lasts until it is released.',
    );
  return await retryUntilOutcomeKnown((again) =>
    db.write(['holds', 'orders'], async (em) => {
      await lockHolds(db, em, 'hold');
      const before = await currentHold(em, now);
      if (before && again && before.user === user.id && before.createdAt === now) return before;
      if (before) throw await deploymentsHeld(em, before);
      const id = await em.insert(Hold, { reason, user: user.id, createdAt: now, endsAt });
      const end = endsAt === null ? 'until released' : `until ${new Date(endsAt).toISOString()}`;
      await recordAudit(em, {
        at: now,
        user,
        action: 'hold',
        detail: `${end}: “${reason}”`,
        through,
      });
      return await em.findOneOrFail(Hold, { id });
    }),
  );
}

/** Ends that hold, and no other that may have followed it. Returns it. One transaction. Throws {@link DeploymentsNotHeld}. */
export async function releaseHold(
  db: Database,
  wish: { holdId: number; user: User; through?: ActionSource | undefined },
  now = Date.now(),
): Promise<Hold> {
  const { holdId, user, through } = wish;
  return await db.write(['holds', 'orders'], async (em) => {
    await lockHolds(db, em, 'hold');
    const hold = await currentHold(em, now);
    if (hold?.id !== holdId) throw new DeploymentsNotHeld();
    await em.nativeUpdate(Hold, { id: hold.id }, { releasedAt: now, releasedBy: user.id });
    await recordAudit(em, {
      at: now,
      user,
      action: 'release',
      detail: `held since ${new Date(hold.createdAt).toISOString()}: “${hold.reason}”`,
      through,
    });
    return await em.findOneOrFail(Hold, { id: hold.id }, { refresh: true });
  });
}
