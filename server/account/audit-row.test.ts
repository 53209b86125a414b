// Tests that each mutation, and each other effect that a person causes, has exactly one row in the audit log.
import { createECDH } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkOut, createStaging, newVersion } from '../../jobrunner/simulator/train/staging.ts';
import { schema } from '../../schema/graphql/schema.ts';
import { AuditEntry, auditActions } from '../../schema/model/account/audit.ts';
import { endProviderSessions } from '../../schema/model/account/provider-logout.ts';
import { createHostCode } from '../../schema/model/account/second-factor/host-code.ts';
import { Passkey } from '../../schema/model/account/second-factor/passkey.ts';
import { insertSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { askInteraction } from '../../schema/model/job/interaction.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { SecurityKey } from '../../tests/support/sign-in/passkey.ts';
import {
  type Browser,
  line,
  openServer,
  queuedJob,
  runningJob,
  type TestServer,
} from '../../tests/support/test-server.ts';
import { routes } from '../route.ts';

let staging: string;
let world: TestServer;
let admin: Browser;
beforeAll(async () => {
  staging = join(mkdtempSync(join(tmpdir(), 'spiderpig-audit-')), 'staging');
  createStaging(staging);
  checkOut(staging, newVersion);
  world = await openServer({ configuration: { staging } });
  admin = await world.signIn('admin', 'ada');
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(dirname(staging), { recursive: true });
});

const as = ({ cookie, pageKey }: Browser): Record<string, string> => ({
  cookie,
  'x-spiderpig-page-key': pageKey,
});

/** A running job; the previous one has ended. */
async function running(): Promise<number> {
  await world.db.execute("update job set state = 'failed' where finished_at is null", []);
  return await runningJob(world.db);
}

async function ended(): Promise<number> {
  const id = await running();
  await endJob(world.db, id, { state: 'failed', reason: 'x', exit: { status: 1, signal: null } });
  return id;
}

const grace = async (): Promise<number> => {
  await world.token('read', 'grace');
  return (await world.db.em().findOneOrFail(User, { name: 'grace' })).id;
};
let secret = '';
const code = (): string => new TOTP({ secret: Secret.fromBase32(secret) }).generate();

/** At an address that no webhook may reach. */
const webhookInput = '{ name: "x", url: "http://127.0.0.1:9/", events: [ENDED] }';

/** Prepares each mutation, and returns it. Each must succeed. */
const mutations: Record<string, () => Promise<string>> = {
  startBackport: async () => 'startBackport(input: { changes: ["7"], acceptUnverified: true })',
  startTrain: async () => {
    await world.db.execute("update job set state = 'failed' where finished_at is null", []);
    const { data } = await world.ask(as(admin), '{ train { state version } }');
    const { state, version } = data.train;
    return `startTrain(input: { group: "testwikis", version: "${version}", seen: "${state}" })`;
  },
  answerInteraction: async () => {
    const question = { kind: 'text', prompt: 'Why?', choices: [], default: null } as const;
    const id = await askInteraction(world.db, await running(), question);
    return `answerInteraction(input: { interactionId: ${id}, answer: "x" })`;
  },
  claimInteraction: async () => {
    const question = { kind: 'text', prompt: 'Why?', choices: [], default: null } as const;
    const id = await askInteraction(world.db, await running(), question);
    return `claimInteraction(input: { interactionId: ${id} })`;
  },
  handOverJob: async () => `handOverJob(input: { jobId: ${await running()} })`,
  moveJob: async () => `moveJob(input: { jobId: ${await queuedJob(world.db)} })`,
  stopJob: async () => `stopJob(input: { jobId: ${await running()} })`,
  retryJob: async () => `retryJob(input: { jobId: ${await ended()} })`,
  revertJob: async () => `revertJob(input: { jobId: ${await ended()}, acceptUnverified: true })`,
  revealLines: async () => {
    const id = await running();
    await appendLines(world.db, id, 1, [line('hidden', { sensitive: true })]);
    return `revealLines(input: { jobId: ${id}, from: 1, to: 1 })`;
  },
  holdDeployments: async () => 'holdDeployments(input: { reason: "x" })',
  releaseDeployments: async () => {
    const [hold] = await world.db.execute('select max(id) as id from hold', []);
    return `releaseDeployments(input: { holdId: ${hold?.['id']} })`;
  },
  banUser: async () => `banUser(input: { userId: ${await grace()}, reason: "x" })`,
  unbanUser: async () => `unbanUser(userId: ${await grace()})`,
  rebindUser: async () => {
    const id = await grace();
    const bound = "provider_issuer = 'https://idp.example', provider_subject = 'sub-1'";
    await world.db.execute(`update account set ${bound} where id = ?`, [id]);
    return `rebindUser(userId: ${id})`;
  },
  endSessionsOf: async () => `endSessionsOf(userId: ${await grace()})`,
  endAllSessions: async () => 'endAllSessions(keepOwn: true)',
  endSessionsOfEveryone: async () => 'endSessionsOfEveryone(input: {})',
  endSession: async () => {
    await world.signIn('viewer', 'ada');
    const [session] = await world.db.execute('select max(id) as id from session', []);
    return `endSession(input: { sessionId: ${session?.['id']} })`;
  },
  endOtherSessions: async () => {
    await world.signIn('viewer', 'ada');
    return 'endOtherSessions';
  },
  makeToken: async () => 'makeToken(input: { name: "made", scope: READ })',
  revokeToken: async () => {
    const [token] = await world.db.execute("select id from api_token where name = 'made'", []);
    return `revokeToken(input: { tokenId: ${token?.['id']} })`;
  },
  revokeTokenOf: async () => {
    await world.token('read', 'grace');
    const [token] = await world.db.execute('select max(id) as id from api_token', []);
    return `revokeTokenOf(tokenId: ${token?.['id']})`;
  },
  beginAuthenticator: async () => 'beginAuthenticator',
  confirmAuthenticator: async () => `confirmAuthenticator(input: { code: "${code()}" })`,
  removeAuthenticator: async () => 'removeAuthenticator',
  renamePasskey: async () => {
    const { id: user } = await world.db.em().findOneOrFail(User, { name: 'ada' });
    const passkey = { user, name: 'x', host: 'localhost', credential: 'x', publicKey: 'x', transports: '' };
    const id = await world.db.em().insert(Passkey, { ...passkey, counter: 0, createdAt: Date.now() });
    return `renamePasskey(input: { passkeyId: ${id}, name: "y" })`;
  },
  removePasskey: async () => {
    const { id } = await world.db.em().findOneOrFail(Passkey, { name: 'y' });
    return `removePasskey(input: { passkeyId: ${id} })`;
  },
  createWebhook: async () => `createWebhook(input: ${webhookInput})`,
  updateWebhook: async () => `updateWebhook(webhookId: 1, input: ${webhookInput})`,
  renewWebhookSecret: async () => 'renewWebhookSecret(webhookId: 1)',
  testWebhook: async () => 'testWebhook(webhookId: 1)',
  replayDelivery: async () => 'replayDelivery(deliveryId: 1)',
  deleteWebhook: async () => 'deleteWebhook(webhookId: 1)',
  savePushSubscription: async () => {
    const key = createECDH('prime256v1').generateKeys('base64url');
    const keys = `p256dh: "${key}", auth: "${Buffer.alloc(16).toString('base64url')}"`;
    return `savePushSubscription(input: { endpoint: "http://127.0.0.1:9/", ${keys}, reach: ALL })`;
  },
  removePushSubscription: async () => 'removePushSubscription',
};

test('every mutation of the schema is tested', () => {
  expect(Object.keys(mutations).sort()).toEqual(
    Object.keys(schema.getMutationType()?.getFields() ?? {}).sort(),
  );
});

test('C9 each mutation that succeeds has exactly one row in the audit log', async () => {
  await queuedJob(world.db);
  const rows: Record<string, unknown> = {};
  for (const [name, prepare] of Object.entries(mutations)) {
    const mutation = await prepare();
    const [{ id: before } = { id: 0 }] = await world.db
      .em()
      .find(AuditEntry, {}, { orderBy: { id: 'desc' }, limit: 1 });
    const selection =
      name === 'beginAuthenticator'
        ? '{ ... on BeginAuthenticatorSuccess { offered { secret } } ... on Refusal { code } }'
        : name === 'endSessionsOfEveryone'
          ? '{ ended }'
          : '{ __typename ... on Refusal { code } }';
    const scalar = ['endAllSessions', 'removePushSubscription'].includes(name) ? '' : selection;
    const { data, errors } = await world.ask(as(admin), `mutation { ${mutation} ${scalar} }`);
    secret ||= data?.beginAuthenticator?.offered?.secret ?? '';
    const found = await world.db.em().find(AuditEntry, { id: { $gt: before } });
    const refused = errors?.[0]?.message ?? data?.[name]?.code ?? null;
    rows[name] = refused ?? found.map(({ channel }) => channel);
  }
  expect(rows).toEqual(Object.fromEntries(Object.keys(mutations).map((name) => [name, ['page']])));
});

let deviceCode = '';
/** The code that a terminal shows, which has just asked for a token. */
async function userCode(): Promise<string> {
  const asked = await post('/device/code', {}, { client: 'a test', host: 'a host', scope: 'read' });
  const codes = JSON.parse(await asked.text());
  deviceCode = codes.device_code;
  return codes.user_code;
}

/** What a route or another service changes for a person, and the actions that must be recorded. */
const routeEffects: Record<string, () => Promise<readonly string[]>> = {
  'POST /sign-in': async () => {
    await world.signIn('viewer', 'ida');
    // The link is an effect of a command of the host: tests/command/audit-command.test.ts.
    return ['link made', 'sign-in'];
  },
  'POST /sign-in with an unknown code': async () => {
    await post('/sign-in', {}, { code: 'x'.repeat(43) });
    return ['sign-in refused'];
  },
  'POST /sign-in/second-factor': async () => {
    const half = await comeBack('hal');
    const hostCode = await createHostCode(world.db, 'hal');
    expect((await post('/sign-in/second-factor', as(half), { code: hostCode })).status).toBe(200);
    // The code is an effect of a command of the host, too.
    return ['sign-in', 'second factor changed', 'second factor'];
  },
  'POST /sign-in/second-factor with a wrong code': async () => {
    expect(
      (await post('/sign-in/second-factor', as(await comeBack('hal')), { code: '00000000' })).status,
    ).toBe(403);
    return ['sign-in', 'second factor refused'];
  },
  'POST /passkeys': async () => {
    const own = await world.signIn('viewer', 'ida');
    const { challenge } = await (await postLocally('/passkeys/begin', as(own), {})).json();
    const added = { name: 'x', response: securityKey().create(challenge) };
    expect((await postLocally('/passkeys', as(own), added)).status).toBe(200);
    return ['link made', 'sign-in', 'second factor changed'];
  },
  'POST /sign-in/passkey': async () => {
    const half = await comeBack('ida');
    const { challenge } = await (await postLocally('/sign-in/passkey/begin', as(half), {})).json();
    const response = securityKey().use(challenge);
    expect((await postLocally('/sign-in/passkey', as(half), { response })).status).toBe(200);
    return ['sign-in', 'second factor'];
  },
  'POST /sign-in/passkey without a challenge': async () => {
    const half = await comeBack('ida');
    const response = securityKey().use('x');
    expect((await postLocally('/sign-in/passkey', as(half), { response })).status).toBe(403);
    return ['sign-in', 'second factor refused'];
  },
  'POST /sign-out': async () => {
    const own = await world.signIn('viewer', 'ida');
    expect((await post('/sign-out', as(own), {})).status).toBe(204);
    return ['link made', 'sign-in', 'sign-out'];
  },
  'POST /sign-out with a token': async () => {
    const authorization = `Bearer ${await world.token('read', 'ida')}`;
    expect((await post('/sign-out', { authorization }, {})).status).toBe(200);
    return ['token made', 'token revoked'];
  },
  'POST /device/request': async () => {
    expect((await post('/device/request', as(admin), { code: 'BCDFGHJK' })).status).toBe(404);
    return ['sign-in refused'];
  },
  'POST /device/decision': async () => {
    expect((await post('/device/decision', as(admin), { code: await userCode(), allow: false })).status).toBe(
      200,
    );
    return ['sign-in refused'];
  },
  'POST /device/token': async () => {
    const code = await userCode();
    expect((await post('/device/decision', as(admin), { code, allow: true })).status).toBe(200);
    expect((await post('/device/token', {}, { device_code: deviceCode })).status).toBe(200);
    return ['sign-in', 'token made'];
  },
  'GET /jobs/1/log.txt': async () => {
    expect((await fetch(`${world.url}/jobs/1/log.txt`, { headers: as(admin) })).status).toBe(200);
    return ['download'];
  },
  'HEAD /jobs/1/log.txt': async () => {
    await fetch(`${world.url}/jobs/1/log.txt`, { method: 'HEAD', headers: as(admin) });
    return [];
  },
  'GET /jobs/999999/log.txt': async () => {
    expect((await fetch(`${world.url}/jobs/999999/log.txt`, { headers: as(admin) })).status).toBe(404);
    return [];
  },
  'GET /audit.jsonl': async () => {
    const response = await fetch(`${world.url}/audit.jsonl`, { headers: as(admin) });
    expect(response.status).toBe(200);
    await response.text();
    return ['download'];
  },
  'GET /audit.jsonl as a viewer': async () => {
    const viewer = await world.signIn('viewer', 'ida');
    expect((await fetch(`${world.url}/audit.jsonl`, { headers: as(viewer) })).status).toBe(403);
    return ['link made', 'sign-in'];
  },
  'a sign-out at the identity provider': async () => {
    await comeBack('ivy', { session: 'sid-1', subject: 'sub-ivy' });
    const through = { channel: 'provider', address: null };
    await endProviderSessions(
      world.db,
      { session: 'sid-1', subject: 'sub-ivy', before: Date.now() + 1_000 },
      through,
    );
    return ['sign-in', 'sign-out'];
  },
};

const post = (path: string, headers: Record<string, string>, body: object): Promise<Response> =>
  fetch(world.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.url, ...headers },
    body: JSON.stringify(body),
  });

