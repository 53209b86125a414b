// Owns links from a figure to its jobs, in the history. Owns no figure.

import type { ComponentChildren } from 'preact';
import type { Period } from '../../../schema/text/week.ts';
import { everyJob, type HistoryFilter, withFilter } from '../overview/history-filter.ts';
import { followLink, homePath } from '../route.ts';
import { boundsOf, type Midnight } from '../state/calendar.ts';
import { msg } from './messages.ts';

const day = 86_400_000;

/** The times of a period as the history has them: days in UTC if it consists of whole ones. */
export function timesOf({ from, to }: Period): Pick<HistoryFilter, 'from' | 'to'> {
  const iso = (at: number): string => new Date(at).toISOString();
  return from % day === 0 && to % day === 0
    ? { from: iso(from).slice(0, 10), to: iso(to - day).slice(0, 10) }
    : { from: iso(from), to: iso(to) };
}

/** A day as far as it belongs to a period. */
export function dayWithin(name: string, midnight: Midnight, { from, to }: Period): Period {
  const day = boundsOf(name, midnight);
  return { from: Math.max(day.from, from), to: Math.min(day.to, to) };
}

/** The address of the history with the jobs that ended in a period and meet further conditions. */
export const historyAddress = (period: Period, filter: Partial<HistoryFilter> = {}): string =>
  `${homePath()}${withFilter('', {
    ...everyJob,
    ...timesOf(period),
    ...filter,
  })}`;

/** A value that leads to the jobs behind it. @param label what it says to screen readers, beginning with the value; null: the value */
export function HistoryLink({
  href,
  label = null,
  children,
}: {
  href: string;
  label?: string | null;
  children: ComponentChildren;
}) {
  return (
    <a
      class="figure__number"
      href={href}
      onClick={followLink}
      {...(label === null ? {} : { 'aria-label': label })}
    >
      {children}
    </a>
  );
}

/** A cell with a number of jobs that leads to them; without a link if there are none. @param href null if they cannot be selected @param label what the link says to screen readers */
export const linkedCount = (count: number, href: string | null, label = msg('statistics-open', count)) =>
  count === 0 || href === null
    ? count
    : {
        value: count,
        shown: (
          <HistoryLink href={href} label={label}>
            {count}
          </HistoryLink>
        ),
      };
