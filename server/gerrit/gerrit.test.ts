import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startGerrit } from '../../jobrunner/simulator/gerrit/gerrit.ts';
import { GerritUnavailable } from '../../schema/model/job/change.ts';
import { Job } from '../../schema/model/job/job.ts';
import { openServer, queuedJob, type TestServer } from '../../tests/support/test-server.ts';
import { decodeChanges } from './decode.ts';
import { Gerrit } from './gerrit.ts';

let respond: (request: IncomingMessage, response: ServerResponse) => void;
const asked: string[] = [];
const stand = createServer((request, response) => {
  asked.push(request.url ?? '');
  respond(request, response);
});
let url: string;
let world: TestServer;
let token: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => stand.listen(0, '127.0.0.1', resolve));
  // A listening TCP server's address is an object.
  url = `http://127.0.0.1:${(stand.address() as AddressInfo).port}/r/`;
  // Long enough for a response of megabytes on a busy machine.
  world = await openServer({ gerritUrl: url, gerritTimeout: 1_500 });
  token = await world.token('deploy');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  stand.closeAllConnections();
  await new Promise((resolve) => stand.close(resolve));
});
beforeEach(() => {
  asked.length = 0;
});

/** A change as Gerrit writes it. */
const info = (number: number, status: string) => ({
  id: `mediawiki%2Fcore~${number}`,
  project: 'mediawiki/core',
  branch: 'master',
  subject: `Change of ${number}`,
  status,
  _number: number,
  owner: { _account_id: 1, name: 'Ada Lovelace' },
  current_revision: 'abc',
  revisions: { abc: { _number: 1, commit: { message: `Change of ${number}\n\nBug: T1\n` } } },
});
const known = [info(1, 'NEW'), info(2, 'MERGED'), info(3, 'ABANDONED')];

