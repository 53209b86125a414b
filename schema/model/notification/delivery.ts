// Owns deliveries: one row for each event and webhook, with its attempts. Not the requests (server/webhook), not webhooks (webhook.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { minuteInUtc } from '../../text/minute.ts';
import { quoted, recordAudit } from '../account/audit.ts';
import { DomainError } from '../error.ts';
import { latestPlausible } from '../store/clock.ts';
import { partialIndexes, storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { deliveryStates, endPendingDeliveries } from './delivery-state.ts';
import { recordEvent, StoredEvent } from './event.ts';
import { Webhook, type WebhookAdmin, WebhookNotFound } from './webhook.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long to wait after each failed attempt, in milliseconds, as Standard Webhooks recommends. After the last one a delivery has failed. */
const retryDelays = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
/** The longest `Retry-After` that is respected, in milliseconds. */
const longestRetryAfter = 24 * hour;
/** The longest time to the next attempt, in milliseconds. */
const longestDelay = 27 * hour;
/** A webhook that fails for longer than this is disabled, in milliseconds, if a delivery has failed too: a clock that jumps is not enough. */
const failingLimit = 5 * 24 * hour;
/** How long a server may send for a webhook before another one may, in milliseconds: longer than one attempt. */
const claimDuration = 30 * second;
/** How long events and their deliveries are kept, in milliseconds. */
const eventRetention = 30 * 24 * hour;
/** How many events are looked at, or removed, in one transaction. */
export const eventBatch = 200;

const DeliverySchema = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  properties: {
    id: p.integer().primary(),
    webhook: () => p.manyToOne(Webhook).mapToPk().deleteRule('cascade').index(),
    event: () => p.manyToOne(StoredEvent).mapToPk().deleteRule('cascade').index(),
    state: word(deliveryStates),
    createdAt: time(),
    attempts: p.integer(),
    /** When it is due; null if it is not pending. */
    nextAttemptAt: time().nullable(),
    attemptedAt: time().nullable(),
    /** How long the last attempt took, in milliseconds. */
    duration: p.integer().nullable(),
    /** The HTTP status of the last attempt; null if there was no response. */
    status: p.integer().nullable(),
    /** The beginning of the last response; null if there was none. */
    response: text().nullable(),
    /** Why the last attempt failed, as text; null if it succeeded, or there was none. */
    problem: text().nullable(),
    /** The delivery that this one repeats, on request of an admin. */
    replayOf: p.integer().nullable(),
  },
  indexes: partialIndexes('webhook_delivery', {
    webhook_delivery_due: ['"webhook_id", "next_attempt_at"', '"state" = \'pending\''],
  }),
});
export class WebhookDelivery extends DeliverySchema.class {}
DeliverySchema.setClass(WebhookDelivery);

/** The delivery does not exist: it was removed because of its age, or its webhook was deleted. */
export class DeliveryNotFound extends DomainError {
  constructor() {
    super('This delivery no longer exists. Deliveries are kept for 30 days.');
  }
}

/** A disabled webhook receives nothing. */
export class WebhookDisabled extends DomainError {
  constructor() {
    super('This webhook is disabled. Enable it first.');
  }
}

/**
 * Creates the deliveries of events that have none yet, and returns these events. Of several servers one creates them. One transaction; none if
 * there is nothing to do.
 */
export async function dispatchEvents(db: Database, now = Date.now()): Promise<readonly StoredEvent[]> {
  const waiting = await db
    .em()
    .find(StoredEvent, { dispatchedAt: null }, { orderBy: { id: 'asc' }, limit: eventBatch });
  if (waiting.length === 0) return [];
  return await db.write([], async (em) => {
    const webhooks = await em.find(Webhook, { disabledAt: null });
    const mine: StoredEvent[] = [];
    for (const event of waiting) {
      const own = { id: event.id, dispatchedAt: null };
      if ((await em.nativeUpdate(StoredEvent, own, { dispatchedAt: now })) !== 1) continue;
      mine.push(event);
      for (const { id, events } of webhooks)
        if (events.includes(event.kind)) await insertDelivery(em, { webhook: id, event: event.id }, now);
    }
    return mine;
  });
}

