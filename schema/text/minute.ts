// Owns how a point in time is written in messages, and in tables for a terminal. Pure. Not reading one (date-time.ts), and not the page.

/** `2026-11-20 12:03 UTC`. @param at milliseconds since 1970, or a time as the API sends it */
export const minuteInUtc = (at: number | string): string => `${minuteOf(at)} UTC`;

/** `2026-11-20 12:03`, below a heading that names the zone. @param at milliseconds since 1970, or a time as the API sends it */
export const minuteOf = (at: number | string): string =>
  new Date(at).toISOString().slice(0, 16).replace('T', ' ');
