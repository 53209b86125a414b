// Tests the train over HTTP: its state from the staging directory and the services, and each refusal of a start.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type SimulatedGerrit, startGerrit } from '../../jobrunner/simulator/gerrit/gerrit.ts';
import {
  conduitToken,
  startTrainServices,
  type TrainServices,
} from '../../jobrunner/simulator/train/phorge.ts';
import {
  checkOut,
  createStaging,
  newVersion,
  oldVersion,
  readBranches,
  readList,
  readWikiVersions,
  writeTask,
  writeWikiVersions,
} from '../../jobrunner/simulator/train/staging.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { enqueueJob, LaneOccupied } from '../../schema/model/job/enqueue.ts';
import { Job } from '../../schema/model/job/job.ts';
import { openDatabase } from '../../schema/model/open.ts';
import {
  parseList,
  parseSubmodules,
  parseWikiVersions,
  StagingUnreadable,
} from '../../schema/process/staging.ts';
import { dialects, makeDatabase } from '../../tests/support/database.ts';
import {
  openServer,
  queuedJob,
  startNextJob,
  succeed,
  type TestServer,
} from '../../tests/support/test-server.ts';

let directory: string;
let staging: string;
let gerrit: SimulatedGerrit;
let services: TrainServices;
let world: TestServer;
let token: string;

/** A server with its own staging directory, which a test may damage. */
async function openTrain(own: string, tokenFile: string | null = null): Promise<TestServer> {
  return await openServer({
    gerritUrl: gerrit.url,
    configuration: {
      staging: own,
      trainServices: {
        taskUrl: services.taskUrl,
        phorgeUrl: services.phorgeUrl,
        conduitTokenFile: tokenFile,
      },
    },
  });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-train-'));
  staging = join(directory, 'staging');
  createStaging(staging, new Date('2026-08-18'));
  gerrit = await startGerrit({ trainVersions: () => readBranches(staging) });
  services = await startTrainServices({ staging });
  writeFileSync(join(directory, 'token'), `${conduitToken}\n`, { mode: 0o600 });
  world = await openTrain(staging, join(directory, 'token'));
  token = await world.token('deploy');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
  await gerrit.close();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  createStaging(staging, new Date('2026-08-18'));
  checkOut(staging, newVersion);
  services.failure = null;
  await world.db.execute("update job set state = 'failed' where finished_at is null", []);
});

/** The train once it meets a condition: subscribers receive each change. */
// biome-ignore lint/suspicious/noExplicitAny: the decoding edge of the tests
async function trainWhere(condition: (train: any) => boolean, server = world, by = token): Promise<any> {
  const fields = `state version oldVersion isCheckedOut station exceptionCount exceptions { wiki version expected }
    groups { name wikiCount versions { version wikiCount wikis } } task { id url status date } blockers { id title url }
    warnings sources { name readAt problem } next { version oldVersion station isCheckedOut }`;
  const query = `subscription { trainUpdates { ${fields} } }`;
  for await (const { data, errors } of server.socket(by).iterate<Record<string, unknown>>({ query })) {
    if (errors) throw new Error(errors[0]?.message);
    if (condition(data?.['trainUpdates'])) return data?.['trainUpdates'];
  }
}

/** Sets the groups up to a number to the new version, but for some wikis. */
function reach(count: number, except: readonly string[] = []): void {
  const wikis = new Map([...readWikiVersions(staging).keys()].map((wiki) => [wiki, oldVersion]));
  for (const group of ['testwikis', 'group0', 'group1', 'group2'].slice(0, count))
    for (const wiki of readList(staging, group) ?? [])
      if (!except.includes(wiki)) wikis.set(wiki, newVersion);
  writeWikiVersions(staging, wikis);
}

async function startTrain(input: Record<string, unknown>, server = world, by = token) {
  const query = `mutation ($input: StartTrainInput!) { startTrain(input: $input) {
    __typename ... on Refusal { code message } ... on InvalidTrain { problems { code } } ... on TrainChanged { changes }
    ... on StartTrainSuccess { job { id kind title changes { number } canRetry parameters { ... on TrainParameters {
      group from isRollBack version oldVersion excludedWikis wikiCount before { name versions { version wikiCount } } } } } } } }`;
  const answer = await server.ask(by, query, { input });
  return answer.errors ? answer.errors : answer.data.startTrain;
}

