// Owns the addresses of the pages, and navigation between them.
import { signal } from '@preact/signals';
import type { TargetedMouseEvent } from 'preact';
import { splitChangeInputs } from '../../schema/text/change-input.ts';
import { type PagePath, pageAt } from '../../schema/text/page-path.ts';
import { addressOf, pathAt } from './base-path.ts';

export type Route =
  | Exclude<PagePath, { readonly page: 'overview' }>
  | { readonly page: 'overview'; readonly changes: readonly string[] }
  | { readonly page: 'notFound' };

/**
 * The page at a path of the server. `/?changes=1,2` fills in the start form; scap's own web interface had `/?backport=1&backport=2`, which people have
 * in bookmarks and messages.
 */
export function routeOf(pathname: string, search: string): Route {
  const found = pageAt(pathname);
  if (found === null) return { page: 'notFound' };
  if (found.page !== 'overview') return found;
  const query = new URLSearchParams(search);
  const changes = ['changes', 'backport', 'change_url'].flatMap((name) => query.getAll(name)).join(' ');
  return { page: 'overview', changes: splitChangeInputs(changes) };
}

/** The address of the overview. */
export const homePath = (): string => addressOf('/');

/** The address of the account page. */
export const accountPath = (): string => addressOf('/account');

/** The address of the statistics of the last weeks. */
export const statisticsPath = (): string => addressOf('/statistics');

/** The address of the statistics of a week: `2026-W48`. */
export const weekPath = (week: string): string => addressOf(`/weeks/${week}`);
/** The address of the page of the train. */
export const trainPath = (): string => addressOf('/train');

/** The address of the page of errors. */
export const errorsPath = (): string => addressOf('/errors');

/** The address of the administration page. */
export const adminPath = (): string => addressOf('/admin');

/** The address of the page of a job. */
export function jobPath(id: string): string {
  return addressOf(`/jobs/${encodeURIComponent(id)}`);
}

/** The address of the raw log of a job. */
export function rawLogPath(id: string): string {
  return `${jobPath(id)}/log.txt`;
}

/** The address of the page for browsers without scripts that shows the job of a route, or all jobs. The server renders it. */
export const plainPath = (current: Route): string =>
  current.page === 'job' ? `${jobPath(current.id)}/plain` : addressOf('/plain');

/** The current page. Valid after `followHistory` was called. */
export const route = signal<Route>({ page: 'overview', changes: [] });

/** Reads the URL, and updates `route` when the user goes back or forward. */
export function followHistory(): void {
  const follow = (): void => {
    route.value = routeOf(pathAt(location.pathname), location.search);
  };
  addEventListener('popstate', follow);
  follow();
}

/** Opens the page of the client at an address. `replace` replaces the current entry of the history. */
export function go(path: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', path);
  route.value = routeOf(pathAt(location.pathname), location.search);
  scrollTo(0, 0);
}

/** An `onClick` of links to pages of the client: opens the page without a load, except in a new tab or window. */
export function followLink(event: TargetedMouseEvent<HTMLAnchorElement>): void {
  const { pathname, search, hash } = event.currentTarget;
  followPath(event, pathname + search + hash);
}

/** As {@link followLink}, for a link that does not know its path, as those in SVG. */
export function followPath(event: MouseEvent, path: string): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  ) {
    return;
  }
  event.preventDefault();
  go(path);
}
