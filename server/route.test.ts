import { buildClientSchema, buildSchema, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertSignInLink } from '../schema/model/account/sign-in-link.ts';
import { userNamed } from '../schema/model/account/user.ts';
import { type Browser, openServer, queuedJob, type TestServer } from '../tests/support/test-server.ts';
import { type Route, routes } from './route.ts';
import { allowedCallers, type RouteCaller, routeCallers } from './route-access.ts';
import { pageKeyHeader } from './sign-in/identity.ts';

/** Paths for the patterns of the table. */
const samples: Readonly<Record<string, string>> = {
  [String(/^\/graphql\//)]: '/graphql/start.js',
  [String(/^\/jobs\/[^/]+\/log\.txt$/)]: '/jobs/1/log.txt',
  [String(/^\/jobs\/[^/]+\/plain$/)]: '/jobs/1/plain',
};
const pathOf = ({ path }: Route): string => (typeof path === 'string' ? path : (samples[String(path)] ?? ''));
const nameOf = (route: Route): string => `${route.method} ${pathOf(route)}`;

/** What a server does with a request of a caller. A redirect leads to the sign-in page. */
type Outcome = 'refused' | 'let in';
const outcomeOf = ({ status }: Response): Outcome =>
  [303, 401, 403].includes(status) ? 'refused' : 'let in';

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
    'C11 %s gives nothing to a client that has only the cookie, unless it says why this is safe',
    async (_, route) => {
      expect(pathOf(route)).not.toBe('');
      const response = await send(pathOf(route), {
        method: route.method,
        headers: { cookie: admin.cookie, accept: '*/*', ...(route.json ? json : {}) },
        ...(route.method === 'POST' ? { body: '{}' } : {}),
      });
      if (response.status !== 401) expect(route.why).toMatch(/\w/);
    },
  );

  test('G1 C20 each route that asks for credentials lets in exactly the callers in docs/rights.md, and no cache stores its answer', async () => {
    const ofBrowser = ({ cookie, pageKey }: Browser) => ({ cookie, [pageKeyHeader]: pageKey });
    const ofToken = (token: string) => ({ authorization: `Bearer ${token}` });
    const half = await world.db.write([], async (em) => {
      const now = Date.now();
      const user = await userNamed(em, 'half', now);
      return await insertSignInLink(em, { user, role: null, way: 'provider', expiresAt: now + 60_000 }, now);
    });
    const headers: Record<RouteCaller, Record<string, string>> = {
      nobody: {},
      'half signed in': ofBrowser(await world.redeem(half)),
      viewer: ofBrowser(await world.signIn('viewer', 'vera')),
      deployer: ofBrowser(await world.signIn('deployer', 'linus')),
      admin: page(),
      'token read': ofToken(await world.token('read', 'reader')),
      'token deploy': ofToken(await world.token('deploy', 'tool')),
      'cookie alone': { cookie: admin.cookie },
    };
    const expected: Record<string, Outcome> = {};
    const seen: Record<string, Outcome> = {};
    // What a public route answers depends on what the request contains.
    for (const route of routes.filter(({ access }) => access !== 'public')) {
      for (const caller of routeCallers) {
        const key = `${nameOf(route)}, ${caller}`;
        expected[key] = allowedCallers(route).has(caller) ? 'let in' : 'refused';
        const response = await send(pathOf(route), {
          method: route.method,
          headers: {
            ...headers[caller],
            accept: route.accept ?? '*/*',
            ...(route.json ? json : {}),
          },
          ...(route.method === 'POST' ? { body: '{}' } : {}),
        });
        await response.body?.cancel();
        seen[key] = outcomeOf(response);
        // A cache on the way must not give the answer of one user to another. Files of GraphiQL are the same for all.
        if (!pathOf(route).startsWith('/graphql/'))
          expect([key, response.headers.get('cache-control')]).toEqual([key, 'no-store']);
      }
    }
    expect(Object.keys(seen).length).toBeGreaterThan(60);
    expect(seen).toEqual(expected);
  });

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
