// Tests reading points in time that clients send.
import { expect, test } from 'vitest';
import { parseDateTime } from './date-time.ts';

test.each([
  ['2026-11-20T12:03:04.567Z', '2026-11-20T12:03:04.567Z'],
  ['2026-11-20T12:03:04Z', '2026-11-20T12:03:04.000Z'],
  ['2026-11-20T12:03+01:00', '2026-11-20T11:03:00.000Z'],
  ['2026-11-20T12:03:04.567891Z', '2026-11-20T12:03:04.567Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('%s is read as a point in time', (text, iso) => {
  expect(new Date(parseDateTime(text) ?? Number.NaN).toISOString()).toBe(iso);
});

test.each([
  '',
  '1',
  '2026',
  'yesterday',
  'Nov 20 2026',
  '2026-02-30',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01',
  '2026-11-20T12:03:04',
  '2026-11-20 12:03:04Z',
  '2026-11-20T25:00:00Z',
  '2016-12-31T23:59:60Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-12T00:00:00Z',
  '2026-11-20T12:03:04Z\n',
  '２０２６-11-20',
])('%j is not a point in time', (text) => {
  expect(parseDateTime(text)).toBeNull();
});