const insertDelivery = (
  em: SqlEntityManager,
  delivery: { readonly webhook: number; readonly event: number; readonly replayOf?: number },
  now: number,
): Promise<number> =>
  em.insert(WebhookDelivery, {
    ...delivery,
    state: 'pending',
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
  });

/**
 * The webhooks that have a delivery that is due, and when the next one will be, in milliseconds since 1970 UTC; null if none is pending. A delivery whose time is
 * later than any delay was stored by a wrong clock, and is due.
 */
export async function dueWebhooks(
  db: Database,
  now = Date.now(),
): Promise<{ readonly due: readonly number[]; readonly next: number | null }> {
  const rows = await db.execute(
    `select webhook_id, min(case when next_attempt_at > ? then 0 else next_attempt_at end) as at
     from webhook_delivery where state = 'pending' group by webhook_id`,
    [latestPlausible(now, longestDelay)],
  );
  const times = rows.map((row) => ({ id: Number(row['webhook_id']), at: Number(row['at']) }));
  const later = times.filter(({ at }) => at > now).map(({ at }) => at);
  return {
    due: times.filter(({ at }) => at <= now).map(({ id }) => id),
    next: later.length === 0 ? null : Math.min(...later),
  };
}

/** That one server sends for a webhook. Each claim and each renewal has another `until`, which therefore says whose claim is stored. */
export interface WebhookClaim {
  readonly webhookId: number;
  /** When another server may claim the webhook, in milliseconds since 1970 UTC. */
  readonly until: number;
}

/** Lets one server send for a webhook until {@link releaseWebhook}, or for a while. `null`: another server does. */
export async function claimWebhook(
  db: Database,
  webhookId: number,
  now = Date.now(),
): Promise<WebhookClaim | null> {
  const until = now + claimDuration;
  const free = {
    id: webhookId,
    disabledAt: null,
    $or: [
      { claimedUntil: null },
      { claimedUntil: { $lt: now } },
      { claimedUntil: { $gt: latestPlausible(now, claimDuration) } },
    ],
  };
  const claimed = await db.write([], (em) => em.nativeUpdate(Webhook, free, { claimedUntil: until }));
  return claimed === 1 ? { webhookId, until } : null;
}

/** Ends a claim, unless another server has taken it over. */
export async function releaseWebhook(db: Database, { webhookId, until }: WebhookClaim): Promise<void> {
  const own = { id: webhookId, claimedUntil: until };
  await db.write([], (em) => em.nativeUpdate(Webhook, own, { claimedUntil: null }));
}

/** A delivery with all that its request needs. */
export interface DueDelivery {
  readonly delivery: WebhookDelivery;
  readonly webhook: Webhook;
  readonly event: StoredEvent;
  /** The renewed claim. */
  readonly claim: WebhookClaim;
}

/**
 * The oldest delivery of a webhook that is due; the claim is renewed for it. `null` if none exists, the webhook was disabled or deleted, or another
 * server has taken over the claim.
 */
export async function nextDelivery(
  db: Database,
  { webhookId, until }: WebhookClaim,
  now = Date.now(),
): Promise<DueDelivery | null> {
  const em = db.em();
  const isDue = [
    { nextAttemptAt: { $lte: now } },
    { nextAttemptAt: { $gt: latestPlausible(now, longestDelay) } },
  ];
  const due = { webhook: webhookId, state: 'pending', $or: isDue } as const;
  const [delivery] = await em.find(WebhookDelivery, due, { orderBy: { id: 'asc' }, limit: 1 });
  const event = delivery && (await em.findOne(StoredEvent, { id: delivery.event }));
  if (!delivery || !event) return null;
  const claim = { webhookId, until: now + claimDuration };
  const own = { id: webhookId, disabledAt: null, claimedUntil: until };
  const renewed = await db.write([], (inside) =>
    inside.nativeUpdate(Webhook, own, { claimedUntil: claim.until }),
  );
  const webhook = renewed === 1 ? await em.findOne(Webhook, { id: webhookId }) : null;
  return webhook && { delivery, webhook, event, claim };
}

