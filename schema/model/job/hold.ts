// Owns holds: while one is active, no deployment starts. Not how a hold is shown (schema/graphql/job/hold.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { minuteInUtc } from '../../text/minute.ts';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { User, userOf } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { recordHoldEvent } from '../notification/event.ts';
import { storableText, text, time } from '../store/column.ts';
import type { Database, Dialect } from '../store/database.ts';
import { retryUntilOutcomeKnown } from '../store/problem.ts';

/** The maximum length of the reason of a hold or a ban, in UTF-16 units. */
export const maxReasonLength = 500;
/** The maximum duration of a hold with an end, in milliseconds. A longer one should have no end and be released. */
export const maxHoldDuration = 366 * 24 * 3_600_000;

const HoldSchema = defineEntity({
  name: 'Hold',
  tableName: 'hold',
  properties: {
    id: p.integer().primary(),
    /** Written by the admin, shown to everyone. */
    reason: text(),
    user: () => p.manyToOne(User).mapToPk(),
    createdAt: time(),
    /** When it ends automatically; null: only when it is released. */
    endsAt: time().nullable(),
    releasedAt: time().nullable(),
    releasedBy: () => p.manyToOne(User).mapToPk().nullable(),
  },
});
/** A hold of all deployments by an admin. It is active until it is released or ends. */
export class Hold extends HoldSchema.class {}
HoldSchema.setClass(Hold);

/** All deployments are held. Nothing starts until the hold is released or ends. */
export class DeploymentsHeld extends DomainError {
  readonly hold: Hold;
  /** @param by the name of who holds */
  constructor(hold: Hold, by: string) {
    const end = hold.endsAt == null ? 'until they are released' : `until ${minuteInUtc(hold.endsAt)}`;
    super(`Deployments are held by ${by} since ${minuteInUtc(hold.createdAt)}, ${end}: “${hold.reason}”`);
    this.hold = hold;
  }
}

/** The reason is missing or too long, or the end is not in the allowed range. */
export class HoldNotAccepted extends DomainError {}

/** The hold to be released is no longer active. */
export class DeploymentsNotHeld extends DomainError {
  constructor() {
    super('This hold is no longer active: it was released or has ended.');
  }
}

/** A reason as stored: one trimmed line; `null` if it is empty or too long. Pure. */
export function normalizeReason(reason: string): string | null {
  const line = storableText(reason.replaceAll(/\s+/g, ' ').trim());
  return line === '' || line.length > maxReasonLength ? null : line;
}

/** The active hold; `null` if none exists. At most one is active. */
export async function currentHold(em: SqlEntityManager, now = Date.now()): Promise<Hold | null> {
  const open = { releasedAt: null, $or: [{ endsAt: null }, { endsAt: { $gt: now } }] };
  return await em.findOne(Hold, open, { orderBy: { id: 'desc' } });
}

/**
 * An SQL condition: no hold is active, as in {@link currentHold}. One placeholder: now, in milliseconds since 1970 UTC. PostgreSQL has its own clock, by
 * which the hold must have ended too: a host whose clock is ahead must not start a job.
 */
export const notHeldCondition = (dialect: Dialect): string => {
  const now =
    dialect === 'postgresql'
      ? 'least(cast(? as bigint), cast(extract(epoch from clock_timestamp()) * 1000 as bigint))'
      : '?';
  return `not exists (select 1 from hold where released_at is null and (ends_at is null or ends_at > ${now}))`;
};

/** The key of the advisory lock: "spid" in ASCII and a number, as for the other locks (lock.ts). */
const lockKey = 0x73_70_69_67;

/**
 * Serialises starts and holds until the caller's transaction ends: a start waits for concurrent holds and releases, and a hold for
 * concurrent starts; starts do not wait for each other. It must be the first lock of its transaction, which rules out deadlocks. SQLite has
 * a single writer, so this does nothing there.
 */
