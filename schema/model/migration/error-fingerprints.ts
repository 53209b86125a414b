// Owns the fingerprints of jobs that ended before they were stored, for the migration that adds the column. Not the fingerprint (../job/error-fingerprint.ts).
import { errorFingerprint, storedErrorText } from '../job/error-fingerprint.ts';

/** How many jobs one statement changes. */
const jobsAtOnce = 1_000;

/** The statements that write the fingerprint of each error line that is stored. @param read executes a query in the migration's transaction */
export async function fingerprintStatements(
  read: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>,
): Promise<string[]> {
  const rows = await read('select id, last_error from job where last_error is not null');
  const alike = Map.groupBy(rows, (row) => {
    const text = storedErrorText(row['last_error']);
    return text === null ? null : errorFingerprint(text);
  });
  const statements: string[] = [];
  for (const [fingerprint, jobs] of alike) {
    if (fingerprint === null) continue;
    for (let start = 0; start < jobs.length; start += jobsAtOnce) {
      const ids = jobs.slice(start, start + jobsAtOnce).map((row) => Number(row['id']));
      statements.push(`update job set error_fingerprint = '${fingerprint}' where id in (${ids.join(', ')});`);
    }
  }
  return statements;
}
