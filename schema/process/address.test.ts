import { expect, test } from 'vitest';
import { browserUrl } from './address.ts';

test.each([
  ['127.0.0.1', null, 'http://127.0.0.1:8888'],
  ['::1', null, 'http://[::1]:8888'],
  ['::', null, 'http://127.0.0.1:8888'],
  ['0.0.0.0', null, 'http://127.0.0.1:8888'],
  ['deploy.example.org', null, 'http://deploy.example.org:8888'],
  ['127.0.0.1', '/run/spiderpig/web.sock', 'http://127.0.0.1:8888'],
])('the link of a server on %s (socket: %s) can be opened in a browser: %s', (host, socket, url) => {
  expect(browserUrl({ host, port: 8888, socket, basePath: '' })).toBe(url);
});

test('the link of a server below a path has that path', () => {
  const url = browserUrl({ host: '::1', port: 8888, socket: null, basePath: '/spiderpig' });
  expect(url).toBe('http://[::1]:8888/spiderpig');
});
