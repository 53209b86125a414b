import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AuditEntry } from '../../schema/model/account/audit.ts';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { ApiToken } from '../../schema/model/account/token.ts';
import { User } from '../../schema/model/account/user.ts';
import { dialects, makeDatabase } from '../../tests/support/database.ts';
import { type Browser, openServer, type TestServer } from '../../tests/support/test-server.ts';

const page = ({ cookie, pageKey }: Browser) => ({ cookie, 'x-spiderpig-page-key': pageKey });
const following = 'subscription { systemUpdates { version } }';

/** A socket that follows something with these credentials; resolves once the first word has come. */
async function openSocket(
  server: TestServer,
  headers: Record<string, string>,
  payload: object,
): Promise<{ closed: Promise<number> }> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers,
  });
  const { promise: closed, resolve: close } = Promise.withResolvers<number>();
  const { promise: received, resolve: receive, reject } = Promise.withResolvers<void>();
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
  socket.on('message', (data) => {
    const { type } = JSON.parse(String(data));
    if (type === 'connection_ack')
      socket.send(
        JSON.stringify({
          id: '1',
          type: 'subscribe',
          payload: { query: '', ...server.sent(headers, following) },
        }),
      );
    if (type === 'next') receive();
  });
  socket.on('close', (code) => {
    close(code);
    reject(new Error(`closed with ${code}`));
  });
  await received;
  return { closed };
}

/** An event stream that follows something; resolves once the first word has come. */
async function openStream(
  server: TestServer,
  headers: Record<string, string>,
): Promise<{ closed: Promise<string> }> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(server.sent(headers, following)),
  });
  const reader = response.body?.getReader();
  if (!reader) throw new Error('no stream');
  let text = '';
  const read = async (): Promise<boolean> => {
    const { done, value } = await reader.read();
    text += Buffer.from(value ?? []).toString();
    return !done;
  };
  while (!text.includes('event: next')) if (!(await read())) throw new Error('the stream ended');
  const rest = async (): Promise<string> => {
    try {
      while (await read());
      return 'ended';
    } catch {
      return 'cut';
    }
  };
  return { closed: rest() };
}

