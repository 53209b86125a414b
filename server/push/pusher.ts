// Owns messages to browsers that no page is open in: Web Push. Not which browsers (schema/model/notification/push-subscription.ts), not the request (server/webhook/request.ts).
import type { Logger } from 'pino';
import webPush from 'web-push';
import type { StoredEvent } from '../../schema/model/notification/event.ts';
import {
  forgetSubscription,
  type PushSubscription,
  subscriptionsFor,
  vapidKeys,
} from '../../schema/model/notification/push-subscription.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { EventKind } from '../../schema/text/event-text.ts';
import { sendWebhook } from '../webhook/request.ts';
import { pushMessage } from './push-message.ts';

/** The events that are sent to browsers. */
const pushedKinds: readonly EventKind[] = ['question', 'unanswered', 'ended', 'quiet', 'errors_rose', 'held'];
/** An event that is older is no longer worth a message, in milliseconds. */
const longestDelay = 10 * 60_000;
/** How long a push service keeps a message for a device that is off, in seconds. */
const timeToLive = 30 * 60;
/** The time limit of a request, in milliseconds. */
const timeout = 10_000;

/** What a pusher works with. */
export interface PusherOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** The operator of this server for push services; null: not configured. */
  readonly publicUrl: string | null;
  /** Whether an address may be reached. */
  readonly isPermitted: (address: string) => boolean;
}

/** Sends messages to browsers. */
export class Pusher {
  readonly #options: PusherOptions;
  /** The last message to each subscription that is being sent, by its number. */
  readonly #last = new Map<number, Promise<void>>();

  constructor(options: PusherOptions) {
    this.#options = options;
  }

  /** The public key, with which a browser subscribes. */
  async publicKey(): Promise<string> {
    return (await this.#keys()).publicKey;
  }

  /**
   * Sends events to the browsers that they concern: in order to each browser, and a slow push service delays only its own messages. A failure loses that
   * message only: the page and the next reminder are there too.
   */
  async send(events: readonly StoredEvent[], now: number, signal: AbortSignal): Promise<void> {
    const { db } = this.#options;
    const sending: Promise<void>[] = [];
    for (const event of events) {
      if (!pushedKinds.includes(event.kind) || now - event.at > longestDelay) continue;
      const found = await subscriptionsFor(db, event, now);
      for (const subscription of found) sending.push(this.#sendInOrder(event, subscription, signal));
    }
    await Promise.all(sending);
  }

  /** Sends a message after the earlier ones to the same subscription. */
  async #sendInOrder(event: StoredEvent, subscription: PushSubscription, signal: AbortSignal): Promise<void> {
    const { id } = subscription;
    const earlier = this.#last.get(id) ?? Promise.resolve();
    const sent = earlier
      .then(() => this.#sendOne(event, subscription, signal))
      .catch((error) => {
        if (!signal.aborted)
          this.#options.logger.warn({ err: error, subscription: id }, 'a message to a browser was not sent');
      });
    this.#last.set(id, sent);
    await sent;
    if (this.#last.get(id) === sent) this.#last.delete(id);
  }

  async #keys() {
    return await vapidKeys(this.#options.db, () => webPush.generateVAPIDKeys());
  }

  async #sendOne(event: StoredEvent, subscription: PushSubscription, signal: AbortSignal): Promise<void> {
    const { db, logger, publicUrl, isPermitted } = this.#options;
    const { publicKey, privateKey } = await this.#keys();
    const { id, endpoint, p256dh, auth } = subscription;
    const { headers, body } = webPush.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify(pushMessage(event)),
      {
        vapidDetails: { subject: subjectOf(publicUrl), publicKey, privateKey },
        TTL: timeToLive,
        urgency: event.kind === 'ended' || event.kind === 'quiet' ? 'normal' : 'high',
      },
    );
    const request = {
      url: endpoint,
      headers: textsOf(headers),
      body: body ?? '',
      isPermitted,
      timeout,
      signal,
    };
    const { status, problem } = await sendWebhook(request);
    if (status === 404 || status === 410) await forgetSubscription(db, id);
    else if (status === null || status >= 300)
      logger.warn({ subscription: id, status, problem }, 'a message did not reach a push service');
  }
}

/** Push services want a way to reach the operator. */
const subjectOf = (publicUrl: string | null): string =>
  publicUrl?.startsWith('https:') ? publicUrl : 'https://spiderpig.invalid';

const textsOf = (headers: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
