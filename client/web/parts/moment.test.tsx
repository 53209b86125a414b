// @vitest-environment happy-dom
// Tests ages and running times while the clock of the browser is wrong.
import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { learnServerTime } from '../state/server-clock.ts';
import { timeMode } from '../state/time-mode.ts';
import { Moment, Span } from './moment.tsx';

afterEach(() => {
  cleanup();
  timeMode.value = 'relative';
  learnServerTime(new Date().toUTCString(), Date.now());
  // The clock of the page forgets its timer.
  vi.runOnlyPendingTimers();
  vi.useRealTimers();
});

test.each([-600_000, 600_000])('ages are right when the clock of the browser is %i ms ahead', (ahead) => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  vi.useFakeTimers({ now: now + ahead });
  learnServerTime(new Date(now).toUTCString(), now + ahead);
  const from = new Date(now - 60_500).toISOString();
  render(<Span from={from} to={null} />);
  expect(screen.getByText(/^1 min [01] s$/)).toBeTruthy();
  act(() => {
    vi.advanceTimersByTime(5_000);
  });
  expect(screen.getByText(/^1 min [56] s$/)).toBeTruthy();
});

test('a moment of today has no date when the clock of the browser is a day ahead', () => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  vi.useFakeTimers({ now: now + 86_400_000 });
  learnServerTime(new Date(now).toUTCString(), now + 86_400_000);
  timeMode.value = 'utc';
  render(<Moment iso="2026-11-20T11:58:00.000Z" />);
  expect(screen.getByText('11:58 UTC')).toBeTruthy();
});
