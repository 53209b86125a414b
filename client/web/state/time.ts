// Owns the formatting of moments and durations. Owns no clock: "now" is a parameter.
import { msg } from '../i18n/msg.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format, made when it is first used. Making one takes as long as using it hundreds of times, and the first one loads the data of the language. */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format;
}

/** `12:03 UTC`; with the date if it is not that of `now`, and with the year if that differs too. @param now milliseconds since 1970 */
export function momentInUtc(iso: string, now: number): string {
  const moment = new Date(iso);
  const clock = msg('app-moment-utc', iso.slice(11, 16));
  const today = new Date(now).toISOString();
  if (iso.slice(0, 10) === today.slice(0, 10)) return clock;
  const day = dateFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(iso.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  });
  return msg('app-moment-day', day.format(moment), clock);
}

/** By how much clocks are set back at the end of summer time, in milliseconds. */
const setBacks = [3_600_000, 1_800_000];

/**
 * ` GMT+2` in the hour that a time zone has twice, when clocks are set back; otherwise nothing.
 * @param clock formats times of the zone, to minutes or seconds
 */
export function repeatedHour(at: number, clock: Intl.DateTimeFormat): string {
  const shown = clock.format(at);
  const isRepeated = setBacks.some(
    (by) => clock.format(at - by) === shown || clock.format(at + by) === shown,
  );
  if (!isRepeated) return '';
  const { timeZone } = clock.resolvedOptions();
  const parts = dateFormat('en-GB', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at);
  return ` ${parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''}`;
}

/** `13:03` in the user's time zone; with the date if it is not that of `now`, and with the year if that differs too. @param zone an IANA time zone; without it, the browser's */
export function momentInZone(iso: string, now: number, zone?: string): string {
  const place = zone === undefined ? {} : { timeZone: zone };
  const day = dateFormat('en-CA', { dateStyle: 'short', ...place });
  const moment = new Date(iso);
  const format = dateFormat('en-GB', { timeStyle: 'short', ...place });
  const clock = format.format(moment) + repeatedHour(moment.getTime(), format);
  const [then, today] = [day.format(moment), day.format(now)];
  if (then === today) return clock;
  const words = dateFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    ...(then.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
    ...place,
  });
  return msg('app-moment-day', words.format(moment), clock);
}

/** `2026-11-28`: the calendar day of a moment. @param local whether in the time zone of the user, otherwise in UTC */
export const dayOf = (at: number, local: boolean): string =>
  local ? dateFormat('en-CA', { dateStyle: 'short' }).format(at) : new Date(at).toISOString().slice(0, 10);

/** `Today`, `Yesterday`, `Sat 28 Nov`, or with the year if it is not that of `today`. Both as `dayOf` gives them. */
export function dayInWords(day: string, today: string): string {
  if (day === today) return msg('app-day-today');
  // Of the calendar: a day on which clocks change has 23 or 25 hours.
  if (day === dayOf(Date.parse(today) - 86_400_000, false)) return msg('app-day-yesterday');
  return dateFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(Date.parse(day));
}

/** `0:42`, `12:03`, `1:02:03`: a duration where there is little space. @param span milliseconds */
export function briefDuration(span: number): string {
  const seconds = Math.max(0, Math.floor(span / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** `12:03:04 UTC`. @param at milliseconds since 1970 */
export function secondInUtc(at: number): string {
  return msg('app-moment-utc', new Date(at).toISOString().slice(11, 19));
}

/** `13:03:04 your time · 2026-11-20T12:03:04.567Z`. @param zone an IANA time zone; without it, the browser's */
export function exactMoment(iso: string, zone?: string): string {
  const local = dateFormat('en-GB', {
    timeStyle: 'medium',
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(new Date(iso));
  return msg('app-moment-exact', local, iso);
}

/** `12 s`, `3 min 12 s`, `1 h 03 min`, `2 d 4 h`. A negative span, from clocks that differ, is written as 0 s. @param span milliseconds */
export function duration(span: number): string {
  const seconds = Math.max(0, Math.floor(span / 1000));
  if (seconds < 60) return msg('app-duration-seconds', seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return msg('app-duration-minutes-and-seconds', minutes, seconds % 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return hoursAndMinutes(minutes);
  return msg('app-duration-days-and-hours', Math.floor(hours / 24), hours % 24);
}

/** `4 min`, `1 h 05 min`: a duration that is only known roughly, rounded up to at least a minute. @param seconds the duration */
export function roughDuration(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return minutes < 60 ? msg('app-duration-minutes', minutes) : hoursAndMinutes(minutes);
}

/** `1 min`, `2 h`, `3 d`: an age in one unit, at least a minute. @param span milliseconds */
export function roughSpan(span: number): string {
  const minutes = Math.max(1, Math.floor(span / 60_000));
  if (minutes < 60) return msg('app-duration-minutes', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? msg('app-duration-hours', hours) : msg('app-duration-days', Math.floor(hours / 24));
}

const hoursAndMinutes = (minutes: number): string =>
  msg('app-duration-hours-and-minutes', Math.floor(minutes / 60), String(minutes % 60).padStart(2, '0'));

/** `+03:12`, `+1:03:12`: the position of a line in a job. @param span milliseconds since the job started */
export function offset(span: number): string {
  const seconds = Math.max(0, Math.floor(span / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const clock = `${two(minutes % 60)}:${two(seconds % 60)}`;
  return minutes < 60 ? `+${clock}` : `+${Math.floor(minutes / 60)}:${clock}`;
}
