// Owns subscriptions of browsers for Web Push, and the keys with which servers identify themselves to push services. Not sending (server/push).
import { createECDH } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import { Session, sessionLifetime } from '../account/session.ts';
import { type RoleGroups, roleOfGroups, User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { latestPlausible } from '../store/clock.ts';
import { text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import type { StoredEvent } from './event.ts';

/** Of which jobs a browser is notified: those of its user, or all. */
export const pushReaches = ['own', 'all'] as const;
export type PushReach = (typeof pushReaches)[number];

/** The maximum number of subscriptions of one user: the oldest ones are removed. */
const maxSubscriptions = 10;
/** The first key of the advisory lock: "push" in ASCII, as for the other locks (lock.ts). */
const lockKey = 0x70_75_73_68;

const PushSubscriptionSchema = defineEntity({
  name: 'PushSubscription',
  tableName: 'push_subscription',
  properties: {
    id: p.integer().primary(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade').index(),
    /** The session of the browser. When it ends, so does the subscription. */
    session: () => p.manyToOne(Session).mapToPk().deleteRule('cascade').index(),
    /** The URL at the push service. */
    endpoint: text().unique(),
    /** The keys of the browser, base64url: only it can read the messages. */
    p256dh: text(),
    auth: text(),
    reach: word(pushReaches),
    createdAt: time(),
  },
});
/** A browser that receives messages while no page of it is open. */
export class PushSubscription extends PushSubscriptionSchema.class {}
PushSubscriptionSchema.setClass(PushSubscription);

const VapidKeySchema = defineEntity({
  name: 'VapidKey',
  tableName: 'vapid_key',
  properties: {
    /** Always 1: all servers share one pair. */
    id: p.integer().primary(),
    /** Base64url, as browsers and push services expect it. */
    publicKey: text(),
    privateKey: text(),
    createdAt: time(),
  },
});
/** The key pair that identifies this SpiderPig to push services. */
export class VapidKey extends VapidKeySchema.class {}
VapidKeySchema.setClass(VapidKey);

/** The subscription is not one that a browser makes. */
export class InvalidPushSubscription extends DomainError {
  constructor() {
    super('This is not a push subscription of a browser.');
  }
}

/** The key pair; made by `make` the first time. Of several servers one makes it. */
export async function vapidKeys(
  db: Database,
  make: () => { readonly publicKey: string; readonly privateKey: string },
  now = Date.now(),
): Promise<VapidKey> {
  const known = await db.em().findOne(VapidKey, { id: 1 });
  if (known) return known;
  return await db.write([], async (em) => {
    const { publicKey, privateKey } = make();
    const row = { id: 1, publicKey, privateKey, createdAt: now };
    await em.upsert(VapidKey, row, { onConflictFields: ['id'], onConflictAction: 'ignore' });
    return await em.findOneOrFail(VapidKey, { id: 1 }, { refresh: true });
  });
}

/** What a browser sends. */
export interface PushRequest {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
  readonly reach: PushReach;
}

/** Whose browser it is, and where the request came from. */
export interface PushOwner {
  readonly user: User;
  readonly session: Session;
  readonly through: ActionSource;
}

const isKey = (key: string, bytes: number): boolean =>
  /^[A-Za-z0-9_-]+={0,2}$/.test(key) && Buffer.from(key, 'base64url').length === bytes;

/** Whether a key is a point of the curve. Messages cannot be encrypted with any other. */
function isPoint(key: string): boolean {
  const own = createECDH('prime256v1');
  own.generateKeys();
  try {
    own.computeSecret(Buffer.from(key, 'base64url'));
    return true;
  } catch {
    return false;
  }
}

/** Throws {@link InvalidPushSubscription}. */
function check({ endpoint, p256dh, auth }: PushRequest): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const isUrl = url !== null && /^https?:$/.test(url.protocol) && url.username === '';
  if (!isUrl || endpoint.length > 1_000 || !isKey(p256dh, 65) || !isKey(auth, 16) || !isPoint(p256dh))
    throw new InvalidPushSubscription();
}

/** Stores the subscription of a browser, in place of an earlier one of it. One transaction. Throws {@link InvalidPushSubscription}. */
export async function savePushSubscription(
  db: Database,
  request: PushRequest,
  { user, session, through }: PushOwner,
  now = Date.now(),
): Promise<void> {
  check(request);
  await db.write([], async (em) => {
    // Two tabs of a browser have the same subscription: of two that store it at the same time, the second one replaces it.
    if (db.dialect === 'postgresql')
      await db.execute('select pg_advisory_xact_lock(?, hashtext(?))', [lockKey, request.endpoint], em);
    await em.nativeDelete(PushSubscription, {
      $or: [{ endpoint: request.endpoint }, { session: session.id }],
    });
    await em.insert(PushSubscription, { ...request, user: user.id, session: session.id, createdAt: now });
    const own = await em.find(PushSubscription, { user: user.id }, { orderBy: { id: 'desc' } });
    const surplus = own.slice(maxSubscriptions).map(({ id }) => id);
    if (surplus.length > 0) await em.nativeDelete(PushSubscription, { id: { $in: surplus } });
    const detail = `messages to this browser: ${request.reach === 'own' ? 'own jobs' : 'all jobs'}`;
    await recordAudit(em, { at: now, user, action: 'notifications', detail, through });
  });
}

/** Removes the subscription of this browser, if it has one. One transaction. */
export async function removePushSubscription(
  db: Database,
  { user, session, through }: PushOwner,
  now = Date.now(),
): Promise<void> {
  await db.write([], async (em) => {
    await em.nativeDelete(PushSubscription, { session: session.id });
    const detail = 'messages to this browser: none';
    await recordAudit(em, { at: now, user, action: 'notifications', detail, through });
  });
}

/**
 * The subscriptions that an event concerns: all for a hold and for a question that nobody handles; else those of the deployer who is responsible for
 * the job, and those for all jobs. A handover concerns the deployer who was responsible, too, but not the one who did it. Only of users who may still
 * sign in and have a role, with sessions that have not ended.
 */
export async function subscriptionsFor(
  db: Database,
  event: Pick<StoredEvent, 'kind' | 'jobId' | 'data'>,
  roleGroups: RoleGroups,
  now = Date.now(),
): Promise<readonly PushSubscription[]> {
  const everyone = event.kind === 'held' || event.kind === 'unanswered';
  const { by, handover } = event.data;
  const concerned: readonly [sql: string, values: readonly (string | number)[]] = everyone
    ? ['', []]
    : handover
      ? ["and (s.reach = 'all' or a.name in (?, ?)) and a.name <> ?", [handover.from, handover.to, by ?? '']]
      : [
          "and (s.reach = 'all' or s.user_id = (select coalesce(responsible_id, owner_id) from job where id = ?))",
          [event.jobId ?? 0],
        ];
  const [sql, values] = concerned;
  const rows = await db.execute(
    `select s.id, s.user_id, b.role from push_subscription s join account a on a.id = s.user_id join session b on b.id = s.session_id
     where a.banned_at is null and b.ended_at is null and b.created_at > ? and b.created_at <= ? ${sql} order by s.id`,
    [now - sessionLifetime, latestPlausible(now), ...values],
  );
  const em = db.em();
  const users = await em.find(User, { id: { $in: rows.map((row) => Number(row['user_id'])) } });
  const withRole = new Set(
    users.flatMap(({ id, groups }) => (roleOfGroups(groups ?? [], roleGroups) === null ? [] : [id])),
  );
  // The role of a session that a link of the host opened does not depend on groups.
  const wanted = rows.filter((row) => row['role'] != null || withRole.has(Number(row['user_id'])));
  return await em.find(PushSubscription, { id: { $in: wanted.map(({ id }) => Number(id)) } });
}

/** Removes a subscription that its push service no longer knows. */
export async function forgetSubscription(db: Database, id: number): Promise<void> {
  await db.write([], (em) => em.nativeDelete(PushSubscription, { id }));
}
