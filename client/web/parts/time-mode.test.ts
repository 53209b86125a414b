// Tests which times are shown, and that the choice is kept.
import { afterEach, expect, test } from 'vitest';
import { followTimeMode, lineTime, momentTime, timeMode } from './time-mode.ts';

const at = '2026-11-20T23:03:04.567Z';
const begun = Date.parse('2026-11-20T22:59:52.000Z');
const berlin = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone: 'Europe/Berlin' });

afterEach(() => {
  timeMode.value = 'relative';
});

test('a line has its time since the start, in UTC, or local', () => {
  expect(lineTime(at, begun, 'relative')).toBe('+03:12');
  expect(lineTime(at, null, 'relative')).toBe('23:03:04');
  expect(lineTime(at, begun, 'utc')).toBe('23:03:04');
  expect(lineTime(at, begun, 'local', berlin)).toBe('00:03:04');
});

test('a moment follows the same choice, and is in UTC where there is no start', () => {
  const now = Date.parse('2026-11-20T23:30:00.000Z');
  expect(momentTime(at, begun, 'relative', now)).toBe('+03:12');
  expect(momentTime(at, null, 'relative', now)).toBe('23:03 UTC');
  expect(momentTime(at, begun, 'utc', now)).toBe('23:03 UTC');
  expect(momentTime(at, begun, 'local', now, 'Europe/Berlin')).toBe('00:03');
});

test('the choice is kept, follows other tabs, and is relative where nonsense was kept', () => {
  const kept: string[] = [];
  let change = (_kept: string | null): void => {};
  followTimeMode({
    kept: () => 'sidereal',
    keep: (mode) => kept.push(mode),
    onChange: (changed) => {
      change = changed;
    },
  });
  expect(timeMode.value).toBe('relative');
  timeMode.value = 'local';
  expect(kept).toEqual(['local']);
  change('utc');
  expect(timeMode.value).toBe('utc');
  change(null);
  expect(timeMode.value).toBe('relative');
});
