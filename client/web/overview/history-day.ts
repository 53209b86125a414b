// Owns the days between which the jobs of the history ended, in the time zone in which the page shows times: which day a bound of the filter is. Pure.
import { boundsOf, midnightHere, midnightInUtc } from '../state/calendar.ts';
import { dayOf } from '../state/time.ts';
import { type HistoryFilter, isDay } from './history-filter.ts';

/** A bound of the time in which the jobs ended. */
export type Bound = 'from' | 'to';

const iso = (at: number): string => new Date(at).toISOString();

/**
 * The day that begins (`from`) or ends (`to`) with a time of the filter; empty if none does. The filter has days of UTC by their names, and those of another
 * time zone by moments: an address means the same jobs in each time zone. @param isLocal whether the days are those of the browser
 */
export function dayOfBound(time: string, bound: Bound, isLocal: boolean): string {
  if (time === '') return '';
  if (!isLocal && isDay(time)) return time;
  const at = isDay(time) ? boundsOf(time, midnightInUtc)[bound] : Date.parse(time);
  const day = dayOf(bound === 'from' ? at : at - 1, isLocal);
  return boundsOf(day, isLocal ? midnightHere : midnightInUtc)[bound] === at ? day : '';
}

/** The time of the filter for a bound at a day. @param isLocal whether it is a day of the browser */
export function boundOfDay(day: string, bound: Bound, isLocal: boolean): string {
  if (day === '' || !isLocal) return day;
  const at = boundsOf(day, midnightHere)[bound];
  return dayOfBound(iso(at), bound, false) || iso(at);
}

/** The bounds of a filter within a day, which no field shows. */
export const momentsOf = ({ from, to }: HistoryFilter, isLocal: boolean): Pick<HistoryFilter, Bound> => ({
  from: dayOfBound(from, 'from', isLocal) === '' ? from : '',
  to: dayOfBound(to, 'to', isLocal) === '' ? to : '',
});
