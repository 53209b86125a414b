import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { accessOf, callers } from '../../schema/graphql/access.ts';
import { schema } from '../../schema/graphql/schema.ts';
import { insertSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { createToken } from '../../schema/model/account/token.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { dialects, ownDatabase } from '../../tests/support/database.ts';
import { append, openServer, runningJob, type TestServer } from '../../tests/support/test-server.ts';

// Every field as everyone, over every way.
vi.setConfig({ testTimeout: 900_000 });

/** A literal for an argument of this type: unknown row numbers, except for jobs that are only read. */
function literal(type: GraphQLInputType, name: string, jobId: string): string {
  if (isNonNullType(type)) return literal(type.ofType, name, jobId);
  if (isListType(type)) return `[${literal(type.ofType, name, jobId)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return `{ ${required.map((field) => `${field.name}: ${literal(field.type, field.name, jobId)}`).join(', ')} }`;
  }
  return (
    { Int: '1', Float: '1', Boolean: 'true', ID: /^(id|jobId)$/.test(name) ? jobId : '"2147483646"' }[
      type.name
    ] ?? (type.name === 'DateTime' ? '"2030-01-01T00:00:00.000Z"' : '"x"')
  );
}

function documentFor(kind: string, field: GraphQLField<unknown, unknown>, jobId: string): string {
  const required = field.args.filter((arg) => isNonNullType(arg.type) || arg.name === 'id');
  const args = required.map((arg) => `${arg.name}: ${literal(arg.type, arg.name, jobId)}`).join(', ');
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `${kind} { ${field.name}${args ? `(${args})` : ''}${selection} }`;
}

/** The outcome of a request: refused before parsing (`door`), refused by a rule, or anything else. */
type Outcome = 'door' | 'refused' | 'let in';

interface Credentials {
  readonly headers: Record<string, string>;
  readonly init: Record<string, unknown>;
}

const outcomeOf = (answer: string): Outcome => (answer.includes('"FORBIDDEN"') ? 'refused' : 'let in');

/** `quietTime`: after how many milliseconds without an event a subscription was accepted. */
type Ask = (
  world: TestServer,
  credentials: Credentials,
  query: string,
  quietTime: number,
) => Promise<Outcome>;

const overHttp: Ask = (world, credentials, query) =>
  posted(
    world,
    credentials,
    query,
    query.startsWith('subscription') ? { accept: 'text/event-stream', prefer: 'wait=0' } : {},
  );

/** As an event stream, also queries and mutations, by an `Accept` that does not name one. */
const overEvents: Ask = (world, credentials, query) =>
  posted(world, credentials, query, { accept: 'text/*', prefer: 'wait=0' });

async function posted(
  world: TestServer,
  { headers }: Credentials,
  query: string,
  more: Record<string, string>,
): Promise<Outcome> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more, ...headers },
    body: JSON.stringify(world.sent(headers, query)),
  });
  const text = await response.text();
  return response.status === 401 ? 'door' : outcomeOf(text);
}

function overSocket(
  world: TestServer,
  { headers, init }: Credentials,
  query: string,
  quietTime: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const { cookie } = headers;
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: cookie === undefined ? {} : { cookie },
    });
    const done = (outcome: Outcome): void => {
      clearTimeout(quiet);
      resolve(outcome);
      socket.terminate();
    };
    let quiet: NodeJS.Timeout | undefined;
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: init })));
    socket.on('message', (data) => {
      const { type } = JSON.parse(String(data));
      if (type === 'connection_ack') {
        const payload = { query: '', ...world.sent(headers, query) };
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
        if (query.startsWith('subscription')) quiet = setTimeout(() => done('let in'), quietTime);
      } else if (type === 'next' || type === 'error') done(outcomeOf(String(data)));
    });
    socket.on('close', (code) => done(code === 4403 ? 'door' : 'let in'));
    socket.on('error', () => {});
  });
}

const allTransports: readonly (readonly [string, Ask])[] = [
  ['HTTP', overHttp],
  ['an event stream', overEvents],
  ['WebSocket', overSocket],
];

describe.each(dialects)('on %s', (dialect) => {
  // A field reads the same tables over all transports, so one of them shows that its rule works on PostgreSQL.
  const transports = dialect === 'sqlite' ? allTransports : allTransports.slice(0, 1);

  test('G1 each root field allows exactly the callers in docs/rights.md', async () => {
    await using database = await ownDatabase(dialect);
    await using world = await openServer({ databaseUrl: database.url });
    const job = String(await runningJob(world.db));
    await append(world.db, Number(job), 0, ['x']);
    let made = 0;
    const newCredentials: Record<(typeof callers)[number]['name'], () => Promise<Credentials>> = {
      nobody: async () => ({ headers: {}, init: {} }),
      'half signed in': async () => {
        const code = await world.db.write([], async (em) => {
          const now = Date.now();
          const user = await userNamed(em, `half ${made++}`, now);
          return await insertSignInLink(
            em,
            { user, role: null, way: 'provider', expiresAt: now + 60_000 },
            now,
          );
        });
        return ofBrowser(await world.redeem(code));
      },
      viewer: async () => ofBrowser(await world.signIn('viewer', `viewer ${made++}`)),
      deployer: async () => ofBrowser(await world.signIn('deployer', `deployer ${made++}`)),
      admin: async () => ofBrowser(await world.signIn('admin', `admin ${made++}`)),
      'token read': async () => ofToken(await world.token('read', `reader ${made++}`)),
      'token deploy': async () => ofToken(await world.token('deploy', `tool ${made++}`)),
    };
    const kept = new Map<string, Promise<Credentials>>();
    /** New credentials for each mutation, which may end the sessions of its caller. Those of all other requests are kept. */
    const credentialsFor = (kind: string, name: (typeof callers)[number]['name']): Promise<Credentials> => {
      if (kind === 'mutation') return newCredentials[name]();
      const credentials = kept.get(name) ?? newCredentials[name]();
      kept.set(name, credentials);
      return credentials;
    };
    const table = new Map((await accessOf(schema)).map(({ field, allowed }) => [field, allowed]));
    const roots = [
      ['query', schema.getQueryType()],
      ['subscription', schema.getSubscriptionType()],
      // Last, because they end sessions.
      ['mutation', schema.getMutationType()],
    ] as const;
    const expected: Record<string, Outcome> = {};
    const seen: Record<string, Outcome> = {};
    for (const [kind, type] of roots) {
      for (const field of Object.values(type?.getFields() ?? {})) {
        // Queries read an existing job; mutations use an unknown one.
        const query = documentFor(kind, field, kind === 'mutation' ? '"2147483646"' : `"${job}"`);
        const allowed = table.get(`${type?.name}.${field.name}`);
        const askAs = async ({ name }: (typeof callers)[number]): Promise<void> => {
          const outcome = ['nobody', 'half signed in'].includes(name)
            ? 'door'
            : allowed?.has(name)
              ? 'let in'
              : 'refused';
          for (const [transport, ask] of transports) {
            const key = `${type?.name}.${field.name}, ${name}, ${transport}`;
            expected[key] = outcome;
            // A refusal is sent immediately, but a busy machine needs time for it.
            const quietTime = outcome === 'refused' ? 30_000 : 1_000;
            seen[key] = await ask(world, await credentialsFor(kind, name), query, quietTime);
          }
        };
        // One after another where an admin ends the sessions of all others.
        if (/^end(AllSessions|SessionsOfEveryone)$/.test(field.name))
          for (const caller of callers) await askAs(caller);
        else await Promise.all(callers.map(askAs));
      }
    }
    expect(Object.keys(seen).length).toBeGreaterThan(200 * transports.length);
    expect(seen).toEqual(expected);
  });

  test('G1 an expired token and a banned user have no access', async () => {
    await using database = await ownDatabase(dialect);
    await using world = await openServer({ databaseUrl: database.url });
    const expired = await createToken(world.db, {
      name: 'old',
      scope: 'deploy',
      userName: 'ada',
      lifetime: -1,
    });
    const banned = ofBrowser(await world.signIn('admin', 'bob'));
    const bannedToken = ofToken(await world.token('deploy', 'bob'));
    const query = '{ viewer { role } }';
    expect(await overHttp(world, banned, query, 0)).toBe('let in');
    await world.db.write(['sessions'], (em) =>
      em.nativeUpdate(User, { name: 'bob' }, { bannedAt: Date.now(), banReason: 'a test' }),
    );
    for (const who of [ofToken(expired), banned, bannedToken]) {
      expect(await overHttp(world, who, query, 0)).toBe('door');
      expect(await overSocket(world, who, query, 0)).toBe('door');
    }
  });
});

const ofBrowser = ({ cookie, pageKey }: { cookie: string; pageKey: string }): Credentials => ({
  headers: { cookie, 'x-spiderpig-page-key': pageKey },
  init: { pageKey },
});
const ofToken = (token: string): Credentials => ({
  headers: { authorization: `Bearer ${token}` },
  init: { authorization: `Bearer ${token}` },
});
