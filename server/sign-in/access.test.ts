import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hashSecret } from '../../schema/model/account/secret.ts';
import {
  endSession,
  findSession,
  Session,
  sessionIdleLifetime,
  sessionLifetime,
} from '../../schema/model/account/session.ts';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { ApiToken } from '../../schema/model/account/token.ts';
import { User } from '../../schema/model/account/user.ts';
import { Job } from '../../schema/model/job/job.ts';
import {
  type Browser,
  openServer,
  runningJob,
  type TestServer,
  until,
} from '../../tests/support/test-server.ts';

let world: TestServer;
beforeAll(async () => {
  world = await openServer();
});
afterAll(() => world[Symbol.asyncDispose]());

const viewer = '{ viewer { user { name } role canDeploy } }';
const start = 'mutation { startBackport(input: { changes: ["1"], acceptUnverified: true }) { __typename } }';
const page = ({ cookie, pageKey }: Browser) => ({ cookie, 'x-spiderpig-page-key': pageKey });

const post = (headers: Record<string, string>, body: string = JSON.stringify(world.sent(headers, viewer))) =>
  fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

/** fetch() sets Host itself; this does not. */
function raw(method: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port: world.server.port, method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

/** How a socket ends that is opened with these headers and sends these messages. */
function socketEnd(
  headers: Record<string, string>,
  messages: readonly object[],
  protocol = 'graphql-transport-ws',
  afterAck: object | null = null,
): Promise<{ code: number; heard: string[] }> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, protocol, { headers });
    const heard: string[] = [];
    socket.on('open', () => {
      for (const message of messages) socket.send(JSON.stringify(message));
    });
    socket.on('message', (data) => {
      heard.push(String(data));
      if (afterAck && heard.length === 1) socket.send(JSON.stringify(afterAck));
      if (String(data).includes('"complete"')) socket.close(1000);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve({ code: response.statusCode ?? 0, heard });
      socket.terminate();
    });
    socket.on('error', () => {});
    socket.on('close', (code) => resolve({ code, heard }));
  });
}

const subscribe = { id: '1', type: 'subscribe', payload: { query: viewer } };