const current = async () => (await world.ask(token, '{ train { state version } }')).data.train;

describe('the state of the train', () => {
  test('the train has versions, groups, task and blockers, each source with its age', async () => {
    reach(2);
    const train = await trainWhere(({ station, blockers }) => station === 'group0' && blockers?.length > 0);
    expect(train).toMatchObject({
      version: newVersion,
      oldVersion,
      isCheckedOut: true,
      exceptionCount: 0,
      task: { id: 'T410215', url: `${services.phorgeUrl}/T410215`, status: 'open', date: '2026-08-18' },
      blockers: [{ id: 'T410900', title: 'TypeError in ReferencePreview::newFromKey()' }],
      warnings: [],
      next: null,
    });
    expect(
      train.groups.map(({ name, wikiCount }: { name: string; wikiCount: number }) => [name, wikiCount]),
    ).toEqual([
      ['testwikis', 3],
      ['group0', 5],
      ['group1', 37],
      ['group2', 13],
    ]);
    expect(
      train.sources.map(({ name, problem }: { name: string; problem: null }) => [name, problem]),
    ).toEqual([
      ['STAGING', null],
      ['GERRIT', null],
      ['TASK', null],
      ['BLOCKERS', null],
    ]);
  });

  test('the train follows the files: an excluded wiki is an exception, and the state changes', async () => {
    reach(3);
    const before = await trainWhere(
      ({ station, exceptionCount }) => station === 'group1' && exceptionCount === 0,
    );
    reach(3, ['hewiki']);
    const after = await trainWhere(({ exceptionCount }) => exceptionCount === 1);
    expect(after).toMatchObject({
      station: 'group1',
      exceptions: [{ wiki: 'hewiki', version: oldVersion, expected: newVersion }],
    });
    expect(after.state).not.toBe(before.state);
  });

  test('a branch that is cut but not checked out is the next train, and last week’s can still be rolled back', async () => {
    rmSync(join(staging, `php-${newVersion}`), { recursive: true });
    const train = await trainWhere(({ next }) => next !== null);
    expect(train).toMatchObject({
      version: oldVersion,
      station: 'group2',
      next: { version: newVersion, station: 'start', isCheckedOut: false },
    });
    const { state } = train;
    expect(
      await startTrain({ group: 'group0', version: newVersion, seen: state, acceptSkippedGroups: true }),
    ).toMatchObject({
      code: 'INVALID_TRAIN',
      problems: [{ code: 'not-checked-out' }],
    });
    expect(await startTrain({ group: 'group1', version: oldVersion, seen: state })).toMatchObject({
      job: { title: `Train: roll ${oldVersion} back to group1` },
    });
  });

  test('the last result of a failing source stays, with the reason of the failure', async () => {
    const own = join(directory, 'failing');
    createStaging(own);
    services.failure = 503;
    await using server = await openTrain(own);
    const by = await server.token('deploy');
    const train = await trainWhere(
      ({ sources }) => sources.some((each: { problem: string }) => each.problem),
      server,
      by,
    );
    expect(train).toMatchObject({ task: null, blockers: null });
    expect(train.sources).toContainEqual({
      name: 'TASK',
      readAt: null,
      problem: 'it answered with status 503',
    });
    writeFileSync(join(own, 'wikiversions.json'), '{ "testwiki": ');
    const damaged = await trainWhere(({ sources }) => sources[0].problem !== null, server, by);
    expect(damaged.groups[0].wikiCount).toBe(3);
    expect(damaged.sources[0]).toMatchObject({ name: 'STAGING', problem: 'wikiversions.json is not JSON' });
    expect(
      await startTrain({ group: 'testwikis', version: newVersion, seen: damaged.state }, server, by),
    ).toMatchObject({
      code: 'TRAIN_UNAVAILABLE',
      message: expect.stringContaining('wikiversions.json is not JSON'),
    });
  });

  test('a closed task, and one of another version, are warnings', async () => {
    writeTask(staging, { version: oldVersion, task_id: 'T410000', status: 'resolved', date: '2026-08-11' });
    await using server = await openTrain(staging);
    const train = await trainWhere(({ task }) => task !== null, server, await server.token('read'));
    expect(train.warnings).toEqual([
      'Task T410000 of the train is closed with the status “resolved”.',
      `Task T410000 is about ${oldVersion}, not about ${newVersion}.`,
    ]);
  });

  test('a task whose week has not begun may be about another version', async () => {
    writeTask(staging, { version: '1.45.0-wmf.98', task_id: 'T410300', status: 'open', date: '2999-01-01' });
    await using server = await openTrain(staging);
    const train = await trainWhere(({ task }) => task !== null, server, await server.token('read'));
    expect(train.warnings).toEqual([]);
  });

  test('wikis in no group are a warning, and no exceptions', async () => {
    reach(2);
    writeWikiVersions(staging, new Map([...readWikiVersions(staging), ['closedwiki', newVersion]]));
    const train = await trainWhere(({ warnings }) => warnings.length > 0);
    expect(train).toMatchObject({
      station: 'group0',
      exceptionCount: 0,
      warnings: [`1 wiki is in no group, so the train does not move it: closedwiki ${newVersion}.`],
    });
  });

  test('a change on a branch that is not checked out, or that no wiki runs, has a warning', async () => {
    const own = join(directory, 'versions');
    createStaging(own, new Date('2026-08-18'));
    await using server = await openTrain(own);
    const by = await server.token('read');
    const warningsWhere = async (expected: readonly string[]): Promise<void> => {
      const query = '{ changes(search: "1102340") { nodes { branch warnings } } }';
      await expect
        .poll(async () => (await server.ask(by, query)).data.changes.nodes)
        .toEqual([{ branch: `wmf/${oldVersion}`, warnings: expected }]);
    };
    await warningsWhere([]);
    writeWikiVersions(own, new Map([...readWikiVersions(own).keys()].map((wiki) => [wiki, newVersion])));
    await warningsWhere(['BRANCH_NOT_LIVE']);
    rmSync(join(own, `php-${oldVersion}`), { recursive: true });
    await warningsWhere(['BRANCH_NOT_DEPLOYED']);
  });

  test('without a staging directory there is no train', async () => {
    await using server = await openServer();
    const by = await server.token('deploy');
    const { data } = await server.ask(by, '{ train { state } system { hasTrain } }');
    expect(data).toEqual({ train: null, system: { hasTrain: false } });
    expect(await startTrain({ group: 'group0', version: newVersion, seen: '' }, server, by)).toMatchObject({
      code: 'TRAIN_UNAVAILABLE',
    });
  });
});

