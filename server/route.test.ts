import { buildClientSchema, buildSchema, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Browser, openServer, queuedJob, type TestServer } from '../tests/support/test-server.ts';
import { type Route, routes } from './route.ts';
import { pageKeyHeader } from './sign-in/identity.ts';

/** Paths for the patterns of the table. */
const samples: Readonly<Record<string, string>> = {
  [String(/^\/graphql\//)]: '/graphql/start.js',
  [String(/^\/jobs\/[^/]+\/log\.txt$/)]: '/jobs/1/log.txt',
};
const pathOf = ({ path }: Route): string => (typeof path === 'string' ? path : (samples[String(path)] ?? ''));
const nameOf = (route: Route): string => `${route.method} ${pathOf(route)}`;

/** The routes that answer without a page key or a token, and why this is safe. A new route that is not listed needs a proof. */
const withoutProof: Readonly<Record<string, string>> = {
  'GET /graphql': 'the page of GraphiQL, without data; its requests need the page key',
  'GET /graphql/start.js': 'static files of GraphiQL',
  'GET /sign-in': 'the web client',
  'POST /sign-in': 'the code of a link is the proof',
  'GET /sign-in/ways': 'the name of the identity provider',
  'GET /sign-in/standing': 'says that the client is signed out',
  'GET /sign-in/provider': 'a redirect',
  'GET /sign-in/callback': 'a redirect',
  'POST /sign-in/back-channel-logout': 'the logout token is the proof',
  'POST /device/code': 'gives nothing until a person confirms it',
  'POST /device/token': 'the device code is the proof',
  'GET /healthz': 'that the process runs',
  'GET /readyz': 'that the database responds',
  'GET /metrics': 'counts, to clients of this host',
};

describe('C11 routes', () => {
  let world: TestServer;
  let admin: Browser;
  beforeAll(async () => {
    world = await openServer();
    admin = await world.signIn('admin', 'ada');
    await queuedJob(world.db);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const send = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${world.url}${path}`, { redirect: 'manual', ...init });
  const page = () => ({ cookie: admin.cookie, [pageKeyHeader]: admin.pageKey });
  const json = { 'content-type': 'application/json' };
  const ticketFor = async (path: string): Promise<string> => {
    const response = await send('/ticket', {
      method: 'POST',
      headers: { ...page(), ...json },
      body: JSON.stringify({ path }),
    });
    const { ticket } = JSON.parse(await response.text());
    return ticket;
  };

  test.each(routes.map((route) => [nameOf(route), route] as const))(
    'C11 %s gives nothing to a client that has only the cookie, unless it is listed as safe',
    async (name, route) => {
      expect(pathOf(route)).not.toBe('');
      const response = await send(pathOf(route), {
        method: route.method,
        headers: { cookie: admin.cookie, accept: '*/*', ...(route.json ? json : {}) },
        ...(route.method === 'POST' ? { body: '{}' } : {}),
      });
      if (response.status !== 401) expect(Object.keys(withoutProof)).toContain(name);
    },
  );

  test.each(['/audit.jsonl', '/audit.jsonl?action=start', '/jobs/1/log.txt', '/jobs/1/log.txt?colours=no'])(
    'C11 %s is downloaded with the page key, or once with a ticket and the cookie',
    async (path) => {
      const { cookie } = admin;
      expect((await send(path, { headers: page() })).status).toBe(200);
      expect((await send(path, { headers: { cookie } })).status).toBe(401);
      const ticket = await ticketFor(path);
      const url = `${path}${path.includes('?') ? '&' : '?'}ticket=${ticket}`;
      expect((await send(url)).status).toBe(401);
      expect((await send(url, { headers: { cookie } })).status).toBe(200);
      expect((await send(url, { headers: { cookie } })).status).toBe(401);
    },
  );

  test('C11 a ticket is not accepted for another path', async () => {
    const ticket = await ticketFor('/jobs/1/log.txt');
    const { cookie } = admin;
    for (const path of ['/audit.jsonl', '/jobs/2/log.txt', '/jobs/1/log.txt?colours=no']) {
      const url = `${path}${path.includes('?') ? '&' : '?'}ticket=${ticket}`;
      expect((await send(url, { headers: { cookie } })).status).toBe(401);
    }
  });

  test('C11 a ticket does not give a deployer the audit log', async () => {
    const { cookie, pageKey } = await world.signIn('deployer', 'linus');
    const response = await send('/ticket', {
      method: 'POST',
      headers: { cookie, [pageKeyHeader]: pageKey, ...json },
      body: JSON.stringify({ path: '/audit.jsonl' }),
    });
    const { ticket } = JSON.parse(await response.text());
    expect((await send(`/audit.jsonl?ticket=${ticket}`, { headers: { cookie } })).status).toBe(403);
  });

  test('C12 a planted cookie of the same name does not lock its user out', async () => {
    const cookie = `spiderpig=planted; ${admin.cookie}; spiderpig=also-planted`;
    const response = await send('/audit.jsonl', { headers: { ...page(), cookie } });
    expect(response.status).toBe(200);
    const standing = await send('/sign-in/standing', {
      headers: { ...page(), cookie: 'spiderpig=a; spiderpig=b' },
    });
    expect(await standing.json()).toMatchObject({ standing: 'out', isAmbiguous: true });
  });

  test('C1 a compressed body is refused with 415', async () => {
    const response = await send('/graphql', {
      method: 'POST',
      headers: { ...page(), ...json, 'content-encoding': 'gzip' },
      body: '{}',
    });
    expect(response.status).toBe(415);
  });

  test.each<[string, number, string, RequestInit & { headers?: Record<string, string> }]>([
    ['a method', 405, 'METHOD_NOT_ALLOWED', { method: 'PUT' }],
    ['a GET of a tool', 405, 'METHOD_NOT_ALLOWED', { method: 'GET' }],
    ['a content type', 415, 'UNSUPPORTED_MEDIA_TYPE', { method: 'POST', body: 'x' }],
    [
      'a web site',
      403,
      'ORIGIN_NOT_ALLOWED',
      { method: 'POST', headers: { origin: 'https://evil.example' } },
    ],
    ['missing credentials', 401, 'UNAUTHENTICATED', { method: 'POST', headers: json, body: '{}' }],
  ])('/graphql refuses %s with a code that programs can read', async (_, status, code, request) => {
    const response = await send('/graphql', request);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test('the schema can be downloaded in both forms, also without what is deprecated', async () => {
    const get = async (path: string) => await (await send(path, { headers: page() })).text();
    const text = await get('/schema.graphql');
    expect(printSchema(buildSchema(text))).toContain('retryOf: ID @deprecated');
    expect(await get('/schema.graphql?remove_deprecated=true')).not.toContain('@deprecated');
    const { data } = JSON.parse(await get('/schema.json'));
    expect(printSchema(buildClientSchema(data))).toBe(text.trimEnd());
    expect((await send('/schema.graphql', {})).status).toBe(401);
  });
});
