// Owns messages to browsers that no page is open in: Web Push. Not which browsers (schema/model/notification/push-subscription.ts), not the request (server/webhook/request.ts).
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import webPush from 'web-push';
import type { RoleGroups } from '../../schema/model/account/user.ts';
import type { StoredEvent } from '../../schema/model/notification/event.ts';
import {
  forgetSubscription,
  type PushSubscription,
  subscriptionsFor,
  vapidKeys,
} from '../../schema/model/notification/push-subscription.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { EventKind } from '../../schema/text/event-text.ts';
import { FairQueue } from '../live/fair-queue.ts';
import { addressesByDns, sendWebhook, type WebhookRequest } from '../webhook/request.ts';
import { pushMessage } from './push-message.ts';

/** The events that are sent to browsers. */
const pushedKinds: readonly EventKind[] = [
  'question',
  'unanswered',
  'handed_over',
  'ended',
  'quiet',
  'errors_rose',
  'held',
];
/** An event that is older is no longer worth a message, in milliseconds. */
const longestDelay = 10 * 60_000;
/** How long a push service keeps a message for a device that is off, in seconds. */
const timeToLive = 30 * 60;
/** The time limit of a request, in milliseconds. */
const timeout = 10_000;
/** How many requests are open at the same time by default: more than the browsers of a few users. */
const defaultMaxRequests = 50;
/** After this time, a message is checked again before it is sent, in milliseconds. */
const checkedTime = 1_000;

/** What a pusher works with. */
export interface PusherOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** The operator of this server for push services; null if not configured. */
  readonly publicUrl: string | null;
  /** The groups that have each role. */
  readonly roleGroups: RoleGroups;
  /** Whether an address may be reached. */
  readonly isPermitted: (address: string) => boolean;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
  /** How many requests are open at the same time. */
  readonly maxRequests?: number;
  /** Finds the addresses of push services; default: by DNS. */
  readonly addressesOf?: WebhookRequest['addressesOf'];
}

/** Sends messages to browsers: to each one after the other, in the order of the events. A slow push service delays only its own messages. */
export class Pusher {
  readonly #options: PusherOptions;
  readonly #now: () => number;
  /** Looks up the browsers of one event after the other, so that the order of the events is kept. */
  readonly #lookups = pLimit(1);
  /** By the id of the subscription. */
  readonly #requests: FairQueue<number>;
  readonly #addressesOf: NonNullable<WebhookRequest['addressesOf']>;

  constructor(options: PusherOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#requests = new FairQueue(options.maxRequests ?? defaultMaxRequests);
    this.#addressesOf = options.addressesOf ?? addressesByDns();
  }

  /** The public key, with which a browser subscribes. */
  async publicKey(): Promise<string> {
    return (await this.#keys()).publicKey;
  }

  /** Sends events to the browsers that they concern. A failure loses that message only: the page and the next reminder are there too. */
  async send(events: readonly StoredEvent[], signal: AbortSignal): Promise<void> {
    const sending = await this.#lookups(async () => {
      const begun: Promise<void>[] = [];
      const pushed = events.filter(({ kind }) => pushedKinds.includes(kind));
      // Judged once: one that becomes late in between would be sent, and reported as too old.
      const { late = [], timely = [] } = Object.groupBy(pushed, (each) =>
        this.#isLate(each) ? 'late' : 'timely',
      );
      for (const event of timely)
        for (const subscription of await this.#subscriptionsFor(event))
          begun.push(this.#enqueue(event, subscription, signal));
      this.#warnOfLate(late);
      return begun;
    });
    await Promise.all(sending);
  }

  #isLate({ at }: StoredEvent): boolean {
    return this.#now() - at > longestDelay;
  }

  /** Nothing else would show that messages are missing: a server that was stopped, or clocks that differ. */
  #warnOfLate(late: readonly StoredEvent[]): void {
    if (late.length === 0) return;
    const seconds = Math.round((this.#now() - Math.min(...late.map(({ at }) => at))) / 1_000);
    this.#options.logger.warn(
      { events: late.length, seconds },
      'events are too old for messages to browsers; if a server ran all the time, synchronise the clocks of the hosts',
    );
  }

  #subscriptionsFor(event: StoredEvent): Promise<readonly PushSubscription[]> {
    const { db, roleGroups } = this.#options;
    return subscriptionsFor(db, event, roleGroups, this.#now());
  }

  /** Sends a message after the earlier ones of the same browser. Never rejects: one browser must not keep the others from their messages. */
  async #enqueue(event: StoredEvent, subscription: PushSubscription, signal: AbortSignal): Promise<void> {
    const { id } = subscription;
    const hasToWait = this.#requests.isBusy(id);
    const enqueuedAt = this.#now();
    await this.#requests
      .run(id, async () => {
        // It can also wait for the requests to other browsers.
        const isChecked = !hasToWait && Math.abs(this.#now() - enqueuedAt) < checkedTime;
        if (signal.aborted || !(isChecked || (await this.#isStillWanted(event, id)))) return;
        await this.#sendOne(event, subscription, signal);
      })
      .catch((error) => {
        if (!signal.aborted)
          this.#options.logger.warn({ err: error, subscription: id }, 'a message to a browser was not sent');
      });
  }

  /** Whether a message that waited may be sent: it is not too old, and its user still has access. */
  async #isStillWanted(event: StoredEvent, id: number): Promise<boolean> {
    if (this.#isLate(event)) return false;
    const found = await this.#subscriptionsFor(event);
    return found.some((each) => each.id === id);
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
      addressesOf: this.#addressesOf,
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