describe('startTrain', () => {
  test('startTrain queues a job with what it moves and what ran before, once for each key', async () => {
    reach(2);
    await trainWhere(({ station }) => station === 'group0');
    const { state, version } = await current();
    const input = {
      group: 'group1',
      version,
      seen: state,
      excludedWikis: ['hewiki'],
      idempotencyKey: 'once',
    };
    const first = await startTrain(input);
    expect(first).toMatchObject({
      job: {
        kind: 'TRAIN',
        title: `Train: group1 to ${newVersion}`,
        changes: [],
        canRetry: false,
        parameters: {
          group: 'group1',
          from: 'group0',
          isRollBack: false,
          excludedWikis: ['hewiki'],
          wikiCount: 36,
        },
      },
    });
    expect(first.job.parameters.before[2]).toEqual({
      name: 'group1',
      versions: [{ version: oldVersion, wikiCount: 37 }],
    });
    reach(0);
    expect(await startTrain(input)).toMatchObject({ job: { id: first.job.id } });
    await startNextJob(world.db);
    await succeed(world.db, Number(first.job.id));
    const retry = await world.ask(
      token,
      `mutation { retryJob(input: { jobId: ${first.job.id} }) { ... on Refusal { code message } } }`,
    );
    expect(retry.data.retryJob.code).toBe('JOB_NOT_RETRYABLE');
  });

  test('startTrain is refused with the difference when the wikis have changed since', async () => {
    // A start reads the files again.
    await startTrain({ group: 'testwikis', version: newVersion, seen: '' });
    const { state, version } = await current();
    reach(1);
    expect(await startTrain({ group: 'testwikis', version, seen: state })).toMatchObject({
      code: 'TRAIN_CHANGED',
      changes: [`3 wikis run ${newVersion} now instead of ${oldVersion}.`],
    });
    expect(await startTrain({ group: 'testwikis', version, seen: 'long-ago' })).toMatchObject({
      changes: [],
    });
  });

  test.each([
    [{ group: 'group9' }, 'unknown-group'],
    [{ group: 'all' }, 'unknown-group'],
    [{ group: 'testwikis', version: '1.45.0-wmf.99' }, 'unknown-version'],
    [{ group: 'group1' }, 'skips-groups'],
    [{ group: 'start' }, 'nothing-to-do'],
    [{ group: 'testwikis', excludedWikis: ['nosuchwiki'] }, 'unknown-wiki'],
    [{ group: 'testwikis', excludedWikis: ['enwiki'] }, 'wiki-not-moving'],
    [
      { group: 'testwikis', excludedWikis: Array.from({ length: 201 }, () => 'testwiki') },
      'too-many-excluded',
    ],
  ])('%j is refused: %s', async (input, code) => {
    await world.ask(token, '{ train { state } }');
    const first = await startTrain({ group: 'group1', version: newVersion, seen: '' });
    expect(first.code).toBe('TRAIN_CHANGED');
    const { state, version } = await current();
    expect(await startTrain({ version, seen: state, ...input })).toMatchObject({
      code: 'INVALID_TRAIN',
      problems: [{ code }],
    });
  });

  test('startTrain is refused during a hold, beside another job in the lane, and with a token that only reads', async () => {
    await startTrain({ group: 'group1', version: newVersion, seen: '' });
    const { state, version } = await current();
    const input = { group: 'testwikis', version, seen: state };
    await queuedJob(world.db);
    expect(await startTrain(input)).toMatchObject({ code: 'LANE_OCCUPIED' });
    await world.db.execute("update job set state = 'failed' where finished_at is null", []);
    const [read] = await startTrain(input, world, await world.token('read'));
    expect(read.extensions.code).toBe('FORBIDDEN');
    const admin = await world.signIn('admin', 'root');
    const as = { cookie: admin.cookie, 'x-spiderpig-page-key': admin.pageKey };
    const held = await world.ask(
      as,
      'mutation { holdDeployments(input: { reason: "x" }) { ... on HoldDeploymentsSuccess { hold { id } } } }',
    );
    expect(await startTrain(input)).toMatchObject({ code: 'DEPLOYMENTS_HELD' });
    await world.ask(
      as,
      `mutation { releaseDeployments(input: { holdId: ${held.data.holdDeployments.hold.id} }) { __typename } }`,
    );
    expect(await startTrain(input)).toMatchObject({ __typename: 'StartTrainSuccess' });
  });
});

