import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Job } from '../../schema/model/job/job.ts';
import { announcePresence } from '../../schema/model/runner/presence.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';

let world: TestServer;
let token: string;
beforeEach(async () => {
  world = await openServer();
  token = await world.token('deploy');
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** A jobrunner that serves these lanes. */
const serve = (...lanes: string[]) =>
  announcePresence(world.db, {
    id: `${hostname()}/${lanes.join()}`,
    host: hostname(),
    lanes,
    process: identify(process.pid),
    startedAt: Date.now(),
    scap: 'scap',
    simulated: false,
  });

const document = `mutation ($input: StartBackportInput!) { startBackport(input: $input) {
  __typename
  ... on StartBackportSuccess { job { id lane host } }
  ... on UnknownLane { message lanes }
} }`;
const start = async (lane?: string) =>
  (await world.ask(token, document, { input: { changes: ['1'], acceptUnverified: true, lane } })).data
    .startBackport;

test('a job runs in the given lane, in `default`, or in the only lane', async () => {
  expect((await start()).job).toMatchObject({ lane: 'default', host: null });
  await serve('eqiad');
  expect((await start()).job).toMatchObject({ lane: 'eqiad' });
  await serve('codfw', 'default');
  expect((await start()).job).toMatchObject({ lane: 'default' });
  expect((await start('codfw')).job).toMatchObject({ lane: 'codfw' });
  const { data } = await world.ask(token, '{ system { lanes runners { lanes } } }');
  expect(data.system.lanes).toEqual(['codfw', 'default', 'eqiad']);
});

test('the server rejects an unknown or missing lane with the names of all lanes, and queues nothing', async () => {
  await serve('eqiad', 'codfw');
  for (const lane of [undefined, 'esams', 'default', '']) {
    expect(await start(lane)).toEqual({
      __typename: 'UnknownLane',
      message: expect.stringContaining('The lanes are codfw, eqiad.'),
      lanes: ['codfw', 'eqiad'],
    });
  }
  expect(await world.db.em().count(Job, {})).toBe(0);
});

test('a retried job stays in its lane, even if its jobrunner is offline', async () => {
  const jobrunner = await serve('eqiad');
  const { job } = await start();
  await world.ask(token, 'mutation ($id: ID!) { stopJob(input: { jobId: $id }) { __typename } }', {
    id: job.id,
  });
  await jobrunner.leave();
  const { data } = await world.ask(
    token,
    'mutation ($id: ID!) { retryJob(input: { jobId: $id }) { ... on RetryJobSuccess { job { lane } } } }',
    { id: job.id },
  );
  expect(data.retryJob.job.lane).toBe('eqiad');
});
