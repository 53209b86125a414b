import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { userNamed } from '../../schema/model/account/user.ts';
import { claimJob } from '../../schema/model/job/claim.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { answerInteraction, askInteraction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { recordReport } from '../../schema/model/job/report.ts';
import { requestStop } from '../../schema/model/job/stop.ts';
import { defaultLane } from '../../schema/model/runner/lane.ts';
import { announcePresence, type Presence } from '../../schema/model/runner/presence.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { dialects, makeDatabase } from '../../tests/support/database.ts';
import {
  all,
  openServer,
  queuedJob,
  runningJob,
  startNextJob,
  type TestServer,
  until,
} from '../../tests/support/test-server.ts';

describe.each(dialects)('on %s', (dialect) => {
  let world: TestServer;
  let directory: string;
  let drop: () => Promise<void>;

  /** A server with an empty database. */
  async function openOwn(): Promise<TestServer> {
    const database = await makeDatabase(dialect, mkdtempSync(join(directory, 'own-')));
    onTestFinished(database.drop);
    return await openServer({ databaseUrl: database.url });
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-jobs-'));
    const database = await makeDatabase(dialect, directory);
    drop = database.drop;
    world = await openServer({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await drop();
    rmSync(directory, { recursive: true });
  });

  const ended = (jobId: number, state: 'succeeded' | 'failed' = 'succeeded') =>
    endJob(world.db, jobId, {
      state,
      reason: 'done',
      exit: { status: state === 'failed' ? 1 : 0, signal: null },
    });

  const question = {
    kind: 'choices' as const,
    prompt: 'Continue?',
    choices: [
      { label: 'Yes', code: 'y' },
      { label: 'No', code: 'n' },
    ],
    default: 'n',
  };

  // biome-ignore lint/suspicious/noExplicitAny: the decoding edge of the tests
  async function* events(by: string, query: string): AsyncGenerator<any, void> {
    for await (const { data, errors } of world.socket(by).iterate({ query })) {
      if (errors) throw new Error(errors[0]?.message);
      yield data;
    }
  }

  describe('jobUpdates of one job', () => {
    test('jobUpdates sends the current job, then each change, and completes after its end', async () => {
      const id = await runningJob(world.db);
      const token = await world.token('read');
      const seen: unknown[] = [];
      const fields =
        'state status pendingInteraction { id prompt } progress { percent } exitStatus reason finishedAt';
      for await (const { jobUpdates } of events(
        token,
        `subscription { jobUpdates(id: ${id}) { ${fields} } }`,
      )) {
        seen.push([jobUpdates.state, jobUpdates.status, jobUpdates.pendingInteraction?.prompt ?? null]);
        if (seen.length === 1) await recordReport(world.db, id, { status: 'syncing' });
        if (seen.length === 2) await askInteraction(world.db, id, question);
        if (seen.length === 3) {
          const user = await userNamed(world.db.em(), 'ada', 1);
          const interactionId = Number(jobUpdates.pendingInteraction.id);
          await answerInteraction(world.db, { interactionId, answer: 'y', user });
        }
        if (seen.length === 4) await ended(id);
      }
      expect(seen).toEqual([
        ['RUNNING', null, null],
        ['RUNNING', 'syncing', null],
        ['WAITING', 'syncing', 'Continue?'],
        ['RUNNING', 'syncing', null],
        ['SUCCEEDED', null, null],
      ]);
      await until(() => world.server.sources.jobs.followers === 0);
    });

    test('a job is refused while other processes could not write the database', async () => {
      const token = await world.token('deploy');
      using health = vi.spyOn(world.server.sources.system, 'databaseHealth', 'get');
      health.mockReturnValue({ state: 'read-only', since: 1, message: 'read-only' });
      const start =
        'mutation { startBackport(input: { changes: ["1102340"], acceptUnverified: true }) { __typename } }';
      const { errors } = await world.ask(token, start);
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('read-only'),
          extensions: { code: 'DATABASE_READ_ONLY', recorded: false },
        },
      ]);
    });

    test('the processes that remain after scap has exited are listed until the job ends', async () => {
      const id = await runningJob(world.db);
      const since = Date.parse('2026-11-20T12:00:00.000Z');
      await recordReport(world.db, id, { remaining: [{ name: 'helm', pid: 41, since }] });
      const token = await world.token('read');
      const remaining = async () =>
        (await world.ask(token, `{ job(id: ${id}) { remaining { name pid since } } }`)).data?.['job'];
      expect(await remaining()).toEqual({
        remaining: [{ name: 'helm', pid: 41, since: '2026-11-20T12:00:00.000Z' }],
      });
      await ended(id);
      expect(await remaining()).toEqual({ remaining: [] });
    });

    test('jobUpdates of an ended job sends one event', async () => {
      const id = await runningJob(world.db);
      await ended(id, 'failed');
      const seen = await all(
        events(await world.token('read'), `subscription { jobUpdates(id: ${id}) { state } }`),
      );
      expect(seen).toEqual([{ jobUpdates: { state: 'FAILED' } }]);
    });

    test('jobUpdates of an unknown job gives an error with a message', async () => {
      const token = await world.token('read');
      for (const id of ['0', '-1', 'abc', '1e3', '9999999999999', '99999']) {
        const seen = all(events(token, `subscription { jobUpdates(id: "${id}") { state } }`));
        await expect(seen).rejects.toThrow(`There is no job ${id}.`);
      }
    });

    test('jobUpdates sends the same final state to fifty subscribers', async () => {
      const id = await runningJob(world.db);
      const token = await world.token('read');
      const fifty = Promise.all(
        Array.from({ length: 50 }, () =>
          all(events(token, `subscription { jobUpdates(id: ${id}) { state owner { name } } }`)),
        ),
      );
      await until(() => world.server.sources.jobs.followers === 50);
      for (let n = 0; n < 20; n++) await recordReport(world.db, id, { status: `step ${n}` });
      await ended(id);
      for (const seen of await fifty) {
        expect(seen.at(-1)).toEqual({ jobUpdates: { state: 'SUCCEEDED', owner: { name: 'grace' } } });
      }
      await until(() => world.server.sources.jobs.followers === 0);
    });

    test('jobUpdates sends a slow subscriber only the latest state', async () => {
      const id = await runningJob(world.db);
      const updates = await world.server.sources.jobs.follow(id);
      await updates?.next();
      for (let n = 0; n < 30; n++) await recordReport(world.db, id, { status: `step ${n}` });
      await ended(id);
      const rest: Job[] = [];
      for (let next = await updates?.next(); next && !next.done; next = await updates?.next())
        rest.push(next.value);
      expect(rest.at(-1)?.state).toBe('succeeded');
      expect(rest.length).toBeLessThan(31);
    });
  });

  test('jobUpdates of all jobs sends active and queued jobs, then every change of a job', async () => {
    const token = await world.token('read');
    const before = await runningJob(world.db);
    const waiting = await queuedJob(world.db);
    const seen: string[] = [];
    let late = 0;
    for await (const { jobUpdates } of events(token, 'subscription { jobUpdates { id state } }')) {
      seen.push(`${jobUpdates.id} ${jobUpdates.state}`);
      if (seen.length === 2) await ended(before);
      if (seen.length === 3) late = await queuedJob(world.db);
      if (seen.length === 4) {
        const user = await userNamed(world.db.em(), 'ada', 1);
        await requestStop(world.db, { jobId: waiting, mode: 'interrupt', user });
      }
      if (seen.length === 5) break;
    }
    expect(seen).toEqual([
      `${before} RUNNING`,
      `${waiting} QUEUED`,
      `${before} SUCCEEDED`,
      `${late} QUEUED`,
      `${waiting} CANCELLED`,
    ]);
    await until(() => world.server.sources.jobs.followers === 0);
    expect(await startNextJob(world.db)).toBe(late);
    await ended(late);
  });

  test('systemUpdates sends the current state, and again when a job or jobrunner changes', async () => {
    const token = await world.token('read');
    const runner = {
      id: 'deploy1:default',
      host: 'deploy1',
      lanes: ['default'],
      process: identify(process.pid),
      startedAt: Date.now(),
      scap: '/usr/bin/scap',
      simulated: false,
    };
    const notStarted = { state: 'failed', reason: 'no scap', exit: { status: null, signal: null } } as const;
    const seen: unknown[] = [];
    let presence: Presence | null = null;
    let id = 0;
    const query =
      'subscription { systemUpdates { simulated runners { host online } activeJobs { id } queuedJobs { id } } }';
    for await (const { systemUpdates } of events(token, query)) {
      seen.push(systemUpdates);
      if (seen.length === 1) presence = await announcePresence(world.db, runner);
      if (seen.length === 2) id = await queuedJob(world.db);
      if (seen.length === 3) await claimJob(world.db, runner.id, runner.lanes);
      if (seen.length === 4) await endJob(world.db, id, notStarted);
      if (seen.length === 5) await presence?.leave();
      if (seen.length === 6) break;
    }
    const online = [{ host: 'deploy1', online: true }];
    const idle = { activeJobs: [], queuedJobs: [] };
    expect(seen).toEqual([
      { simulated: true, runners: [], ...idle },
      { simulated: false, runners: online, ...idle },
      { simulated: false, runners: online, activeJobs: [], queuedJobs: [{ id: String(id) }] },
      { simulated: false, runners: online, activeJobs: [{ id: String(id) }], queuedJobs: [] },
      { simulated: false, runners: online, ...idle },
      { simulated: true, runners: [{ host: 'deploy1', online: false }], ...idle },
    ]);
  });

  describe('the list of jobs', () => {
    test('pagination lists jobs newest first without gaps or duplicates', async () => {
      await using own = await openOwn();
      const token = await own.token('read');
      const made: string[] = [];
      for (let n = 1; n <= 7; n++) made.unshift(String(await queuedJob(own.db, [String(n)])));
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const query = `query ($after: String) { jobs(first: 3, after: $after) {
        nodes { id } edges { cursor node { id } } totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
        const { data } = await own.ask(token, query, { after });
        seen.push(...data.jobs.nodes.map((job: { id: string }) => job.id));
        expect(data.jobs.totalCount).toBe(7);
        expect(data.jobs.pageInfo).toMatchObject({
          hasPreviousPage: after !== null,
          startCursor: data.jobs.edges[0].cursor,
          endCursor: data.jobs.edges.at(-1).cursor,
        });
        after = data.jobs.pageInfo.hasNextPage ? data.jobs.pageInfo.endCursor : null;
        // A job that is queued during pagination must not appear on a later page.
        if (seen.length === 3) await queuedJob(own.db).then((id) => own.db.em().nativeDelete(Job, { id }));
      } while (after !== null);
      expect(seen).toEqual(made);
    });

    test('the order ENDED lists the jobs that have ended by their end, and has its own cursors', async () => {
      await using own = await openOwn();
      const token = await own.token('read');
      const ids: string[] = [];
      // The last two ended in the same millisecond.
      const endAt = (id: number, finishedAt: number) =>
        own.db.write([], (em) =>
          em.nativeUpdate(Job, { id }, { state: 'failed', outcome: 'failed', finishedAt }),
        );
      for (const finishedAt of [50, 10, null, 20, 20]) {
        const id = await queuedJob(own.db, ['1']);
        ids.push(String(id));
        if (finishedAt !== null) await endAt(id, finishedAt);
      }
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const query = `query ($after: String) { jobs(first: 1, after: $after, order: ENDED) {
        nodes { id } totalCount pageInfo { hasNextPage endCursor } } }`;
        const { data } = await own.ask(token, query, { after });
        seen.push(...data.jobs.nodes.map((job: { id: string }) => job.id));
        expect(data.jobs.totalCount).toBe(seen.length === 1 ? 4 : 5);
        after = data.jobs.pageInfo.hasNextPage ? data.jobs.pageInfo.endCursor : null;
        // A job that ends during pagination comes first, so no later page has it.
        if (seen.length === 1) await endAt(Number(ids[2]), 60);
      } while (after !== null);
      expect(seen).toEqual([ids[0], ids[4], ids[3], ids[1]]);
    });

    test('the server filters jobs by state, owner, title and change number', async () => {
      await using own = await openOwn();
      const token = await own.token('read');
      const first = String(await queuedJob(own.db, ['1102345', '12']));
      const second = String(await queuedJob(own.db, ['112']));
      await claimJob(own.db, 'r', [defaultLane]);
      const found = async (filter: object) => {
        const { data } = await own.ask(
          token,
          'query ($filter: JobFilter) { jobs(filter: $filter) { nodes { id } totalCount } }',
          { filter },
        );
        expect(data.jobs.totalCount).toBe(data.jobs.nodes.length);
        return data.jobs.nodes.map((job: { id: string }) => job.id);
      };
      expect(await found({})).toEqual([second, first]);
      expect(await found({ states: [] })).toEqual([second, first]);
      expect(await found({ states: ['STARTING'] })).toEqual([first]);
      expect(await found({ states: ['QUEUED', 'STARTING'], owner: 'grace' })).toEqual([second, first]);
      expect(await found({ owner: 'nobody' })).toEqual([]);
      expect(await found({ text: 'CHANGE 1102345' })).toEqual([first]);
      expect(await found({ text: '12' })).toEqual([second, first]);
      expect(await found({ change: '12', lane: defaultLane, kinds: ['BACKPORT'] })).toEqual([first]);
      expect(await found({ kinds: ['REVERT'] })).toEqual([]);
      expect(await found({ since: '2020-01-01T00:00:00Z', until: '2020-01-02T00:00:00Z' })).toEqual([]);
      expect(await found({ text: '102345' })).toEqual([first]);
      expect(await found({ text: '%' })).toEqual([]);
      expect(await found({ text: '_' })).toEqual([]);
      expect(await found({ text: "'; drop table job; --" })).toEqual([]);
      expect(await found({ text: '\u0000' })).toEqual([]);
    });

    test('the server rejects an argument out of range with a message', async () => {
      const token = await world.token('read');
      for (const args of [
        'first: 0',
        'first: 101',
        'first: -1',
        'after: "x"',
        'after: ""',
        'after: "-1"',
        'after: "7.1"',
        'after: "7", order: ENDED',
        'after: "99999999999999999.1", order: ENDED',
        `filter: { text: "${'x'.repeat(201)}" }`,
        `filter: { project: "${'x'.repeat(201)}" }`,
        'filter: { change: "1x" }',
        'filter: { since: "yesterday" }',
        'filter: { since: "1" }',
        'filter: { since: "2026-02-30T00:00:00Z" }',
        'filter: { since: "2026-11-20T12:03" }',
      ]) {
        const { errors } = await world.ask(token, `{ jobs(${args}) { totalCount } }`);
        expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      }
      const id = await queuedJob(world.db);
      for (const args of ['first: 0', 'first: 5001', 'after: -1', 'last: 0', 'last: 5001']) {
        const { errors } = await world.ask(token, `{ job(id: ${id}) { log(${args}) { cursor } } }`);
        expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      }
    });

    test('a malformed job number finds no job', async () => {
      const token = await world.token('read');
      for (const id of ['0', '-1', '1e3', 'abc', '9999999999999', '', ' 1']) {
        expect(await world.ask(token, 'query ($id: ID!) { job(id: $id) { id } }', { id })).toEqual({
          data: { job: null },
        });
      }
    });
  });
});
