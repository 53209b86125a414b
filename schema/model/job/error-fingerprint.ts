// Owns the fingerprint of an error line, by which jobs that ended with the same one are found. Not the line (outcome.ts).
import { createHash } from 'node:crypto';
import { withoutNumbers } from '../../text/without-numbers.ts';
import type { Database } from '../store/database.ts';

/** Equal for lines that are the same apart from their numbers. It is stored: another way to compute it needs a migration. Pure. */
export const errorFingerprint = (text: string): string =>
  createHash('sha256').update(withoutNumbers(text)).digest('hex').slice(0, 16);

/** The text of a stored error line: PostgreSQL returns the JSON parsed, SQLite as text. */
export function storedErrorText(stored: unknown): string | null {
  const line: unknown = typeof stored === 'string' ? JSON.parse(stored) : stored;
  return typeof line === 'object' && line !== null && 'text' in line ? String(line.text) : null;
}

/** Of each of these jobs, the last one before it that ended with the same error line. A job without one is absent. One read of an index for each. */
export async function readSameErrorBefore(
  db: Database,
  jobs: readonly number[],
): Promise<Map<number, number>> {
  if (jobs.length === 0) return new Map();
  const rows = await db.execute(
    `select j.id, (select max(e.id) from job e
       where e.removed_at is null and e.error_fingerprint = j.error_fingerprint and e.id < j.id) as earlier
     from job j where j.id in (${jobs.map(() => '?').join(', ')})`,
    jobs,
  );
  return new Map(
    rows.flatMap((row) => (row['earlier'] == null ? [] : [[Number(row['id']), Number(row['earlier'])]])),
  );
}
