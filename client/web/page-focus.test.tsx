// @vitest-environment happy-dom
import { render } from 'preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useFocusOnNewPage } from './page-focus.ts';
import type { Route } from './route.ts';

let root: HTMLElement;
beforeEach(() => {
  root = document.body.appendChild(document.createElement('div'));
});
afterEach(() => {
  render(null, root);
  root.remove();
});

const overview: Route = { page: 'overview', changes: [] };

function Page({ place, isLoaded = true }: { place: Route; isLoaded?: boolean }) {
  useFocusOnNewPage(place);
  return isLoaded ? <main id="content" tabIndex={-1} /> : null;
}

it('the focus is at the beginning of another page before that page is painted', () => {
  render(<Page place={overview} />, root);
  expect(document.activeElement).toBe(document.body);
  // Rendered without waiting for effects, which run after the next frame.
  render(<Page place={{ page: 'account' }} />, root);
  expect(document.activeElement?.id).toBe('content');
});

it('the focus is at the beginning of another page whose code arrives later', async () => {
  const place: Route = { page: 'account' };
  render(<Page place={overview} />, root);
  render(<Page place={place} isLoaded={false} />, root);
  expect(document.activeElement).toBe(document.body);
  render(<Page place={place} />, root);
  await vi.waitFor(() => expect(document.activeElement?.id).toBe('content'));
});

it('a page whose code arrives later takes no focus from what the user has focused meanwhile', async () => {
  const menu = document.body.appendChild(document.createElement('button'));
  const place: Route = { page: 'account' };
  render(<Page place={overview} />, root);
  render(<Page place={place} isLoaded={false} />, root);
  menu.focus();
  render(<Page place={place} />, root);
  // Observers are called in the order in which they were made.
  await new Promise((resolve) => {
    new MutationObserver(resolve).observe(menu, { attributes: true });
    menu.setAttribute('lang', 'en');
  });
  expect(document.activeElement).toBe(menu);
  menu.remove();
});
