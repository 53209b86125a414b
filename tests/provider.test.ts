// Tests the sign-in at an identity provider: a real OpenID Connect server over HTTP, on both databases.
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { AuditEntry } from '../schema/model/account/audit.ts';
import { ProviderAttempt } from '../schema/model/account/provider-attempt.ts';
import { Session } from '../schema/model/account/session.ts';
import { createSignInLink, SignInLink } from '../schema/model/account/sign-in-link.ts';
import { User } from '../schema/model/account/user.ts';
import { type Dialect, sqliteFile } from '../schema/model/store/database.ts';
import type { ServerOptions } from '../server/context.ts';
import { dialects, makeDatabase } from './support/database.ts';
import { freePort } from './support/network/port.ts';
import {
  CookieKeeper,
  type IdentityProvider,
  openIdentityProvider,
  type Person,
} from './support/sign-in/identity-provider.ts';
import { type Browser, openServer, type TestServer } from './support/test-server.ts';

const viewer = '{ viewer { user { name } role } }';

/** A server, its database, and an identity provider with which it is registered. */
interface Organisation extends AsyncDisposable {
  readonly world: TestServer;
  readonly idp: IdentityProvider;
  readonly people: Map<string, Person>;
  readonly url: string;
}

async function openOrganisation(
  dialect: Dialect,
  more: {
    configuration?: Partial<ServerOptions['configuration']>;
    secret?: string;
    claimsInToken?: boolean;
    providerTimeout?: number;
    groupsClaim?: string;
    userClaim?: string;
  } = {},
): Promise<Organisation> {
  const directory = await mkdtemp(join(tmpdir(), 'spiderpig-provider-'));
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const people = new Map<string, Person>();
  const idp = await openIdentityProvider({
    publicUrl,
    people,
    claimsInToken: more.claimsInToken ?? false,
  });
  const clientSecretFile = join(directory, 'secret');
  await writeFile(clientSecretFile, `${more.secret ?? idp.clientSecret}\n`, { mode: 0o600 });
  const { url: databaseUrl, drop } = await makeDatabase(dialect, directory);
  const world = await openServer({
    databaseUrl,
    onlyRings: true,
    // Of the test that locks the database.
    busyLimit: 2_000,
    ...(more.providerTimeout === undefined ? {} : { providerTimeout: more.providerTimeout }),
    configuration: {
      port,
      publicUrl,
      provider: {
        issuer: idp.issuer,
        clientId: idp.clientId,
        clientSecretFile,
        userClaim: more.userClaim ?? null,
        groupsClaim: more.groupsClaim ?? 'groups',
      },
      secondFactor: false,
      roleGroups: { viewer: ['staff'], deployer: ['deployers'], admin: ['admins'] },
      ...more.configuration,
    },
  });
  return {
    world,
    idp,
    people,
    url: world.url,
    async [Symbol.asyncDispose]() {
      await idp[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
      await drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const wayBack = (url: URL): boolean => url.pathname === '/sign-in/callback';
const signInPage = (url: URL): boolean => url.pathname === '/sign-in';
const fragment = (url: URL): URLSearchParams => new URLSearchParams(url.hash.slice(1));

describe.each(dialects)('sign-in at the identity provider on %s', (dialect) => {
  let place: Organisation;
  let world: TestServer;
  let idp: IdentityProvider;
  beforeAll(async () => {
    place = await openOrganisation(dialect);
    ({ world, idp } = place);
    place.people.set('sub-ada', { preferred_username: 'ada', groups: ['staff', 'deployers'] });
    place.people.set('sub-eve', { preferred_username: 'eve', groups: ['staff'] });
  });
  afterAll(() => place[Symbol.asyncDispose]());
  afterEach(() => {
    idp.tamper = null;
    idp.tamperKey = null;
    idp.behaviour = 'answers';
    idp.failsAt = null;
  });

  /** Signs in at the provider up to the sign-in page. Returns the parameters of that page. */
  const arrive = async (
    browser: CookieKeeper,
    login: string | null,
    next = '/',
    at = place,
  ): Promise<URLSearchParams> =>
    fragment(
      await browser.go(`${at.url}/sign-in/provider?${new URLSearchParams({ next })}`, login, signInPage),
    );
  /** Signs in at the provider. Returns the callback URL without requesting it. */
  const callback = (browser: CookieKeeper, login = 'sub-ada', next = '/'): Promise<URL> =>
    browser.go(`${place.url}/sign-in/provider?${new URLSearchParams({ next })}`, login, wayBack);
  const redeem = (browser: CookieKeeper, code: string | null, at = place): Promise<Response> =>
    browser.send(`${at.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: at.url },
      body: JSON.stringify({ code }),
    });
  /** Signs a person in as the web client does. */
  async function signIn(login: string, browser = new CookieKeeper(), at = place): Promise<Browser> {
    const parameters = await arrive(browser, login, '/', at);
    const response = await redeem(browser, parameters.get('code'), at);
    if (response.status !== 200) throw new Error(`not signed in: ${parameters} ${await response.text()}`);
    const { pageKey } = JSON.parse(await response.text());
    return { cookie: `spiderpig=${browser.cookie('spiderpig')}`, pageKey };
  }
  const page = ({ cookie, pageKey }: Browser) => ({ cookie, 'x-spiderpig-page-key': pageKey });
  const roleOf = async (browser: Browser, at = place): Promise<string | null> =>
    (await at.world.ask(page(browser), viewer)).data?.viewer?.role ?? null;
  /** In seconds, as in a token. */
  const now = () => Math.floor(Date.now() / 1_000);
  const refusals = async (): Promise<string[]> =>
    (await world.db.em().find(AuditEntry, { action: 'sign-in refused' }, { orderBy: { id: 'asc' } })).map(
      ({ detail }) => detail,
    );
  /** Requests a callback that must be refused. Returns the parameters of the sign-in page. An existing session stays valid. */
  async function refused(browser: CookieKeeper, back: URL): Promise<URLSearchParams> {
    const session = await signIn('sub-ada');
    const response = await browser.send(back.href, { headers: { cookie: session.cookie } });
    expect(response.status).toBe(303);
    expect(response.headers.getSetCookie()).toEqual([]);
    const parameters = fragment(new URL(response.headers.get('location') ?? '', place.url));
    expect(parameters.get('code')).toBeNull();
    expect(await roleOf(session)).toBe('DEPLOYER');
    return parameters;
  }

  it('a sign-in returns to the requested page and gives the role of the groups', async () => {
    const browser = new CookieKeeper();
    const parameters = await arrive(browser, 'sub-ada', '/jobs/7?a=b#L3');
    expect(parameters.get('next')).toBe('/jobs/7?a=b#L3');
    const response = await redeem(browser, parameters.get('code'));
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^spiderpig=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    const { pageKey } = JSON.parse(await response.text());
    const cookie = `spiderpig=${browser.cookie('spiderpig')}`;
    expect((await world.ask(page({ cookie, pageKey }), viewer)).data.viewer).toEqual({
      user: { name: 'ada' },
      role: 'DEPLOYER',
    });
    const ada = await world.db.em().findOneOrFail(User, { name: 'ada' });
    expect(ada.groups).toEqual(['staff', 'deployers']);
    const session = await world.db.em().findOneOrFail(Session, { user: ada.id }, { orderBy: { id: 'desc' } });
    expect(session).toMatchObject({ way: 'provider', role: null, providerSubject: 'sub-ada' });
    expect(session.providerSession).toMatch(/./);
    const rows = await world.db.em().find(AuditEntry, { user: ada.id }, { orderBy: { id: 'asc' } });
    expect(rows.map(({ action }) => action)).toEqual(['sign-in', 'sign-in']);
    expect(rows.map(({ detail }) => detail)).toEqual([
      'the identity provider says: in groups staff, deployers',
      'at the identity provider',
    ]);
  });

  it('a sign-in stores a thousand groups and logs when there are more', async () => {
    const groups = Array.from({ length: 1_500 }, (_, n) => (n === 7 ? 'deployers' : `group ${n}`));
    place.people.set('sub-many', { preferred_username: 'many', groups });
    expect(await roleOf(await signIn('sub-many'))).toBe('DEPLOYER');
    const many = await world.db.em().findOneOrFail(User, { name: 'many' });
    expect(many.groups).toEqual(groups.slice(0, 1_000));
    expect(world.logged.join('')).toContain('the user is in too many groups');
  });

  it('a person without a groups claim is signed in without a role, and can sign out', async () => {
    place.people.set('sub-guest', { preferred_username: 'guest' });
    const session = await signIn('sub-guest');
    expect(await roleOf(session)).toBeNull();
    const socket = new WebSocket(`${place.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: session.cookie },
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey: session.pageKey } })),
    );
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(4403);
    const out = await fetch(`${place.url}/sign-out`, { method: 'POST', headers: page(session) });
    expect(out.status).toBe(204);
    expect(world.logged.join('')).toContain('sent no groups claim');
  });

  it('C8 a removed group changes the role of open sessions at the next sign-in', async () => {
    place.people.set('sub-fay', { preferred_username: 'fay', groups: ['admins'] });
    const first = await signIn('sub-fay');
    expect(await roleOf(first)).toBe('ADMIN');
    const socket = new WebSocket(`${place.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: first.cookie },
    });
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise<void>((resolve) => {
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey: first.pageKey } })),
      );
      socket.on('message', () => resolve());
    });
    place.people.set('sub-fay', { preferred_username: 'fay', groups: ['staff'] });
    const second = await signIn('sub-fay');
    expect(await closed).toBe(4403);
    expect([await roleOf(first), await roleOf(second)]).toEqual(['VIEWER', 'VIEWER']);
  });

  it('a forged callback is refused and not recorded', async () => {
    const before = await world.db.em().count(AuditEntry);
    for (const query of ['', '?state=x&code=y', '?code=y', '?error=access_denied', '?state=x&state=y']) {
      const response = await fetch(`${place.url}/sign-in/callback${query}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([
        303,
        '/sign-in#problem=attempt&next=%2F',
      ]);
    }
    expect(await world.db.em().count(AuditEntry)).toBe(before);
    for (const path of ['/sign-in/callback?state=x', '/sign-in/provider']) {
      for (const method of ['HEAD', 'POST'])
        expect((await fetch(place.url + path, { method, redirect: 'manual' })).status).toBe(405);
    }
  });

  it('C6 a callback that was used before is refused', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser, 'sub-eve');
    const first = await browser.send(back.href);
    expect(first.headers.get('location')).toMatch(/^\/sign-in#code=/);
    expect((await refused(browser, back)).get('problem')).toBe('attempt');
    expect((await refusals()).at(-1)).toBe('at the identity provider: the attempt is used');
  });

  it('C6 a callback is refused in another browser and stays valid in its own', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser, 'sub-eve');
    const other = new CookieKeeper();
    expect((await refused(other, back)).get('problem')).toBe('attempt');
    await callback(other, 'sub-ada');
    expect((await refused(other, back)).get('problem')).toBe('attempt');
    expect((await refusals()).at(-1)).toBe(
      'at the identity provider: the attempt belongs to another browser',
    );
    expect((await browser.send(back.href)).headers.get('location')).toMatch(/^\/sign-in#code=/);
  });

  it.each([
    ['sub', 'a\0b'],
    ['sid', 'a\0b'],
    ['sid', '\ud800'],
    ['sid', 'x'.repeat(1_001)],
  ])('C15 an ID token whose %s cannot be stored is refused', async (claim, value) => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    // All claims are in the token, so that nothing is compared with those of another answer.
    idp.tamper = (right) => ({ ...right, groups: ['staff'], preferred_username: 'ada', [claim]: value });
    const response = await browser.send(back.href);
    idp.tamper = null;
    expect(response.headers.get('location')).toBe('/sign-in#problem=answer&next=%2F');
    expect((await refusals()).at(-1)).toContain('cannot be stored');
  });

  it('a callback after more than ten minutes is refused', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    await world.db.em().nativeUpdate(ProviderAttempt, { redeemedAt: null }, { expiresAt: Date.now() - 1 });
    expect((await browser.send(back.href)).headers.get('location')).toBe('/sign-in#problem=attempt&next=%2F');
    expect((await refusals()).at(-1)).toBe('at the identity provider: the attempt is expired');
  });

  it('C6 one of twenty simultaneous callbacks is accepted, and the authorization code is sent once', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    const before = idp.asked.filter((path) => path === '/token').length;
    const places = await Promise.all(
      Array.from({ length: 20 }, async () => (await browser.send(back.href)).headers.get('location')),
    );
    expect(places.filter((each) => each?.startsWith('/sign-in#code='))).toHaveLength(1);
    expect(places.filter((each) => each?.startsWith('/sign-in#problem=attempt'))).toHaveLength(19);
    expect(idp.asked.filter((path) => path === '/token').length).toBe(before + 1);
  });

  it('two tabs that sign in at the same time do not interfere', async () => {
    const browser = new CookieKeeper();
    const one = await callback(browser, 'sub-ada', '/jobs/1');
    const other = await callback(browser, 'sub-ada', '/jobs/2');
    for (const [back, next] of [
      [other, '/jobs/2'],
      [one, '/jobs/1'],
    ] as const) {
      const parameters = fragment(
        new URL((await browser.send(back.href)).headers.get('location') ?? '', place.url),
      );
      expect([parameters.has('code'), parameters.get('next')]).toEqual([true, next]);
    }
  });

  it('C3 C4 a sign-in code is refused in another browser, a second time, and after its expiry', async () => {
    const browser = new CookieKeeper();
    const code = (await arrive(browser, 'sub-ada')).get('code');
    expect((await redeem(new CookieKeeper(), code)).status).toBe(403);
    const other = new CookieKeeper();
    await arrive(other, 'sub-eve');
    expect((await redeem(other, code)).status).toBe(403);
    expect((await redeem(browser, code)).status).toBe(200);
    expect((await redeem(browser, code)).status).toBe(403);
    const late = (await arrive(browser, 'sub-ada')).get('code');
    const em = world.db.em();
    const link = await em.findOneOrFail(SignInLink, { redeemedAt: null }, { orderBy: { id: 'desc' } });
    expect(link.expiresAt - link.createdAt).toBe(120_000);
    await em.nativeUpdate(SignInLink, { id: link.id }, { expiresAt: Date.now() - 1 });
    expect((await redeem(browser, late)).status).toBe(403);
  });

  it('C3 a sign-in creates a new session cookie and page key, also if the browser had some', async () => {
    const browser = new CookieKeeper();
    const mine = await signIn('sub-eve', browser);
    // The session at the provider still exists.
    const again = await signIn('sub-eve', browser);
    expect(again.cookie).not.toBe(mine.cookie);
    expect(again.pageKey).not.toBe(mine.pageKey);
    // A page key is valid only for its own session.
    expect(await roleOf({ cookie: again.cookie, pageKey: mine.pageKey })).toBeNull();
    expect(await roleOf({ cookie: mine.cookie, pageKey: again.pageKey })).toBeNull();
    expect([await roleOf(mine), await roleOf(again)]).toEqual(['VIEWER', 'VIEWER']);
    const planted = { cookie: `spiderpig=${'x'.repeat(43)}`, pageKey: again.pageKey };
    expect(await roleOf(planted)).toBeNull();
  });

  describe('sign-out at the provider', () => {
    const logout = (body: string | Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${place.url}/sign-in/back-channel-logout`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
      });
    const providerSession = async (browser: Browser): Promise<string> => {
      const user = (await world.ask(page(browser), viewer)).data.viewer.user.name;
      const { id } = await world.db.em().findOneOrFail(User, { name: user });
      const found = await world.db
        .em()
        .findOneOrFail(Session, { user: id, endedAt: null }, { orderBy: { id: 'desc' } });
      return found.providerSession ?? '';
    };

    it.skipIf(dialect === 'postgresql')(
      'a sign-out while the database is locked is answered with 503, and accepted afterwards',
      async () => {
        const session = await signIn('sub-ada');
        const logout_token = await idp.sign(idp.logoutClaims({ sub: 'sub-ada' }));
        const holder = new SqliteDatabase(sqliteFile(world.db.url));
        holder.exec('begin immediate');
        const locked = await logout({ logout_token });
        holder.close();
        expect([locked.status, locked.headers.get('retry-after')]).toEqual([503, '5']);
        expect((await logout({ logout_token })).status).toBe(200);
        expect(await roleOf(session)).toBeNull();
      },
    );

    it('a logout token for a session that cannot be stored is refused', async () => {
      const logout_token = await idp.sign(idp.logoutClaims({ sid: 'a\0b' }));
      expect((await logout({ logout_token })).status).toBe(400);
    });

    it('C8 a sign-out at the provider ends only its session, and closes its open WebSocket by a ring', async () => {
      const browser = new CookieKeeper();
      const session = await signIn('sub-ada', browser);
      const other = await signIn('sub-ada');
      const socket = new WebSocket(`${place.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: session.cookie },
      });
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      await new Promise<void>((resolve) => {
        socket.on('open', () =>
          socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey: session.pageKey } })),
        );
        socket.on('message', () => resolve());
      });
      // The provider asks for a confirmation, as in a browser.
      const asked = await (await browser.send(`${idp.issuer}/session/end`)).text();
      const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked)?.[1] ?? '';
      const done = await browser.send(`${idp.issuer}/session/end/confirm`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ xsrf, logout: 'yes' }).toString(),
      });
      expect(done.status).toBe(303);
      expect(await closed).toBe(4403);
      expect([await roleOf(session), await roleOf(other)]).toEqual([null, 'DEPLOYER']);
      const ada = await world.db.em().findOneOrFail(User, { name: 'ada' });
      const row = await world.db
        .em()
        .findOneOrFail(AuditEntry, { action: 'sign-out' }, { orderBy: { id: 'desc' } });
      expect(row).toMatchObject({
        user: ada.id,
        channel: 'provider',
        address: expect.stringContaining('127.'),
      });
    });

    it.each([-100, 100])(
      'C17 a logout token ends a session also if the clock of the provider differs by %d s',
      async (seconds) => {
        const session = await signIn('sub-ada');
        const iat = now() + seconds;
        const token = await idp.sign(idp.logoutClaims({ sub: 'sub-ada', iat, exp: iat + 120 }));
        expect((await logout({ logout_token: token })).status).toBe(200);
        expect(await roleOf(session)).toBeNull();
      },
    );

    it('a logout token without a session ends all sessions of the person', async () => {
      place.people.set('sub-hal', { preferred_username: 'hal', groups: ['staff'] });
      const sessions = [await signIn('sub-hal'), await signIn('sub-hal')];
      const token = await idp.sign(idp.logoutClaims({ sub: 'sub-hal' }));
      const response = await logout({ logout_token: token });
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await Promise.all(sessions.map((each) => roleOf(each)))).toEqual([null, null]);
    });

    it('C6 C17 a forged logout token, and one of an hour ago or of the future, is refused and the session stays valid', async () => {
      const session = await signIn('sub-ada');
      const sid = await providerSession(session);
      const right = (more: Record<string, unknown> = {}) =>
        idp.logoutClaims({ sub: 'sub-ada', sid, ...more });
      const strange = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
      const event = 'http://schemas.openid.net/event/backchannel-logout';
      const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(right())).toString('base64url')}.`;
      const forged: [string, string][] = [
        ['signed by a stranger', await idp.sign(right(), { key: strange })],
        ['not signed', unsigned],
        ['for another client', await idp.sign(right({ aud: 'another client' }))],
        ['of another issuer', await idp.sign(right({ iss: 'https://evil.example' }))],
        ['without events', await idp.sign(right({ events: undefined }))],
        ['with other events', await idp.sign(right({ events: { other: {} } }))],
        ['with an event that is not an object', await idp.sign(right({ events: { [event]: true } }))],
        ['with a nonce', await idp.sign(right({ nonce: 'x' }))],
        ['without jti', await idp.sign(right({ jti: undefined }))],
        ['without iat', await idp.sign(right({ iat: undefined }))],
        ['of an hour ago', await idp.sign(right({ iat: now() - 3_600 }))],
        ['of the future', await idp.sign(right({ iat: now() + 300 }))],
        ['that is over', await idp.sign(right({ exp: now() - 150 }))],
        ['without a person', await idp.sign(right({ sub: undefined, sid: undefined }))],
        ['no token', 'x'],
      ];
      for (const [what, token] of forged) {
        const response = await logout({ logout_token: token });
        expect(response.status, what).toBe(400);
        expect(response.headers.get('cache-control'), what).toBe('no-store');
        expect(await response.json(), what).toMatchObject({ error: 'invalid_request' });
      }
      expect((await logout('')).status).toBe(400);
      const good = await idp.sign(right());
      expect((await logout(`logout_token=${good}&logout_token=${good}`)).status).toBe(400);
      expect(await roleOf(session)).toBe('DEPLOYER');
      // The same token without a forgery is accepted.
      expect((await logout({ logout_token: good })).status).toBe(200);
      expect(await roleOf(session)).toBeNull();
    });

    it('C6 a logout token works once, and an old one does not end newer sessions', async () => {
      place.people.set('sub-ivy', { preferred_username: 'ivy', groups: ['staff'] });
      const first = await signIn('sub-ivy');
      const token = await idp.sign(idp.logoutClaims({ sub: 'sub-ivy' }));
      expect((await logout({ logout_token: token })).status).toBe(200);
      expect(await roleOf(first)).toBeNull();
      const second = await signIn('sub-ivy');
      expect((await logout({ logout_token: token })).status).toBe(400);
      const old = await idp.sign(idp.logoutClaims({ sub: 'sub-ivy', iat: now() - 300 }));
      expect((await logout({ logout_token: old })).status).toBe(200);
      expect(await roleOf(second)).toBe('VIEWER');
    });

    it('the logout endpoint accepts a form, but not from a web page', async () => {
      const token = await idp.sign(idp.logoutClaims({ sub: 'nobody' }));
      const form = { logout_token: token };
      expect((await logout(form, { origin: 'http://evil.example' })).status).toBe(403);
      for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x'])
        expect((await logout(form, { 'content-type': type })).status).toBe(415);
      expect((await logout({ logout_token: 'x'.repeat(20_000) })).status).toBe(413);
      expect((await fetch(`${place.url}/sign-in/back-channel-logout`)).status).toBe(405);
      expect((await logout(form)).status).toBe(200);
      const signInByForm = await fetch(`${place.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'code=x',
      });
      expect(signInByForm.status).toBe(415);
    });
  });

  // All that follows is about the provider, its answers and the pages. The server records it in the same way on both databases.
  if (dialect !== 'sqlite') return;

  it('an authorization request has only the required parameters, with PKCE, state, nonce and a cookie for ten minutes', async () => {
    const response = await fetch(`${place.url}/sign-in/provider`, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const url = new URL(response.headers.get('location') ?? '');
    expect(url.origin).toBe(idp.issuer);
    expect([...url.searchParams.keys()].sort()).toEqual([
      'client_id',
      'code_challenge',
      'code_challenge_method',
      'nonce',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ]);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    expect(url.searchParams.get('redirect_uri')).toBe(`${place.url}/sign-in/callback`);
    expect(url.searchParams.get('scope')).toBe('openid profile groups');
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(url.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^spiderpig-sign-in-[0-9a-f]{12}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/,
      ),
    ]);
  });

  it.each<[string, Person['groups'], string | null]>([
    ['an admin', ['admins', 'deployers'], 'ADMIN'],
    ['a deployer', ['deployers'], 'DEPLOYER'],
    ['a viewer', ['staff'], 'VIEWER'],
    ['a viewer with a single group that is not a list', 'staff', 'VIEWER'],
    [
      'a deployer in spite of invalid groups',
      [1, null, ['admins'], { admins: true }, '', 'deployers'],
      'DEPLOYER',
    ],
    ['no role for groups with similar names', ['admin', 'Admins', 'staff,admins', 'admins '], null],
    ['no role without groups', [], null],
  ])('groups of the provider give the role: %s', async (_who, groups, role) => {
    place.people.set('sub-bob', { preferred_username: 'bob', ...(groups === undefined ? {} : { groups }) });
    const session = await signIn('sub-bob');
    expect(await roleOf(session)).toBe(role);
  });

  it('a person without another name is called by `sub`', async () => {
    place.people.set('gil', { groups: ['staff'] });
    const session = await signIn('gil');
    expect((await world.ask(page(session), viewer)).data.viewer.user.name).toBe('gil');
  });

  it.each(['-rf', '', 'a\nb', '<img src=x>', 'x'.repeat(86), '../etc'])(
    'a sign-in with the name %j is refused, with a message for the person and one for operators',
    async (name) => {
      place.people.set('sub-odd', { preferred_username: name, groups: ['admins'] });
      const parameters = await arrive(new CookieKeeper(), 'sub-odd');
      expect(parameters.get('problem')).toBe('name');
      expect(await world.db.em().count(User, { name })).toBe(0);
      expect((await refusals()).at(-1)).toContain('is not an allowed user name');
    },
  );

  it('a sign-in uses the configured claim as the user name, and is refused without it', async () => {
    await using other = await openOrganisation(dialect, { claimsInToken: true, userClaim: 'uid' });
    other.people.set('sub-ada', { preferred_username: 'Ada L.', groups: ['deployers'] });
    const parameters = await arrive(new CookieKeeper(), 'sub-ada', '/', other);
    expect(parameters.get('problem')).toBe('name');
    other.idp.tamper = (claims) => ({ ...claims, uid: 'alovelace' });
    const session = await signIn('sub-ada', new CookieKeeper(), other);
    expect((await other.world.ask(page(session), viewer)).data.viewer.user.name).toBe('alovelace');
  });

  it('a sign-in requires the second factor if it is configured', async () => {
    await using strict = await openOrganisation(dialect, { configuration: { secondFactor: true } });
    strict.people.set('sub-ada', { preferred_username: 'ada', groups: ['admins'] });
    const session = await signIn('sub-ada', new CookieKeeper(), strict);
    expect(await roleOf(session, strict)).toBeNull();
  });

  it('a sign-in does not request userinfo if the ID token has all claims', async () => {
    await using other = await openOrganisation(dialect, { claimsInToken: true });
    other.people.set('sub-ada', { preferred_username: 'ada', groups: ['admins'] });
    expect(await roleOf(await signIn('sub-ada', new CookieKeeper(), other), other)).toBe('ADMIN');
    expect(other.idp.asked).not.toContain('/me');
    expect(idp.asked).toContain('/me');
  });

  it('C6 a callback with a wrong or missing `iss` is refused', async () => {
    for (const iss of ['https://evil.example', `${idp.issuer}/`, null]) {
      const browser = new CookieKeeper();
      const back = await callback(browser);
      expect(back.searchParams.get('iss')).toBe(idp.issuer);
      if (iss === null) back.searchParams.delete('iss');
      else back.searchParams.set('iss', iss);
      expect((await refused(browser, back)).get('problem')).toBe('answer');
    }
  });

  it('C6 an authorization code of another request is refused', async () => {
    const [one, other] = [new CookieKeeper(), new CookieKeeper()];
    const back = await callback(one, 'sub-ada');
    const foreign = await callback(other, 'sub-eve');
    back.searchParams.set('code', foreign.searchParams.get('code') ?? '');
    expect((await refused(one, back)).get('problem')).toBe('refused');
  });

  // The times are relative to the test: the whole file can take longer than minutes.
  it.each<[string, (now: number) => Record<string, unknown>]>([
    ['another nonce', () => ({ nonce: 'x' })],
    ['no nonce', () => ({ nonce: undefined })],
    ['a foreign issuer', () => ({ iss: 'https://evil.example' })],
    ['a foreign audience', () => ({ aud: 'another client' })],
    ['no subject', () => ({ sub: undefined })],
    ['a past expiry time', (now) => ({ exp: now - 150 })],
    ['no expiry time', () => ({ exp: undefined })],
    ['a start time in the future', (now) => ({ nbf: now + 300 })],
    ['an issue time of an hour ago', (now) => ({ iat: now - 3_600 })],
    ['an issue time in the future', (now) => ({ iat: now + 300 })],
    ['an issue time in the year 5138', () => ({ iat: 99_999_999_999 })],
  ])('C6 C17 an ID token with %s is refused', async (_what, claims) => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    const tampered = claims(now());
    idp.tamper = (right) => JSON.parse(JSON.stringify({ ...right, ...tampered }));
    const response = await browser.send(back.href);
    idp.tamper = null;
    expect(response.headers.get('location')).toBe('/sign-in#problem=answer&next=%2F');
    expect((await refusals()).at(-1)).toContain('its response is invalid');
  });

  it('C6 an ID token signed with another key is refused', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    idp.tamper = (right) => right;
    idp.tamperKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const response = await browser.send(back.href);
    expect(response.headers.get('location')).toBe('/sign-in#problem=answer&next=%2F');
  });

  it.each([-100, 100])('C17 a clock difference of %d s to the provider is tolerated', async (seconds) => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    idp.tamper = (right) => ({
      ...right,
      iat: now() + seconds,
      nbf: now() + seconds,
      exp: now() + seconds + (seconds < 0 ? 0 : 60),
    });
    expect((await browser.send(back.href)).headers.get('location')).toMatch(/^\/sign-in#code=/);
  });

  it.concurrent.each(['/jwks', '/token', '/me'])(
    'C16 an unreadable answer of the provider at %s has words for its cause',
    async (path) => {
      await using other = await openOrganisation(dialect, { providerTimeout: 3_000 });
      other.people.set('sub-ada', { preferred_username: 'ada', groups: ['admins'] });
      for (const [behaviour, problem, words] of [
        ['is a web page', 'web-page', 'it answers with a web page instead of JSON (status 200)'],
        ['drips', 'slow', 'it answers too slowly'],
        ['floods', 'large', `its answer is larger than ${path === '/token' ? '256 kB' : '1 MB'}`],
      ] as const) {
        const browser = new CookieKeeper();
        const next = `${other.url}/sign-in/provider`;
        const back = await browser.go(next, 'sub-ada', wayBack);
        Object.assign(other.idp, { behaviour, failsAt: path });
        const response = await browser.send(back.href);
        Object.assign(other.idp, { behaviour: 'answers', failsAt: null });
        expect(response.headers.get('location')).toBe(`/sign-in#problem=${problem}&next=%2F`);
        const row = await other.world.db
          .em()
          .findOneOrFail(AuditEntry, { action: 'sign-in refused' }, { orderBy: { id: 'desc' } });
        expect(row.detail).toBe(`at the identity provider: ${words}`);
      }
      expect(await roleOf(await signIn('sub-ada', new CookieKeeper(), other), other)).toBe('ADMIN');
    },
  );

  it('C16 an ID token of 300 kB is refused before it is read', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    idp.tamper = (right) => ({ ...right, more: 'x'.repeat(300_000) });
    const response = await browser.send(back.href);
    expect(response.headers.get('location')).toBe('/sign-in#problem=large&next=%2F');
  });

  it('C17 a changed signing key is used immediately, for sign-ins and logout tokens', async () => {
    await using other = await openOrganisation(dialect);
    other.people.set('sub-ada', { preferred_username: 'ada', groups: ['deployers'] });
    const arrived = () => signIn('sub-ada', new CookieKeeper(), other);
    expect(await roleOf(await arrived(), other)).toBe('DEPLOYER');
    other.idp.rotateKey();
    const session = await arrived();
    expect(await roleOf(session, other)).toBe('DEPLOYER');
    other.idp.rotateKey();
    const token = await other.idp.sign(other.idp.logoutClaims({ sub: 'sub-ada' }));
    const body = new URLSearchParams({ logout_token: token });
    const response = await fetch(`${other.url}/sign-in/back-channel-logout`, { method: 'POST', body });
    expect(response.status).toBe(200);
    expect(await roleOf(session, other)).toBeNull();
  });

  it('C17 many tokens with unknown keys cause few requests to the provider', async () => {
    await signIn('sub-ada');
    const strange = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const token = await idp.sign(idp.logoutClaims({ sub: 'sub-ada' }), { key: strange });
    const body = () => new URLSearchParams({ logout_token: token });
    const requests = () => idp.asked.filter((path) => path === '/jwks').length;
    const before = requests();
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const url = `${place.url}/sign-in/back-channel-logout`;
        return (await fetch(url, { method: 'POST', body: body() })).status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([400]));
    expect(requests() - before).toBeLessThan(10);
  });

  it('a sign-in that was denied at the provider shows why', async () => {
    const parameters = await arrive(new CookieKeeper(), null, '/jobs/7');
    expect([parameters.get('problem'), parameters.get('next')]).toEqual(['denied', '/jobs/7']);
    expect((await refusals()).at(-1)).toBe('at the identity provider: it answered with access_denied');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    '/\t/evil.example',
  ])('C6 next=%s leads to the overview', async (next) => {
    expect((await arrive(new CookieKeeper(), 'sub-ada', next)).get('next')).toBe('/');
  });

  it('C9 the log contains no secrets of the server or the provider', async () => {
    const browser = new CookieKeeper();
    const back = await callback(browser);
    const parameters = fragment(
      new URL((await browser.send(back.href)).headers.get('location') ?? '', place.url),
    );
    await redeem(browser, parameters.get('code'));
    // A refusal logs the reason, not the received values.
    const second = await callback(browser);
    idp.tamper = (right) => ({ ...right, nonce: 'x' });
    await browser.send(second.href);
    idp.tamper = null;
    await browser.send(second.href);
    const everything = world.logged.join('');
    const secrets = [
      ...['state', 'code'].flatMap((name) => [back, second].map((url) => url.searchParams.get(name))),
      parameters.get('code'),
      browser.cookie('spiderpig'),
      browser.cookie(/^spiderpig-sign-in-/),
      idp.clientSecret,
      encodeURIComponent(idp.clientSecret),
    ];
    for (const secret of secrets) {
      expect(secret).toMatch(/.{10}/);
      expect(everything).not.toContain(secret);
    }
    expect(everything).not.toContain('eyJ');
  });

  describe('sign-in page', () => {
    const ways = async (at = place) => {
      const response = await fetch(`${at.url}/sign-in/ways`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      return JSON.parse(await response.text());
    };

    it('the sign-in page gets the ways to sign in', async () => {
      const name = new URL(idp.issuer).host;
      expect(await ways()).toEqual({ link: true, provider: { name, available: true } });
      await using local = await openServer();
      expect(await (await fetch(`${local.url}/sign-in/ways`)).json()).toEqual({ link: true, provider: null });
      for (const path of ['/sign-in/provider?next=/jobs/7', '/sign-in/callback?state=x']) {
        const response = await fetch(local.url + path, { redirect: 'manual' });
        expect(response.headers.get('location')).toMatch(/^\/sign-in#problem=none&next=/);
      }
    });

    it.concurrent.each([
      ['hangs up', 'unavailable'],
      ['fails', 'unavailable'],
      ['hangs', 'unavailable'],
      ['drips', 'slow'],
      ['floods', 'large'],
      ['is a web page', 'web-page'],
    ] as const)(
      'the sign-in page shows that the provider %s, until it works again',
      async (behaviour, problem) => {
        // A shorter limit would also cut off an answer that a busy machine sends late.
        const isSilent = behaviour === 'hangs' || behaviour === 'drips';
        await using other = await openOrganisation(dialect, { providerTimeout: isSilent ? 3_000 : 60_000 });
        other.people.set('sub-ada', { preferred_username: 'ada', groups: ['admins'] });
        // The server itself works.
        other.idp.behaviour = behaviour;
        expect((await fetch(`${other.url}/readyz`)).status).toBe(200);
        expect((await ways(other)).provider.available).toBe(false);
        const parameters = await arrive(new CookieKeeper(), 'sub-ada', '/jobs/7', other);
        expect([parameters.get('problem'), parameters.get('next')]).toEqual([problem, '/jobs/7']);
        // Sign-in links do not need the provider.
        await createSignInLink(other.world.db, 'ada', 'viewer');
        expect((await other.world.signIn('viewer')).pageKey).toMatch(/^[\w-]{43}$/);
        other.idp.behaviour = 'answers';
        await vi.waitUntil(async () => (await ways(other)).provider.available, { timeout: 60_000 });
        expect(await roleOf(await signIn('sub-ada', new CookieKeeper(), other), other)).toBe('ADMIN');
      },
    );

    it('the sign-in page shows that the provider became unavailable during a sign-in', async () => {
      for (const behaviour of ['hangs up', 'fails'] as const) {
        const browser = new CookieKeeper();
        const back = await callback(browser);
        idp.behaviour = behaviour;
        const response = await browser.send(back.href);
        idp.behaviour = 'answers';
        expect(response.headers.get('location')).toBe('/sign-in#problem=unavailable&next=%2F');
      }
    });

    it('the sign-in page shows that the provider refuses the client secret', async () => {
      await using other = await openOrganisation(dialect, { secret: 'not the secret' });
      other.people.set('sub-ada', { preferred_username: 'ada', groups: ['admins'] });
      const parameters = await arrive(new CookieKeeper(), 'sub-ada', '/', other);
      expect(parameters.get('problem')).toBe('refused');
      expect(other.world.logged.join('')).toContain('invalid_client');
    });
  });

  it('a sign-in under another host name redirects to the public URL once', async () => {
    const { port } = world.server;
    const answer = await raw(port, 'GET', '/sign-in/provider?next=/jobs/7', { host: `localhost:${port}` });
    expect(answer.headers.location).toBe(`${place.url}/sign-in/provider?next=%2Fjobs%2F7&at=public`);
    expect(answer.headers['set-cookie']).toBeUndefined();
    const again = await raw(port, 'GET', '/sign-in/provider?next=/&at=public', { host: `localhost:${port}` });
    expect(again.headers.location).toMatch(`${idp.issuer}/auth?`);
  });
});

