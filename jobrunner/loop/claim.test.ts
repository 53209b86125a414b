import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { Hold, holdDeployments } from '../../schema/model/job/hold.ts';
import { Job } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { Runner, registerRunner } from '../../schema/model/runner/runner.ts';
import { readConfiguration } from '../../schema/process/configuration/configuration-reader.ts';
import { dialects, openTestDatabase } from '../../tests/support/database.ts';
import { claimJobs, restOfHold } from './claim.ts';

const { execPath } = process;
afterEach(() => {
  vi.restoreAllMocks();
  Object.defineProperty(process, 'execPath', { value: execPath, configurable: true });
});

it('E9 logs once that no supervisor can be started, and leaves the job queued', async () => {
  await using world = await openTestDatabase('sqlite');
  const { id } = await world.enqueue();
  let attempts = 0;
  const missing = (): string => {
    attempts++;
    return '/no/such/node';
  };
  Object.defineProperty(process, 'execPath', { get: missing, configurable: true });
  const data = mkdtempSync(join(tmpdir(), 'spiderpig-claim-'));
  const configuration = readConfiguration({
    options: { data },
    environment: { HOME: '/home/x' },
    root: '/nowhere',
  });
  const entries: string[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => entries.push(line) });
  const stop = new AbortController();
  const claiming = claimJobs(
    { configuration, database: world.database, logger, followed: new Set() },
    'test',
    stop.signal,
  );
  await vi.waitUntil(() => attempts > 1, { timeout: 20_000 });
  stop.abort();
  await claiming;
  rmSync(data, { recursive: true });
  expect(entries).toEqual([expect.stringContaining('the supervisor process could not be started: spawn')]);
  expect(await world.database.em().findOneOrFail(Job, { id })).toMatchObject({ state: 'queued' });
});

it('the jobrunner leaves jobs queued while the command of --lane-check forbids deployments, and shows its output', async () => {
  await using world = await openTestDatabase('sqlite');
  const { database } = world;
  const { id } = await world.enqueue();
  const data = mkdtempSync(join(tmpdir(), 'spiderpig-claim-'));
  const check = join(data, 'may-deploy');
  writeFileSync(check, '#!/bin/sh\necho "this host is passive,"\necho "eqiad is active"\nexit 1\n');
  chmodSync(check, 0o755);
  const options = { data, database: database.url, scap: 'true', 'lane-check': check };
  const configuration = readConfiguration({ options, environment: process.env, root: '/nowhere' });
  const runner = {
    id: 'test',
    host: hostname(),
    lanes: ['default'],
    process: identify(process.pid),
    scap: 'true',
    simulated: false,
    startedAt: 1,
  };
  await registerRunner(database, runner);
  const stop = new AbortController();
  const logger = pino({ level: 'silent' });
  const claiming = claimJobs(
    { configuration, database, logger, followed: new Set<number>() },
    'test',
    stop.signal,
  );
  const problem = async () => (await database.em().findOneOrFail(Runner, { id: 'test' })).laneProblem ?? null;
  const state = async () => (await database.em().findOneOrFail(Job, { id })).state;
  await vi.waitUntil(async () => (await problem()) !== null, { timeout: 20_000 });
  expect(await problem()).toBe('this host is passive, eqiad is active');
  expect(await state()).toBe('queued');
  writeFileSync(check, '#!/bin/sh\nexit 0\n');
  database.doorbell.ring(['orders']);
  await vi.waitUntil(async () => hasEnded(await state()), { timeout: 20_000 });
  expect(await problem()).toBeNull();
  stop.abort();
  await claiming;
  rmSync(data, { recursive: true, force: true });
});

it('the jobrunner starts a job after the end of a hold by the clock of PostgreSQL, which is behind that of this host', async () => {
  await using world = await openTestDatabase('postgresql');
  const { database } = world;
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + 400);
  const { id } = await world.enqueue();
  const hold = await holdDeployments(database, { reason: 'x', endsAt: null, user: world.bob });
  const data = mkdtempSync(join(tmpdir(), 'spiderpig-claim-'));
  const options = { data, scap: 'true' };
  const environment = { ...process.env, SPIDERPIG_DATABASE_URL: database.url };
  const configuration = readConfiguration({ options, environment, root: '/nowhere' });
  const runner = {
    ...{ id: 'test', host: hostname(), lanes: ['default'], process: identify(process.pid) },
    ...{ scap: 'true', simulated: false, startedAt: 1 },
  };
  await registerRunner(database, runner, 1);
  const stop = new AbortController();
  const logger = pino({ level: 'silent' });
  const claiming = claimJobs(
    { configuration, database, logger, followed: new Set<number>() },
    'test',
    stop.signal,
  );
  const seenAt = async () => (await database.em().findOneOrFail(Runner, { id: 'test' })).seenAt;
  await vi.waitUntil(async () => (await seenAt()) > 1, { timeout: 30_000 });
  await database.em().nativeUpdate(Hold, { id: hold.id }, { endsAt: Date.now() + 1_000 });
  database.doorbell.ring(['holds']);
  const state = async () => (await database.em().findOneOrFail(Job, { id })).state;
  await vi.waitUntil(async () => (await state()) !== 'queued', { timeout: 20_000 });
  stop.abort();
  await claiming;
  await vi.waitUntil(async () => hasEnded(await state()), { timeout: 20_000 });
  rmSync(data, { recursive: true, force: true });
});

it.each(dialects)(
  'the jobrunner sleeps until the end of a hold on %s, and on PostgreSQL looks again soon after it',
  async (dialect) => {
    await using world = await openTestDatabase(dialect);
    const { database } = world;
    await world.enqueue();
    const now = Date.now();
    const hold = await holdDeployments(database, { reason: 'x', endsAt: now + 60_000, user: world.bob });
    const rest = (lanes: string[], laneCheck: string[] | null = null) =>
      restOfHold({ database, configuration: { lanes, laneCheck } }, now);
    expect(await rest(['default'])).toBe(60_000);
    await database.em().nativeUpdate(Hold, { id: hold.id }, { endsAt: now - 1_000 });
    const none = 2 ** 31 - 1;
    expect(await rest(['default'])).toBe(dialect === 'postgresql' ? 100 : none);
    // Nothing to claim, a command that would be started at each look, and an end that is long ago.
    expect(await rest(['another'])).toBe(none);
    expect(await rest(['default'], ['true'])).toBe(none);
    await database.em().nativeUpdate(Hold, { id: hold.id }, { endsAt: now - 60_000 });
    expect(await rest(['default'])).toBe(none);
  },
);
