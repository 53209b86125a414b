// Owns the hours of a week: their names, and which hour in UTC one of another time zone is. Owns no statistics.
import type { Period } from '../../../schema/text/week.ts';
import { enumMsg } from './messages.ts';

const hoursOfWeek = 168;
/** Monday (1) to Sunday (7), as in messages. */
export const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const;

/** How far the clock of a time zone is ahead of UTC at a moment, in minutes. */
function minutesAhead(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(value('year'), value('month') - 1, value('day'), value('hour'), value('minute'));
  return Math.round((local - Math.floor(at / 60_000) * 60_000) / 60_000);
}

/**
 * How many hours the clock of a time zone is ahead of UTC in the whole period; null: the clocks changed in it, or differ by parts of hours. Each week is
 * looked at, since the clocks can change twice within five.
 */
export function hoursAhead(zone: string, { from, to }: Period): number | null {
  const ahead = minutesAhead(zone, from);
  if (ahead % 60 !== 0) return null;
  for (let at = from; at < to; at += 7 * 86_400_000) if (minutesAhead(zone, at) !== ahead) return null;
  return minutesAhead(zone, to) === ahead ? ahead / 60 : null;
}

/** The hour of the week in UTC (0: Monday, 00:00) of an hour in a time zone that is `ahead`. @param weekday 1 (Monday) to 7 */
export const hourInUtc = (weekday: number, hour: number, ahead: number): number =>
  ((weekday - 1) * 24 + hour - ahead + hoursOfWeek) % hoursOfWeek;

/** An hour of the week in UTC as text: `Mon 15:00`. */
export function hourInWords(hourOfWeek: number): string {
  const weekday = weekdays[Math.floor(hourOfWeek / 24)] ?? '1';
  return `${enumMsg('statistics-weekday', weekday)} ${String(hourOfWeek % 24).padStart(2, '0')}:00`;
}
