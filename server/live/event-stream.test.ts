// Tests that everything that is answered as a stream is registered as one, for any form of `Accept`: it takes a share of its user, and ends when access ends.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { banUser } from '../../schema/model/account/ban.ts';
import { Session } from '../../schema/model/account/session.ts';
import { endSessionsOf } from '../../schema/model/account/sign-out.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { append, openServer, runningJob, type TestServer } from '../../tests/support/test-server.ts';

let world: TestServer;
let job: number;
beforeAll(async () => {
  world = await openServer({ onlyRings: true });
  job = await runningJob(world.db);
});
afterAll(() => world[Symbol.asyncDispose]());

const through = { channel: 'page', address: null };
const subscription = () => `subscription { jobLog(jobId: ${job}) { cursor } }`;

/** A stream that should end and does not must fail its test: without a limit, the test and the servers that it opened would stay open. */
const endLimit = 10_000;
const limited = (): AbortSignal => AbortSignal.timeout(endLimit);
const isOverLimit = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

/** Sends a subscription by POST. Node's fetch cannot leave out `Accept`, so an undefined one is sent empty. */
async function request(headers: Record<string, string>, query = subscription()): Promise<Response> {
  return await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(world.sent(headers, query)),
    signal: limited(),
  });
}

/** Reads a stream to its end: the text, or what was received before the server closed it. Rejects if it stays open. */
async function readAll(response: Response): Promise<{ text: string; cut: boolean }> {
  let text = '';
  try {
    for await (const part of response.body ?? []) text += Buffer.from(part).toString();
    return { text, cut: false };
  } catch (error) {
    if (isOverLimit(error)) throw error;
    return { text, cut: true };
  }
}

const forms: [string, Record<string, string>][] = [
  ['text/event-stream', { accept: 'text/event-stream' }],
  ['another case', { accept: 'Text/Event-Stream' }],
  ['a parameter', { accept: 'text/event-stream;q=0.1' }],
  ['*/*', { accept: '*/*' }],
  ['text/*', { accept: 'text/*' }],
  ['an empty value', { accept: '' }],
  ['a list', { accept: 'application/json, text/event-stream' }],
  ['a list with blanks', { accept: ' text/html ,\ttext/event-stream ' }],
  ['JSON before anything', { accept: 'application/json, */*;q=0.5' }],
  ['multipart before an event stream', { accept: 'multipart/mixed; deferSpec=20220824, text/event-stream' }],
];