describe.each(dialects)('users on %s', (dialect) => {
  let here: TestServer;
  let there: TestServer;
  let directory: string;
  let drop: () => Promise<void>;
  let admin: Browser;
  let users = 0;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-people-'));
    const database = await makeDatabase(dialect, directory);
    drop = database.drop;
    here = await openServer({ databaseUrl: database.url, onlyRings: true });
    there = await openServer({ databaseUrl: database.url, onlyRings: true });
    admin = await here.signIn('admin', 'ada');
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
    await there[Symbol.asyncDispose]();
    await drop();
    rmSync(directory, { recursive: true });
  });

  /** The name of a user that no other test uses. */
  const newName = () => `grace${++users}`;
  const idOf = async (name: string): Promise<number> => (await here.db.em().findOneOrFail(User, { name })).id;
  const ask = (query: string, variables: Record<string, unknown> = {}) =>
    here.ask(page(admin), query, variables);
  const ban = (userId: unknown, reason = 'a test') =>
    ask(
      `mutation ($input: BanUserInput!) { banUser(input: $input) { __typename
         ... on BanUserSuccess { person { ban { reason by { name } } openSessions } }
         ... on BanNotAccepted { message } ... on UserNotFound { message } } }`,
      { input: { userId, reason } },
    );
  const unban = (userId: unknown) =>
    ask('mutation ($id: ID!) { unbanUser(userId: $id) { __typename } }', { id: userId });
  const lastEntry = async () =>
    (await here.db.em().find(AuditEntry, {}, { orderBy: { id: 'desc' }, limit: 1 }))[0];

  /** Connections of a user to both servers, by WebSocket and event stream. */
  const everywhere = async (headers: Record<string, string>, payload: object) => {
    const [socketHere, streamHere, socketThere, streamThere] = await Promise.all([
      openSocket(here, headers, payload),
      openStream(here, headers),
      openSocket(there, headers, payload),
      openStream(there, headers),
    ]);
    return { socketHere, streamHere, socketThere, streamThere };
  };

  describe('C8: closes open connections on this server and on others by a ring', () => {
    const byCookie = async (name: string) => {
      const browser = await here.signIn('deployer', name);
      return { headers: page(browser), payload: { pageKey: browser.pageKey } };
    };
    const acts = {
      'a ban': async (name: string) => {
        const { headers, payload } = await byCookie(name);
        return { headers, payload, act: async () => ban(await idOf(name)) };
      },
      'a ban of the user of a token': async (name: string) => {
        const token = await here.token('deploy', name);
        const authorization = `Bearer ${token}`;
        return {
          headers: { authorization },
          payload: { authorization },
          act: async () => ban(await idOf(name)),
        };
      },
      'ending their sessions': async (name: string) => {
        const { headers, payload } = await byCookie(name);
        const document = 'mutation ($id: ID!) { endSessionsOf(userId: $id) { __typename } }';
        return { headers, payload, act: async () => ask(document, { id: await idOf(name) }) };
      },
      'ending everyone’s sessions': async (name: string) => {
        const { headers, payload } = await byCookie(name);
        return { headers, payload, act: () => ask('mutation { endAllSessions }') };
      },
      'revoking their token': async (name: string) => {
        const token = await here.token('read', name);
        const authorization = `Bearer ${token}`;
        const { id } = await here.db.em().findOneOrFail(ApiToken, { user: await idOf(name) });
        const document = 'mutation ($id: ID!) { revokeTokenOf(tokenId: $id) { __typename } }';
        return { headers: { authorization }, payload: { authorization }, act: () => ask(document, { id }) };
      },
    };
    test.each(Object.entries(acts))(
      'all connections of the user are closed on both servers after %s',
      async (_name, prepare) => {
        const { headers, payload, act } = await prepare(newName());
        const { socketHere, streamHere, socketThere, streamThere } = await everywhere(headers, payload);
        // Another user, who is not affected.
        const other = await openSocket(here, page(admin), { pageKey: admin.pageKey });
        expect((await act()).errors).toBeUndefined();
        expect(await socketHere.closed).toBe(4403);
        expect(await streamHere.closed).toBe('cut');
        expect(await socketThere.closed).toBe(4403);
        expect(await streamThere.closed).toBe('cut');
        for (const server of [here, there]) {
          const answer = await server.ask(headers, '{ viewer { role } }');
          expect(answer.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
        }
        const others = await Promise.race([other.closed, ask('{ viewer { role } }')]);
        expect(others).toEqual({ data: { viewer: { role: 'ADMIN' } } });
      },
    );
  });

  test('C8: a banned user gets the reason of the ban with every kind of credentials', async () => {
    const name = newName();
    const browser = await here.signIn('deployer', name);
    const token = await here.token('deploy', name);
    const link = await createSignInLink(here.db, name, 'deployer');
    const id = await idOf(name);
    const { data } = await ban(id, 'left the project');
    expect(data.banUser).toEqual({
      __typename: 'BanUserSuccess',
      person: { ban: { reason: 'left the project', by: { name: 'ada' } }, openSessions: 1 },
    });
    expect(await lastEntry()).toMatchObject({
      action: 'ban',
      user: await idOf('ada'),
      detail: `${name}: “left the project”`,
      channel: 'page',
      address: '127.0.0.1',
    });
    for (const by of [page(browser), token]) {
      const { errors } = await here.ask(by, '{ viewer { role } }');
      expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', banned: true });
      expect(errors?.[0]?.message).toMatch(
        /^Your account was suspended by ada on 2.* UTC: “left the project”/,
      );
    }
    // With the cookie alone the response does not reveal the ban.
    const { errors } = await here.ask({ cookie: browser.cookie }, '{ viewer { role } }');
    expect(errors?.[0]?.message).not.toContain('suspended');
    const redeem = () =>
      fetch(`${here.url}/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: here.url },
        body: JSON.stringify({ code: link }),
      });
    const refused = await redeem();
    expect(refused.status).toBe(403);
    expect(refused.headers.get('set-cookie')).toBeNull();
    expect(JSON.parse(await refused.text()).message).toContain('left the project');
    expect(await lastEntry()).toMatchObject({ action: 'sign-in refused', user: id, detail: 'banned' });
    expect((await unban(id)).data.unbanUser.__typename).toBe('UnbanUserSuccess');
    expect(await lastEntry()).toMatchObject({ action: 'unban', detail: name });
    // Sessions, tokens and the unused link are valid again.
    expect((await here.ask(token, '{ viewer { role } }')).errors).toBeUndefined();
    expect((await redeem()).status).toBe(200);
  });

  test('C8: ending all sessions invalidates unused sign-in links', async () => {
    const [name, other] = [newName(), newName()];
    const link = await createSignInLink(here.db, name, 'deployer');
    const redeem = async (code: string): Promise<number> =>
      (
        await fetch(`${here.url}/sign-in`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: here.url },
          body: JSON.stringify({ code }),
        })
      ).status;
    await here.signIn('viewer', other);
    const { data } = await ask('mutation { endAllSessions(keepOwn: true) }');
    expect(data.endAllSessions).toBeGreaterThanOrEqual(1);
    expect((await lastEntry())?.detail).toMatch(/^everyone else: \d+ sessions?$/);
    expect(await redeem(link)).toBe(403);
    expect(await lastEntry()).toMatchObject({
      action: 'sign-in refused',
      user: await idOf(name),
      detail: 'the link has expired',
      address: '127.0.0.1',
    });
    expect(await redeem(await createSignInLink(here.db, name, 'deployer'))).toBe(200);
    expect((await ask('{ viewer { role } }')).errors).toBeUndefined();
    await ask('mutation { endAllSessions(keepOwn: false) }');
    expect((await ask('{ viewer { role } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    admin = await here.signIn('admin', 'ada');
  });

  test('the server rejects a ban of oneself, of a banned or unknown user, and without a reason', async () => {
    const own = await ban(await idOf('ada'));
    expect(own.data.banUser).toEqual({
      __typename: 'BanNotAccepted',
      message: 'You cannot ban yourself. Ask another admin.',
    });
    for (const id of ['0', 'x', '999999'])
      expect((await ban(id)).data.banUser.__typename).toBe('UserNotFound');
    const name = newName();
    await here.token('read', name);
    const id = await idOf(name);
    for (const reason of ['', '  ', 'x'.repeat(501)])
      expect((await ban(id, reason)).data.banUser.__typename).toBe('BanNotAccepted');
    const both = await Promise.all([ban(id, 'one'), ban(id, 'other')]);
    expect(both.map(({ data }) => data.banUser.__typename).sort()).toEqual([
      'BanNotAccepted',
      'BanUserSuccess',
    ]);
    expect(await here.db.em().count(AuditEntry, { action: 'ban', detail: { $like: `${name}:%` } })).toBe(1);
  });

  test('G1: only admins can manage users, and tokens cannot', async () => {
    const deployer = page(await here.signIn('deployer', newName()));
    const before = await here.db.em().count(AuditEntry);
    const documents = [
      '{ people { totalCount } }',
      '{ tokens { totalCount } }',
      '{ auditLog { totalCount } }',
      'mutation { banUser(input: { userId: 1, reason: "x" }) { __typename } }',
      'mutation { unbanUser(userId: 1) { __typename } }',
      'mutation { endSessionsOf(userId: 1) { __typename } }',
      'mutation { endAllSessions }',
      'mutation { revokeTokenOf(tokenId: 1) { __typename } }',
      'mutation { holdDeployments(input: { reason: "x" }) { __typename } }',
      'mutation { releaseDeployments(input: { holdId: 1 }) { __typename } }',
    ];
    const token = await here.token('deploy', 'ada');
    for (const by of [deployer, token]) {
      for (const document of documents)
        expect((await here.ask(by, document)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    // The token that was made, and nothing else.
    expect(await here.db.em().count(AuditEntry)).toBe(before + 1);
  });

  test('the server lists users by name with role, sessions and ban, with pagination', async () => {
    const names = ['zoe 1', 'zoe 2', 'zoe_3'];
    for (const name of names) await here.signIn('viewer', name);
    await here.signIn('deployer', 'zoe 2');
    // A clock far ahead opened this session: it is not accepted.
    await here.signIn('deployer', 'zoe 1');
    const wrong = Date.now() + 401 * 24 * 3_600_000;
    const newest = '(select max(id) from session)';
    await here.db.execute(`update session set created_at = ?, last_used_at = ? where id = ${newest}`, [
      wrong,
      wrong,
    ]);
    await here.token('read', 'zoe 4');
    await ban(await idOf('zoe_3'), 'why');
    const document = `query ($first: Int, $after: String, $text: String) { people(first: $first, after: $after, text: $text) {
      nodes { user { name } role groups openSessions lastSeenAt ban { reason } } edges { cursor node { user { name } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`;
    const first = (await ask(document, { first: 2, text: 'ZOE' })).data.people;
    expect(first).toMatchObject({
      nodes: [
        { user: { name: 'zoe 1' }, role: 'VIEWER', groups: null, openSessions: 1, ban: null },
        { user: { name: 'zoe 2' }, role: 'DEPLOYER', openSessions: 2 },
      ],
      edges: [{ node: { user: { name: 'zoe 1' } } }, { cursor: first.pageInfo.endCursor }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: first.edges[0].cursor },
      totalCount: 4,
    });
    expect(Date.parse(first.nodes[0].lastSeenAt)).toBeLessThan(wrong);
    const { endCursor } = first.pageInfo;
    const second = (await ask(document, { first: 2, after: endCursor, text: 'zoe' })).data.people;
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const rest = Object.fromEntries(
      second.nodes.map((node: { user: { name: string } }) => [node.user.name, node]),
    );
    expect(rest).toMatchObject({
      'zoe 4': { role: null, openSessions: 0, lastSeenAt: null },
      zoe_3: { role: 'VIEWER', openSessions: 1, ban: { reason: 'why' } },
    });
    // Neither of these stands for any character.
    expect((await ask(document, { text: 'zoe_' })).data.people.totalCount).toBe(1);
    expect((await ask(document, { text: '%' })).data.people.totalCount).toBe(0);
    for (const variables of [{ first: 0 }, { first: 101 }, { after: 'x' }, { text: 'x'.repeat(201) }])
      expect((await ask(document, variables)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('the server lists the active tokens of all users, and records a revocation once', async () => {
    const name = newName();
    await here.token('deploy', name);
    const document = `{ tokens(first: 1) { nodes { id name canDeploy user { name } revokedAt } totalCount } }`;
    const { nodes, totalCount } = (await ask(document)).data.tokens;
    expect(nodes).toMatchObject([{ name: 'a test', canDeploy: true, user: { name }, revokedAt: null }]);
    const revoke = () =>
      ask('mutation ($id: ID!) { revokeTokenOf(tokenId: $id) { __typename } }', { id: nodes[0].id });
    expect((await revoke()).data.revokeTokenOf.__typename).toBe('RevokeTokenOfSuccess');
    expect((await revoke()).data.revokeTokenOf.__typename).toBe('RevokeTokenOfSuccess');
    const entries = await here.db
      .em()
      .find(AuditEntry, { action: 'token revoked', detail: { $like: `%${name}` } });
    expect(entries).toMatchObject([{ detail: `“a test” (deploy) of ${name}`, channel: 'page' }]);
    expect((await ask(document)).data.tokens.totalCount).toBe(totalCount - 1);
    const unknown = await ask('mutation { revokeTokenOf(tokenId: "x") { __typename } }');
    expect(unknown.data.revokeTokenOf.__typename).toBe('UnknownToken');
  });
});
