// Owns removing rows of ended sign-ins: sessions, links, host codes and attempts that can no longer be used. Not the audit log, which keeps who signed in.
import type { Bindable, Database } from '../store/database.ts';
import { sessionLifetime } from './session.ts';

/** How long an expired row is kept, in milliseconds: a browser that comes back can be shown how its session ended. */
export const expiredRetention = 30 * 24 * 3_600_000;

/**
 * Removes sessions, sign-in links, host codes and sign-in attempts that expired 30 days ago. The newest session of each user is kept: it says
 * when they signed in last. Returns how many rows were removed. At most one transaction; writes nothing if nothing is to be removed.
 */
export async function removeExpiredSignIns(db: Database, now = Date.now()): Promise<number> {
  const limit = now - expiredRetention;
  const expired: readonly (readonly [table: string, condition: string, values: readonly Bindable[]])[] = [
    [
      'session',
      'created_at < ? and id not in (select max(id) from session group by user_id)',
      [limit - sessionLifetime],
    ],
    ['sign_in_link', 'expires_at < ?', [limit]],
    ['host_code', 'expires_at < ?', [limit]],
    ['provider_attempt', 'expires_at < ?', [limit]],
  ];
  // Reads first, because a write takes the lock even when there is nothing to remove.
  const found = await Promise.all(
    expired.map(([table, condition, values]) =>
      db.execute(`select 1 from ${table} where ${condition} limit 1`, values),
    ),
  );
  if (found.every((rows) => rows.length === 0)) return 0;
  return await db.write([], async (em) => {
    let removed = 0;
    for (const [table, condition, values] of expired) {
      const rows = await db.execute(`delete from ${table} where ${condition} returning id`, values, em);
      removed += rows.length;
    }
    return removed;
  });
}
