// Tests building the web client with a stand-in for Vite.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildWebClient } from './web-client.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spiderpig-web-client-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A build that runs `script` with the directory to write to in $1. */
const build = (script: string) =>
  buildWebClient({ data: root, directory: join(root, 'dist', 'web'), command: ['sh', '-c', script, 'sh'] });

const index = () => readFileSync(join(root, 'dist', 'web', 'index.html'), 'utf8');
const beside = () => readdirSync(join(root, 'dist'));
const errorsOf = ({ environment }: ReturnType<typeof build>) =>
  environment['SPIDERPIG_WEB_CLIENT_ERROR'] ?? '';

/** The number of a process that has ended. */
async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('a build appears in its place when it is complete, and not before', async () => {
  const flag = join(root, 'flag');
  using started = build(
    `mkdir "$1"; echo page > "$1/index.html"; until [ -e ${flag} ]; do sleep 0.02; done; echo script > "$1/main.js"`,
  );
  await expect.poll(() => existsSync(join(root, 'dist', `web-of-${process.pid}`, 'index.html'))).toBe(true);
  expect(existsSync(join(root, 'dist', 'web'))).toBe(false);
  expect(existsSync(errorsOf(started))).toBe(false);
  writeFileSync(flag, '');
  expect(await started.done).toBe(true);
  expect(readdirSync(join(root, 'dist', 'web'))).toEqual(['index.html', 'main.js']);
  expect(beside()).toEqual(['web']);
});

test('what an interrupted build has left is replaced, and what a killed process has left is removed', async () => {
  mkdirSync(join(root, 'dist', 'web'), { recursive: true });
  writeFileSync(join(root, 'dist', 'web', 'half.js'), '');
  mkdirSync(join(root, 'dist', `web-of-${await endedProcess()}`));
  mkdirSync(join(root, 'dist', `web-of-${process.ppid}`));
  using started = build('mkdir "$1"; echo page > "$1/index.html"');
  expect(await started.done).toBe(true);
  expect(index()).toBe('page\n');
  expect(readdirSync(join(root, 'dist', 'web'))).toEqual(['index.html']);
  expect(beside().toSorted()).toEqual(['web', `web-of-${process.ppid}`].toSorted());
});

test('a web client that is built is not built again', async () => {
  mkdirSync(join(root, 'dist', 'web'), { recursive: true });
  writeFileSync(join(root, 'dist', 'web', 'index.html'), 'built');
  using started = build('mkdir "$1"; echo page > "$1/index.html"');
  expect(await started.done).toBe(true);
  expect(started.environment).toEqual({});
  expect(index()).toBe('built');
});

test.each([
  [
    'with another status than 0',
    'echo what is wrong >&2; mkdir "$1"; echo page > "$1/index.html"; exit 3',
    'status 3',
  ],
  ['without a page', 'echo what is wrong >&2', 'status 0'],
])('the errors of a build that ends %s are left for the server', async (_, script, status) => {
  using started = build(script);
  expect(await started.done).toBe(false);
  expect(readFileSync(errorsOf(started), 'utf8')).toMatch(new RegExp(`^what is wrong\\n.*${status}`));
  expect(beside()).toEqual([]);
});

test('a build that cannot be started has failed', async () => {
  const directory = join(root, 'dist', 'web');
  using started = buildWebClient({ data: root, directory, command: [join(root, 'missing')] });
  expect(await started.done).toBe(false);
  expect(readFileSync(errorsOf(started), 'utf8')).toContain('ENOENT');
});

test('a build that its process ends has not failed', async () => {
  const started = build('mkdir "$1"; exec sleep 60');
  started[Symbol.dispose]();
  expect(await started.done).toBe(false);
  expect(existsSync(errorsOf(started))).toBe(false);
  expect(beside()).toEqual([]);
});
