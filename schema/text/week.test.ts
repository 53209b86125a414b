// Tests the weeks of ISO 8601.
import { expect, test } from 'vitest';
import { periodOf, startOfWeek, weekBeside, weekOf } from './week.ts';

test('the week of a day follows ISO 8601, also around the new year', () => {
  expect(weekOf(Date.parse('2026-11-29T23:59:59Z'))).toBe('2026-W48');
  expect(weekOf(Date.parse('2026-11-30T00:00:00Z'))).toBe('2026-W49');
  expect(weekOf(Date.parse('2027-01-03T12:00:00Z'))).toBe('2026-W53');
  expect(weekOf(Date.parse('2024-12-30T12:00:00Z'))).toBe('2025-W01');
});

test('a week begins on Monday, and a week that does not exist has no beginning', () => {
  expect(startOfWeek('2026-W48')).toBe(Date.parse('2026-11-23T00:00:00Z'));
  expect(startOfWeek('2025-W53')).toBeNull();
  expect(startOfWeek('2026-W00')).toBeNull();
  expect(weekBeside(Date.parse('2026-12-28T00:00:00Z'), 1)).toBe('2027-W01');
});

test('without a week, the period is the last four weeks up to the end of today', () => {
  expect(periodOf(null, Date.parse('2026-11-29T12:00:00Z'))).toEqual({
    from: Date.parse('2026-11-02T00:00:00Z'),
    to: Date.parse('2026-11-30T00:00:00Z'),
  });
});
