// @vitest-environment happy-dom
// Tests the banners: a connection that is lost for long, and a request whose dialog was left before its answer came.
import { act, cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { LateResultBanner, LostConnectionBanner } from './banner.tsx';
import { lateResult } from './connection/mutation.ts';
import { route } from './route.ts';
import { learnServerTime } from './state/server-clock.ts';
import { secondInUtc } from './state/time.ts';

afterEach(() => {
  cleanup();
  route.value = { page: 'overview', changes: [] };
  lateResult.value = null;
});

const lostFor = (span: number) => ({
  state: 'reconnecting' as const,
  lostAt: Date.now() - span,
  lastMessageAt: null,
});

test('a connection that is lost for long leads to the page of the same job without scripts', () => {
  const { rerender } = render(<LostConnectionBanner connection={lostFor(2_000)} />);
  expect(screen.queryByRole('link')).toBeNull();
  rerender(<LostConnectionBanner connection={lostFor(20_000)} />);
  expect(screen.getByRole('link').getAttribute('href')).toBe('/plain');
  cleanup();
  route.value = { page: 'job', id: '7' };
  render(<LostConnectionBanner connection={lostFor(20_000)} />);
  expect(screen.getByRole('link').getAttribute('href')).toBe('/jobs/7/plain');
  cleanup();
  render(<LostConnectionBanner connection={{ state: 'live', over: 'websocket' }} />);
  expect(screen.queryByRole('link')).toBeNull();
});

test('the time of a lost connection is right when the clock of the browser is hours wrong', () => {
  const now = Date.now();
  learnServerTime(new Date(now - 5 * 3_600_000).toUTCString(), now);
  try {
    render(<LostConnectionBanner connection={lostFor(20_000)} />);
    const told = /\d\d:\d\d:\d\d UTC/.exec(screen.getByRole('status').textContent ?? '')?.[0] ?? '';
    const right = [-1, 0, 1].map((seconds) => secondInUtc(now - 5 * 3_600_000 - 20_000 + seconds * 1_000));
    expect(right).toContain(told);
  } finally {
    learnServerTime(new Date(now).toUTCString(), now);
  }
});

test('a job that was queued after its dialog was left has a link, until its page is open', () => {
  lateResult.value = { tone: 'success', words: 'Job 14 was queued.', jobId: '14' };
  render(<LateResultBanner />);
  expect(screen.getByRole('status').textContent).toContain('Job 14 was queued.');
  expect(screen.getByRole('link', { name: 'Open job 14' }).getAttribute('href')).toBe('/jobs/14');
  act(() => {
    route.value = { page: 'job', id: '14' };
  });
  expect(screen.queryByRole('status')).toBeNull();
  act(() => {
    route.value = { page: 'overview', changes: [] };
  });
  expect(screen.queryByRole('status')).toBeNull();
});

test('the result of a late request can be dismissed', async () => {
  lateResult.value = { tone: 'error', words: 'The job was not retried.', jobId: null };
  render(<LateResultBanner />);
  expect(screen.getByRole('alert').textContent).toContain('The job was not retried.');
  await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(lateResult.value).toBeNull();
  expect(screen.queryByRole('alert')).toBeNull();
});
