// Tests which day a bound of the filter is. They hold in each time zone in which they run.
import { expect, test } from 'vitest';
import { boundOfDay, dayOfBound, momentsOf } from './history-day.ts';
import { everyJob } from './history-filter.ts';

const bounds = ['from', 'to'] as const;
/** Each day of two years, among them those on which clocks change. */
const days = Array.from({ length: 730 }, (_, day) =>
  new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10),
);

test('each day of UTC and of the browser is a bound that the field shows as this day', () => {
  for (const day of days)
    for (const bound of bounds)
      for (const isLocal of [true, false])
        expect(dayOfBound(boundOfDay(day, bound, isLocal), bound, isLocal), `${bound} ${day}`).toBe(day);
});

test('a day of the browser ends when the next one begins', () => {
  for (const [index, day] of days.slice(0, -1).entries()) {
    const [end, next] = [boundOfDay(day, 'to', true), boundOfDay(days[index + 1] ?? '', 'from', true)];
    const at = (time: string, isEnd: boolean): number =>
      Date.parse(time) + (isEnd && time.length === 10 ? 86_400_000 : 0);
    expect(at(end, true), day).toBe(at(next, false));
  }
});

test('a day of UTC is named as a day, and shown as one where it begins and ends with a day', () => {
  expect(boundOfDay('2026-11-24', 'to', false)).toBe('2026-11-24');
  expect(dayOfBound('2026-11-24', 'to', false)).toBe('2026-11-24');
  expect(dayOfBound('2026-11-25T00:00:00.000Z', 'to', false)).toBe('2026-11-24');
  expect(dayOfBound('2026-11-24T00:00:00.000Z', 'from', false)).toBe('2026-11-24');
  expect(boundOfDay('', 'from', true)).toBe('');
});

test('a moment within a day is not a day, and each bound is either a day or a moment', () => {
  const moment = '2026-11-24T10:20:30.000Z';
  expect(dayOfBound(moment, 'from', false)).toBe('');
  expect(dayOfBound(moment, 'to', true)).toBe('');
  expect(momentsOf({ ...everyJob, from: '2026-11-23', to: moment }, false)).toEqual({ from: '', to: moment });
});

test('a day of UTC that is not a day of the browser is shown from its beginning to its end', () => {
  for (const [index, day] of days.slice(0, -1).entries()) {
    const { from, to } = momentsOf({ ...everyJob, from: day, to: day }, true);
    expect(['', `${day}T00:00:00.000Z`]).toContain(from);
    expect(['', `${days[index + 1]}T00:00:00.000Z`]).toContain(to);
  }
});
