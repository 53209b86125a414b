// Tests how points in time are written in messages.
import { expect, test } from 'vitest';
import { minuteInUtc, minuteOf } from './minute.ts';

test('a time is written in UTC to the minute, from a number or as the API sends it', () => {
  expect(minuteInUtc(Date.UTC(2026, 10, 20, 12, 3, 59, 999))).toBe('2026-11-20 12:03 UTC');
  expect(minuteInUtc('2026-11-20T12:03:59.999Z')).toBe('2026-11-20 12:03 UTC');
  expect(minuteOf('2026-11-20T12:03:59.999Z')).toBe('2026-11-20 12:03');
});
