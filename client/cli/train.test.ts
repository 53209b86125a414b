// Tests `spiderpig train` against a real server with a simulated staging directory.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startGerrit } from '../../jobrunner/simulator/gerrit/gerrit.ts';
import {
  checkOut,
  createStaging,
  newVersion,
  oldVersion,
  readBranches,
} from '../../jobrunner/simulator/train/staging.ts';
import { askInteraction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { compileCacheDirectory, entryUnderTest } from '../../tests/support/package/build.ts';
import { openServer, startNextJob, type TestServer } from '../../tests/support/test-server.ts';

let directory: string;
let world: TestServer;
let token: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-cli-train-'));
  const staging = join(directory, 'staging');
  createStaging(staging);
  checkOut(staging, newVersion);
  world = await openServer({ configuration: { staging } });
  token = await world.token('deploy');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** Runs `spiderpig train …`. */
const train = (args: readonly string[], connection: Record<string, string> = {}) =>
  new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    const env = {
      ...process.env,
      NODE_COMPILE_CACHE: compileCacheDirectory,
      SPIDERPIG_URL: world.url,
      SPIDERPIG_TOKEN: token,
      ...connection,
    };
    const main = entryUnderTest('spiderpig');
    const child = execFile(process.execPath, [main, 'train', ...args], { env }, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stdout, stderr }),
    );
  });

test('spiderpig train prints where the train is, as text and as JSON', async () => {
  const text = await train(['status']);
  expect(text.stdout).toContain(`${newVersion} is at start (before: ${oldVersion})`);
  expect(text.stdout).toMatch(/group1\s+1\.45\.0-wmf\.12\s+37/);
  const json = JSON.parse((await train(['status', '--json'])).stdout);
  expect(json).toMatchObject({ type: 'train', train: { version: newVersion, station: 'start' } });
});

test('a promotion that the train has passed names the next train, if its branch is cut', async () => {
  const staging = join(directory, 'two-trains');
  createStaging(staging);
  const gerrit = await startGerrit({ trainVersions: () => readBranches(staging) });
  onTestFinished(() => gerrit.close());
  await using server = await openServer({ gerritUrl: gerrit.url, configuration: { staging } });
  const connection = { SPIDERPIG_URL: server.url, SPIDERPIG_TOKEN: await server.token('deploy') };
  await expect
    .poll(async () => (await train(['status'], connection)).stdout)
    .toContain(`--version ${newVersion}`);
  expect(await train(['promote', 'testwikis'], connection)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`\`--version ${newVersion}\` to promote the next train`),
  });
});

test('spiderpig train refuses a roll-back to a later group and a skipped group, and queues a promotion', async () => {
  expect(await train(['rollback', 'group1'])).toMatchObject({ status: 2 });
  const skipped = await train(['promote', 'group1', '--no-watch']);
  expect(skipped).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('would skip testwikis and group0'),
  });
  const queued = await train(['promote', 'testwikis', '--no-watch']);
  expect(queued).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Job 1: /) });
});

test('with --until-question, a promotion is watched until it asks before production', async () => {
  const { db } = world;
  using jobs = db.doorbell.listen('jobs');
  await db.execute("update job set state = 'failed' where finished_at is null", []);
  const watched = train(['promote', 'testwikis', '--until-question']);
  const isQueued = async () => (await db.em().count(Job, { state: 'queued' })) > 0;
  while (!(await isQueued())) await jobs.nextRing(AbortSignal.timeout(20_000));
  const id = await startNextJob(db);
  const choices = [
    { label: 'yes', code: 'y' },
    { label: 'no, roll back', code: 'n' },
  ];
  await askInteraction(db, id, {
    kind: 'choices',
    prompt: 'Continue with deployment?',
    choices,
    default: 'n',
  });
  expect(await watched).toMatchObject({
    status: 5,
    stdout: expect.stringContaining('Continue with deployment?'),
  });
  await db.execute("update job set state = 'failed' where finished_at is null", []);
});
