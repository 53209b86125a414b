// Owns the sentence that says how long ended jobs are kept.
import { msg } from './i18n/msg.ts';

/**
 * @param days how many days a job is kept after it ended; null for no limit by age
 * @param jobs how many ended jobs are kept; null for no limit by number
 * @returns null when jobs are kept forever
 */
export function retentionInWords(days: number | null, jobs: number | null): string | null {
  if (days !== null && jobs !== null) return msg('app-retention-age-and-count', days, jobs);
  if (days !== null) return msg('app-retention-age', days);
  return jobs === null ? null : msg('app-retention-count', jobs);
}
