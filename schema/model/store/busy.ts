// Owns retrying a write while SQLite's write lock is taken, and which errors a retry cannot help. Not transactions (transaction.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { databaseProblemOf } from './problem.ts';
import type { Reserve } from './reserve.ts';

/** How long a write is retried while another process holds the write lock, in milliseconds. */
const defaultBusyLimit = 10_000;

/**
 * Retries a write while another process holds SQLite's write lock, for at most ten seconds. A retry is safe: the first statement takes the
 * lock, so a refused write has changed nothing. The delay between retries does not block the event loop; SQLite's own `busy_timeout` would.
 * `reserve`: where disk space is taken from when the disk is full; a write that a full disk refused has changed nothing either.
 * `busyLimit`: another time than ten seconds, in milliseconds.
 */
export async function retryWhileBusy<T>(
  write: () => Promise<T>,
  reserve: Reserve | null = null,
  busyLimit = defaultBusyLimit,
): Promise<T> {
  const limit = performance.now() + busyLimit;
  for (let delay = 1; ; delay = Math.min(delay * 2, 50)) {
    try {
      return await write();
    } catch (error) {
      const kind = databaseProblemOf(error)?.kind;
      if (kind === 'full' && reserve?.release()) continue;
      if (kind !== 'busy' || performance.now() > limit) throw error;
      // Jitter, so that two waiting writers do not collide again and again.
      await wait(delay * (0.5 + Math.random()));
    }
  }
}

/**
 * Whether the database will never accept this write: the values violate a constraint, the parent row is gone, or the database file was
 * deleted. Other errors (busy, full, unavailable) may pass.
 */
export function isPermanentWriteError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // PostgreSQL: class 22, data exception; class 23, integrity constraint violation.
  return /^(2[23]...|SQLITE_(CONSTRAINT.*|MISMATCH|TOOBIG|READONLY_DBMOVED))$/.test(code);
}
