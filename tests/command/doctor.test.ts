// Tests `spiderpig doctor` as a real process with real databases, and a small server in place of the identity provider.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startErrorLog } from '../../jobrunner/simulator/error-log/error-log.ts';
import { Passkey } from '../../schema/model/account/second-factor/passkey.ts';
import { insertSignInLink, redeemSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { claimJob } from '../../schema/model/job/claim.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { holdDeployments } from '../../schema/model/job/hold.ts';
import { migrate } from '../../schema/model/migration/migration.ts';
import { createWebhook } from '../../schema/model/notification/webhook.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { recordCleanUpProblem, recordLaneProblem, registerRunner } from '../../schema/model/runner/runner.ts';
import { sqliteFile } from '../../schema/model/store/database.ts';
import { dialects, makeEmptyDatabase, ownDatabase } from '../support/database.ts';
import { compileCacheDirectory, entryUnderTest } from '../support/package/build.ts';
import { program, World } from '../support/world.ts';

let directory: string;
const servers: Server[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-doctor-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(directory, { recursive: true, force: true });
});

async function doctor(
  environment: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<{ status: number; text: string; line(begin: string): string }> {
  const child = spawn(process.execPath, [entryUnderTest('spiderpig'), 'doctor', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/bin:/bin',
      NODE_COMPILE_CACHE: compileCacheDirectory,
      HOME: directory,
      SPIDERPIG_DATA: join(directory, 'data'),
      SPIDERPIG_PORT: '0',
      ...environment,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const [status] = await once(child, 'close');
  const lines = text.split('\n');
  return {
    status,
    text,
    // A finding and the advice below it.
    line: (begin) => {
      const at = lines.findIndex((line) => line.slice(5).startsWith(begin));
      return at === -1 ? '' : [lines[at], lines[at + 1]?.includes('→') ? lines[at + 1] : ''].join('');
    },
  };
}

/** Starts a server that answers with the result of `answer`, or 404 for null. Returns its URL. */
async function serve(answer: (path: string, url: string) => unknown): Promise<string> {
  let url = '';
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '', url);
    if (body === null) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return url;
}

/** A URL with a closed port. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const discovery = (url: string): Record<string, unknown> => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}/keys`,
  code_challenge_methods_supported: ['S256'],
});
const issuer = (change: (document: Record<string, unknown>) => Record<string, unknown> = (same) => same) =>
  serve((path, url) => {
    if (path === '/.well-known/openid-configuration') return change(discovery(url));
    return path === '/keys' ? { keys: [{ kty: 'RSA', kid: '1' }] } : null;
  });

const withIssuer = (url: string, more: Record<string, string> = {}): Record<string, string> => ({
  SPIDERPIG_OIDC_ISSUER: url,
  SPIDERPIG_OIDC_CLIENT_ID: 'spiderpig',
  SPIDERPIG_PUBLIC_URL: 'https://deploy.example',
  SPIDERPIG_ALLOWED_HOSTS: 'deploy.example',
  SPIDERPIG_ADMIN_GROUPS: 'ops',
  ...more,
});

describe('doctor before the first start', () => {
  test('S4 doctor names the configuration file that it was started with', async () => {
    const file = join(directory, 'spiderpig.env');
    const found = async (content: string, mode: number) => {
      writeFileSync(file, content);
      chmodSync(file, mode);
      const { line } = await doctor({}, ['--config', file]);
      return line(`configuration file: ${file}`);
    };
    expect(await found('SPIDERPIG_PORT=0\n', 0o600)).toMatch(/^ok /);
    expect(await found('SPIDERPIG_PORT=0\n', 0o644)).toMatch(/^warn .*no secrets yet.*0644.*chmod 06[04]0/);
    expect(await found('SPIDERPIG_PORT=0\n', 0o646)).toMatch(/^FAIL .*every user can change it.*run as scap/);
    expect(await found('PGPASSWORD=hunter2\n', 0o644)).toMatch(
      /^FAIL .*contains secrets, and other users can read it.*chmod 06[04]0/,
    );
  });

  test('doctor describes the first start, creates nothing, and exits with status 0', async () => {
    const { status, text, line } = await doctor();
    expect(line('data directory:')).toMatch(/^warn .*does not exist yet.*→ it is created at the first start/);
    expect(line('database:')).toMatch(/^warn .*→ the tables are created at the first start/);
    expect(line('scap:')).toMatch(/^warn .*nothing is deployed/);
    expect(line('sign-in:')).toMatch(/^ok .*no identity provider/);
    expect(text).toMatch(/\d+ ok, (1 warning|\d+ warnings), 0 failures\n$/);
    expect(status).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('doctor names variables that no option has, with the near one', async () => {
    const { line } = await doctor({ SPIDERPIG_LANE: 'eqiad' });
    expect(line('variable:')).toMatch(
      /^warn .*SPIDERPIG_LANE: no option has this variable, so it has no effect.*→ .*SPIDERPIG_LANES/,
    );
  });

  test('doctor names a wrong option in one line and exits with status 2', async () => {
    const { status, text } = await doctor({}, ['--port', 'x']);
    expect([status, text]).toEqual([2, expect.stringContaining('--port')]);
  });
});

describe('doctor and files', () => {
  test('doctor fails if other users can read the data directory or its files, and accepts those of a running SpiderPig', async () => {
    await using world = await World.open({ scap: program('question/counts-and-asks') });
    const environment = {
      SPIDERPIG_DATA: world.directory,
      SPIDERPIG_DATABASE_URL: world.databaseUrl,
      SPIDERPIG_GERRIT_URL: world.gerrit.url,
      SPIDERPIG_PORT: new URL(world.url).port,
    };
    chmodSync(world.directory, 0o700);
    // The simulator writes its staging directory with the modes of the umask.
    mkdirSync(join(world.directory, 'simulated-staging'));
    chmodSync(join(world.directory, 'simulated-staging'), 0o755);
    const [file = ''] = readdirSync(join(world.directory, 'servers'));
    const urlFile = join(world.directory, 'servers', file);
    rmSync(urlFile);
    expect((await doctor(environment)).line('port:')).toMatch(
      /^warn .*another SpiderPig responds.*no server of this data directory runs.*→ .*--port/,
    );
    writeFileSync(urlFile, 'http://127.0.0.1:1\n', { mode: 0o600 });
    expect((await doctor(environment)).line('port:')).toMatch(
      /^warn .*another SpiderPig responds.*is at http:\/\/127\.0\.0\.1:1\s+→ open http:\/\/127\.0\.0\.1:1/,
    );
    writeFileSync(urlFile, `${world.url}\n`, { mode: 0o600 });
    const well = await doctor(environment);
    expect(well.line('data directory:')).toMatch(/^ok /);
    expect(well.line('files:')).toMatch(/^ok /);
    expect(well.line('port:')).toMatch(/^ok .*SpiderPig responds/);
    expect(well.line('Gerrit:')).toMatch(/^ok /);
    expect(well.line('database:')).toMatch(/^ok .*SQLite/);
    expect(well.status).toBe(0);
    writeFileSync(join(world.directory, 'leaked.txt'), '', { mode: 0o644 });
    chmodSync(join(world.directory, 'leaked.txt'), 0o644);
    chmodSync(world.directory, 0o755);
    const ill = await doctor(environment);
    expect(ill.line('data directory:')).toMatch(/^FAIL .*0755.*→ chmod 0700 /);
    expect(ill.line('files:')).toMatch(/^FAIL .*leaked\.txt/);
    expect(ill.status).toBe(1);
    // Doctor does not repair it.
    expect(statSync(world.directory).mode & 0o777).toBe(0o755);
  });

  test('doctor follows a symbolic link to the data directory, as the server does', async () => {
    mkdirSync(join(directory, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(directory, 'elsewhere'), join(directory, 'data'));
    expect((await doctor({})).line('data directory:')).toMatch(/^ok /);
  });

  test('doctor fails if the data directory is a file, or if other users can read the masks', async () => {
    writeFileSync(join(directory, 'data'), '');
    writeFileSync(join(directory, 'masks'), 'hunter\\d+\n', { mode: 0o644 });
    chmodSync(join(directory, 'masks'), 0o644);
    const { status, line } = await doctor({ SPIDERPIG_MASKS: join(directory, 'masks') });
    expect(line('data directory:')).toMatch(/^FAIL .*not a directory/);
    expect(line(`secret file: ${join(directory, 'masks')}`)).toMatch(
      /^FAIL .*--masks.*0644.*→ chmod 06[04]0/,
    );
    expect(status).toBe(1);
  });
});

describe.each(dialects)('doctor and a database on %s', (dialect) => {
  test('doctor does not create a database, accepts one of this version, and fails for a newer one', async () => {
    await using own = await ownDatabase(dialect, makeEmptyDatabase);
    const environment = { SPIDERPIG_DATABASE_URL: own.url };
    const before = await doctor(environment);
    expect(before.line('database:')).toMatch(/^warn .*is empty/);
    await migrate(own.url);
    const now = await doctor(environment);
    expect(now.line('database:')).toMatch(/^ok .*migrated to this version/);
    if (dialect === 'postgresql') expect(now.line('clock of the database:')).toMatch(/^ok .*agrees/);
    const database = await openDatabase(own.url);
    await database.execute("delete from mikro_orm_migrations where name like '%gate%'", []);
    expect((await doctor(environment)).line('database:')).toMatch(/^warn .*1 migration is missing/);
    await database.execute(
      "insert into mikro_orm_migrations (name) values ('Migration20991231000000_future')",
      [],
    );
    const newer = await doctor(environment);
    expect(newer.line('database:')).toMatch(/^FAIL .*Migration20991231000000_future/);
    expect(newer.status).toBe(1);
    await database[Symbol.asyncDispose]();
  });

  test('doctor shows the groups of the last sign-in at the provider and their role', async () => {
    await using own = await ownDatabase(dialect);
    const environment = withIssuer(await issuer(), {
      SPIDERPIG_DATABASE_URL: own.url,
      SPIDERPIG_VIEWER_GROUPS: 'all',
    });
    expect((await doctor(environment)).line('groups claim:')).toMatch(/^warn .*not received yet/);
    const database = await openDatabase(own.url);
    const signIn = async (name: string, groups: readonly string[]) => {
      const now = Date.now();
      const code = await database.write([], async (em) => {
        const user = await userNamed(em, name, now);
        await em.nativeUpdate(User, { id: user.id }, { groups: [...groups] });
        return await insertSignInLink(
          em,
          { user, role: null, way: 'provider', expiresAt: now + 60_000 },
          now,
        );
      });
      await redeemSignInLink(database, code);
    };
    await signIn('ada', []);
    expect((await doctor(environment)).line('groups claim:')).toMatch(
      /^warn .*\(ada\) had no groups.*“groups”/,
    );
    await signIn('bob', ['cn=x']);
    expect((await doctor(environment)).line('groups claim:')).toMatch(
      /^warn .*\(bob\) had the groups cn=x, which give no role/,
    );
    await signIn('eve', ['all', 'ops']);
    expect((await doctor(environment)).line('groups claim:')).toMatch(
      /^ok .*\(eve\) had the groups all, ops: admin$/,
    );
    await database[Symbol.asyncDispose]();
  });
});

describe.each(dialects)('doctor and an installation that does not work as it should, on %s', (dialect) => {
  test('doctor names a hold, a refused clean-up, what hangs or fails, and passkeys of another host', async () => {
    await using own = await ownDatabase(dialect);
    const environment = { SPIDERPIG_DATABASE_URL: own.url, SPIDERPIG_PUBLIC_URL: 'https://deploy.example' };
    expect((await doctor(environment)).line('operation:')).toMatch(
      /^ok .*not held, and nothing fails or hangs/,
    );
    await using database = await openDatabase(own.url);
    const user = await database.write([], (em) => userNamed(em, 'ada', Date.now()));
    const { id } = await enqueueJob(database, {
      kind: 'backport',
      changes: [unverifiedChange('7')],
      owner: user,
    });
    await enqueueJob(database, { kind: 'backport', changes: [unverifiedChange('8')], owner: user });
    await claimJob(database, 'r', ['default']);
    expect((await doctor(environment)).line('jobrunner:')).toMatch(
      /^FAIL .*none is online, and 1 queued job waits.*→ start spiderpig-jobrunner/,
    );
    await holdDeployments(database, { reason: 'switchover', endsAt: null, user });
    await registerRunner(database, {
      id: 'deploy1/default/1',
      host: 'deploy1',
      lanes: ['default'],
      process: { ...identify(process.pid), boot: 'of another machine', host: 'deploy1' },
      scap: 'scap',
      simulated: false,
      startedAt: Date.now(),
    });
    await recordCleanUpProblem(database, 'deploy1/default/1', 'the clock is 401 days ahead');
    await recordLaneProblem(database, 'deploy1/default/1', 'not the active host');
    const since = Date.parse('2026-11-28T10:00:00Z');
    await database.execute('update runner set not_responding_since = ?', [since]);
    await database.execute('update job set not_responding_since = ? where id = ?', [since, id]);
    const through = { channel: 'page', address: null };
    const settings = {
      url: 'https://chat.example/',
      events: ['ended'],
      format: 'json',
      template: null,
    } as const;
    for (const name of ['failing', 'disabled', 'working'])
      await createWebhook(database, { ...settings, name, enabled: true }, { by: user, through });
    await database.execute("update webhook set failing_since = ? where name <> 'working'", [since]);
    await database.execute(
      "update webhook set disabled_at = ?, disabled_reason = 'it failed for five days' where name = 'disabled'",
      [since],
    );
    const passkey = {
      user: user.id,
      name: 'key',
      publicKey: '',
      counter: 0,
      transports: '',
      createdAt: since,
    };
    await database.write([], async (em) => {
      await em.insert(Passkey, { ...passkey, credential: 'a', host: 'old.example' });
      await em.insert(Passkey, { ...passkey, credential: 'b', host: 'deploy.example' });
    });
    const { line, text, status } = await doctor(environment);
    expect(line('hold:')).toMatch(
      /^warn .*held by ada since .*, until they are released: “switchover”.*spiderpig release/,
    );
    expect(line('clean-up:')).toMatch(
      /^FAIL .*deploy1\/default\/1 removes no jobs .*: the clock is 401 days ahead.*→ synchronise the clocks/,
    );
    expect(line('lane:')).toMatch(/^warn .*may not deploy now: not the active host/);
    expect(line('jobrunner:')).toMatch(/^FAIL .*has not looked for jobs since 2026-11-28 10:00 UTC/);
    expect(line('supervisor:')).toMatch(
      /^FAIL .*job 1 has not responded since 2026-11-28 10:00 UTC.*spiderpig lose 1/,
    );
    expect(line('webhook: “failing”')).toMatch(/^warn .*has failed since 2026-11-28 10:00 UTC/);
    expect(line('webhook: “disabled”')).toMatch(/^warn .*was disabled: it failed for five days/);
    expect(text).not.toContain('“working”');
    expect(line('passkeys:')).toMatch(/^warn .*1 for old\.example, which is not the host of --public-url/);
    expect(line('operation:')).toBe('');
    expect(status).toBe(1);
    const plain = await doctor({ ...environment, SPIDERPIG_PUBLIC_URL: 'http://127.0.0.1' });
    expect(plain.line('public URL:')).toMatch(/^warn .*no passkeys at http:\/\/127\.0\.0\.1/);
  });
});

test('doctor finds output that could not be stored, and a reserve that was used', async () => {
  await using own = await ownDatabase('sqlite');
  await (await openDatabase(own.url))[Symbol.asyncDispose]();
  mkdirSync(join(directory, 'data'), { mode: 0o700 });
  writeFileSync(join(directory, 'data', 'unrecorded-job-7-123.log'), '', { mode: 0o600 });
  const environment = { SPIDERPIG_DATABASE_URL: own.url };
  const before = await doctor(environment);
  expect(before.line('output that is not in the database:')).toMatch(/^warn .*unrecorded-job-7-123\.log/);
  expect(before.line('disk:')).toBe('');
  writeFileSync(join(dirname(sqliteFile(own.url)), 'reserve'), 'x', { mode: 0o600 });
  expect((await doctor(environment)).line('disk:')).toMatch(/^FAIL .*reserve.*→ free some disk space/);
});

test('doctor reads what the train depends on', async () => {
  const url = await serve((path) =>
    path === '/task' ? { current: { task_id: 'T1', version: '1.46.0-wmf.3', status: 'open' } } : null,
  );
  const staging = join(directory, 'staging');
  const environment = { SPIDERPIG_STAGING: staging, SPIDERPIG_TRAIN_TASK_URL: `${url}/task` };
  expect((await doctor(environment)).line('train: the staging')).toMatch(/^FAIL .*no train starts/);
  mkdirSync(join(staging, 'dblists'), { recursive: true });
  writeFileSync(join(staging, 'wikiversions.json'), '{"testwiki":"php-1.46.0-wmf.3"}');
  for (const group of ['testwikis', 'group0', 'group1', 'group2'])
    writeFileSync(join(staging, 'dblists', `${group}.dblist`), 'testwiki\n');
  const well = await doctor(environment);
  expect(well.line(`train: ${staging}`)).toMatch(/^ok .*versions of 1 wiki/);
  expect(well.line(`train: ${url}/task`)).toMatch(/^ok .*names the task T1/);
  const gone = await doctor({ ...environment, SPIDERPIG_TRAIN_TASK_URL: `${url}/gone` });
  expect(gone.line('train: the task')).toMatch(/^warn .*not known \(.*→ check --train-task-url/);
});

test('doctor names deployers without a Unix account, and fails without perl', async () => {
  await using own = await ownDatabase('sqlite');
  const environment = { SPIDERPIG_DATABASE_URL: own.url, SPIDERPIG_SCAP: '/bin/true' };
  const database = await openDatabase(own.url);
  const signIn = async (name: string, role: 'viewer' | 'deployer') => {
    const now = Date.now();
    const code = await database.write([], async (em) => {
      const user = await userNamed(em, name, now);
      return await insertSignInLink(em, { user, role, way: 'link', expiresAt: now + 60_000 }, now);
    });
    await redeemSignInLink(database, code);
  };
  await signIn('a-viewer', 'viewer');
  await signIn('root', 'deployer');
  expect((await doctor(environment)).line('accounts:')).toMatch(/^ok .*each of 1 deployer/);
  await signIn('no-such-account', 'deployer');
  const found = await doctor({ ...environment, PATH: directory });
  expect(found.line('perl:')).toMatch(/^FAIL .*no job can start/);
  const { line } = await doctor(environment, ['--account-check', 'on']);
  expect(line('accounts:')).toMatch(/^warn .*no-such-account; their jobs are refused/);
  await database[Symbol.asyncDispose]();
});

test('doctor fails for an unreachable or unreadable database without printing its password', async () => {
  const gone = await doctor({ SPIDERPIG_DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/x' });
  expect(gone.line('database:')).toMatch(/^FAIL .*ECONNREFUSED/);
  expect(gone.text).not.toContain('hunter2');
  const file = join(directory, 'other.sqlite');
  writeFileSync(file, 'no database at all, despite its name. '.repeat(100));
  const other = await doctor({ SPIDERPIG_DATABASE_URL: `sqlite:${file}` });
  expect(other.line('database:')).toMatch(/^FAIL .*cannot be read/);
  expect(other.status).toBe(1);
});

test('doctor searches the error log, and fails for credentials that others can read', async () => {
  await using log = await startErrorLog();
  const credentials = join(directory, 'logstash');
  writeFileSync(credentials, 'scap:hunter77\n', { mode: 0o644 });
  const environment = {
    SPIDERPIG_LOGSTASH_URL: log.url,
    SPIDERPIG_LOGSTASH_CREDENTIALS_FILE: credentials,
  };
  const exposed = await doctor(environment);
  expect(exposed.line(`secret file: ${credentials}`)).toMatch(/^FAIL .*0644.*chmod 06[04]0/);
  expect(exposed.line(`error log: ${log.url}`)).toMatch(/^FAIL .*credentials is not safe/);
  expect(exposed.text).not.toContain('hunter77');
  chmodSync(credentials, 0o600);
  const well = await doctor(environment);
  expect(well.line(`error log: ${log.url} responds`)).toMatch(/^ok .* \d+ errors? in the last 5 minutes/);
  expect(well.line(`secret file: ${credentials}`)).toMatch(/^ok /);
  log.failure = 401;
  expect((await doctor(environment)).line('error log: http')).toMatch(/^FAIL .*refuses the credentials/);
});

test('doctor fails for a port in use and for a Gerrit that does not answer', async () => {
  const url = await serve(() => null);
  const { line, status } = await doctor({
    SPIDERPIG_PORT: new URL(url).port,
    SPIDERPIG_GERRIT_URL: `${await closedPort()}/`,
  });
  expect(line('port:')).toMatch(/^FAIL .*another program/);
  expect(line('Gerrit:')).toMatch(/^FAIL .*refused/);
  expect(status).toBe(1);
});

describe('doctor and an identity provider', () => {
  test('doctor accepts a correct provider and prints the URLs to register there', async () => {
    const secret = join(directory, 'secret');
    writeFileSync(secret, 'hunter2\n', { mode: 0o600 });
    const { status, text, line } = await doctor(
      withIssuer(await issuer(), { SPIDERPIG_OIDC_CLIENT_SECRET_FILE: secret }),
    );
    expect(line('identity provider:')).toMatch(/^ok .*responds and has keys$/);
    expect(line('redirect URI')).toMatch(/^ok .*: https:\/\/deploy\.example\/sign-in\/callback$/);
    expect(line('back-channel')).toMatch(/https:\/\/deploy\.example\/sign-in\/back-channel-logout$/);
    expect(line(`secret file: ${secret}`)).toMatch(/^ok /);
    expect(line('public URL:')).toMatch(/^ok /);
    expect(line('second factor:')).toMatch(/^ok /);
    expect(line('groups: viewers')).toMatch(/^ok .*all who sign in; deployers none; admins ops$/);
    expect(line('clock of the identity provider:')).toMatch(/^ok /);
    expect(text).not.toContain('hunter2');
    expect(status).toBe(0);
  });

  test.each([
    [
      'has another issuer',
      (d: object) => ({ ...d, issuer: 'https://other.example' }),
      /its issuer is "https:\/\/other\.example".*→ set --oidc-issuer to exactly/,
    ],
    [
      'has no token endpoint',
      (d: object) => ({ ...d, token_endpoint: undefined }),
      /no https URL for token_endpoint/,
    ],
    [
      'has no keys at its jwks_uri',
      (d: { jwks_uri?: unknown }) => ({ ...d, jwks_uri: `${d.jwks_uri}/gone` }),
      /keys at .*status 404/,
    ],
    [
      'has an endpoint without TLS',
      (d: object) => ({ ...d, authorization_endpoint: 'http://idp.example/a' }),
      /no https URL for authorization_endpoint/,
    ],
  ])('doctor fails for a provider that %s', async (_name, change, words) => {
    const { status, line } = await doctor(withIssuer(await issuer(change)));
    expect(line('identity provider:')).toMatch(/^FAIL /);
    expect(line('identity provider:')).toMatch(words);
    expect(status).toBe(1);
  });

  test('S3 doctor fails for a provider that is unreachable or redirects, and follows no redirect', async () => {
    const gone = await doctor(withIssuer(await closedPort()));
    expect(gone.line('identity provider:')).toMatch(/^FAIL .*ECONNREFUSED/);
    const there = await issuer();
    const server = createServer((request, response) =>
      response.writeHead(302, { location: `${there}${request.url}` }).end(),
    );
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { status, line } = await doctor(withIssuer(url));
    expect(line('identity provider:')).toMatch(/^FAIL .*cannot be read/);
    expect(status).toBe(1);
  });

  test('doctor warns about a different clock of the provider, and fails for more than two minutes', async () => {
    const at = async (off: number): Promise<string> => {
      let url = '';
      const server = createServer((request, response) => {
        response.sendDate = false;
        response.setHeader('date', new Date(Date.now() + off).toUTCString());
        response.end(JSON.stringify(request.url === '/keys' ? { keys: [{}] } : discovery(url)));
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      return (await doctor(withIssuer(url))).line('clock of the identity provider:');
    };
    expect(await at(-30_000)).toMatch(/^warn .*behind.*NTP/);
    expect(await at(90_000)).toMatch(/^warn .*ahead of/);
    expect(await at(300_000)).toMatch(/^FAIL .*ahead.* more than the tolerated 120 s/);
  });

  test('doctor reports a readable client secret, missing groups and a missing second factor', async () => {
    const secret = join(directory, 'secret');
    writeFileSync(secret, 'hunter2\n');
    chmodSync(secret, 0o644);
    const { status, line } = await doctor(
      withIssuer(await issuer(), {
        SPIDERPIG_OIDC_CLIENT_SECRET_FILE: secret,
        SPIDERPIG_ALLOWED_HOSTS: '',
        SPIDERPIG_ADMIN_GROUPS: '',
        SPIDERPIG_SECOND_FACTOR: 'off',
      }),
    );
    expect(line(`secret file: ${secret}`)).toMatch(/^FAIL .*0644.*→ chmod 06[04]0/);
    // --allowed-hosts is not needed, because the server accepts its public name.
    expect(line('public URL:')).toMatch(/^ok .*deploy\.example/);
    expect(line('groups: viewers')).toMatch(/^warn .*No one who signs in at the provider can deploy/);
    expect(line('second factor:')).toMatch(/^warn .*off/);
    expect(status).toBe(1);
  });

  test('doctor replaces control characters in texts of the provider', async () => {
    const url = await issuer((document) => ({ ...document, issuer: '\u001b[2J\u202ehttps' }));
    const { text } = await doctor(withIssuer(url));
    expect(text).not.toMatch(/\u001b|\u202e/);
    expect(existsSync(join(directory, 'data'))).toBe(false);
  });
});
