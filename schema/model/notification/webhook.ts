// Owns webhooks: addresses of other programs that receive events, managed by admins. Not what is sent to them (delivery.ts), not the requests (server/webhook).
import { randomBytes } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type EventKind, eventKinds, templateNames, unknownNames } from '../../text/event-text.ts';
import { type ActionSource, quoted, recordAudit } from '../account/audit.ts';
import type { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import { storableText, text, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { endPendingDeliveries } from './delivery-state.ts';

/** `json`: the event as data. `text`: one line of plain text. `chat`: that line as `{"text": …}`, as Slack and Mattermost accept it. */
export const webhookFormats = ['json', 'text', 'chat'] as const;
export type WebhookFormat = (typeof webhookFormats)[number];

/** The maximum number of webhooks. */
export const maxWebhooks = 20;
const maxName = 80;
const maxUrl = 2_000;
const maxTemplate = 500;

const WebhookSchema = defineEntity({
  name: 'Webhook',
  tableName: 'webhook',
  properties: {
    id: p.integer().primary(),
    name: text(),
    url: text(),
    /** The key of the signatures, `whsec_…`. It cannot be hashed, because each message is signed with it. */
    secret: text(),
    events: p.json<readonly EventKind[]>(),
    format: word(webhookFormats),
    /** The template of the formats `text` and `chat`; null for the default. */
    template: text().nullable(),
    createdAt: time(),
    /** Since when all attempts have failed; null if the last one succeeded, or there was none. */
    failingSince: time().nullable(),
    disabledAt: time().nullable(),
    /** Why a server disabled it, as text; null if an admin did, or if it is enabled. */
    disabledReason: text().nullable(),
    /** Until when one server sends its deliveries, in order. It renews this while it does so. */
    claimedUntil: time().nullable(),
  },
});
export class Webhook extends WebhookSchema.class {}
WebhookSchema.setClass(Webhook);

/** The webhook does not exist: another admin deleted it. */
export class WebhookNotFound extends DomainError {
  constructor() {
    super('This webhook does not exist (any more).');
  }
}

/** The name, the address, the events or the template are invalid, or there are too many webhooks. */
export class InvalidWebhook extends DomainError {}

/** A webhook as an admin describes it. */
export interface WebhookSettings {
  readonly name: string;
  readonly url: string;
  readonly events: readonly EventKind[];
  readonly format: WebhookFormat;
  /** Null or empty: the default. */
  readonly template: string | null;
  readonly enabled: boolean;
}

/** Which admin changes webhooks, and from where. */
export interface WebhookAdmin {
  readonly by: User;
  readonly through: ActionSource;
}

/** The columns of valid settings. Pure. Throws {@link InvalidWebhook}. */
function columnsOf(
  settings: WebhookSettings,
): Pick<Webhook, 'name' | 'url' | 'events' | 'format' | 'template'> {
  const name = storableText(settings.name.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim());
  if (name === '' || name.length > maxName)
    throw new InvalidWebhook(`Give the webhook a name of 1 to ${maxName} characters.`);
  const events = eventKinds.filter((kind) => kind !== 'test' && settings.events.includes(kind));
  if (events.length === 0) throw new InvalidWebhook('Choose at least one event.');
  const template = settings.template?.trim() || null;
  if (template !== null && template.length > maxTemplate)
    throw new InvalidWebhook(`A template has at most ${maxTemplate} characters.`);
  const [unknown] = unknownNames(template ?? '');
  if (unknown !== undefined)
    throw new InvalidWebhook(
      `The template cannot contain {${unknown.slice(0, 40)}}. It can contain ${templateNames.map((each) => `{${each}}`).join(', ')}.`,
    );
  return { name, url: checkedUrl(settings.url), events, format: settings.format, template };
}

/** Throws {@link InvalidWebhook}. */
function checkedUrl(given: string): string {
  const url = URL.canParse(given.trim()) ? new URL(given.trim()) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || given.length > maxUrl)
    throw new InvalidWebhook('The address must be a URL that begins with https:// or http://.');
  if (url.username !== '' || url.password !== '')
    throw new InvalidWebhook(
      'The address must not contain a user name or password: messages are signed instead.',
    );
  url.hash = '';
  return url.href;
}

/** A new key, in the form of Standard Webhooks. */
const newKey = (): string => `whsec_${randomBytes(24).toString('base64')}`;

/** What the audit log says about a webhook. It does not contain the address, whose path is often a secret. Pure. */
const inWords = ({
  name,
  url,
  events,
  format,
}: Pick<Webhook, 'name' | 'url' | 'events' | 'format'>): string =>
  `${quoted(name)} at ${new URL(url).host} (${format}: ${events.join(', ')})`;

/** All webhooks, oldest first. */
export async function listWebhooks(em: SqlEntityManager): Promise<readonly Webhook[]> {
  return await em.find(Webhook, {}, { orderBy: { id: 'asc' }, limit: maxWebhooks * 2 });
}

/** Creates a webhook. Returns it, with the only showing of its secret. One transaction. Throws {@link InvalidWebhook}. */
export async function createWebhook(
  db: Database,
  settings: WebhookSettings,
  { by, through }: WebhookAdmin,
  now = Date.now(),
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const columns = columnsOf(settings);
  const secret = newKey();
  const webhook = await db.write([], async (em) => {
    // Concurrent requests can exceed the maximum slightly. It only keeps the list short.
    if ((await em.count(Webhook, {})) >= maxWebhooks)
      throw new InvalidWebhook(`There are ${maxWebhooks} webhooks. Delete one first.`);
    const disabledAt = settings.enabled ? null : now;
    const id = await em.insert(Webhook, { ...columns, secret, createdAt: now, disabledAt });
    await recordAudit(em, {
      at: now,
      user: by,
      action: 'webhook',
      detail: `created: ${inWords(columns)}`,
      through,
    });
    return await em.findOneOrFail(Webhook, { id });
  });
  return { webhook, secret };
}

/**
 * Changes a webhook. Enabling it forgets its failures; disabling it ends its pending deliveries. One transaction. Throws {@link InvalidWebhook},
 * {@link WebhookNotFound}.
 */
export async function updateWebhook(
  db: Database,
  { webhookId, settings }: { readonly webhookId: number; readonly settings: WebhookSettings },
  { by, through }: WebhookAdmin,
  now = Date.now(),
): Promise<Webhook> {
  const columns = columnsOf(settings);
  return await db.write(['events'], async (em) => {
    const before = await em.findOne(Webhook, { id: webhookId });
    if (!before) throw new WebhookNotFound();
    const wasEnabled = before.disabledAt == null;
    const change = { disabledAt: settings.enabled ? null : now, disabledReason: null, failingSince: null };
    const switched = wasEnabled === settings.enabled ? {} : change;
    await em.nativeUpdate(Webhook, { id: webhookId }, { ...columns, ...switched });
    if (wasEnabled && !settings.enabled)
      await endPendingDeliveries(db, em, webhookId, 'An admin disabled the webhook.');
    const state = wasEnabled === settings.enabled ? 'changed' : settings.enabled ? 'enabled' : 'disabled';
    const detail = `${state}: ${inWords(columns)}`;
    await recordAudit(em, { at: now, user: by, action: 'webhook', detail, through });
    return await em.findOneOrFail(Webhook, { id: webhookId }, { refresh: true });
  });
}

/** Gives a webhook a new secret, and returns it: this is the only time it is shown. One transaction. Throws {@link WebhookNotFound}. */
export async function renewWebhookSecret(
  db: Database,
  webhookId: number,
  { by, through }: WebhookAdmin,
  now = Date.now(),
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const secret = newKey();
  const webhook = await db.write([], async (em) => {
    if ((await em.nativeUpdate(Webhook, { id: webhookId }, { secret })) !== 1) throw new WebhookNotFound();
    const changed = await em.findOneOrFail(Webhook, { id: webhookId });
    const detail = `new secret: ${quoted(changed.name)}`;
    await recordAudit(em, { at: now, user: by, action: 'webhook', detail, through });
    return changed;
  });
  return { webhook, secret };
}

/** Deletes a webhook and its deliveries. One transaction. Throws {@link WebhookNotFound}. */
export async function deleteWebhook(
  db: Database,
  webhookId: number,
  { by, through }: WebhookAdmin,
  now = Date.now(),
): Promise<void> {
  await db.write([], async (em) => {
    const webhook = await em.findOne(Webhook, { id: webhookId });
    if (!webhook || (await em.nativeDelete(Webhook, { id: webhookId })) !== 1) throw new WebhookNotFound();
    const detail = `deleted: ${inWords(webhook)}`;
    await recordAudit(em, { at: now, user: by, action: 'webhook', detail, through });
  });
}
