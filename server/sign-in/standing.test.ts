import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AuditEntry } from '../../schema/model/account/audit.ts';
import { createHostCode } from '../../schema/model/account/second-factor/host-code.ts';
import { SecondFactor } from '../../schema/model/account/second-factor/second-factor.ts';
import { lockDuration, maxWrongCodes } from '../../schema/model/account/second-factor/second-factor-lock.ts';
import { findSession, Session } from '../../schema/model/account/session.ts';
import { insertSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { ApiToken } from '../../schema/model/account/token.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import {
  type Answer,
  type Browser,
  openServer,
  type TestServer,
  until,
} from '../../tests/support/test-server.ts';

let world: TestServer;
beforeAll(async () => {
  world = await openServer({ configuration: { accessHelp: 'Ask in #deploy' }, onlyRings: true });
});
afterAll(() => world[Symbol.asyncDispose]());

const page = ({ cookie, pageKey }: Browser) => ({ cookie, 'x-spiderpig-page-key': pageKey });
const cookieOf = (response: Response): string => response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';

/** Signs a user in as the callback of the identity provider does. */
async function comeBack(userName: string, { db, url } = world): Promise<Browser> {
  const now = Date.now();
  const code = await db.write([], async (em) => {
    const user = await userNamed(em, userName, now);
    return await insertSignInLink(em, { user, role: null, way: 'provider', expiresAt: now + 60_000 }, now);
  });
  const response = await fetch(`${url}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ code }),
  });
  const { pageKey } = JSON.parse(await response.text());
  return { cookie: cookieOf(response), pageKey };
}

const standing = async (headers: Record<string, string>, { url } = world) =>
  JSON.parse(await (await fetch(`${url}/sign-in/standing`, { headers })).text());

const show = (by: Browser, code: unknown, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/sign-in/second-factor`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...page(by), ...headers },
    body: JSON.stringify({ code }),
  });

/** Signs in at the identity provider and shows a code. */
async function comeIn(userName: string): Promise<Browser> {
  const half = await comeBack(userName);
  const response = await show(half, await createHostCode(world.db, userName));
  expect(response.status).toBe(200);
  return { cookie: cookieOf(response), ...JSON.parse(await response.text()) };
}

/** How a socket ends that says it is this browser's. */
const socketEnd = ({ cookie, pageKey }: Browser): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie },
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey } })));
    socket.on('message', () => resolve(0));
    socket.on('close', resolve);
  });