/** Answers as Gerrit does, with those of the known changes that were asked for. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const query = new URL(request.url ?? '', 'http://gerrit').searchParams.get('q') ?? '';
  const found = known.filter(({ _number, status }) =>
    query === 'status:open' ? status === 'NEW' : query.split(' OR ').includes(`change:${_number}`),
  );
  response.setHeader('content-type', 'application/json; charset=UTF-8');
  response.end(`)]}'\n${JSON.stringify(found)}\n`);
}

const document = `mutation ($input: StartBackportInput!) {
  startBackport(input: $input) {
    __typename
    ... on StartBackportSuccess { job { id kind title state changes { number verified subject url owner status branch commitMessage } } }
    ... on InvalidChanges { message problems { input message } }
    ... on GerritUnavailable { message }
  }
}`;
const start = async (input: object) => (await world.ask(token, document, { input })).data.startBackport;

describe('startBackport', () => {
  beforeEach(() => {
    respond = answer;
  });

  test('startBackport looks up all changes in one request and stores the result', async () => {
    const result = await start({ changes: ['2', `${url}c/mediawiki/core/+/1`] });
    expect(asked).toHaveLength(1);
    expect(result).toMatchObject({
      __typename: 'StartBackportSuccess',
      job: { kind: 'BACKPORT', state: 'QUEUED', title: 'Change of 2 and 1 more' },
    });
    expect(result.job.changes).toEqual(
      [2, 1].map((number) => ({
        number: String(number),
        verified: true,
        subject: `Change of ${number}`,
        url: `${url}c/mediawiki/core/+/${number}`,
        owner: 'Ada Lovelace',
        status: number === 1 ? 'NEW' : 'MERGED',
        branch: 'master',
        commitMessage: `Change of ${number}\n\nBug: T1\n`,
      })),
    );
  });

  test('startBackport reports the problem of each change and queues nothing', async () => {
    const before = await world.db.em().count(Job);
    expect(await start({ changes: ['1', '3', '4', '9999999999'] })).toEqual({
      __typename: 'InvalidChanges',
      message: '3 of the changes cannot be deployed.',
      problems: [
        { input: '3', message: expect.stringContaining('abandoned') },
        {
          input: '4',
          message: expect.stringContaining(
            'Gerrit does not show change 4: the number is wrong, or the change is private',
          ),
        },
        { input: '9999999999', message: expect.stringContaining('Gerrit does not show change 9999999999') },
      ],
    });
    expect(await start({ changes: ['1'], revert: true })).toMatchObject({
      problems: [{ input: '1', message: expect.stringContaining('not merged') }],
    });
    expect(await world.db.em().count(Job)).toBe(before);
  });

  test('startBackport accepts a merged change for a revert', async () => {
    expect(await start({ changes: ['2'], revert: true })).toMatchObject({
      job: { kind: 'REVERT', title: 'Revert: Change of 2' },
    });
  });

  test('R1 startBackport rejects invalid changes without a request to Gerrit', async () => {
    for (const changes of [
      [],
      [''],
      ['-x'],
      ['--yes'],
      ['@/etc/passwd'],
      ['1;2'],
      ['$(id)'],
      ['1\n2'],
      ['٣'],
      ['1', '1'],
      ['1\u0000'],
      Array.from({ length: 51 }, (_, i) => String(i + 1)),
    ]) {
      expect(await start({ changes })).toMatchObject({ __typename: 'InvalidChanges' });
    }
    expect(asked).toEqual([]);
  });

  test('startBackport with the same idempotency key returns the same job, even if Gerrit is unavailable', async () => {
    const input = { changes: ['1'], idempotencyKey: 'deploy-1' };
    const [one, other] = await Promise.all([start(input), start(input)]);
    expect(other).toEqual(one);
    respond = (_request, response) => response.destroy();
    expect((await start(input)).job.id).toBe(one.job.id);
    const { errors } = await world.ask(token, document, {
      input: { changes: ['1'], idempotencyKey: 'x'.repeat(201) },
    });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('an unavailable Gerrit', () => {
  const failures: [string, (request: IncomingMessage, response: ServerResponse) => void, string][] = [
    ['does not respond', () => {}, 'within 1.5 seconds'],
    ['closes the connection', (_request, response) => void response.destroy(), 'the connection failed'],
    ['returns status 503', (_request, response) => void response.writeHead(503).end('no'), 'status 503'],
    [
      'redirects to loopback',
      (_request, response) => void response.writeHead(302, { location: `${url}changes/` }).end(),
      'redirects elsewhere',
    ],
    ['is another program', (_request, response) => void response.end('<html>'), 'not from Gerrit'],
    ['returns invalid JSON', (_request, response) => void response.end(")]}'\n{"), 'not JSON'],
    [
      'returns an unexpected value',
      (_request, response) => void response.end(")]}'\n[{}]"),
      'not a list of changes',
    ],
    [
      'sends too large a response',
      (_request, response) => void response.end(`)]}'${' '.repeat(5_000_000)}[]`),
      'too large',
    ],
  ];
  test.each(failures)(
    'a Gerrit that %s gives GerritUnavailable, and acceptUnverified starts the job',
    async (_name, failure, reason) => {
      respond = failure;
      expect(await start({ changes: ['1'] })).toEqual({
        __typename: 'GerritUnavailable',
        message: expect.stringContaining(reason),
      });
      expect(await start({ changes: ['1', '2'], acceptUnverified: true })).toMatchObject({
        job: {
          title: 'change 1 and 1 more',
          changes: [{ number: '1', verified: false, subject: null }, { number: '2' }],
        },
      });
      // An invalid change is refused anyway.
      expect(await start({ changes: ['x'], acceptUnverified: true })).toMatchObject({
        __typename: 'InvalidChanges',
      });
    },
  );

  test('an unreachable or missing Gerrit gives GerritUnavailable with the reason', async () => {
    const logger = pino({ level: 'silent' });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const gone = new Gerrit({ url: `http://127.0.0.1:${port}/`, logger });
    await expect(gone.lookUp(['1'])).rejects.toThrow(GerritUnavailable);
    await expect(gone.lookUp(['1'])).rejects.toThrow('refused');
    await expect(new Gerrit({ url: null, logger }).lookUp(['1'])).rejects.toThrow('it is not configured');
    expect(await gone.samples()).toEqual([]);
  });
});

describe('a change that Gerrit does not show', () => {
  beforeEach(() => {
    respond = answer;
  });

  test('startBackport starts a change that Gerrit does not show, if unverified changes are accepted', async () => {
    const problems = '{ ... on InvalidChanges { problems { input unverifiable } } }';
    const refused = await world.ask(
      token,
      `mutation { startBackport(input: { changes: ["4", "3"] }) ${problems} }`,
    );
    expect(refused.data.startBackport.problems).toEqual([
      { input: '4', unverifiable: true },
      { input: '3', unverifiable: false },
    ]);
    expect(await start({ changes: ['4', '1'], acceptUnverified: true })).toMatchObject({
      job: { title: 'change 4 and 1 more', changes: [{ number: '4', verified: false }, { verified: true }] },
    });
    expect(await start({ changes: ['3'], acceptUnverified: true })).toMatchObject({
      __typename: 'InvalidChanges',
    });
  });
});

describe('retryJob', () => {
  const retry = async (jobId: number) =>
    (
      await world.ask(
        token,
        `mutation ($jobId: ID!) { retryJob(input: { jobId: $jobId }) {
          __typename
          ... on RetryJobSuccess { job { title changes { number status } } }
          ... on InvalidChanges { message }
        } }`,
        { jobId },
      )
    ).data.retryJob;
  /** Job that has ended, with changes as they were then. */
  async function endedJob(numbers: readonly string[]): Promise<number> {
    const id = await queuedJob(world.db, numbers);
    await world.db.em().nativeUpdate(Job, { id }, { state: 'failed', finishedAt: 1 });
    return id;
  }

  test('retryJob refuses a change that was abandoned since, and takes the present subject of others', async () => {
    respond = answer;
    expect(await retry(await endedJob(['1', '3']))).toEqual({
      __typename: 'InvalidChanges',
      message: 'Change 3 was abandoned. Restore it in Gerrit first.',
    });
    expect(await retry(await endedJob(['2']))).toMatchObject({
      job: { title: 'Change of 2', changes: [{ number: '2', status: 'MERGED' }] },
    });
  });

  test('retryJob uses the data of the ended job while Gerrit is unavailable', async () => {
    respond = (_request, response) => response.destroy();
    expect(await retry(await endedJob(['1']))).toMatchObject({
      __typename: 'RetryJobSuccess',
      job: { changes: [{ number: '1' }] },
    });
  });
});

