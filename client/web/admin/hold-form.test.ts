// Tests the end time of a hold that the form computes.
import { expect, test } from 'vitest';
import { endOf } from './hold-form.tsx';

const now = Date.UTC(2026, 10, 20, 12);

test('a hold ends when it is released, after minutes, or at a time in UTC', () => {
  expect(endOf('open', 'x', 'x', now)).toBeNull();
  expect(endOf('minutes', '90', '', now)).toBe('2026-11-20T13:30:00.000Z');
  expect(endOf('moment', '', '2026-11-20T12:01', now)).toBe('2026-11-20T12:01:00.000Z');
});

test('a hold end that is not a time in the future is refused', () => {
  for (const minutes of ['', '0', '-5', 'x', 'Infinity'])
    expect(endOf('minutes', minutes, '', now), minutes).toBeUndefined();
  for (const moment of ['', 'x', '2026-11-20T12:00', '2020-01-01T00:00'])
    expect(endOf('moment', '', moment, now), moment).toBeUndefined();
});
