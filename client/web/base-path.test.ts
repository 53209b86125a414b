// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addressOf, basePath, pathAt } from './base-path.ts';
import { accountPath, adminPath, followHistory, go, homePath, jobPath, rawLogPath, route } from './route.ts';
import { parseArrival, providerPath, signInPath } from './sign-in/sign-in-way.ts';

/** Writes the base path into the page, as the server does. */
function serveBelow(content: string): void {
  const element = document.createElement('meta');
  element.name = 'base-path';
  element.content = content;
  document.head.replaceChildren(element);
}

beforeEach(() => {
  vi.stubGlobal('scrollTo', () => {});
  serveBelow('/tools/spiderpig/');
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.head.replaceChildren();
  history.replaceState(null, '', '/');
});

it('the page has no base path at the root, and without the element', () => {
  serveBelow('/');
  expect(basePath()).toBe('');
  document.head.replaceChildren();
  expect(basePath()).toBe('');
});

it('every address of the page has the base path', () => {
  expect([homePath(), accountPath(), adminPath(), jobPath('7'), rawLogPath('7')]).toEqual([
    '/tools/spiderpig/',
    '/tools/spiderpig/account',
    '/tools/spiderpig/admin',
    '/tools/spiderpig/jobs/7',
    '/tools/spiderpig/jobs/7/log.txt',
  ]);
  expect(signInPath('/jobs/7')).toBe('/tools/spiderpig/sign-in?next=%2Fjobs%2F7');
  expect(providerPath('/')).toBe('/tools/spiderpig/sign-in/provider?next=%2F');
});

it('the base path, and only that, is removed from an address', () => {
  expect(pathAt(addressOf('/jobs/7'))).toBe('/jobs/7');
  expect(pathAt('/tools/spiderpigs')).toBe('/tools/spiderpigs');
});

it('the page of an address below the base path is found', () => {
  history.replaceState(null, '', '/tools/spiderpig/jobs/7');
  followHistory();
  expect(route.value).toEqual({ page: 'job', id: '7' });
  go(accountPath());
  expect([location.pathname, route.value.page]).toEqual(['/tools/spiderpig/account', 'account']);
});

it('the page continues after signing in at a path without the base path, as the server sends it', () => {
  const at = (pathname: string, hash = '') => parseArrival({ pathname, search: '', hash }).next;
  expect(at('/tools/spiderpig/jobs/7', '#L3')).toBe('/jobs/7#L3');
  expect(at('/tools/spiderpig/sign-in', '#next=/jobs/8')).toBe('/jobs/8');
});
