// Owns marks of a log for tests of what is computed from them. Owns no meaning of marks.
import type { LogMarkKind } from '../../client/generated/graphql.ts';
import type { Mark } from '../../client/web/log/mark/mark.ts';

/** The start of the job, in milliseconds since 1970. */
export const start = Date.parse('2026-11-24T12:00:00.000Z');

/** A time in seconds after the start. */
export const iso = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

/** A mark whose line was printed as many seconds after the start as its number. */
export const mark = (number: number, kind: LogMarkKind, text = ''): Mark => ({
  number,
  at: iso(number),
  kind,
  text,
});
