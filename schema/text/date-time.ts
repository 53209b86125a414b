// Owns reading a point in time that a client sends. Pure. Not showing one.

/** A day, alone or with a time and the zone of the time. */
const form = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * The milliseconds since 1970 of a point in time in ISO 8601; null for any other text. `Date.parse` alone would guess: it reads `1` as a day in 2001, 30
 * February as 2 March, and a time without a zone in the zone of this host. A day alone is its beginning in UTC. Pure.
 */
export function parseDateTime(text: string): number | null {
  const [, day] = form.exec(text) ?? [];
  const [at, midnight] = [Date.parse(text), Date.parse(`${day}T00:00:00Z`)];
  if (day === undefined || Number.isNaN(at) || Number.isNaN(midnight)) return null;
  return new Date(midnight).toISOString().startsWith(day) ? at : null;
}
