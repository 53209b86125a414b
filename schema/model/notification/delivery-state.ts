// Owns the states of a delivery, and ending those that will not be sent. Not the table (delivery.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../store/database.ts';

/** `pending`: it will be sent, perhaps again. `failed`: it will no longer be sent, unless an admin replays it. */
export const deliveryStates = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Ends the pending deliveries of a webhook. In the caller's transaction. @param why as text */
export async function endPendingDeliveries(
  db: Database,
  em: SqlEntityManager,
  webhookId: number,
  why: string,
): Promise<void> {
  await db.execute(
    "update webhook_delivery set state = 'failed', next_attempt_at = null, problem = ? where webhook_id = ? and state = 'pending'",
    [why, webhookId],
    em,
  );
}

/** Ends all that was still to be sent when a backup was made: it is of another time. Admins can send deliveries again. In the caller's transaction. */
export async function endAllDeliveries(db: Database, em: SqlEntityManager, now: number): Promise<void> {
  await db.execute('update event set dispatched_at = ? where dispatched_at is null', [now], em);
  await db.execute(
    "update webhook_delivery set state = 'failed', next_attempt_at = null, problem = 'The database was restored.' where state = 'pending'",
    [],
    em,
  );
}
