// @vitest-environment happy-dom
// Tests when the page says that it lost its connection, and where it leads then.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { LostConnectionBanner } from './banner.tsx';
import { route } from './route.ts';

afterEach(() => {
  cleanup();
  route.value = { page: 'overview', changes: [] };
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