describe.each(forms)('with Accept: %s', (_name, headers) => {
  test('W4 C8 a ban ends a stream by a ring', async () => {
    const name = `banned ${_name}`.replaceAll(/[^a-z ]/gi, '-');
    const token = await world.token('read', name);
    const response = await request({ authorization: `Bearer ${token}`, ...headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const ended = readAll(response);
    const user = await world.db.em().findOneOrFail(User, { name });
    const by = await world.db.write([], (em) => userNamed(em, 'root', Date.now()));
    await banUser(world.db, { userId: user.id, reason: 'test', by, through });
    expect((await ended).cut).toBe(true);
  });

  test('W4 a stream counts towards the share of its user', async () => {
    await using small = await openServer({ connectionLimits: { streamsPerUser: 1 } });
    const id = await runningJob(small.db);
    const token = await small.token('read');
    const open = async (): Promise<Response> =>
      await fetch(`${small.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
        body: JSON.stringify({ query: `subscription { jobLog(jobId: ${id}) { cursor } }` }),
        signal: limited(),
      });
    const first = await open();
    expect(first.status).toBe(200);
    const second = await open();
    expect([second.status, await second.text()]).toEqual([
      503,
      expect.stringContaining('"TOO_MANY_STREAMS"'),
    ]);
    await first.body?.cancel();
  });
});

const unacceptable: [string, Record<string, string>][] = [
  ['application/json', { accept: 'application/json' }],
  ['application/graphql-response+json', { accept: 'application/graphql-response+json' }],
  ['text/html', { accept: 'text/html' }],
  ['multipart/mixed', { accept: 'multipart/mixed' }],
  ['another charset', { accept: 'text/event-stream; charset=latin1' }],
  ['JSON with Prefer: wait', { accept: 'application/json', prefer: 'wait=30' }],
];
test.each(unacceptable)(
  'a subscription that accepts only %s gets 406 and opens no stream',
  async (_name, headers) => {
    const before = world.server.sources.logs.open.followers;
    const token = await world.token('read');
    const response = await request({ authorization: `Bearer ${token}`, ...headers });
    expect(response.status).toBe(406);
    await response.text();
    expect(world.server.sources.logs.open.followers).toBe(before);
  },
);

test('a query or mutation is never a stream, for any form of `Accept`', async () => {
  const token = await world.token('deploy');
  for (const accept of ['text/event-stream', 'multipart/mixed', '*/*', 'application/json'])
    for (const query of [
      '{ viewer { role } }',
      'mutation { stopJob(input: { jobId: 99999 }) { __typename } }',
    ]) {
      const response = await request({ authorization: `Bearer ${token}`, accept }, query);
      expect([accept, response.status]).toEqual([accept, 200]);
      // It ends by itself.
      expect((await readAll(response)).cut).toBe(false);
    }
});

test.each(['@defer', '@stream(initialCount: 0)'])(
  'the server refuses the directive %s',
  async (directive) => {
    const token = await world.token('read');
    const query = `{ job(id: ${job}) { ... ${directive.startsWith('@d') ? directive : ''} { interactions ${directive.startsWith('@s') ? directive : ''} { id } } } }`;
    const response = await request({ authorization: `Bearer ${token}`, accept: 'multipart/mixed' }, query);
    const text = await response.text();
    expect(text).toContain('Unknown directive');
  },
);

const endings: [string, (user: User) => Promise<unknown>][] = [
  [
    'a changed role',
    (user) =>
      world.db.write(['sessions'], (em) => em.nativeUpdate(Session, { user: user.id }, { role: 'deployer' })),
  ],
  ['a sign-out by an admin', (user) => endSessionsOf(world.db, { userId: user.id, by: user, through })],
];
test.each(endings)('C8 %s ends a stream that was not asked for as one', async (what, end) => {
  const { cookie, pageKey } = await world.signIn('viewer', `ended by ${what}`);
  const response = await request({ cookie, 'x-spiderpig-page-key': pageKey, accept: '*/*' });
  expect(response.status).toBe(200);
  const ended = readAll(response);
  await end(await world.db.em().findOneOrFail(User, { name: `ended by ${what}` }));
  expect((await ended).cut).toBe(true);
});

test('C8 a stream ends if access ended before it was registered', async () => {
  const token = await world.token('read', 'quick');
  const { jobs } = world.server.sources;
  const { load } = jobs;
  jobs.load = async (id) => {
    // The client is authenticated, and its stream is not open yet.
    jobs.load = load;
    const user = await world.db.em().findOneOrFail(User, { name: 'quick' });
    // Without a notification: as if the check after it had already been made.
    await world.db.write([], (em) =>
      em.nativeUpdate(User, { id: user.id }, { bannedAt: 1, banReason: 'test' }),
    );
    return await load.call(jobs, id);
  };
  const cut = request({ authorization: `Bearer ${token}`, accept: '*/*' }).then(
    async (response) => (await readAll(response)).cut,
    // Closed before its headers were sent.
    (error: unknown) => !isOverLimit(error),
  );
  expect(await cut).toBe(true);
});

test('W4 C8 a download ends when access ends', async () => {
  await append(
    world.db,
    job,
    0,
    Array.from({ length: 20_000 }, (_, n) => `${n} ${'z'.repeat(1_000)}`),
  );
  const token = await world.token('read', 'downloader');
  const response = await fetch(`${world.url}/jobs/${job}/log.txt`, {
    headers: { authorization: `Bearer ${token}` },
    signal: limited(),
  });
  expect(response.status).toBe(200);
  // Not read: the server waits with most of it.
  const user = await world.db.em().findOneOrFail(User, { name: 'downloader' });
  const by = await world.db.write([], (em) => userNamed(em, 'root', Date.now()));
  await banUser(world.db, { userId: user.id, reason: 'test', by, through });
  await expect
    .poll(() =>
      world.logged.some((line) => line.includes('no longer signed in') && line.includes('downloader')),
    )
    .toBe(true);
  expect((await readAll(response)).cut).toBe(true);
});