/** How an attempt went. */
export interface Attempt {
  /** Null if there was no response. */
  readonly status: number | null;
  readonly response: string | null;
  /** Why there was no response, as text. */
  readonly problem: string | null;
  /** How long the receiver asked to wait, in milliseconds. */
  readonly retryAfter: number | null;
  /** In milliseconds. */
  readonly duration: number;
}

/** The status by which a receiver says that it wants no more messages. */
const gone = 410;

/** Records an attempt: the delivery is delivered, due again, or has failed; and the webhook is perhaps disabled. One transaction. */
export async function recordAttempt(
  db: Database,
  { delivery, webhook }: DueDelivery,
  attempt: Attempt,
  now = Date.now(),
): Promise<{ readonly disabled: string | null }> {
  const { status, retryAfter } = attempt;
  const attempts = delivery.attempts + 1;
  const ok = status !== null && status >= 200 && status < 300;
  const delay = status === gone ? undefined : retryDelays[attempts - 1];
  const wait =
    delay && Math.max(delay * (0.9 + Math.random() * 0.2), Math.min(retryAfter ?? 0, longestRetryAfter));
  const result = {
    attempts,
    attemptedAt: now,
    duration: Math.round(attempt.duration),
    status,
    response: attempt.response === null ? null : storableText(attempt.response, 1_000),
    problem: ok ? null : (attempt.problem ?? `The receiver answered with the status ${status}.`),
  };
  return await db.write([], async (em) => {
    const pending = { id: delivery.id, state: 'pending' } as const;
    const next = ok
      ? ({ state: 'delivered', nextAttemptAt: null } as const)
      : wait === undefined
        ? ({ state: 'failed', nextAttemptAt: null } as const)
        : { nextAttemptAt: Math.round(now + wait) };
    await em.nativeUpdate(WebhookDelivery, pending, { ...result, ...next });
    const since = await recordFailing(em, webhook.id, ok ? null : now);
    const reason =
      status === gone
        ? 'The receiver answered with the status 410 (gone).'
        : since !== null && now - since > failingLimit && (await hasFailed(em, webhook.id, since))
          ? `All attempts have failed since ${minuteInUtc(since)}.`
          : null;
    const isDisabled = reason !== null && (await disable(db, em, webhook, reason, now));
    return { disabled: isDisabled ? reason : null };
  });
}

/**
 * Records whether the last attempt failed. Returns since when all have, as it is stored now: an admin may have enabled the webhook again during the
 * request, which forgets earlier failures. In the caller's transaction. @param at when it failed; null if it succeeded
 */
async function recordFailing(em: SqlEntityManager, id: number, at: number | null): Promise<number | null> {
  const changed = at === null ? { id } : { id, failingSince: null };
  await em.nativeUpdate(Webhook, changed, { failingSince: at });
  return at && ((await em.findOne(Webhook, { id }))?.failingSince ?? null);
}

/** Whether a delivery of a webhook has failed after all its attempts since a time. In the caller's transaction. */
const hasFailed = async (em: SqlEntityManager, webhook: number, since: number): Promise<boolean> =>
  (await em.count(WebhookDelivery, {
    webhook,
    state: 'failed',
    attempts: { $gt: retryDelays.length },
    attemptedAt: { $gte: since },
  })) > 0;

