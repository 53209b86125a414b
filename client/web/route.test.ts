// Tests which page a URL shows.
import { expect, test } from 'vitest';
import { jobPath, rawLogPath, routeOf } from './route.ts';

test('each URL path leads to its page, unknown paths to not found', () => {
  expect(routeOf('/', '')).toEqual({ page: 'overview', changes: [] });
  expect(routeOf('/jobs/12', '')).toEqual({ page: 'job', id: '12' });
  expect(routeOf('/account', '')).toEqual({ page: 'account' });
  expect(routeOf('/admin', '')).toEqual({ page: 'admin' });
  expect(routeOf('/statistics', '')).toEqual({ page: 'statistics', week: null });
  expect(routeOf('/weeks/2026-W48', '')).toEqual({ page: 'statistics', week: '2026-W48' });
  for (const path of ['/train', '/mediawiki/train', '/mediawiki/train/'])
    expect(routeOf(path, '')).toEqual({ page: 'train' });
  for (const path of ['/errors', '/mediawiki/logs']) expect(routeOf(path, '')).toEqual({ page: 'errors' });
  expect(routeOf('/device', '')).toEqual({ page: 'device' });
  expect(routeOf('/sign-in', '')).toEqual({ page: 'signIn' });
  for (const path of [
    '/jobs',
    '/jobs/0',
    '/jobs/x',
    '/jobs/1/2',
    '/jobs/-1',
    '/sign-in/x',
    '/account/x',
    '/x',
  ]) {
    expect(routeOf(path, ''), path).toEqual({ page: 'notFound' });
  }
});

test('a slash at the end of a path changes nothing', () => {
  for (const path of [
    '/account',
    '/admin',
    '/device',
    '/errors',
    '/jobs/12',
    '/sign-in',
    '/statistics',
    '/train',
  ])
    expect(routeOf(`${path}/`, ''), path).toEqual(routeOf(path, ''));
});

test('changes in the query string are passed to the start form', () => {
  expect(routeOf('/', '?changes=1,2&changes=3')).toEqual({ page: 'overview', changes: ['1', '2', '3'] });
});

test('addresses of the former web interface fill in the start form', () => {
  const changes = ['1102340', '1102341'];
  for (const [path, search] of [
    ['/', '?backport=1102340&backport=1102341'],
    ['/mediawiki/backport', '?backport=1102340,1102341'],
    ['/mediawiki/backport/', '?changes=1102340%201102341'],
  ] as const) {
    expect(routeOf(path, search), path + search).toEqual({ page: 'overview', changes });
  }
  expect(routeOf('/mediawiki/backport', '')).toEqual({ page: 'overview', changes: [] });
});

test('the paths of a job contain only its number', () => {
  expect(jobPath('12')).toBe('/jobs/12');
  expect(rawLogPath('12')).toBe('/jobs/12/log.txt');
});
