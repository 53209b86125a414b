// Tests that running times do not depend on the clock of the browser.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { learnServerTime, serverNow } from './server-clock.ts';

const now = Date.parse('2026-11-20T12:00:00.000Z');

beforeEach(() => {
  vi.useFakeTimers({ now });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([-600_000, 600_000])('a browser clock that is %i ms away shows the time of the server', (away) => {
  learnServerTime(new Date(now + away).toUTCString(), now - 100);
  expect(Math.abs(serverNow() - (now + away))).toBeLessThanOrEqual(1_000);
});

test('a browser clock that agrees with the server is not changed', () => {
  learnServerTime(new Date(now - 900).toUTCString(), now - 300);
  expect(serverNow()).toBe(now);
});

test('a response without a date changes nothing', () => {
  learnServerTime(new Date(now + 600_000).toUTCString(), now);
  const before = serverNow();
  learnServerTime(null, now);
  learnServerTime('x', now);
  expect(serverNow()).toBe(before);
});
