// Tests which period of the history a figure leads to.
import { expect, test } from 'vitest';
import { midnightInUtc } from '../state/calendar.ts';
import { dayWithin, timesOf } from './history-link.tsx';
import { hourInUtc, hoursAhead } from './week-hour.ts';

const week = { from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 30) };

test('a day of this browser is a part of two days in UTC, and never more than the period has', () => {
  const berlin = (year: number, month: number, date: number) =>
    Date.UTC(year, month, date) - (month < 9 || (month === 9 && date <= 25) ? 2 : 1) * 3_600_000;
  expect(timesOf(dayWithin('2026-11-24', berlin, week))).toEqual({
    from: '2026-11-23T23:00:00.000Z',
    to: '2026-11-24T23:00:00.000Z',
  });
  expect(timesOf(dayWithin('2026-11-30', berlin, week))).toEqual({
    from: '2026-11-29T23:00:00.000Z',
    to: '2026-11-30T00:00:00.000Z',
  });
  // The clocks are set back: the day has 25 hours.
  const year = { from: 0, to: Date.UTC(2027, 0, 1) };
  expect(timesOf(dayWithin('2026-10-25', berlin, year))).toEqual({
    from: '2026-10-24T22:00:00.000Z',
    to: '2026-10-25T23:00:00.000Z',
  });
});

test('a whole day in UTC is named as a day', () => {
  expect(timesOf(dayWithin('2026-11-24', midnightInUtc, week))).toEqual({
    from: '2026-11-24',
    to: '2026-11-24',
  });
});

test('an hour of another time zone is an hour in UTC, unless its clock changes or differs by parts of hours', () => {
  expect(hourInUtc(1, 15, hoursAhead('UTC', week) ?? NaN)).toBe(15);
  expect(hourInUtc(1, 0, hoursAhead('Europe/Berlin', week) ?? NaN)).toBe(167);
  expect(hourInUtc(7, 23, hoursAhead('America/New_York', week) ?? NaN)).toBe(4);
  expect(hoursAhead('Asia/Kolkata', week)).toBeNull();
  expect(hoursAhead('Europe/Berlin', { from: Date.UTC(2026, 9, 1), to: week.to })).toBeNull();
  // The clocks of Morocco change at the beginning and at the end of Ramadan.
  expect(
    hoursAhead('Africa/Casablanca', { from: Date.UTC(2026, 1, 1), to: Date.UTC(2026, 4, 3) }),
  ).toBeNull();
});