describe('without authentication', () => {
  test('without authentication a request gets 401 before it is parsed', async () => {
    const response = await post({}, '{ not even JSON');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  test('without authentication a WebSocket is closed with 4403', async () => {
    const ended = await socketEnd({}, [{ type: 'connection_init' }]);
    expect(ended).toEqual({ code: 4403, heard: [] });
  });

  test('W1 a WebSocket that subscribes before connection_init is closed with 4401', async () => {
    expect((await socketEnd({}, [subscribe])).code).toBe(4401);
  });

  test('without authentication there is no event stream', async () => {
    const response = await post({ accept: 'text/event-stream' });
    expect(response.status).toBe(401);
  });

  test('without authentication GraphiQL redirects to the sign-in page', async () => {
    const response = await fetch(`${world.url}/graphql`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in']);
    expect((await fetch(`${world.url}/graphql/graphiql.js`)).status).toBe(401);
  });

  test('without authentication a log cannot be downloaded', async () => {
    const id = await runningJob(world.db);
    expect((await fetch(`${world.url}/jobs/${id}/log.txt`)).status).toBe(401);
  });
});

describe('a sign-in link', () => {
  const redeem = (code: string, headers: Record<string, string> = {}) =>
    fetch(`${world.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.url, ...headers },
      body: JSON.stringify({ code }),
    });

  test('C4 a sign-in link that is used twenty times at the same time gives one session', async () => {
    const code = await createSignInLink(world.db, 'ada', 'deployer');
    const all = await Promise.all(Array.from({ length: 20 }, () => redeem(code)));
    expect(all.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 403)]);
    const refused = all.find(({ status }) => status === 403);
    expect(refused?.headers.get('set-cookie')).toBeNull();
    expect(await refused?.json()).toEqual({ message: expect.stringContaining('spiderpig login') });
  });

  test('C4 a GET request does not use up a sign-in link', async () => {
    const code = await createSignInLink(world.db, 'ada', 'deployer');
    await fetch(`${world.url}/sign-in?code=${code}`);
    expect((await redeem(code)).status).toBe(200);
  });

  test('the session cookie is HttpOnly and SameSite', async () => {
    const code = await createSignInLink(world.db, 'ada', 'deployer');
    const cookie = (await redeem(code)).headers.get('set-cookie');
    expect(cookie).toMatch(/^spiderpig=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
  });

  test('C4 sign-in refuses other origins, forms and malformed requests', async () => {
    const code = await createSignInLink(world.db, 'ada', 'deployer');
    expect((await redeem(code, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await redeem(code, { origin: 'null' })).status).toBe(403);
    expect((await redeem(code, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await redeem(code)).status).toBe(200);
    const bodies = ['', '[]', '{"code":1}', 'x'.repeat(5_000)];
    const statuses = await Promise.all(
      bodies.map(async (body) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(`${world.url}/sign-in`, { method: 'POST', headers, body })).status;
      }),
    );
    expect(statuses).toEqual([400, 400, 400, 413]);
  });
});

describe('a browser', () => {
  test('a session needs its cookie and its page key', async () => {
    const answer = await world.ask(page(await world.signIn('deployer', 'ada')), viewer);
    expect(answer.data).toEqual({ viewer: { user: { name: 'ada' }, role: 'DEPLOYER', canDeploy: true } });
  });

  test('C3 a cookie alone, a page key alone, and the key of another session give no access', async () => {
    const one = await world.signIn();
    const other = await world.signIn();
    for (const headers of [
      { cookie: one.cookie },
      { 'x-spiderpig-page-key': one.pageKey },
      page({ ...one, pageKey: other.pageKey }),
      page({ ...one, pageKey: '' }),
    ]) {
      expect((await post(headers)).status).toBe(401);
    }
    for (const payload of [{}, { pageKey: other.pageKey }, { pageKey: 5 }, { pageKey: null }]) {
      const { code } = await socketEnd({ cookie: one.cookie }, [{ type: 'connection_init', payload }]);
      expect(code).toBe(4403);
    }
  });

  test('a session can subscribe over a WebSocket with cookie and page key', async () => {
    const { cookie, pageKey } = await world.signIn();
    const init = { type: 'connection_init', payload: { pageKey } };
    const payload = { query: '', ...world.sent(page({ cookie, pageKey }), viewer) };
    const { heard } = await socketEnd({ cookie }, [init], 'graphql-transport-ws', { ...subscribe, payload });
    expect(heard[1]).toContain('"name":"ada"');
  });

  test('the cookie alone is enough for pages, GraphiQL and the download of a log', async () => {
    const { cookie } = await world.signIn();
    const graphiql = await fetch(`${world.url}/graphql`, { headers: { cookie, accept: 'text/html' } });
    expect(graphiql.status).toBe(200);
    expect(await graphiql.text()).not.toMatch(/https?:\/\//);
    expect((await fetch(`${world.url}/metrics`, { headers: { cookie } })).status).toBe(200);
  });

  test('signing out ends the session and removes the cookie', async () => {
    const browser = await world.signIn();
    const out = (headers: Record<string, string>) =>
      fetch(`${world.url}/sign-out`, { method: 'POST', headers: { origin: world.url, ...headers } });
    expect((await out({ cookie: browser.cookie })).status).toBe(401);
    expect((await post(page(browser))).status).toBe(200);
    const response = await out(page(browser));
    expect(response.status).toBe(204);
    expect(response.headers.get('set-cookie')).toContain('spiderpig=; Path=/; Max-Age=0');
    expect((await post(page(browser))).status).toBe(401);
  });

  test('C8 signing out closes the WebSockets and event streams of the session immediately', async () => {
    const { cookie, pageKey } = await world.signIn();
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie },
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise<void>((resolve) => {
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey } })));
      socket.on('message', () => resolve());
    });
    const stream = await post(
      { ...page({ cookie, pageKey }), accept: 'text/event-stream' },
      JSON.stringify(world.sent(page({ cookie, pageKey }), 'subscription { systemUpdates { version } }')),
    );
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    const streamEnded = stream.text().then(
      () => 'ended',
      () => 'cut',
    );
    await fetch(`${world.url}/sign-out`, { method: 'POST', headers: page({ cookie, pageKey }) });
    expect(await closed).toBe(4403);
    expect(await streamEnded).toBe('cut');
  });

  test('an idle session expires, even with an open WebSocket', async () => {
    const { cookie } = await world.signIn();
    const secret = cookie.slice('spiderpig='.length);
    const late = Date.now() + sessionIdleLifetime - 1_000;
    expect(await findSession(world.db, secret, late, 'looked at')).not.toBeNull();
    expect(await findSession(world.db, secret, late + 2_000)).toBeNull();
  });

  test('a session expires after a week even if it is used', async () => {
    const { cookie } = await world.signIn();
    const secret = cookie.slice('spiderpig='.length);
    const end = Date.now() + sessionLifetime;
    const used = await world.db
      .em()
      .nativeUpdate(Session, { secretHash: hashSecret(secret) }, { lastUsedAt: end - 60_000 });
    expect(used).toBe(1);
    expect(await findSession(world.db, secret, end - 60_000, 'looked at')).not.toBeNull();
    expect(await findSession(world.db, secret, end + 1_000, 'looked at')).toBeNull();
  });
});

describe('a token', () => {
  test('G1 a token with scope read cannot change anything, and the error names the role', async () => {
    const token = await world.token('read');
    expect((await world.ask(token, viewer)).data.viewer).toMatchObject({ role: 'VIEWER', canDeploy: false });
    const before = await world.db.em().count(Job);
    for (const mutation of [
      start,
      'mutation { stopJob(input: { jobId: 1 }) { __typename } }',
      'mutation { retryJob(input: { jobId: 1 }) { __typename } }',
      'mutation { answerInteraction(input: { interactionId: 1, answer: "y" }) { __typename } }',
    ]) {
      const { data, errors } = await world.ask(token, mutation);
      expect(data ?? null).toBeNull();
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect(errors?.[0]?.message).toContain('“deployer”');
    }
    expect(await world.db.em().count(Job)).toBe(before);
  });

  test('a token with scope deploy can start a job', async () => {
    const { data } = await world.ask(await world.token('deploy'), start);
    expect(data.startBackport.__typename).toBe('StartBackportSuccess');
  });

  test('C8 a token has at most the rights of the current groups of its user', async () => {
    const provider = {
      issuer: 'http://127.0.0.1:9',
      clientId: 'spiderpig',
      clientSecretFile: null,
      userClaim: null,
      groupsClaim: 'groups',
    };
    const roleGroups = { viewer: ['staff'], deployer: ['deployment'], admin: ['ops'] };
    await using other = await openServer({
      configuration: { provider, publicUrl: 'http://127.0.0.1:8888', roleGroups },
    });
    const token = await other.token('deploy', 'grace');
    const read = await other.token('read', 'grace');
    const roles = async () =>
      await Promise.all(
        [token, read].map(async (by) => (await other.ask(by, viewer)).data?.viewer.role ?? null),
      );
    const put = (groups: readonly string[] | null) =>
      other.db.write(['sessions'], (em) => em.nativeUpdate(User, { name: 'grace' }, { groups }));
    // Who never came by the provider has what the deployment host gave.
    expect(await roles()).toEqual(['DEPLOYER', 'VIEWER']);
    for (const [groups, expected] of [
      [['ops'], ['DEPLOYER', 'VIEWER']],
      [
        ['staff', 'deployment'],
        ['DEPLOYER', 'VIEWER'],
      ],
      [['staff'], ['VIEWER', 'VIEWER']],
      [['others'], [null, null]],
    ] as const) {
      await put(groups);
      expect(await roles()).toEqual(expected);
    }
  });

  test('C9 the server refuses a wrong, revoked or expired token, even with a valid cookie', async () => {
    const browser = await world.signIn();
    const token = await world.token('deploy', 'revoked');
    const em = world.db.em();
    const made = await em.findOneOrFail(ApiToken, { revokedAt: null }, { orderBy: { id: 'desc' } });
    await em.nativeUpdate(ApiToken, { id: made.id }, { revokedAt: Date.now() });
    for (const authorization of [
      `Bearer ${token}`,
      'Bearer spiderpig_nonsense',
      'Bearer ',
      'Basic YTpi',
      '',
    ]) {
      expect((await post({ ...page(browser), authorization })).status).toBe(401);
      const payload = { authorization, pageKey: browser.pageKey };
      const { code } = await socketEnd({ cookie: browser.cookie }, [{ type: 'connection_init', payload }]);
      expect(code).toBe(4403);
    }
  });

  test('C9 the server ignores a token in the URL', async () => {
    const token = await world.token('deploy');
    const response = await fetch(
      `${world.url}/graphql?authorization=Bearer%20${token}&access_token=${token}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: viewer }),
      },
    );
    expect(response.status).toBe(401);
  });
});

