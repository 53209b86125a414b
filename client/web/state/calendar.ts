// Owns when the days of a calendar begin, in UTC or in the time zone of the browser. Pure. Owns no words for a day (time.ts).

/** When a day begins, in milliseconds since 1970. `month` is 0 to 11; a date can be beyond the end of its month. */
export type Midnight = (year: number, month: number, date: number) => number;
export const midnightInUtc: Midnight = (year, month, date) => Date.UTC(year, month, date);
/** In the time zone of this browser. */
export const midnightHere: Midnight = (year, month, date) => new Date(year, month, date).getTime();

/** When a day begins and ends. @param day such as 2026-11-28 */
export function boundsOf(day: string, midnight: Midnight): { readonly from: number; readonly to: number } {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  // The end of a day on which clocks change is not 24 hours after its beginning.
  return { from: midnight(year, month - 1, date), to: midnight(year, month - 1, date + 1) };
}
