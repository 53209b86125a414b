// Owns the idempotency key of a request that starts a job: its description and its limits. Not its storage (schema/model/job).
import { badInput } from '../refusal.ts';

/** The maximum length of an idempotency key, in UTF-16 units. */
const longestKey = 200;

export function checkedKey(key: string | null | undefined): string | null {
  if (key == null) return null;
  if (key === '' || key.length > longestKey) {
    throw badInput(`“idempotencyKey” must have 1 to ${longestKey} characters.`);
  }
  return key.toWellFormed().replaceAll('\0', '\uFFFD');
}

export const keyDescription =
  'A key of 1 to 200 characters that the client chooses. Requests of one user with the same key create only one job, so a request can be retried safely.';