export async function lockHolds(db: Database, em: SqlEntityManager, what: 'start' | 'hold'): Promise<void> {
  if (db.dialect !== 'postgresql') return;
  const shared = what === 'start' ? '_shared' : '';
  await db.execute(`select pg_advisory_xact_lock${shared}(?)`, [lockKey], em);
}

/** The error for an active hold, with the name of the admin. In the caller's transaction, if it has one. */
export async function deploymentsHeld(em: SqlEntityManager, hold: Hold): Promise<DeploymentsHeld> {
  const user = await em.findOne(User, { id: hold.user });
  return new DeploymentsHeld(hold, user?.name ?? 'an admin');
}

/**
 * Holds all deployments: queued jobs wait and no job is queued; running jobs continue. `endsAt`: when the hold ends automatically, in
 * milliseconds since 1970 UTC; null: only when released. One transaction, retried while its outcome is unknown. Throws {@link
 * HoldNotAccepted}; {@link DeploymentsHeld} if a hold is already active. `user`: who holds, or their name.
 */
export async function holdDeployments(
  db: Database,
  request: { reason: string; endsAt: number | null; user: User | string; through?: ActionSource | undefined },
  now = Date.now(),
): Promise<Hold> {
  const { endsAt, through } = request;
  const reason = normalizeReason(request.reason);
  if (reason === null)
    throw new HoldNotAccepted(`Give a reason of 1 to ${maxReasonLength} characters. Everyone can read it.`);
  if (endsAt !== null && endsAt <= now) throw new HoldNotAccepted('The end must be in the future.');
  if (endsAt !== null && endsAt > now + maxHoldDuration)
    throw new HoldNotAccepted(
      'The end must be within a year. A hold without an end lasts until it is released.',
    );
  return await retryUntilOutcomeKnown((isRetry) =>
    db.write(['holds', 'orders', 'events'], async (em) => {
      await lockHolds(db, em, 'hold');
      const before = await currentHold(em, now);
      if (before && !(isRetry && before.createdAt === now)) throw await deploymentsHeld(em, before);
      const user = await userOf(em, request.user, now);
      if (before?.user === user.id) return before;
      if (before) throw await deploymentsHeld(em, before);
      const id = await em.insert(Hold, { reason, user: user.id, createdAt: now, endsAt });
      const end = endsAt === null ? 'until released' : `until ${minuteInUtc(endsAt)}`;
      await recordAudit(em, {
        at: now,
        user,
        action: 'hold',
        detail: `${end}: “${reason}”`,
        through,
      });
      await recordHoldEvent(em, 'held', { at: now, by: user.name, reason, endsAt });
      return await em.findOneOrFail(Hold, { id });
    }),
  );
}

/** Releases this hold, but not a later one. Returns it. One transaction. Throws {@link DeploymentsNotHeld}. `user`: who releases it, or their name. */
export async function releaseHold(
  db: Database,
  request: { holdId: number; user: User | string; through?: ActionSource | undefined },
  now = Date.now(),
): Promise<Hold> {
  const { holdId, through } = request;
  return await db.write(['holds', 'orders', 'events'], async (em) => {
    await lockHolds(db, em, 'hold');
    const hold = await currentHold(em, now);
    if (hold?.id !== holdId) throw new DeploymentsNotHeld();
    const user = await userOf(em, request.user, now);
    await em.nativeUpdate(Hold, { id: hold.id }, { releasedAt: now, releasedBy: user.id });
    await recordAudit(em, {
      at: now,
      user,
      action: 'release',
      detail: `held since ${minuteInUtc(hold.createdAt)}: “${hold.reason}”`,
      through,
    });
    const { reason, endsAt } = hold;
    await recordHoldEvent(em, 'released', { at: now, by: user.name, reason, endsAt: endsAt ?? null });
    return await em.findOneOrFail(Hold, { id: hold.id }, { refresh: true });
  });
}
