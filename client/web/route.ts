// Owns which page an address means, and going from one to the other. Owns no page.
import { signal } from '@preact/signals';
import type { TargetedMouseEvent } from 'preact';

export type Route =
  | { readonly page: 'overview'; readonly changes: readonly string[] }
  | { readonly page: 'job'; readonly id: string }
  | { readonly page: 'account' }
  | { readonly page: 'admin' }
  | { readonly page: 'signIn' }
  | { readonly page: 'notFound' };

/** The page of an address. `/?changes=1,2` fills in the start form. */
export function routeOf(pathname: string, search: string): Route {
  if (pathname === '/' || pathname === '/index.html') {
    const changes = new URLSearchParams(search).getAll('changes').join(',');
    return { page: 'overview', changes: changes.split(/[\s,]+/).filter((change) => change !== '') };
  }
  const job = /^\/jobs\/([1-9][0-9]{0,15})\/?$/.exec(pathname)?.[1];
  if (job !== undefined) return { page: 'job', id: job };
  if (pathname === '/account') return { page: 'account' };
  if (pathname === adminPath) return { page: 'admin' };
  return pathname === '/sign-in' ? { page: 'signIn' } : { page: 'notFound' };
}

/** The address of the page of admins. */
export const adminPath = '/admin';

/** The address of a job's page. */
export function jobPath(id: string): string {
  return `/jobs/${encodeURIComponent(id)}`;
}

/** The address of a job's raw log. */
export function rawLogPath(id: string): string {
  return `${jobPath(id)}/log.txt`;
}

/** Where the page is now; true from `followHistory` on. */
export const route = signal<Route>({ page: 'overview', changes: [] });

/** Reads the address, and keeps `route` true when the viewer goes back and forth. */
export function followHistory(): void {
  const follow = (): void => {
    route.value = routeOf(location.pathname, location.search);
  };
  addEventListener('popstate', follow);
  follow();
}

/** Goes to an address of ours; `replace` leaves no way back to the present one. */
export function go(path: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', path);
  route.value = routeOf(location.pathname, location.search);
  scrollTo(0, 0);
}

/** For `onClick` of a link of ours: goes there without loading, unless a new tab or the like was asked for. */
export function followLink(event: TargetedMouseEvent<HTMLAnchorElement>): void {
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
  go(event.currentTarget.pathname + event.currentTarget.search);
}
