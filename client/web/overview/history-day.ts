// Owns the days between which the jobs of the history ended, in the time zone in which the page shows times: which day a bound of the filter is. Pure.
import { boundsOf, midnightHere, midnightInUtc } from '../state/calendar.ts';
import { dayOf } from '../state/time.ts';
import { type HistoryFilter, isDay } from './history-filter.ts';

/** A bound of the time in which the jobs ended. */
export type Bound = 'from' | 'to';

const iso = (at: number): string => new Date(at).toISOString();

/** When a time of the filter is, in milliseconds since 1970. A day of the filter is one of UTC. */
const instantOf = (time: string, bound: Bound): number =>
  isDay(time) ? boundsOf(time, midnightInUtc)[bound] : Date.parse(time);

/**
 * The day that begins (`from`) or ends (`to`) with a time of the filter; empty if none does. The filter has days of UTC by their names, and those of another
 * time zone by moments: an address means the same jobs in each time zone. @param isLocal whether the days are those of the browser
 */
export function dayOfBound(time: string, bound: Bound, isLocal: boolean): string {
  if (time === '') return '';
  const at = instantOf(time, bound);
  const day = dayOf(bound === 'from' ? at : at - 1, isLocal);
  return boundsOf(day, isLocal ? midnightHere : midnightInUtc)[bound] === at ? day : '';
}

/** The time of the filter for a bound at a day. @param isLocal whether it is a day of the browser */
export function boundOfDay(day: string, bound: Bound, isLocal: boolean): string {
  if (day === '' || !isLocal) return day;
  const at = boundsOf(day, midnightHere)[bound];
  return dayOfBound(iso(at), bound, false) || iso(at);
}

/** The bounds of a filter that no field shows, because no day begins or ends there, as moments; empty for the others. */
export function momentsOf({ from, to }: HistoryFilter, isLocal: boolean): Pick<HistoryFilter, Bound> {
  const momentOf = (time: string, bound: Bound): string =>
    time === '' || dayOfBound(time, bound, isLocal) !== '' ? '' : iso(instantOf(time, bound));
  return { from: momentOf(from, 'from'), to: momentOf(to, 'to') };
}
