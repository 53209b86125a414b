// Tests the URL of a sign-in link.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfiguration } from '../schema/process/configuration/configuration-reader.ts';
import { recordServerUrl } from '../schema/process/server-url.ts';
import { serverUrl, signInLine } from './sign-in-link.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'spiderpig-link-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const configured = (environment: Record<string, string>) =>
  readConfiguration({ options: {}, environment: { SPIDERPIG_DATA: data, ...environment }, root: data });

test('a sign-in link has the public URL, or else that of the running server', () => {
  const place = { SPIDERPIG_BASE_PATH: '/spiderpig', SPIDERPIG_HOST: '0.0.0.0' };
  expect(serverUrl(configured(place))).toBe('http://127.0.0.1:8888/spiderpig');
  using _server = recordServerUrl(data, 'http://127.0.0.1:9000/spiderpig');
  expect(serverUrl(configured(place))).toBe('http://127.0.0.1:9000/spiderpig');
  const behindProxy = configured({ ...place, SPIDERPIG_PUBLIC_URL: 'https://tools.example' });
  expect(serverUrl(behindProxy)).toBe('https://tools.example/spiderpig');
});

test('a sign-in link leads to the server at the configured port, also if another server of the data directory was started later', () => {
  using _own = recordServerUrl(data, 'http://127.0.0.1:8888', process.ppid);
  using _other = recordServerUrl(data, 'http://127.0.0.1:9000');
  expect(serverUrl(configured({}))).toBe('http://127.0.0.1:8888');
  expect(serverUrl(configured({ SPIDERPIG_PORT: '9000' }))).toBe('http://127.0.0.1:9000');
});

test('a sign-in link names the tunnel to a Unix socket only without a public URL', () => {
  const socket = { SPIDERPIG_SOCKET: '/run/spiderpig/web.sock' };
  const link = { url: 'http://127.0.0.1:8888', code: 'x', user: 'ada' };
  expect(signInLine(configured(socket), link)).toContain('ssh -L 8888:/run/spiderpig/web.sock');
  const behindProxy = configured({ ...socket, SPIDERPIG_PUBLIC_URL: 'https://tools.example' });
  expect(signInLine(behindProxy, link)).not.toContain('ssh');
});