/** Returns whether it was enabled. In the caller's transaction. */
async function disable(
  db: Database,
  em: SqlEntityManager,
  { id, name }: Webhook,
  reason: string,
  now: number,
): Promise<boolean> {
  const change = { disabledAt: now, disabledReason: reason };
  if ((await em.nativeUpdate(Webhook, { id, disabledAt: null }, change)) !== 1) return false;
  await endPendingDeliveries(db, em, id, 'The webhook was disabled.');
  const detail = `disabled by the server: ${quoted(name)}: ${reason}`;
  await recordAudit(em, { at: now, user: null, action: 'webhook', detail });
  return true;
}

/** The deliveries of a webhook with their events, newest first. @param before only those with smaller numbers */
export async function listDeliveries(
  em: SqlEntityManager,
  {
    webhookId,
    first,
    before,
  }: { readonly webhookId: number; readonly first: number; readonly before: number | null },
): Promise<readonly { readonly delivery: WebhookDelivery; readonly event: StoredEvent }[]> {
  const found = await em.find(
    WebhookDelivery,
    { webhook: webhookId, ...(before === null ? {} : { id: { $lt: before } }) },
    { orderBy: { id: 'desc' }, limit: first },
  );
  const events = await em.find(StoredEvent, { id: { $in: found.map(({ event }) => event) } });
  const byId = new Map(events.map((event) => [event.id, event]));
  return found.flatMap((delivery) => {
    const event = byId.get(delivery.event);
    return event ? [{ delivery, event }] : [];
  });
}

/** Sends the event of a delivery again, as a new delivery. One transaction. Throws {@link DeliveryNotFound}, {@link WebhookDisabled}. */
export async function replayDelivery(
  db: Database,
  deliveryId: number,
  { by, through }: WebhookAdmin,
  now = Date.now(),
): Promise<WebhookDelivery> {
  return await db.write(['events'], async (em) => {
    const before = await em.findOne(WebhookDelivery, { id: deliveryId });
    const webhook = before && (await em.findOne(Webhook, { id: before.webhook }));
    if (!before || !webhook) throw new DeliveryNotFound();
    if (webhook.disabledAt != null) throw new WebhookDisabled();
    const copy = { webhook: before.webhook, event: before.event, replayOf: before.id };
    const id = await insertDelivery(em, copy, now);
    const detail = `delivery ${before.id} again: ${quoted(webhook.name)}`;
    await recordAudit(em, { at: now, user: by, action: 'webhook', detail, through });
    return await em.findOneOrFail(WebhookDelivery, { id });
  });
}

/** Sends a message to a webhook that says that it is a test. One transaction. Throws {@link WebhookNotFound}, {@link WebhookDisabled}. */
export async function sendTestMessage(
  db: Database,
  webhookId: number,
  { by, through }: WebhookAdmin,
  now = Date.now(),
): Promise<WebhookDelivery> {
  return await db.write(['events'], async (em) => {
    const webhook = await em.findOne(Webhook, { id: webhookId });
    if (!webhook) throw new WebhookNotFound();
    if (webhook.disabledAt != null) throw new WebhookDisabled();
    const data = { by: by.name, job: null, question: null, hold: null };
    const event = await recordEvent(em, 'test', { at: now, data, dispatchedAt: now });
    const id = await insertDelivery(em, { webhook: webhookId, event }, now);
    const detail = `test message: ${quoted(webhook.name)}`;
    await recordAudit(em, { at: now, user: by, action: 'webhook', detail, through });
    return await em.findOneOrFail(WebhookDelivery, { id });
  });
}

/**
 * Removes events that are too old, and those of removed jobs, with their deliveries; but none that is still to be delivered. At most some
 * hundreds. Returns how many.
 */
export async function removeOldEvents(db: Database, now = Date.now()): Promise<number> {
  const old = await db.execute(
    `select id from event e where (e.at < ? or (e.job_id is not null and not exists (select 1 from job where id = e.job_id)))
     and not exists (select 1 from webhook_delivery where event_id = e.id and state = 'pending') order by id limit ${eventBatch}`,
    [now - eventRetention],
  );
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => Number(id));
  return await db.write([], (em) => em.nativeDelete(StoredEvent, { id: { $in: ids } }));
}
