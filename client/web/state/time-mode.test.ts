// Tests how each time mode formats times, and that the mode is stored.
import { afterEach, expect, test } from 'vitest';
import { followTimeMode, lineTime, momentTime, timeMode } from './time-mode.ts';

const at = '2026-11-20T23:03:04.567Z';
const jobStart = Date.parse('2026-11-20T22:59:52.000Z');
const berlin = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'Europe/Berlin' });

afterEach(() => {
  timeMode.value = 'relative';
});

test('the time of a log line is relative to the start, in UTC, or local', () => {
  expect(lineTime(at, jobStart, 'relative')).toBe('+03:12');
  expect(lineTime(at, null, 'relative')).toBe('23:03:04');
  expect(lineTime(at, jobStart, 'utc')).toBe('23:03:04');
  expect(lineTime(at, jobStart, 'local', berlin)).toBe('00:03:04');
  // The clocks are set back during the job.
  expect(lineTime('2026-10-25T00:30:00.000Z', jobStart, 'local', berlin)).toBe('02:30:00 GMT+2');
  expect(lineTime('2026-10-25T01:30:00.000Z', jobStart, 'local', berlin)).toBe('02:30:00 GMT+1');
});

test('a relative moment without a start is written in UTC', () => {
  const now = Date.parse('2026-11-20T23:30:00.000Z');
  expect(momentTime(at, jobStart, 'relative', now)).toBe('+03:12');
  expect(momentTime(at, null, 'relative', now)).toBe('23:03 UTC');
  expect(momentTime(at, jobStart, 'utc', now)).toBe('23:03 UTC');
  expect(momentTime(at, jobStart, 'local', now, 'Europe/Berlin')).toBe('00:03');
});

test('the time mode is stored, follows other tabs, and is relative if an unknown value was stored', () => {
  const stored: string[] = [];
  let change = (_stored: string | null): void => {};
  followTimeMode({
    read: () => 'sidereal',
    write: (mode) => stored.push(mode),
    onChange: (changed) => {
      change = changed;
    },
  });
  expect(timeMode.value).toBe('relative');
  timeMode.value = 'local';
  expect(stored).toEqual(['local']);
  change('utc');
  expect(timeMode.value).toBe('utc');
  change(null);
  expect(timeMode.value).toBe('relative');
});
