// Owns subscriptions for Web Push for resolvers. Not sending (pusher.ts).
import type { PushSubscriptions, SessionViewer } from '../../schema/graphql/context.ts';
import {
  type PushRequest,
  removePushSubscription,
  savePushSubscription,
} from '../../schema/model/notification/push-subscription.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Pusher } from './pusher.ts';

export class DatabasePushSubscriptions implements PushSubscriptions {
  readonly #db: Database;
  readonly #pusher: Pusher;

  constructor(db: Database, pusher: Pusher) {
    this.#db = db;
    this.#pusher = pusher;
  }

  key(): Promise<string> {
    return this.#pusher.publicKey();
  }

  save(viewer: SessionViewer, request: PushRequest): Promise<void> {
    return savePushSubscription(this.#db, request, viewer);
  }

  remove(viewer: SessionViewer): Promise<void> {
    return removePushSubscription(this.#db, viewer);
  }
}