describe('another web site', () => {
  test('C1 the server executes no operation sent by GET, form, text or multipart', async () => {
    const headers = { authorization: `Bearer ${await world.token('deploy')}` };
    const before = await world.db.em().count(Job);
    const query = encodeURIComponent(start);
    for (const accept of ['application/json', 'text/event-stream', '*/*']) {
      const response = await fetch(`${world.url}/graphql?query=${query}`, {
        headers: { ...headers, accept },
      });
      expect(response.status).toBe(405);
    }
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/graphql',
      'application/jsonx',
    ]) {
      expect((await post({ ...headers, 'content-type': type }, `query=${query}`)).status).toBe(415);
    }
    expect(await world.db.em().count(Job)).toBe(before);
  });

  test('C1 the server refuses a foreign Origin over HTTP and WebSocket', async () => {
    const authorization = `Bearer ${await world.token('deploy')}`;
    for (const origin of [
      'null',
      'http://evil.example',
      'http://127.0.0.1:1',
      world.url.replace('127.0.0.1', 'localhost'),
      world.url.replace('http:', 'https:'),
    ]) {
      expect((await post({ authorization, origin })).status).toBe(403);
      expect((await socketEnd({ origin }, [])).code).toBe(403);
    }
    expect((await post({ authorization, origin: world.url })).status).toBe(200);
  });

  test('C2 the server refuses a rebound or malformed Host over HTTP and WebSocket', async () => {
    for (const [host, status] of [
      ['evil.example', 421],
      [`evil.example:${world.server.port}`, 421],
      ['localhost.evil.example:8888', 421],
      ['127.0.0.1.evil.example', 421],
      ['127.0.0.2:8888', 421],
      ['a b', 400],
      ['127.0.0.1:8888/x', 400],
      ['user@127.0.0.1', 400],
    ] as const) {
      expect(await raw('GET', '/healthz', { host })).toBe(status);
      expect((await socketEnd({ host }, [])).code).toBe(status);
    }
    // Another port is that of a tunnel to this server: ssh -L 9999:127.0.0.1:PORT.
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      for (const port of [world.server.port, 9999])
        expect(await raw('GET', '/healthz', { host: `${host}:${port}` })).toBe(200);
  });
});