/** Sends a request with a chosen Host header, which fetch() does not allow. */
function raw(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<IncomingMessage & { text: string }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve(Object.assign(response, { text })));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('server with a public name', () => {
  const publicUrl = 'https://spiderpig.example.org';
  const host = 'spiderpig.example.org';
  const provider = {
    issuer: 'http://127.0.0.1:9',
    clientId: 'x',
    clientSecretFile: null,
    userClaim: null,
    groupsClaim: 'groups',
    publicUrl,
  };
  let world: TestServer;
  beforeAll(async () => {
    world = await openServer({ configuration: { provider, publicUrl } });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const ask = (headers: Record<string, string>) =>
    raw(
      world.server.port,
      'POST',
      '/graphql',
      { host, origin: publicUrl, 'content-type': 'application/json', ...headers },
      JSON.stringify({ query: viewer }),
    );
  async function signIn(headers: Record<string, string>) {
    const code = await createSignInLink(world.db, 'ada', 'viewer');
    const answer = await raw(
      world.server.port,
      'POST',
      '/sign-in',
      { 'content-type': 'application/json', ...headers },
      JSON.stringify({ code }),
    );
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    const pageKey: string = JSON.parse(answer.text).pageKey;
    return { cookie, value: cookie.split(';', 1)[0] ?? '', pageKey };
  }

  it('a server with a public name accepts only a __Host- cookie, and deletes it at sign-out', async () => {
    const { cookie, value, pageKey } = await signIn({ host, origin: publicUrl });
    expect(cookie).toMatch(
      /^__Host-spiderpig=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/,
    );
    const key = { 'x-spiderpig-page-key': pageKey };
    expect((await ask({ ...key, cookie: value })).statusCode).toBe(200);
    expect((await ask({ ...key, cookie: value, host: `${host}:443` })).statusCode).toBe(200);
    expect((await ask({ ...key, cookie: value.replace('__Host-', '') })).statusCode).toBe(401);
    const out = await raw(world.server.port, 'POST', '/sign-out', { host, cookie: value, ...key });
    expect(out.headers['set-cookie']).toEqual([
      '__Host-spiderpig=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
    ]);
    expect((await ask({ ...key, cookie: value })).statusCode).toBe(401);
  });

  it('a tunnel to loopback without TLS gets a cookie of another name', async () => {
    const local = `127.0.0.1:${world.server.port}`;
    const { cookie, value, pageKey } = await signIn({ host: local, origin: `http://${local}` });
    expect(cookie).toMatch(/^spiderpig=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
    const key = { 'x-spiderpig-page-key': pageKey, cookie: value };
    expect((await ask({ ...key, host: local, origin: `http://${local}` })).statusCode).toBe(200);
    expect((await ask(key)).statusCode).toBe(401);
  });

  it('C1 C2 the public name is accepted only over TLS', async () => {
    const statusOf = async (headers: Record<string, string>) => (await ask(headers)).statusCode;
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ origin: `http://${host}` })).toBe(403);
    expect(await statusOf({ origin: 'https://evil.example.org' })).toBe(403);
    expect(await statusOf({ origin: `https://${host}.evil.example` })).toBe(403);
    expect(await statusOf({ host: `${host}.evil.example` })).toBe(421);
    const upgrade = (origin: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${world.server.port}/graphql`, 'graphql-transport-ws', {
          headers: { host, origin },
        });
        socket.on('open', () => {
          resolve(101);
          socket.terminate();
        });
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
          socket.terminate();
        });
        socket.on('error', () => {});
      });
    expect(await upgrade(publicUrl)).toBe(101);
    expect(await upgrade(`http://${host}`)).toBe(403);
  });

  it('C12 the sign-in cookie is Secure under a public name, and a sent one is not adopted', async () => {
    await using idp = await openIdentityProvider({ publicUrl, people: new Map() });
    await using own = await openServer({
      configuration: { publicUrl, provider: { ...provider, issuer: idp.issuer, clientId: idp.clientId } },
    });
    const planted = 'p'.repeat(43);
    const cookie = `spiderpig-sign-in=${planted}; __Host-spiderpig-sign-in-000000000000=${planted}`;
    const answer = await raw(own.server.port, 'GET', '/sign-in/provider', { host, cookie });
    expect(answer.headers['set-cookie']?.[0]).not.toContain(planted);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^__Host-spiderpig-sign-in-[0-9a-f]{12}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
    );
    expect(new URL(answer.headers.location ?? '').searchParams.get('redirect_uri')).toBe(
      'https://spiderpig.example.org/sign-in/callback',
    );
  });

  it('S4 a server does not start without its client secret, nor if other users can read it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'spiderpig-secret-'));
    try {
      const clientSecretFile = join(directory, 'secret');
      const open = () =>
        openServer({ configuration: { publicUrl, provider: { ...provider, clientSecretFile } } });
      await expect(open()).rejects.toThrow(
        `--oidc-client-secret-file (SPIDERPIG_OIDC_CLIENT_SECRET_FILE): ${clientSecretFile} cannot be read (ENOENT)`,
      );
      await writeFile(clientSecretFile, '\n', { mode: 0o600 });
      await expect(open()).rejects.toThrow('is empty');
      await writeFile(clientSecretFile, 'a secret\n');
      await chmod(clientSecretFile, 0o644);
      await expect(open()).rejects.toThrow(
        /is not safe: other users can read it \(mode 0644\): chmod 06[04]0/,
      );
      await chmod(clientSecretFile, 0o600);
      await using careful = await open();
      expect(careful.url).toMatch(/^http/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
