// Tests which servers of a data directory are known to be running.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordServerUrl, runningServerUrls } from './server-url.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'spiderpig-servers-'));
});
afterEach(() => rmSync(data, { recursive: true }));

it('a second server with the same data directory keeps the URL of the first one, and so does its end', () => {
  expect(runningServerUrls(data)).toEqual([]);
  const first = recordServerUrl(data, 'http://127.0.0.1:8888', process.ppid);
  utimesSync(join(data, 'servers', String(process.ppid)), 1, 1);
  const second = recordServerUrl(data, 'http://127.0.0.1:9000');
  expect(runningServerUrls(data)).toEqual(['http://127.0.0.1:9000', 'http://127.0.0.1:8888']);
  second[Symbol.dispose]();
  expect(runningServerUrls(data)).toEqual(['http://127.0.0.1:8888']);
  first[Symbol.dispose]();
  expect(runningServerUrls(data)).toEqual([]);
});

it('the URL of a server that was killed is not known any more, and the next start removes its file', () => {
  const { pid } = spawnSync(process.execPath, ['-v']);
  recordServerUrl(data, 'http://127.0.0.1:9001', pid);
  expect(runningServerUrls(data)).toEqual([]);
  recordServerUrl(data, 'http://127.0.0.1:8888');
  expect(readdirSync(join(data, 'servers'))).toEqual([String(process.pid)]);
});
