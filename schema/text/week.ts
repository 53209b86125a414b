// Owns the weeks of ISO 8601 and periods: which days a week has, and the week of a day. Pure. UTC.

const day = 86_400_000;

/** A period: from a moment, up to but not including another, in milliseconds since 1970 UTC. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** `2026-W48`: the week of a moment. @param at milliseconds since 1970 */
export function weekOf(at: number): string {
  const date = new Date(at);
  // The Thursday of a week decides its year.
  const thursday = at + (3 - ((date.getUTCDay() + 6) % 7)) * day;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * day)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The beginning of the Monday of a week, in milliseconds since 1970; null if the week does not exist. */
export function startOfWeek(week: string): number | null {
  const [year = 0, number = 0] = week.split('-W').map(Number);
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * day + (number - 1) * 7 * day;
  return weekOf(monday) === week ? monday : null;
}

/** The week before (-1) or after (1). */
export const weekBeside = (start: number, step: -1 | 1): string => weekOf(start + step * 7 * day);

/** The period of a week, or of the last weeks up to the end of today; null if the week does not exist. */
export function periodOf(week: string | null, now: number, weeks = 4): Period | null {
  if (week === null) {
    const to = (Math.floor(now / day) + 1) * day;
    return { from: to - weeks * 7 * day, to };
  }
  const from = startOfWeek(week);
  return from === null ? null : { from, to: from + 7 * day };
}