/** The server at `localhost`: there are no passkeys at IP addresses. */
const localUrl = (): string => world.url.replace(/\/\/[^:]+/, '//localhost');

const postLocally = (path: string, headers: Record<string, string>, body: object): Promise<Response> =>
  fetch(localUrl() + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: localUrl(), ...headers },
    body: JSON.stringify(body),
  });

let ownKey: SecurityKey | null = null;
const securityKey = (): SecurityKey => {
  ownKey ??= new SecurityKey({ host: 'localhost', origin: localUrl() });
  return ownKey;
};

/** Signs a user in as the callback of the identity provider does. */
async function comeBack(
  name: string,
  provider: { session: string; subject: string } | null = null,
): Promise<Browser> {
  const now = Date.now();
  const linkCode = await world.db.write([], async (em) => {
    const user = await userNamed(em, name, now);
    return await insertSignInLink(
      em,
      {
        user,
        role: null,
        way: 'provider',
        expiresAt: now + 60_000,
        ...(provider && { providerSession: provider.session, providerSubject: provider.subject }),
      },
      now,
    );
  });
  return await world.redeem(linkCode);
}

test('each effect outside of mutations has exactly one row in the audit log', async () => {
  const rows: Record<string, unknown> = {};
  const expected: Record<string, unknown> = {};
  for (const [name, cause] of Object.entries(routeEffects)) {
    const before = await world.db.em().count(AuditEntry);
    expected[name] = await cause();
    const found = await world.db
      .em()
      .find(AuditEntry, {}, { orderBy: { id: 'asc' }, offset: before, limit: 100 });
    rows[name] = found.map(({ action }) => action);
  }
  expect(rows).toEqual(expected);
});

