// Owns the time mode of the page (relative, UTC, local): how it is stored, and how it formats times. Owns no markup.
import { signal } from '@preact/signals';
import { createContext } from 'preact';
import { readStored, storeValue } from './browser-storage.ts';
import { onChange } from './on-change.ts';
import { dateFormat, momentInUtc, momentInZone, offset, repeatedHour } from './time.ts';

export const timeModes = ['relative', 'utc', 'local'] as const;
/** `relative`: since the start of the job, or in UTC where there is no job. */
export type TimeMode = (typeof timeModes)[number];

const storageKey = 'spiderpig.times';

const parseTimeMode = (stored: string | null): TimeMode =>
  timeModes.find((mode) => mode === stored) ?? 'relative';

/** The time mode of the whole page. */
export const timeMode = signal<TimeMode>('relative');

/** Where the time mode is stored: the browser's storage, or a test's. */
export interface TimeModeStore {
  readonly read: () => string | null;
  readonly write: (mode: TimeMode) => void;
  /** Calls `changed` when another tab has stored a mode. */
  readonly onChange: (changed: (stored: string | null) => void) => void;
}

/** The local storage of the browser. */
export const browserStore = (): TimeModeStore => ({
  read: () => readStored(storageKey),
  write: (mode) => storeValue(storageKey, mode),
  onChange: (changed) =>
    addEventListener('storage', (event) => {
      if (event.key === storageKey) changed(event.newValue);
    }),
});

/** Reads the stored mode, stores each new one, and follows changes in other tabs. */
export function followTimeMode(store: TimeModeStore): void {
  timeMode.value = parseTimeMode(store.read());
  onChange(timeMode, () => store.write(timeMode.value));
  store.onChange((stored) => {
    timeMode.value = parseTimeMode(stored);
  });
}

/** When the job was started, in milliseconds since 1970: relative times are relative to it. Null if there is no job, or it has not started. */
export const JobStart = createContext<number | null>(null);

/**
 * The time beside a line: `+03:12`, or `12:03:04` in UTC or local.
 * @param jobStart when the job was started, in milliseconds since 1970; null: relative times are shown in UTC
 * @param clock formats local times
 */
export function lineTime(
  iso: string,
  jobStart: number | null,
  mode: TimeMode,
  clock?: Intl.DateTimeFormat,
): string {
  if (mode === 'relative' && jobStart !== null) return offset(Date.parse(iso) - jobStart);
  if (mode !== 'local') return iso.slice(11, 19);
  const local = clock ?? dateFormat('en-GB', { timeStyle: 'medium' });
  return local.format(new Date(iso)) + repeatedHour(Date.parse(iso), local);
}

/**
 * A moment in a sentence: `+03:12`, `12:03 UTC`, `13:03`.
 * @param now milliseconds since 1970; a time of the same day is written without its date
 * @param zone an IANA time zone; without it, the browser's
 */
export function momentTime(
  iso: string,
  jobStart: number | null,
  mode: TimeMode,
  now: number,
  zone?: string,
): string {
  if (mode === 'relative' && jobStart !== null) return offset(Date.parse(iso) - jobStart);
  return mode === 'local' ? momentInZone(iso, now, zone) : momentInUtc(iso, now);
}