describe('revertJob', () => {
  const revert = async (input: Record<string, unknown>) =>
    (
      await world.ask(
        token,
        `mutation ($input: RevertJobInput!) { revertJob(input: $input) {
          __typename
          ... on RevertJobSuccess { job { id kind lane changes { number } } }
          ... on InvalidChanges { problems { message } }
          ... on JobNotEnded { message }
        } }`,
        { input },
      )
    ).data.revertJob;

  beforeEach(() => {
    respond = answer;
  });

  test('revertJob reverts all or some changes of an ended job, once per idempotency key', async () => {
    const jobId = await queuedJob(world.db, ['1', '2']);
    expect(await revert({ jobId })).toEqual({
      __typename: 'JobNotEnded',
      message: `Job ${jobId} is still queued. Wait until it has ended.`,
    });
    await world.db.em().nativeUpdate(Job, { id: jobId }, { state: 'succeeded', finishedAt: 1 });
    const some = { jobId, changes: ['2'], idempotencyKey: 'revert 2' };
    const reverted = await revert(some);
    expect(reverted).toMatchObject({
      __typename: 'RevertJobSuccess',
      job: { kind: 'REVERT', lane: 'default', changes: [{ number: '2' }] },
    });
    expect((await revert(some)).job.id).toBe(reverted.job.id);
    expect((await revert({ jobId })).problems).toEqual([
      { message: 'Change 1 is not merged, so there is nothing to revert.' },
    ]);
  });

  test('revertJob refuses a change that the job did not deploy, and a job that does not exist', async () => {
    const jobId = await queuedJob(world.db, ['2']);
    await world.db.em().nativeUpdate(Job, { id: jobId }, { state: 'succeeded', finishedAt: 1 });
    expect((await revert({ jobId, changes: ['5'] })).problems).toEqual([
      { message: `Job ${jobId} did not deploy change 5.` },
    ]);
    expect(await revert({ jobId: 999_999 })).toEqual({ __typename: 'JobNotFound' });
  });
});

