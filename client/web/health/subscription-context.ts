// Owns the context of subscriptions to the errors of a job: when they are over.
import type { SubscriptionContext } from '../connection/client.ts';

/** The server ends them when the job is no longer watched: nothing follows. */
export const whileWatched: SubscriptionContext<unknown> = { isLast: () => true };
