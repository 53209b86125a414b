// Tests the device authorization flow over HTTP.
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AuditEntry } from '../../schema/model/account/audit.ts';
import { banUser } from '../../schema/model/account/ban.ts';
import { insertSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { openServerOn } from '../../tests/support/server.ts';
import { openServer, type TestServer } from '../../tests/support/test-server.ts';
import { pageKeyHeader } from './identity.ts';

let world: TestServer;
beforeAll(async () => {
  world = await openServer({
    configuration: {
      publicUrl: 'https://spiderpig.example',
      basePath: '/tools',
      roleGroups: { viewer: [], deployer: ['deployment'], admin: [] },
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

async function post(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const begin = async (scope = 'deploy') =>
  (await post('/device/code', { client: 'a test', host: 'deploy1', scope })).body;

const browser = async (role: 'viewer' | 'deployer' = 'deployer', name = 'ada') => {
  const { cookie, pageKey } = await world.signIn(role, name);
  return { cookie, [pageKeyHeader]: pageKey };
};

test('C18 a terminal gets a token once a person with a page key confirmed its code, and only once', async () => {
  const { device_code, user_code, ...rest } = await begin();
  expect(rest).toEqual({
    verification_uri: 'https://spiderpig.example/tools/device',
    expires_in: 600,
    interval: 2,
  });
  expect(await post('/device/token', { device_code })).toMatchObject({
    status: 400,
    body: { error: 'authorization_pending' },
  });
  expect(await post('/device/token', { device_code })).toMatchObject({ body: { error: 'slow_down' } });
  const page = await browser();
  expect(await post('/device/request', { code: user_code }, page)).toMatchObject({
    status: 200,
    body: {
      client: 'a test',
      host: 'deploy1',
      address: expect.stringContaining('127.0.0.1'),
      scope: 'deploy',
    },
  });
  expect(await post('/device/decision', { code: user_code, allow: true }, page)).toMatchObject({
    status: 200,
  });
  const { body } = await post('/device/token', { device_code });
  expect(body).toMatchObject({ token_type: 'Bearer', access_token: expect.stringMatching(/^spiderpig_/) });
  expect(await post('/device/token', { device_code })).toMatchObject({ body: { error: 'invalid_grant' } });
  const { data } = await world.ask(body.access_token, '{ viewer { user { name } canDeploy } }');
  expect(data.viewer).toEqual({ user: { name: 'ada' }, canDeploy: true });
  for (const secret of [device_code, user_code, body.access_token])
    expect(world.logged.join('\n')).not.toContain(secret);
});

test('C18 neither a token nor the cookie alone nor a stranger can confirm a code', async () => {
  const { user_code: code } = await begin();
  const { cookie } = await world.signIn();
  const authorization = `Bearer ${await world.token('deploy')}`;
  for (const path of ['/device/request', '/device/decision']) {
    expect((await post(path, { code, allow: true }, { authorization })).status).toBe(403);
    expect((await post(path, { code, allow: true }, { cookie })).status).toBe(401);
    expect((await post(path, { code, allow: true })).status).toBe(401);
  }
});

test('C18 a person without the second factor can neither look at a code nor confirm it', async () => {
  const { user_code: code } = await begin();
  const now = Date.now();
  const link = await world.db.write([], async (em) => {
    const user = await userNamed(em, 'hal', now);
    await em.nativeUpdate(User, { id: user.id }, { groups: ['deployment'] });
    return await insertSignInLink(em, { user, role: null, way: 'provider', expiresAt: now + 60_000 }, now);
  });
  const { cookie, pageKey } = await world.redeem(link);
  const half = { cookie, [pageKeyHeader]: pageKey };
  expect((await post('/device/request', { code }, half)).status).toBe(401);
  expect((await post('/device/decision', { code, allow: true }, half)).status).toBe(401);
  expect((await post('/device/request', { code }, await browser())).status).toBe(200);
});

test('C18 a request whose body is still being sent is closed by a ban', async () => {
  const { device_code, user_code: code } = await begin();
  const page = await browser('deployer', 'mallory');
  const headers = { 'content-type': 'application/json', expect: '100-continue', ...page };
  const sent = request(`${world.url}/device/decision`, { method: 'POST', headers });
  const outcome = new Promise<string>((resolve) => {
    sent.once('error', () => resolve('closed'));
    sent.once('response', ({ statusCode }) => resolve(String(statusCode)));
  });
  await new Promise((resolve) => sent.once('continue', resolve).flushHeaders());
  sent.write('{');
  // Requests that arrive later are answered, so this one was authenticated before.
  for (let count = 0; count < 5; count++) await post('/device/request', { code }, page);
  const { mallory, admin } = await world.db.write([], async (em) => ({
    mallory: await userNamed(em, 'mallory', Date.now()),
    admin: await userNamed(em, 'grace', Date.now()),
  }));
  await banUser(world.db, { userId: mallory.id, by: admin, reason: 'a reason' });
  expect(await outcome).toBe('closed');
  sent.end(`"code":"${code}","allow":true}`);
  expect((await post('/device/token', { device_code })).body).toMatchObject({
    error: 'authorization_pending',
  });
});

test('a request whose client disconnects before it is authenticated is forgotten', async () => {
  await using slow = await openServerOn('postgresql');
  const { cookie, pageKey } = await slow.signIn('deployer', 'amina');
  const page = { cookie, [pageKeyHeader]: pageKey };
  const headers = { 'content-type': 'application/json', expect: '100-continue', ...page };
  const held = Promise.withResolvers<void>();
  // Authentication waits for this lock.
  const holding = slow.db.write([], async (em) => {
    await slow.db.execute('lock table session in access exclusive mode', [], em);
    await held.promise;
  });
  const sent = request(`${slow.url}/device/decision`, { method: 'POST', headers }).on('error', () => {});
  await new Promise((resolve) => sent.once('continue', resolve).flushHeaders());
  sent.destroy();
  const alive = () => fetch(`${slow.url}/healthz`).then((response) => response.text());
  for (let count = 0; count < 5; count++) await alive();
  held.resolve();
  await holding;
  for (let count = 0; count < 5; count++) await fetch(`${slow.url}/schema.graphql`, { headers: page });
  expect(await (await fetch(`${slow.url}/metrics`)).text()).toContain('spiderpig_connections 0\n');
});

test('C18 a viewer is refused a token that deploys with a reason, and may have one that reads', async () => {
  const page = await browser('viewer', 'vic');
  const deploying = await begin();
  expect(await post('/device/decision', { code: deploying.user_code, allow: true }, page)).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('“deploy”') },
  });
  const reading = await begin('read');
  expect((await post('/device/decision', { code: reading.user_code, allow: true }, page)).status).toBe(200);
});

test('C18 wrong codes of one person are limited, and do not limit another person', async () => {
  const page = await browser('deployer', 'guesser');
  const statuses = new Set<number>();
  for (let count = 0; count < 25; count++)
    statuses.add((await post('/device/request', { code: 'BCDFGHJK' }, page)).status);
  expect([...statuses]).toEqual([404, 429]);
  expect(
    await world.db.em().count(AuditEntry, { detail: 'no terminal waits with this code' }),
  ).toBeGreaterThan(0);
  expect(
    (await post('/device/request', { code: 'BCDFGHJK' }, await browser('deployer', 'other'))).status,
  ).toBe(404);
});

test.each([{}, { client: 'x', host: 'y', scope: 'admin' }, { client: 'x', host: 7, scope: 'read' }])(
  'a request %j of a terminal is refused',
  async (body) => {
    expect((await post('/device/code', body)).status).toBe(400);
  },
);

test.each(['read', 'deploy'] as const)(
  'a token with the scope %s revokes itself at /sign-out',
  async (scope) => {
    const authorization = `Bearer ${await world.token(scope)}`;
    expect(await post('/sign-out', {}, { authorization })).toEqual({ status: 200, body: { revoked: true } });
    expect((await post('/sign-out', {}, { authorization })).status).toBe(401);
    expect((await post('/graphql', { query: '{ viewer { role } }' }, { authorization })).status).toBe(401);
  },
);

/** An address of loopback stands for many people, so requests that are limited must come from another one. Undefined if this machine has no other. */
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

test.skipIf(outside === undefined)(
  'C18 requests, polls and codes of one address are limited, also if several persons are there (needs a network)',
  async () => {
    await using other = await openServer({
      configuration: { host: '0.0.0.0', allowedHosts: [String(outside)] },
    });
    const statuses = async (
      path: string,
      count: number,
      body: object,
      headers: Record<string, string> = {},
    ) => {
      const send = async () => {
        const url = `http://${outside}:${other.server.port}${path}`;
        const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
        const response = await fetch(url, { ...init, body: JSON.stringify(body) });
        await response.arrayBuffer();
        return response.status;
      };
      return (await Promise.all(Array.from({ length: count }, send))).sort();
    };
    const refused = (admitted: number, status: number) => [...Array(admitted).fill(status), 429];
    expect(await statuses('/device/code', 21, {})).toEqual(refused(20, 400));
    expect(await statuses('/device/token', 601, {})).toEqual(refused(600, 400));
    const [one, two] = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const { cookie, pageKey } = await other.signIn('deployer', name);
        return { cookie, [pageKeyHeader]: pageKey };
      }),
    );
    const code = { code: 'BCDFGHJK' };
    expect(await statuses('/device/request', 15, code, one)).toEqual(Array(15).fill(404));
    expect(await statuses('/device/request', 6, code, two)).toEqual(refused(5, 404));
  },
);
