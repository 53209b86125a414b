// Owns webhooks and their deliveries for resolvers. Not sending (deliverer.ts), not what a webhook is (schema/model/notification/webhook.ts).
import type { DeliveryOfEvent, MadeWebhook, Page, Webhooks } from '../../schema/graphql/context.ts';
import {
  listDeliveries,
  replayDelivery,
  sendTestMessage,
  type WebhookDelivery,
} from '../../schema/model/notification/delivery.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  renewWebhookSecret,
  updateWebhook,
  type Webhook,
  type WebhookAdmin,
  WebhookNotFound,
  type WebhookSettings,
} from '../../schema/model/notification/webhook.ts';
import type { Database } from '../../schema/model/store/database.ts';

export class DatabaseWebhooks implements Webhooks {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<readonly Webhook[]> {
    return listWebhooks(this.#db.em());
  }

  async deliveries(request: {
    webhookId: number;
    first: number;
    before: number | null;
  }): Promise<Page<DeliveryOfEvent>> {
    const { webhookId, first } = request;
    const found = await listDeliveries(this.#db.em(), { ...request, first: first + 1 });
    return {
      nodes: found.slice(0, first),
      hasNextPage: found.length > first,
      count: async () => {
        const count = 'select count(*) as n from webhook_delivery where webhook_id = ?';
        const [row] = await this.#db.execute(count, [webhookId]);
        return Number(row?.['n'] ?? 0);
      },
    };
  }

  create(settings: WebhookSettings, admin: WebhookAdmin): Promise<MadeWebhook> {
    return createWebhook(this.#db, settings, admin);
  }

  async update(webhookId: number | null, settings: WebhookSettings, admin: WebhookAdmin): Promise<Webhook> {
    return await updateWebhook(this.#db, { webhookId: known(webhookId), settings }, admin);
  }

  async renewSecret(webhookId: number | null, admin: WebhookAdmin): Promise<MadeWebhook> {
    return await renewWebhookSecret(this.#db, known(webhookId), admin);
  }

  async delete(webhookId: number | null, admin: WebhookAdmin): Promise<void> {
    await deleteWebhook(this.#db, known(webhookId), admin);
  }

  async test(webhookId: number | null, admin: WebhookAdmin): Promise<WebhookDelivery> {
    return await sendTestMessage(this.#db, known(webhookId), admin);
  }

  replay(deliveryId: number | null, admin: WebhookAdmin): Promise<WebhookDelivery> {
    return replayDelivery(this.#db, deliveryId ?? 0, admin);
  }
}

function known(webhookId: number | null): number {
  if (webhookId === null) throw new WebhookNotFound();
  return webhookId;
}