describe('changes', () => {
  const search = async (text: string, first?: number) =>
    (
      await world.ask(
        token,
        `query ($search: String!, $first: Int = 10) { changes(search: $search, first: $first) {
          nodes { number subject warnings problem } hasMore unavailable
        } }`,
        { search: text, first },
      )
    ).data.changes;
  const searchAt = async (text: string) => {
    const document =
      'query ($text: String!) { changes(search: $text) { nodes { number } askedAt unavailable } }';
    const { nodes, askedAt, unavailable } = (await world.ask(token, document, { text })).data.changes;
    const numbers = nodes.map(({ number }: { number: string }) => number).sort();
    return { at: askedAt, numbers, unavailable };
  };
  let gerrit: Awaited<ReturnType<typeof startGerrit>>;
  const queries: string[] = [];

  beforeAll(async () => {
    gerrit = await startGerrit();
  });
  afterAll(() => gerrit.close());
  beforeEach(() => {
    queries.length = 0;
    respond = (request, response) => {
      queries.push(new URL(request.url ?? '', url).searchParams.get('q') ?? '');
      const target = new URL(request.url?.replace(/^.*changes/, 'changes') ?? '', gerrit.url);
      void fetch(target).then(async (answered) => response.end(await answered.text()));
    };
  });

  test('the query changes finds numbers, URLs, Change-Ids and words, and says what is wrong with a change', async () => {
    const [first] = (await search('namespace filter')).nodes;
    expect(first).toMatchObject({ number: '1102340', problem: null, warnings: [] });
    const several = await search(`${url}c/mediawiki/core/+/1102340 1102346`);
    expect(several.nodes).toEqual([
      expect.objectContaining({ number: '1102340' }),
      expect.objectContaining({ number: '1102346', problem: expect.stringContaining('abandoned') }),
    ]);
    expect((await search('1102366')).nodes[0].warnings).toEqual(['WORK_IN_PROGRESS', 'NOT_APPROVED']);
    expect(await search('99999999999')).toEqual({ nodes: [], hasMore: false, unavailable: null });
  });

  test('the query changes with an empty text lists open changes that are not work in progress', async () => {
    const { nodes, hasMore } = await search('', 3);
    expect({ count: nodes.length, hasMore }).toEqual({ count: 3, hasMore: true });
    expect(queries).toEqual(['status:open -is:wip']);
  });

  test('the query changes asks Gerrit once for the same text', async () => {
    await search('watchlist cache');
    await search('watchlist cache');
    expect(queries).toHaveLength(1);
  });

  test('the query changes keeps the last answer about changes while Gerrit does not answer', async () => {
    const now = vi.spyOn(Date, 'now');
    const { at } = await searchAt('1102341 1102342');
    now.mockReturnValue(Date.now() + 60_000);
    const working = respond;
    respond = (_request, response) => void response.destroy();
    const kept = await searchAt('1102341 1102342');
    expect(kept).toEqual({ at, numbers: ['1102341', '1102342'], unavailable: expect.any(String) });
    // Also in another search, if it names the changes.
    expect(await searchAt('1102342')).toEqual({ at, numbers: ['1102342'], unavailable: expect.any(String) });
    expect(await searchAt('thank-you')).toMatchObject({ numbers: [], unavailable: expect.any(String) });
    respond = working;
    expect(await searchAt('1102341 1102342')).toMatchObject({ unavailable: null });
    now.mockRestore();
  });

  test('the query changes returns votes on Code-Review', async () => {
    const warnings = async (number: string) => (await search(number)).nodes[0].warnings;
    expect(await warnings('1102340')).toEqual([]);
    expect(await warnings('1102341')).toEqual(['NOT_APPROVED']);
    expect(await warnings('1102364')).toEqual(['VETOED']);
    // Merged, and of the configuration, which has one branch.
    expect(await warnings('1102347')).toEqual(['ALREADY_MERGED']);
  });

  test('the query changeOrder gives the order of deployment and what is missing', async () => {
    const document = `query ($changes: [ID!]!) { changeOrder(changes: $changes) {
      order missing { change { number } kind neededBy outdated addable } missingCount unknown cycle complete unavailable } }`;
    const ask = async (...changes: string[]) => await world.ask(token, document, { changes });
    expect((await ask('1102369')).data.changeOrder).toEqual({
      order: ['1102342', '1102369'],
      missing: [
        {
          change: { number: '1102342' },
          kind: 'DEPENDS_ON',
          neededBy: ['1102369'],
          outdated: false,
          addable: true,
        },
      ],
      missingCount: 1,
      unknown: [],
      cycle: [],
      complete: true,
      unavailable: null,
    });
    for (const changes of [[], ['x'], ['0'], Array.from({ length: 51 }, (_, index) => String(index + 1))])
      expect((await ask(...changes)).errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT');
    respond = (_request, response) => void response.destroy();
    expect((await ask('1102361', '99999')).data.changeOrder).toMatchObject({
      order: ['1102361', '99999'],
      missing: [],
      complete: false,
      unavailable: expect.stringContaining('could not be looked up'),
    });
  });

  test('a client that ends its request for changes ends the request to Gerrit', async () => {
    // With a time limit that the test does not wait for.
    await using patient = await openServer({ gerritUrl: url, gerritTimeout: 600_000 });
    const patientToken = await patient.token('deploy');
    const received = Promise.withResolvers<ServerResponse>();
    respond = (_request, response) => received.resolve(response);
    const end = new AbortController();
    const body = JSON.stringify({ query: '{ changes(search: "a slow search") { hasMore } }' });
    const headers = { authorization: `Bearer ${patientToken}`, 'content-type': 'application/json' };
    const sent = fetch(`${patient.url}/graphql`, { method: 'POST', headers, body, signal: end.signal });
    const response = await received.promise;
    const closed = new Promise((resolve) => response.once('close', resolve));
    end.abort();
    await expect(sent).rejects.toThrow();
    await closed;
    expect(response.writableFinished).toBe(false);
  });

  test('the query changes says why Gerrit could not be asked, and asks again the next time', async () => {
    const working = respond;
    respond = (_request, response) => void response.writeHead(404).end();
    expect(await search('some words')).toMatchObject({
      nodes: [],
      unavailable: expect.stringContaining('404'),
    });
    respond = working;
    expect((await search('some words')).unavailable).toBeNull();
  });
});

test('a subject of nothing visible is left out, so that the job has a readable title', () => {
  for (const subject of ['', '  ', '\u200b\u2060', '\u3164']) {
    const {
      found: [found],
    } = decodeChanges(`)]}'\n${JSON.stringify([{ _number: 5, project: 'a', subject }])}`, 'https://g/r/');
    expect(found?.change.subject).toBeNull();
  }
});

test('the system has sample changes in simulated mode', async () => {
  respond = answer;
  const { data } = await world.ask(
    token,
    '{ system { simulated gerritUrl sampleChanges { number subject } } }',
  );
  expect(data.system).toEqual({
    simulated: true,
    gerritUrl: url,
    sampleChanges: [{ number: '1', subject: 'Change of 1' }],
  });
});

test.each(['1.5', '-1', '0', '1e300', '9007199254740993', '"5"', 'null'])(
  'a change with the number %s is refused',
  (number) => {
    const body = `)]}'\n[{"_number":${number},"project":"a"}]`;
    expect(() => decodeChanges(body, 'https://g/r/')).toThrow('its response is not a list of changes');
  },
);

test('a project with half a character has an address', () => {
  const { found } = decodeChanges(`)]}'\n[{"_number":5,"project":"a/\\ud800"}]`, 'https://g/r/');
  expect(found[0]?.change).toMatchObject({ project: 'a/\uFFFD', url: 'https://g/r/c/a/%EF%BF%BD/+/5' });
});

test('a member that is missing in the response of Gerrit is null', () => {
  const {
    found: [found],
  } = decodeChanges(`)]}'\n[{"_number":5,"project":"a/b","owner":{"_account_id":7}}]`, 'https://g/r/');
  expect(found).toMatchObject({ changeId: null, commit: null, parents: [] });
  expect(found?.change).toEqual({
    number: '5',
    verified: true,
    url: 'https://g/r/c/a/b/+/5',
    subject: null,
    project: 'a/b',
    branch: null,
    owner: null,
    status: null,
    warnings: [],
    commitMessage: null,
  });
});