test.each(dialects)('one of two trains that start at the same time on %s is refused', async (dialect) => {
  const own = mkdtempSync(join(directory, 'race-'));
  const { url, drop } = await makeDatabase(dialect, own);
  onTestFinished(drop);
  await using db = await openDatabase(url);
  const owner = await userNamed(db.em(), 'ada', 1);
  const parameters = {
    station: 'group0',
    from: 'testwikis',
    version: newVersion,
    oldVersion,
    excludedWikis: [],
    wikiCount: 5,
    before: [],
  };
  const starts = await Promise.allSettled(
    [1, 2, 3].map(() => enqueueJob(db, { kind: 'train', changes: [], parameters, owner })),
  );
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const start of starts)
    if (start.status === 'rejected') expect(start.reason).toBeInstanceOf(LaneOccupied);
  expect(await db.em().count(Job, {})).toBe(1);
});

test('the submodules of the configuration are the addresses of its file', () => {
  expect(parseSubmodules('[submodule "docroot"]\n\tpath = docroot\n\turl = ../docroot\n')).toEqual([
    '/operations/docroot',
  ]);
  expect(parseSubmodules('')).toEqual([]);
});

test('files that are not lists or not versions are refused with a message', () => {
  for (const text of [
    '',
    '[]',
    'null',
    '7',
    '{"enwiki": 7}',
    '{"enwiki": "1.47.0-wmf.1"}',
    '{"a b": "php-x"}',
    '{}',
  ])
    expect(() => parseWikiVersions(text)).toThrow(StagingUnreadable);
  expect(parseList('# generated\naawiki # closed\n\n  bewiki\n')).toEqual(['aawiki', 'bewiki']);
});
