// Tests what /metrics reports, the id of a request, and when /readyz needs a jobrunner.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { endJob } from '../../schema/model/job/ending.ts';
import { announcePresence } from '../../schema/model/runner/presence.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { recordCleanUpProblem } from '../../schema/model/runner/runner.ts';
import { hasPromtool, promtool } from '../../tests/support/promtool.ts';
import { openServer, queuedJob, runningJob, type TestServer } from '../../tests/support/test-server.ts';
import { ServerMetrics } from './metrics.ts';

let world: TestServer;
beforeAll(async () => {
  world = await openServer({ configuration: { readyNeedsJobrunner: true } });
});
afterAll(() => world[Symbol.asyncDispose]());

const metrics = async (): Promise<string> => await (await fetch(`${world.url}/metrics`)).text();

/** A jobrunner is online. */
const announce = () =>
  announcePresence(world.db, {
    id: 'deploy1:default',
    host: 'deploy1',
    lanes: ['default'],
    process: identify(process.pid),
    startedAt: Date.now(),
    scap: '/usr/bin/scap',
    simulated: false,
  });

describe('the metrics of a server', () => {
  test('metrics count ended jobs by kind and outcome, responses by code, and refused sign-ins', async () => {
    const id = await runningJob(world.db);
    await endJob(world.db, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
    await queuedJob(world.db);
    await fetch(`${world.url}/no-such-page`);
    await fetch(`${world.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'x' }),
    });
    const text = await metrics();
    expect(text).toMatch(/^spiderpig_ended_jobs_total\{kind="backport",outcome="failed"\} 1$/m);
    expect(text).toMatch(/^spiderpig_jobs\{state="queued"\} 1$/m);
    expect(text).toMatch(/^spiderpig_queue_age_seconds 0?\.?\d/m);
    expect(text).toMatch(/^spiderpig_question_age_seconds 0$/m);
    expect(text).toMatch(/^spiderpig_http_requests_total\{code="503"\} 1$/m);
    expect(text).toMatch(/^spiderpig_refused_sign_ins_total 1$/m);
    expect(text).toMatch(/^spiderpig_commit_seconds_count [1-9]/m);
    expect(text).toMatch(/^spiderpig_build_info\{version="1\.2\.3",node="v\d+/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  test.skipIf(!hasPromtool)('metrics of the server pass promtool', async () => {
    expect(promtool(['check', 'metrics'], await metrics())).toBe('');
  });
});

test('a request has one id in its response and its line of the log, which a proxy can choose', async () => {
  const own = await fetch(`${world.url}/no-such-page?code=secret`);
  const id = own.headers.get('x-request-id') ?? '';
  expect(id).toMatch(/^[\w-]{36}$/);
  const given = await fetch(`${world.url}/again`, { headers: { 'x-request-id': 'proxy-7' } });
  expect(given.headers.get('x-request-id')).toBe('proxy-7');
  const forged = await fetch(`${world.url}/forged`, { headers: { 'x-request-id': 'a b' } });
  expect(forged.headers.get('x-request-id')).not.toBe('a b');
  // Their responses have ended, so their lines are written soon.
  await expect
    .poll(() => world.logged.filter((line) => line.includes('"msg":"request"')).join(''))
    .toContain('/forged');
  const lines = world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'request');
  expect(lines.find(({ request }) => request === id)).toMatchObject({
    method: 'GET',
    path: '/no-such-page',
    // This server has no web client.
    status: 503,
  });
  expect(lines.find(({ request }) => request === 'proxy-7')).toMatchObject({ path: '/again' });
  expect(world.logged.join('')).not.toContain('secret');
});

test('readyz fails without a jobrunner where that is configured', async () => {
  const without = await fetch(`${world.url}/readyz`);
  expect([without.status, await without.text()]).toEqual([
    503,
    expect.stringContaining('No jobrunner is online'),
  ]);
  const presence = await announce();
  expect((await fetch(`${world.url}/readyz`)).status).toBe(200);
  await recordCleanUpProblem(world.db, 'deploy1:default', 'the clock is wrong');
  expect(await (await fetch(`${world.url}/readyz`)).text()).toBe(
    'ready\nThe jobrunner deploy1:default removes no jobs or sessions because of their age: the clock is wrong.\n',
  );
  expect(await metrics()).toMatch(/^spiderpig_clean_up_refused 1$/m);
  expect(await metrics()).toMatch(/^spiderpig_runner_online\{host="deploy1",lane="default"\} 1$/m);
  await presence.leave();
});

test('readyz names only the full disk while supervisors cannot record that they respond', async () => {
  const presence = await announce();
  const { system } = world.server.sources;
  const warnings = vi
    .spyOn(system, 'warnings')
    .mockResolvedValue(['The supervisor of job 1 has not responded.']);
  const health = vi.spyOn(system, 'health');
  const ready = async () => await (await fetch(`${world.url}/readyz`)).text();
  try {
    health.mockResolvedValue({ state: 'full', since: 1, message: 'The disk is full.' });
    expect(await ready()).toBe('The disk is full.\n');
    health.mockResolvedValue({ state: 'low', since: 1, message: 'The disk is nearly full.' });
    expect(await ready()).toBe('The disk is nearly full.\nThe supervisor of job 1 has not responded.\n');
  } finally {
    health.mockRestore();
    warnings.mockRestore();
    await presence.leave();
  }
});

test('a measured database passes the options of a transaction on', async () => {
  const write = vi.spyOn(world.db, 'write');
  try {
    const measured = new ServerMetrics().measured(world.db);
    const work = async () => 'done';
    expect(await measured.write(['jobs'], work, { order: false })).toBe('done');
    expect(write.mock.lastCall).toEqual([['jobs'], work, { order: false }]);
    expect(await measured.write([], work)).toBe('done');
    expect(write.mock.lastCall).toEqual([[], work, undefined]);
  } finally {
    write.mockRestore();
  }
});
