// @vitest-environment happy-dom
// Tests that the page of a missing page is known to the title of the tab.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { isNotFound, NotFound } from './not-found.tsx';

afterEach(cleanup);

test('a missing page is known as such for as long as it is shown', () => {
  const { unmount } = render(<NotFound words="Job 7 does not exist (yet)." why="Jobs are removed." />);
  expect(screen.getByRole('heading', { name: 'Page not found' })).toBeTruthy();
  expect(isNotFound.value).toBe(true);
  unmount();
  expect(isNotFound.value).toBe(false);
});
