// Owns when deliveries are sent: after each event, and when a retry is due. Not the request (request.ts), not the rows (schema/model/notification/delivery.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ClockNotTrusted, checkClock } from '../../schema/model/job/removal.ts';
import {
  claimWebhook,
  type DueDelivery,
  dispatchEvents,
  dueWebhooks,
  eventBatch,
  nextDelivery,
  recordAttempt,
  releaseWebhook,
  removeOldEvents,
  type WebhookClaim,
} from '../../schema/model/notification/delivery.ts';
import { escalateQuestions } from '../../schema/model/notification/escalation.ts';
import type { StoredEvent } from '../../schema/model/notification/event.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Pusher } from '../push/pusher.ts';
import { webhookMessage } from './message.ts';
import { sendWebhook } from './request.ts';

/** The longest time between two looks, in milliseconds. */
const longestPause = 60_000;
/** How often old events are removed, in milliseconds. */
const removalInterval = 10 * 60_000;
/** How long to wait after an error of the database, in milliseconds. */
const errorPause = 5_000;
/** The default time limit of a request, in milliseconds. */
const defaultTimeout = 10_000;

/** What a deliverer works with. */
export interface DelivererOptions {
  readonly db: Database;
  readonly logger: Logger;
  /** For links; without a slash at its end. Null if not configured. */
  readonly publicUrl: string | null;
  /** Whether an address may be reached. */
  readonly isPermitted: (address: string) => boolean;
  /** Sends events to browsers. */
  readonly pusher: Pick<Pusher, 'send'>;
  /** Milliseconds after which a question that nobody handles is reported; 0: never. */
  readonly escalation: number;
  /** The version of SpiderPig, for `User-Agent`. */
  readonly version: string;
  /** The time limit of a request, in milliseconds; default 10,000. */
  readonly timeout?: number;
  /** Milliseconds since 1970 UTC. */
  readonly now?: () => number;
}

/** Sends deliveries. Each webhook gets its messages one after the other; a slow one delays only itself. */
export class Deliverer {
  readonly #options: DelivererOptions;
  readonly #now: () => number;
  #removedAt = 0;
  readonly #pushes = new Set<Promise<void>>();
  readonly #busy = new Map<number, Promise<void>>();

  constructor(options: DelivererOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Sends until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { db, logger } = this.#options;
    using events = db.doorbell.listen('events');
    while (!signal.aborted) {
      const pause = await this.look(signal).catch((error) => {
        // Only for debugging: whether the database is available is reported elsewhere.
        logger.debug({ err: error }, 'events could not be sent');
        return errorPause;
      });
      const waiting = new AbortController();
      const either = AbortSignal.any([signal, waiting.signal]);
      await Promise.race([
        events.nextRing(either),
        wait(pause, undefined, { signal: either, ref: false }).catch(() => {}),
      ]);
      waiting.abort();
    }
    await this.settled();
  }

  /** Resolves when no request is open. */
  async settled(): Promise<void> {
    while (this.#busy.size + this.#pushes.size > 0)
      await Promise.all([...this.#busy.values(), ...this.#pushes]);
  }

  /** Creates deliveries and begins to send those that are due. Returns how long to wait for the next ones, in milliseconds. */
  async look(signal: AbortSignal): Promise<number> {
    const { db, logger } = this.#options;
    const escalation = await this.#escalate();
    const dispatched = await dispatchEvents(db, this.#now());
    this.#push(dispatched, signal);
    const { due, next } = await dueWebhooks(db, this.#now());
    for (const id of due) {
      if (this.#busy.has(id)) continue;
      const work = this.#sendAll(id, signal)
        .catch((error) => {
          if (!signal.aborted) logger.warn({ err: error, webhook: id }, 'a webhook could not be served');
        })
        .finally(() => this.#busy.delete(id));
      this.#busy.set(id, work);
    }
    await this.#removeOld();
    if (dispatched.length === eventBatch) return 0;
    // A webhook that another server serves is looked at again after a while.
    const claimed = due.length > 0 ? errorPause : longestPause;
    const times = [next, escalation].filter((at) => at !== null);
    return Math.min(claimed, ...times.map((at) => Math.max(0, at - this.#now())));
  }

  /** Reports questions that nobody handles. Returns when the next one is due; null if none is. */
  async #escalate(): Promise<number | null> {
    const { db, escalation } = this.#options;
    return escalation === 0 ? null : await escalateQuestions(db, escalation, this.#now());
  }

  /** Sends events to browsers, while the webhooks are served. */
  #push(events: readonly StoredEvent[], signal: AbortSignal): void {
    const { logger, pusher } = this.#options;
    if (events.length === 0) return;
    const work = pusher
      .send(events, signal)
      .catch((error) => {
        if (!signal.aborted) logger.warn({ err: error }, 'messages to browsers could not be sent');
      })
      .finally(() => this.#pushes.delete(work));
    this.#pushes.add(work);
  }

  /** Removes old events at intervals. */
  async #removeOld(): Promise<void> {
    const now = this.#now();
    if (Math.abs(now - this.#removedAt) < removalInterval) return;
    this.#removedAt = now;
    try {
      await checkClock(this.#options.db, now);
      await removeOldEvents(this.#options.db, now);
    } catch (error) {
      // Jobrunners report this, see jobrunner/loop/clean-up.ts.
      if (!(error instanceof ClockNotTrusted)) throw error;
    }
  }

  async #sendAll(webhookId: number, signal: AbortSignal): Promise<void> {
    const { db } = this.#options;
    const claimed = await claimWebhook(db, webhookId, this.#now());
    if (claimed === null) return;
    let claim: WebhookClaim = claimed;
    try {
      for (;;) {
        const due = signal.aborted ? null : await nextDelivery(db, claim, this.#now());
        if (due === null) return;
        claim = due.claim;
        await this.#send(due, signal);
      }
    } finally {
      await releaseWebhook(db, claim);
    }
  }

  async #send(due: DueDelivery, signal: AbortSignal): Promise<void> {
    const { db, logger, publicUrl, isPermitted, timeout = defaultTimeout, version } = this.#options;
    const { delivery, webhook, event } = due;
    const { headers, body } = webhookMessage(event, webhook, publicUrl, this.#now());
    const attempt = await sendWebhook({
      url: webhook.url,
      headers: { ...headers, 'user-agent': `SpiderPig/${version}` },
      body,
      isPermitted,
      timeout,
      signal,
    });
    const { disabled } = await recordAttempt(db, due, attempt, this.#now());
    const facts = { webhook: webhook.id, delivery: delivery.id, status: attempt.status };
    if (disabled !== null) logger.error({ ...facts, reason: disabled }, 'a webhook was disabled');
    else if (attempt.problem !== null)
      logger.warn({ ...facts, problem: attempt.problem }, 'a webhook failed');
  }
}