test('every route is one with a tested effect, or has no effect that a person causes', () => {
  const without = [
    'POST /graphql',
    'GET /graphql',
    'GET /graphql/*',
    'GET /schema.graphql',
    'GET /schema.json',
    'GET /sign-in',
    'GET /sign-in/ways',
    'GET /sign-in/standing',
    // Its effects need a provider: tests/provider.test.ts.
    'GET /sign-in/provider',
    'GET /sign-in/callback',
    'POST /sign-in/back-channel-logout',
    // What follows these challenges is recorded.
    'POST /sign-in/passkey/begin',
    'POST /passkeys/begin',
    // It acts for no person: the decision that follows is recorded.
    'POST /device/code',
    'GET /healthz',
    'GET /readyz',
    'GET /metrics',
    'GET /plain',
    'GET /jobs/1/plain',
    // The download that follows is recorded.
    'POST /ticket',
  ];
  const names = routes.map(({ method, path }) => {
    const text = path instanceof RegExp ? path.source : path;
    if (text.includes('log') && path instanceof RegExp && text.includes('jobs'))
      return `${method} /jobs/1/log.txt`;
    if (text.endsWith('plain$')) return `${method} /jobs/1/plain`;
    return `${method} ${text.replace('^\\/graphql\\/', '/graphql/*')}`;
  });
  const tested = Object.keys(routeEffects);
  expect(names.filter((name) => !without.includes(name) && !tested.includes(name))).toEqual([]);
});

test('every action of the audit log is caused by a test here, or by one that is named', async () => {
  const elsewhere = {
    lose: 'tests/command/audit-command.test.ts',
    backup: 'tests/command/audit-command.test.ts',
  };
  const entries = await world.db.em().find(AuditEntry, {});
  const seen = new Set(entries.map(({ action }): string => action));
  expect(auditActions.filter((action) => !seen.has(action) && !(action in elsewhere))).toEqual([]);
});
