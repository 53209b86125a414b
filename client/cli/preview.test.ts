// Tests `spiderpig start --preview` against a real server with a simulated Gerrit.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatedGerrit, startGerrit } from '../../jobrunner/simulator/gerrit/gerrit.ts';
import { Job } from '../../schema/model/job/job.ts';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';

let gerrit: SimulatedGerrit;
let world: TestServer;
let token: string;

beforeAll(async () => {
  gerrit = await startGerrit();
  world = await openServer({ gerritUrl: gerrit.url });
  token = await world.token('deploy');
});
afterAll(async () => {
  expect(await world.db.em().count(Job)).toBe(0);
  await world[Symbol.asyncDispose]();
  await gerrit.close();
});

/** Runs `spiderpig start --preview …`. */
const preview = (...args: readonly string[]) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const env = { ...process.env, SPIDERPIG_URL: world.url, SPIDERPIG_TOKEN: token };
    const argv = [join(import.meta.dirname, 'main.ts'), 'start', '--preview', ...args];
    const child = execFile(process.execPath, argv, { env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });

test('a preview of changes without problems prints them, as text and as JSON, and starts nothing', async () => {
  const text = await preview('1102340');
  expect(text).toMatchObject({ status: 0, stderr: '' });
  expect(text.stdout).toMatch(/^1102340 {2}\S.*\n {4}mediawiki\/core · wmf\/1\.45\.0-wmf\.12 · /);
  const json = JSON.parse((await preview('--json', '1102340')).stdout);
  expect(json).toMatchObject({ type: 'preview', order: ['1102340'], changeOrder: { missing: [] } });
});

test('a preview names the missing dependency, and puts it first once it is given', async () => {
  const missing = await preview('1102369');
  expect(missing.status).toBe(1);
  expect(missing.stdout).toMatch(/^Missing: 1102342 .*\(needed by 1102369\)/m);
  const { stdout } = await preview('1102369', '1102342');
  expect(stdout.match(/^\d+/gm)).toEqual(['1102342', '1102369']);
  expect(stdout).not.toContain('Missing');
});

test('a preview of a revert says which changes are not merged', async () => {
  const open = await preview('--revert', '1102340');
  expect(open.status).toBe(1);
  expect(open.stdout).toMatch(/Problem: It is not merged/);
  const merged = await preview('--revert', '1102347');
  expect(merged.status).toBe(0);
  expect(merged.stdout).not.toContain('Problem');
});

test('a preview says what prevents the start: an abandoned change, a cycle, an unknown number', async () => {
  const found = await preview('1102346', '1102367', '1102370', '9999999');
  expect(found.status).toBe(1);
  expect(found.stdout).toMatch(/Problem: .*abandoned/);
  expect(found.stdout).toContain('scap refuses changes that depend on each other: ');
  expect(found.stdout).toContain('9999999  Gerrit does not show this change.');
  expect(await preview('no-change')).toMatchObject({ status: 2 });
});
