// Owns which times the page shows: since the start, in UTC, or local; where the choice is kept, and how a line's time is written. Owns no markup.
import { signal } from '@preact/signals';
import { createContext } from 'preact';
import { onChange } from './on-change.ts';
import { momentInUtc, momentInZone, offset } from './time.ts';

export const timeModes = ['relative', 'utc', 'local'] as const;
/** `relative`: since the job's start; where there is none, UTC. */
export type TimeMode = (typeof timeModes)[number];

const storageKey = 'spiderpig.times';

const known = (kept: string | null): TimeMode => timeModes.find((mode) => mode === kept) ?? 'relative';

/** What the viewer chose, for all times of the page. */
export const timeMode = signal<TimeMode>('relative');

/** Where a choice is kept and heard of: the browser's, or a test's. */
export interface TimeModeStore {
  readonly kept: () => string | null;
  readonly keep: (mode: TimeMode) => void;
  /** Calls back when another tab chose. */
  readonly onChange: (changed: (kept: string | null) => void) => void;
}

/** The browser's own store. */
export const browserStore = (): TimeModeStore => ({
  kept: () => localStorage.getItem(storageKey),
  keep: (mode) => localStorage.setItem(storageKey, mode),
  onChange: (changed) =>
    addEventListener('storage', (event) => {
      if (event.key === storageKey) changed(event.newValue);
    }),
});

/** Reads the kept choice, keeps each new one, and follows those of other tabs. */
export function followTimeMode(store: TimeModeStore): void {
  timeMode.value = known(store.kept());
  onChange(timeMode, () => store.keep(timeMode.value));
  store.onChange((kept) => {
    timeMode.value = known(kept);
  });
}

/** When the job around it started, milliseconds since 1970: from then on relative times count. Null: there is none. */
export const Beginning = createContext<number | null>(null);

const localClock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/**
 * The time beside a line: `+03:12`, or `12:03:04` in UTC or local.
 * @param begun when the job started, milliseconds since 1970; without it relative times are in UTC
 * @param clock for tests in a zone of their own
 */
export function lineTime(iso: string, begun: number | null, mode: TimeMode, clock = localClock): string {
  if (mode === 'relative' && begun !== null) return offset(Date.parse(iso) - begun);
  if (mode === 'local') return clock.format(new Date(iso));
  return iso.slice(11, 19);
}

/**
 * A moment in a sentence: `+03:12`, `12:03 UTC`, `13:03`.
 * @param now milliseconds since 1970: the day is left out where it is today's
 * @param zone an IANA name; the browser's own when left out
 */
export function momentTime(
  iso: string,
  begun: number | null,
  mode: TimeMode,
  now: number,
  zone?: string,
): string {
  if (mode === 'relative' && begun !== null) return offset(Date.parse(iso) - begun);
  return mode === 'local' ? momentInZone(iso, now, zone) : momentInUtc(iso, now);
}