describe('a WebSocket', () => {
  test('W1 the server refuses the legacy WebSocket protocol', async () => {
    expect((await socketEnd({}, [], 'graphql-ws')).code).not.toBe(1000);
  });

  test('W1 the server closes a WebSocket after a second connection_init or a message that is too large', async () => {
    const authorization = `Bearer ${await world.token('read')}`;
    const init = { type: 'connection_init', payload: { authorization } };
    expect((await socketEnd({}, [init, init])).code).toBe(4429);
    const long = { id: '1', type: 'subscribe', payload: { query: `#${'x'.repeat(70_000)}` } };
    expect((await socketEnd({}, [long])).code).toBe(1009);
  });

  test('W1 the server disconnects a WebSocket whose client does not answer pings', async () => {
    await using own = await openServer({ pingInterval: 20 });
    const { port } = own.server;
    const socket = connect(port, '127.0.0.1');
    const cut = new Promise<string>((resolve) => socket.on('close', () => resolve('cut')));
    socket.on('error', () => {});
    socket.resume();
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    expect(await cut).toBe('cut');
  });

  test('WebSockets are accepted only at /graphql', async () => {
    const response = await new Promise<string>((resolve) => {
      const socket = connect(world.server.port, '127.0.0.1', () => {
        socket.write(
          `GET /other HTTP/1.1\r\nHost: 127.0.0.1:${world.server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n`,
        );
      });
      socket.on('data', (data) => resolve(String(data)));
    });
    expect(response).toMatch(/^HTTP\/1.1 404 /);
  });
});

test('the server answers a request that offers another upgrade over HTTP/1.1', async () => {
  const host = `127.0.0.1:${world.server.port}`;
  expect(await raw('GET', '/healthz', { host, connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' })).toBe(
    200,
  );
});

test('the server serves --allowed-hosts and no other host', async () => {
  await using other = await openServer({
    configuration: { allowedHosts: ['deploy.example', 'x.example:81'] },
  });
  const status = (host: string) =>
    new Promise<number>((resolve, reject) => {
      httpRequest(
        { host: '127.0.0.1', port: other.server.port, path: '/healthz', headers: { host } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end();
    });
  expect(await status('deploy.example')).toBe(200);
  expect(await status('Deploy.example:443')).toBe(200);
  expect(await status('x.example:81')).toBe(200);
  expect(await status('x.example')).toBe(421);
});

test('startServer rejects if the port is in use', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  // A listening TCP server's address is an object.
  const { port } = taken.address() as AddressInfo;
  await expect(openServer({ configuration: { port } })).rejects.toThrow(
    `port ${port} of 127.0.0.1 is already in use`,
  );
  await new Promise((resolve) => taken.close(resolve));
});

test('C9 the server log contains no secret', async () => {
  const token = await world.token('deploy');
  const browser = await world.signIn();
  await world.ask(token, start);
  await world.ask(page(browser), start);
  await post({ authorization: `Bearer ${token}x` });
  await until(() => world.logged.some((entry) => entry.includes('signed in')));
  const everything = world.logged.join('');
  for (const secret of [token, browser.pageKey, browser.cookie.slice(10)])
    expect(everything).not.toContain(secret);
});

test('a session that was ended on another server ends here', async () => {
  const browser = await world.signIn();
  const found = await findSession(world.db, browser.cookie.slice(10));
  await endSession(world.db, found?.session.id ?? 0);
  expect((await post(page(browser))).status).toBe(401);
});
