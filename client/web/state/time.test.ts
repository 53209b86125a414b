// Tests how moments and durations are formatted.
import { expect, test, vi } from 'vitest';
import {
  briefDuration,
  dayInWords,
  dayOf,
  duration,
  exactMoment,
  momentInUtc,
  momentInZone,
  offset,
  roughSpan,
  secondInUtc,
} from './time.ts';

test('a moment in UTC has a date unless it is today', () => {
  const now = Date.parse('2026-11-20T23:59:00.000Z');
  expect(momentInUtc('2026-11-20T00:03:04.567Z', now)).toBe('00:03 UTC');
  expect(momentInUtc('2026-11-19T23:59:59.999Z', now)).toBe('19 Nov, 23:59 UTC');
  expect(momentInUtc('2025-11-20T12:03:00.000Z', now)).toBe('20 Nov 2025, 12:03 UTC');
});

test('an exact moment has the local time and the ISO time', () => {
  expect(exactMoment('2026-11-20T12:03:04.567Z', 'Europe/Berlin')).toBe(
    '13:03:04 your time · 2026-11-20T12:03:04.567Z',
  );
  expect(secondInUtc(Date.parse('2026-11-20T12:03:04.567Z'))).toBe('12:03:04 UTC');
});

test('a duration uses seconds, minutes, hours or days, and is never negative', () => {
  const second = 1000;
  const minute = 60 * second;
  const hour = 60 * minute;
  expect(duration(-5000)).toBe('0 s');
  expect(duration(999)).toBe('0 s');
  expect(duration(59 * second)).toBe('59 s');
  expect(duration(3 * minute + 12 * second)).toBe('3 min 12 s');
  expect(duration(hour + 3 * minute + 59 * second)).toBe('1 h 03 min');
  expect(duration(52 * hour)).toBe('2 d 4 h');
});

test('an offset has minutes and seconds, and hours if needed', () => {
  expect(offset(-1)).toBe('+00:00');
  expect(offset(192_000)).toBe('+03:12');
  expect(offset(3_792_000)).toBe('+1:03:12');
});

test('a moment in a time zone has a date unless it is today in that zone', () => {
  const now = Date.parse('2026-11-20T23:30:00.000Z');
  expect(momentInZone('2026-11-20T23:03:04.567Z', now, 'Europe/Berlin')).toBe('00:03');
  expect(momentInZone('2026-11-20T12:03:04.567Z', now, 'Europe/Berlin')).toBe('20 Nov, 13:03');
  expect(momentInZone('2025-11-20T12:03:04.567Z', now, 'Europe/Berlin')).toBe('20 Nov 2025, 13:03');
});

test('a brief duration is written like a clock', () => {
  expect(briefDuration(-1)).toBe('0:00');
  expect(briefDuration(42_900)).toBe('0:42');
  expect(briefDuration(3_723_000)).toBe('1:02:03');
});

test('a moment in the hour that a time zone has twice names its offset', () => {
  const now = Date.parse('2026-10-25T05:00:00.000Z');
  const inBerlin = (iso: string): string => momentInZone(iso, now, 'Europe/Berlin');
  expect(inBerlin('2026-10-24T23:59:00.000Z')).toBe('01:59');
  expect(inBerlin('2026-10-25T00:30:00.000Z')).toBe('02:30 GMT+2');
  expect(inBerlin('2026-10-25T01:30:00.000Z')).toBe('02:30 GMT+1');
  expect(inBerlin('2026-10-25T02:00:00.000Z')).toBe('03:00');
  // In spring an hour is missing, and none is repeated.
  expect(momentInZone('2026-03-29T00:59:00.000Z', now, 'Europe/Berlin')).toBe('29 Mar, 01:59');
  expect(momentInZone('2026-03-29T01:00:00.000Z', now, 'Europe/Berlin')).toBe('29 Mar, 03:00');
  // Half an hour is repeated on Lord Howe Island.
  expect(momentInZone('2026-04-04T14:45:00.000Z', now, 'Australia/Lord_Howe')).toBe('5 Apr, 01:45 GMT+11');
});

test('a day is today, yesterday, or has its weekday, and a year if that is not the present one', () => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  const words = (iso: string): string => dayInWords(dayOf(Date.parse(iso), false), dayOf(now, false));
  expect(words('2026-11-20T00:00:00.000Z')).toBe('Today');
  expect(words('2026-11-19T23:59:59.999Z')).toBe('Yesterday');
  expect(words('2026-11-18T12:00:00.000Z')).toBe('Wed 18 Nov');
  expect(words('2025-12-31T12:00:00.000Z')).toBe('Wed, 31 Dec 2025');
  // However many hours the day before had.
  expect(dayInWords('2026-02-28', '2026-03-01')).toBe('Yesterday');
});

test('an age has one unit', () => {
  const minute = 60_000;
  expect([0, 59 * minute, 61 * minute, 47 * 60 * minute, 49 * 60 * minute].map(roughSpan)).toEqual([
    ...['1 min', '59 min', '1 h', '47 h', '2 d'],
  ]);
});

test('a format is made once, which takes longer than using it', () => {
  exactMoment('2026-11-20T12:03:04.567Z');
  const made = vi.spyOn(Intl, 'DateTimeFormat');
  try {
    expect(exactMoment('2026-11-20T12:03:05.567Z')).toContain('12:03:05.567Z');
    expect(made).not.toHaveBeenCalled();
  } finally {
    vi.restoreAllMocks();
  }
});