describe('before the second factor', () => {
  test('before the second factor the sign-in state says how to enter it', async () => {
    const half = await comeBack('half');
    expect(await standing(page(half))).toEqual({
      standing: 'half',
      user: 'half',
      accessHelp: 'Ask in #deploy',
      secondFactor: {
        command: 'spiderpig otp',
        authenticator: false,
        passkey: false,
        triesLeft: maxWrongCodes,
        lockedUntil: null,
      },
    });
  });

  test('G1, G4: before the second factor every operation is refused over every transport', async () => {
    const half = await comeBack('half');
    const graphql = (accept: string, query: string) =>
      fetch(`${world.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept, ...page(half) },
        body: JSON.stringify({ query }),
      });
    const refused = await graphql('application/json', '{ viewer { role sessions { id } } }');
    expect(refused.status).toBe(401);
    const stranger = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await refused.text()).toBe(await stranger.text());
    expect((await graphql('text/event-stream', 'subscription { systemUpdates { version } }')).status).toBe(
      401,
    );
    expect(await socketEnd(half)).toBe(4403);
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(world.url + path, { headers: { ...page(half), ...headers }, redirect: 'manual' });
    expect((await get('/jobs/1/log.txt')).status).toBe(401);
    expect((await get('/graphql', { accept: 'text/html' })).status).toBe(303);
    expect((await get('/graphql/graphiql.js')).status).toBe(401);
  });

  test('G1: before the second factor /metrics is refused to other hosts', async () => {
    // Clients on loopback may read metrics, so this request must come from another address.
    await using other = await openServer({ configuration: { host: '0.0.0.0', allowedHosts: ['x.example'] } });
    const half = await comeBack('half', other);
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    if (outside === undefined) return;
    const status = await new Promise<number>((resolve, reject) => {
      request(
        {
          host: outside,
          port: other.server.port,
          path: '/metrics',
          headers: { host: 'x.example', ...page(half) },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
  });

  test('before the second factor signing out is possible', async () => {
    const half = await comeBack('half');
    const left = await fetch(`${world.url}/sign-out`, { method: 'POST', headers: page(half) });
    expect(left.status).toBe(204);
    expect(await standing(page(half))).toMatchObject({ standing: 'out', end: 'ended' });
  });

  test('C3: a correct code gives a new cookie and page key and invalidates the old ones', async () => {
    const half = await comeBack('fixed');
    const code = await createHostCode(world.db, 'fixed');
    const response = await show(half, ` ${code.toLowerCase()} `);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toMatch(
      /^spiderpig=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
    );
    const { pageKey } = JSON.parse(await response.text());
    const whole = { cookie: cookieOf(response), pageKey };
    expect(whole.cookie).not.toBe(half.cookie);
    expect(pageKey).not.toBe(half.pageKey);
    expect(await standing(page(whole))).toEqual({
      standing: 'in',
      user: 'fixed',
      accessHelp: 'Ask in #deploy',
    });
    const { data } = await world.ask(page(whole), '{ viewer { secondFactorAt role } }');
    expect(Date.parse(data.viewer.secondFactorAt)).toBeGreaterThan(Date.now() - 10_000);
    for (const mixed of [
      half,
      { cookie: half.cookie, pageKey },
      { cookie: whole.cookie, pageKey: half.pageKey },
    ]) {
      expect((await standing(page(mixed))).standing).toBe('out');
      expect((await show(mixed, code)).status).toBe(401);
    }
  });

  test('C7: only five of a hundred simultaneous guesses are checked, then even the correct code is locked out', async () => {
    const halves = await Promise.all(Array.from({ length: 20 }, () => comeBack('mallory')));
    const code = await createHostCode(world.db, 'mallory');
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const half = halves[n % 20];
        if (!half) throw new Error('no session');
        const response = await show(half, `BCDF${String(n).padStart(4, '2')}`);
        return { status: response.status, ...JSON.parse(await response.text()) };
      }),
    );
    const judged = answers.filter(({ status }) => status === 403);
    expect(judged.map(({ triesLeft }) => triesLeft).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(95);
    const late = await show(await comeBack('mallory'), code);
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(lockDuration / 1000 - 60);
    const body = JSON.parse(await late.text());
    expect(body.message).toMatch(/locked until \d\d:\d\d UTC/);
    expect(Date.parse(body.lockedUntil)).toBeGreaterThan(Date.now());
    const { secondFactor } = await standing(page(await comeBack('mallory')));
    expect(secondFactor).toMatchObject({ triesLeft: 0, lockedUntil: body.lockedUntil });
    const mallory = await world.db.em().findOneOrFail(User, { name: 'mallory' });
    const rows = world.db.em().count(AuditEntry, { user: mallory.id, action: 'second factor refused' });
    expect(await rows).toBe(maxWrongCodes);
  });

  test('C7: no GraphQL field accepts a code at sign-in, so aliases and batches cannot guess it', async () => {
    const token = await world.token('deploy');
    const aliases = Array.from({ length: 40 }, (_, n) => `a${n}: submitSecondFactor(code: "${n}")`).join(' ');
    const { errors } = await world.ask(token, `mutation { ${aliases} }`);
    expect(errors?.every(({ message }) => /Cannot query field "submitSecondFactor"/.test(message))).toBe(
      true,
    );
    const introspection = await world.ask(token, '{ __schema { types { name fields { name } } } }');
    expect(JSON.stringify(introspection.data)).not.toMatch(/(show|verify|submit)\w*(SecondFactor|Otp|Totp)/i);
    const batch = await fetch(`${world.url}/sign-in/second-factor`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...page(await comeBack('batch')) },
      body: JSON.stringify(Array.from({ length: 10 }, (_, n) => ({ code: String(n) }))),
    });
    expect(batch.status).toBe(400);
  });

  test('C1: the server accepts a code only as JSON, by POST and from our own origin', async () => {
    const half = await comeBack('plain');
    expect((await show(half, 'x', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await show(half, 'x', { origin: 'http://evil.example' })).status).toBe(403);
    expect((await show(half, 7)).status).toBe(400);
    expect((await show(half, 'x'.repeat(5_000))).status).toBe(413);
    expect((await show({ ...half, pageKey: '' }, 'x')).status).toBe(401);
    const got = await fetch(`${world.url}/sign-in/second-factor?code=x`, { headers: page(half) });
    expect(got.status).toBe(405);
    expect((await standing(page(half))).secondFactor.triesLeft).toBe(maxWrongCodes);
  });
});

describe('the sign-in state', () => {
  test('C3: the sign-in state requires cookie and page key', async () => {
    const browser = await world.signIn();
    const out = { standing: 'out', user: null, accessHelp: null, end: null };
    expect(await standing({})).toEqual(out);
    expect(await standing({ cookie: browser.cookie })).toEqual(out);
    expect(await standing({ 'x-spiderpig-page-key': browser.pageKey })).toEqual(out);
    expect(await standing({ ...page(browser), 'x-spiderpig-page-key': 'x' })).toEqual(out);
    expect(await standing({ authorization: `Bearer ${await world.token('read')}` })).toEqual(out);
    expect(await standing(page(browser))).toMatchObject({ standing: 'in', user: 'ada' });
    expect((await show(browser, 'x')).status).toBe(400);
  });

  test('the sign-in state contains the reason of a ban, and the groups that have access', async () => {
    const roleGroups = { viewer: ['staff'], deployer: ['deployment'], admin: ['sre'] };
    await using other = await openServer({ configuration: { roleGroups, accessHelp: 'Ask Grace' } });
    const browser = await comeBack('eve', other);
    expect(await standing(page(browser), other)).toEqual({
      standing: 'no group',
      user: 'eve',
      accessHelp: 'Ask Grace',
      groups: roleGroups,
    });
    const ban = { bannedAt: Date.now(), banReason: 'a stolen laptop' };
    await other.db.em().nativeUpdate(User, { name: 'eve' }, ban);
    expect(await standing(page(browser), other)).toEqual({
      standing: 'banned',
      user: 'eve',
      accessHelp: 'Ask Grace',
      reason: 'a stolen laptop',
    });
  });
});

test('C3: renewing the second factor closes the connections of the old cookie', async () => {
  const before = await comeIn('again');
  const socket = socketEndOnceOpen(before);
  await socket.open;
  const response = await show(before, await createHostCode(world.db, 'again'));
  expect(response.status).toBe(200);
  const after = { cookie: cookieOf(response), ...JSON.parse(await response.text()) };
  expect(await socket.closed).toBe(4403);
  expect((await standing(page(after))).standing).toBe('in');
});

/** A socket that is let in, and how it ends. */
function socketEndOnceOpen({ cookie, pageKey }: Browser): { open: Promise<void>; closed: Promise<number> } {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { cookie },
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  const open = new Promise<void>((resolve) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { pageKey } })));
    socket.on('message', () => resolve());
  });
  return { open, closed };
}

describe('the account page', () => {
  const sessions = '{ viewer { sessions { id isCurrent way address agent secondFactorAt expiresAt } } }';
  const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

  test('G2: the account page lists only the viewer’s own sessions', async () => {
    const first = await world.signIn('deployer', 'gina');
    await world.signIn('viewer', 'gina');
    const stranger = await world.signIn('admin', 'hank');
    const { data } = await world.ask(page(first), sessions);
    expect(data.viewer.sessions).toHaveLength(2);
    const [, mine] = data.viewer.sessions;
    expect(mine).toMatchObject({ isCurrent: true, way: 'LINK', address: '127.0.0.1', secondFactorAt: null });
    const end = 'mutation ($id: ID!) { endSession(input: { sessionId: $id }) { __typename } }';
    const ended = await world.ask(page(stranger), end, { id: mine.id });
    expect(ended.data.endSession.__typename).toBe('SessionNotFound');
    const nonsense = await world.ask(page(stranger), end, { id: 'x' });
    expect(nonsense.data.endSession.__typename).toBe('SessionNotFound');
    expect((await standing(page(first))).standing).toBe('in');
  });

  test('C8: ending a session closes its WebSocket and event stream by a ring', async () => {
    const here = await world.signIn('deployer', 'ivy');
    const there = await world.signIn('deployer', 'ivy');
    const socket = socketEndOnceOpen(there);
    await socket.open;
    const stream = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...page(there) },
      body: JSON.stringify(world.sent(page(there), 'subscription { systemUpdates { version } }')),
    });
    expect(stream.status).toBe(200);
    const cut = stream.text().then(
      () => 'ended',
      () => 'cut',
    );
    const mine = socketEndOnceOpen(here);
    await mine.open;
    const { data } = await world.ask(
      page(here),
      'mutation { endOtherSessions { __typename ... on EndOtherSessionsSuccess { sessions { isCurrent } } } }',
    );
    expect(data.endOtherSessions).toEqual({
      __typename: 'EndOtherSessionsSuccess',
      sessions: [{ isCurrent: true }],
    });
    expect(await socket.closed).toBe(4403);
    expect(await cut).toBe('cut');
    expect(await standing(page(there))).toMatchObject({ standing: 'out', end: 'ended' });
    const open = await Promise.race([mine.closed, Promise.resolve('open')]);
    expect(open).toBe('open');
  });

  test('C9: a token cannot see or change sessions, tokens and the second factor', async () => {
    const token = await world.token('deploy', 'jane');
    const before = await world.db.em().count(ApiToken);
    for (const document of [
      sessions,
      '{ viewer { tokens { id } } }',
      '{ viewer { hasAuthenticator } }',
      'mutation { makeToken(input: { name: "x", scope: READ }) { __typename } }',
      'mutation { revokeToken(input: { tokenId: 1 }) { __typename } }',
      'mutation { endSession(input: { sessionId: 1 }) { __typename } }',
      'mutation { endOtherSessions { __typename } }',
      'mutation { beginAuthenticator { __typename } }',
      'mutation { confirmAuthenticator(input: { code: "1" }) { __typename } }',
      'mutation { removeAuthenticator { __typename } }',
    ]) {
      const answer = await world.ask(token, document);
      expect(codes(answer)).toEqual(['FORBIDDEN']);
      expect(answer.errors?.[0]?.message).toBe(
        'This is only possible in a browser that is signed in, not with a token.',
      );
    }
    expect(await world.db.em().count(ApiToken)).toBe(before);
    const seen = await world.ask(token, '{ viewer { groups secondFactorAt } }');
    expect(seen.data.viewer).toEqual({ groups: null, secondFactorAt: null });
  });

  test('C9: a session creates a token within its role, which works until it is revoked', async () => {
    const browser = await world.signIn('viewer', 'kim');
    const make =
      'mutation ($scope: TokenScope!, $days: Int) { makeToken(input: { name: "my tool", scope: $scope, days: $days }) { __typename ... on MakeTokenSuccess { made { token details { id name scope lastUsedAt } } } ... on TokenNotAllowed { message } ... on InvalidToken { message } } }';
    const refused = await world.ask(page(browser), make, { scope: 'DEPLOY' });
    expect(refused.data.makeToken).toEqual({
      __typename: 'TokenNotAllowed',
      message: 'A token with the scope “deploy” requires the role “deployer”. Your role is “viewer”.',
    });
    const long = await world.ask(page(browser), make, { scope: 'READ', days: 1_000 });
    expect(long.data.makeToken.__typename).toBe('InvalidToken');
    const { data } = await world.ask(page(browser), make, { scope: 'READ' });
    const { token, details } = data.makeToken.made;
    expect(details).toMatchObject({ name: 'my tool', scope: 'READ', lastUsedAt: null });
    expect((await world.ask(token, '{ viewer { user { name } role } }')).data.viewer).toEqual({
      user: { name: 'kim' },
      role: 'VIEWER',
    });
    const listed = await world.ask(page(browser), '{ viewer { tokens { id name } } }');
    expect(listed.data.viewer.tokens).toEqual([{ id: details.id, name: 'my tool' }]);
    const stream = world.socket(token).iterate({ query: 'subscription { systemUpdates { version } }' });
    await stream.next();
    const revoke =
      'mutation ($id: ID!) { revokeToken(input: { tokenId: $id }) { __typename ... on RevokeTokenSuccess { tokens { id } } } }';
    const other = await world.ask(page(await world.signIn('admin', 'lee')), revoke, { id: details.id });
    expect(other.data.revokeToken.__typename).toBe('TokenNotFound');
    const revoked = await world.ask(page(browser), revoke, { id: details.id });
    expect(revoked.data.revokeToken).toEqual({ __typename: 'RevokeTokenSuccess', tokens: [] });
    await expect(stream.next()).rejects.toMatchObject({ code: 4403 });
    expect(
      (
        await fetch(`${world.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: '{}',
        })
      ).status,
    ).toBe(401);
  });

  test('C7: adding an authenticator requires a recent second factor', async () => {
    const begin =
      'mutation { beginAuthenticator { __typename ... on BeginAuthenticatorSuccess { offered { secret url } } } }';
    const browser = await comeIn('mona');
    const session = await findSession(world.db, browser.cookie.slice('spiderpig='.length));
    const long = { secondFactorAt: Date.now() - 11 * 60_000 };
    await world.db.em().nativeUpdate(Session, { id: session?.session.id ?? 0 }, long);
    expect((await world.ask(page(browser), begin)).data.beginAuthenticator.__typename).toBe(
      'SecondFactorTooOld',
    );
    const fresh = await comeIn('mona');
    const { data } = await world.ask(page(fresh), begin);
    const { secret } = data.beginAuthenticator.offered;
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const confirm =
      'mutation ($code: String!) { confirmAuthenticator(input: { code: $code }) { __typename ... on ConfirmAuthenticatorSuccess { viewer { hasAuthenticator } } } }';
    const wrong = await world.ask(page(fresh), confirm, { code: '12' });
    expect(wrong.data.confirmAuthenticator.__typename).toBe('AuthenticatorCodeWrong');
    const right = await world.ask(page(fresh), confirm, { code: totp.generate() });
    expect(right.data.confirmAuthenticator).toEqual({
      __typename: 'ConfirmAuthenticatorSuccess',
      viewer: { hasAuthenticator: true },
    });
    const half = await comeBack('mona');
    expect((await standing(page(half))).secondFactor.authenticator).toBe(true);
    // The one that confirmed it is spent; the next one lets in.
    expect((await show(half, totp.generate())).status).toBe(403);
    const next = totp.generate({ timestamp: Date.now() + 30_000 });
    expect((await show(half, next)).status).toBe(200);
    const removed = await world.ask(page(fresh), 'mutation { removeAuthenticator { __typename } }');
    expect(removed.data.removeAuthenticator.__typename).toBe('RemoveAuthenticatorSuccess');
    const mona = await world.db.em().findOneOrFail(User, { name: 'mona' });
    const factor = await world.db.em().findOneOrFail(SecondFactor, { user: mona.id });
    expect(factor.totpSecret).toBeNull();
  });
});

test('C9: the server log contains no code and no authenticator secret', async () => {
  const half = await comeBack('nora');
  const code = await createHostCode(world.db, 'nora');
  await show(half, 'WRNGWRNG');
  const response = await show(half, code);
  const { pageKey } = JSON.parse(await response.text());
  await until(() => world.logged.some((line) => line.includes('second factor accepted')));
  const everything = world.logged.join('');
  for (const secret of [code, 'WRNGWRNG', pageKey, cookieOf(response).slice('spiderpig='.length)])
    expect(everything).not.toContain(secret);
});
