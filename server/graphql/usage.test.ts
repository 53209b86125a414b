import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { listUses } from '../../schema/model/account/operation-use.ts';
import { dialects, openTestDatabase, ownDatabase } from '../../tests/support/database.ts';
import { openServer, queuedJob, type TestServer } from '../../tests/support/test-server.ts';
import { pageKeyHeader } from '../sign-in/identity.ts';
import { OperationUses, storedAtOnce } from './usage.ts';

/** The JSON of a response, and its headers. */
async function post(
  { server }: TestServer,
  token: string,
  body: object,
  { path = '/graphql', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { headers: response.headers, body: await response.json() };
}

const bot = { 'x-graphql-client-name': 'bot', 'x-graphql-client-version': '2.1' };

test.each(dialects)(
  'the server counts who uses which field over HTTP and WebSocket on %s',
  async (dialect) => {
    await using database = await ownDatabase(dialect);
    const first = await openServer({ databaseUrl: database.url });
    const token = await first.token('read', 'ada');
    const job = await queuedJob(first.db);
    const query = 'query Old($id: ID!) { job(id: $id) { retryOf ...more } } fragment more on Job { id }';
    for (let n = 0; n < 3; n++)
      await post(first, token, { query, operationName: 'Old', variables: { id: job } }, { headers: bot });
    const client = createClient({
      url: `${first.server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}`, ...bot },
    });
    for await (const { data } of client.iterate({ query: 'query New { viewer { role } }' }))
      expect(data).toEqual({ viewer: { role: 'VIEWER' } });
    await client.dispose();
    const metrics = await (await fetch(`${first.server.url}/metrics`)).text();
    expect(metrics).toContain('spiderpig_deprecated_uses_total{part="Job.retryOf"} 3');
    await first[Symbol.asyncDispose]();

    await using second = await openServer({ databaseUrl: database.url });
    const { cookie, pageKey } = await second.signIn('admin', 'root');
    const list = async (args: string) => {
      const document = `{ operationUses(${args}) { totalCount pageInfo { hasNextPage } nodes {
      client version operation uses token { name user { name } } parts { coordinate deprecation } } } }`;
      return (await second.ask({ cookie, [pageKeyHeader]: pageKey }, document)).data.operationUses;
    };
    const of = { client: 'bot', version: '2.1', token: { user: { name: 'ada' } } };
    const deprecated = await list('deprecatedOnly: true');
    expect(deprecated).toMatchObject({ totalCount: 1, nodes: [{ ...of, operation: 'Old', uses: 3 }] });
    expect(deprecated.nodes[0].parts).toEqual([
      { coordinate: 'Job.retryOf', deprecation: expect.stringContaining('use `retryOfJob { id }`') },
      { coordinate: 'Query.job', deprecation: null },
      { coordinate: 'Query.job(id:)', deprecation: null },
      { coordinate: 'Job.id', deprecation: null },
    ]);
    expect(await list('first: 1')).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
    expect((await list('first: 2')).nodes[1]).toMatchObject({ ...of, operation: 'New', uses: 1 });
  },
);

test('a client that uses something deprecated gets headers and an extension', async () => {
  await using database = await ownDatabase('sqlite');
  await using world = await openServer({ databaseUrl: database.url });
  const token = await world.token('read', 'ada');
  const old = await post(world, token, { query: '{ jobs { nodes { retryOf } } }' });
  expect(old.headers.get('deprecation')).toBe(`@${Date.parse('2026-11-29') / 1_000}`);
  expect(old.headers.get('sunset')).toBe('Mon, 01 Mar 2027 00:00:00 GMT');
  expect(old.body).toMatchObject({
    data: { jobs: { nodes: [] } },
    extensions: {
      deprecations: [{ coordinate: 'Job.retryOf', reason: expect.stringContaining('removed after') }],
    },
  });
  const current = await post(world, token, { query: '{ jobs { nodes { id } } }' });
  expect(current.headers.has('deprecation')).toBe(false);
  expect(current.body).not.toHaveProperty('extensions');
});

test('with remove_deprecated=true nothing deprecated is accepted, over HTTP and WebSocket', async () => {
  await using database = await ownDatabase('sqlite');
  await using world = await openServer({ databaseUrl: database.url });
  const token = await world.token('read', 'ada');
  const path = '/graphql?remove_deprecated=true';
  expect((await post(world, token, { query: '{ jobs { totalCount } }' }, { path })).body).toEqual({
    data: { jobs: { totalCount: 0 } },
  });
  const query = '{ jobs { nodes { retryOf } } }';
  const refused = { errors: [{ message: expect.stringContaining('Cannot query field "retryOf"') }] };
  expect((await post(world, token, { query }, { path })).body).toMatchObject(refused);
  const client = createClient({
    url: `${world.server.url.replace('http', 'ws')}${path}`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const answered = client.iterate({ query }).next();
  await expect(answered).rejects.toMatchObject([{ message: expect.stringContaining('Cannot query field') }]);
  await client.dispose();
});

test('invented names do not block the server while they are stored', async () => {
  await using world = await openTestDatabase('sqlite');
  await using uses = new OperationUses(world.database, pino({ level: 'silent' }));
  const invented = 5 * storedAtOnce;
  for (let n = 0; n < invented; n++) {
    const key = { client: 'c', version: '', tokenId: 0, operation: `o${n}` };
    uses.count({ key, uses: 1, at: Date.now(), fields: ['Job.id'] });
  }
  let turns = 0;
  let isStored = false;
  const stored = uses.store().then(() => {
    isStored = true;
  });
  while (!isStored) {
    await new Promise((resolve) => setImmediate(resolve));
    turns++;
  }
  await stored;
  expect(turns).toBeGreaterThanOrEqual(5);
  expect(await listUses(world.database, { first: 1, after: 0, fields: null })).toMatchObject({
    total: invented,
  });
});
