// Tests the `spiderpig` command as new users and operators use it: real processes, only the command line and HTTP.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostCode } from '../../schema/model/account/second-factor/host-code.ts';
import { Session } from '../../schema/model/account/session.ts';
import {
  createSignInLink,
  insertSignInLink,
  redeemSignInLink,
} from '../../schema/model/account/sign-in-link.ts';
import { User, userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { claimJob, recordSupervisor } from '../../schema/model/job/claim.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { identify } from '../../schema/model/runner/process.ts';
import { packageRoot } from '../../schema/process/files.ts';
import { makeDatabase } from '../support/database.ts';
import { compileCacheDirectory, entryUnderTest } from '../support/package/build.ts';

/** The command as it is published, and as it runs in a checkout, where every process starts from its TypeScript source. */
const bundle = entryUnderTest('spiderpig');
const launcher = join(packageRoot, 'bin', 'spiderpig.js');

let directory = '';
const running = new Set<ChildProcess>();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-command-'));
});
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  running.clear();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a command and waits for its exit. */
async function run(
  args: readonly string[],
  more: Record<string, string> = {},
): Promise<{ status: number | null; out: string; err: string }> {
  const child = start(args, more);
  const [status] = await once(child, 'exit');
  running.delete(child);
  return { status, ...said(child) };
}

const outputs = new WeakMap<ChildProcess, { out: string; err: string }>();
const said = (child: ChildProcess): { out: string; err: string } =>
  outputs.get(child) ?? { out: '', err: '' };

function start(args: readonly string[], more: Record<string, string> = {}, program = bundle): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: compileCacheDirectory,
      HOME: directory,
      SPIDERPIG_DATA: join(directory, 'data'),
      SPIDERPIG_SIMULATOR_SPEED: '20',
      ...more,
    },
  });
  const output = { out: '', err: '' };
  outputs.set(child, output);
  child.stdout?.on('data', (chunk) => {
    output.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.err += chunk;
  });
  running.add(child);
  return child;
}

/** Waits until the output of a process matches a pattern. */
async function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(said(child).out);
    if (found) return found;
    if (child.exitCode !== null) throw new Error(`ended first: ${said(child).err}`);
    await once(child.stdout ?? child, 'data');
  }
}

/** Creates the database of an installation in the data directory, and returns its URL. */
async function install(): Promise<string> {
  mkdirSync(join(directory, 'data'), { mode: 0o700 });
  return (await makeDatabase('sqlite', join(directory, 'data'))).url;
}

async function redeem(link: string): Promise<number> {
  const { origin, hash } = new URL(link);
  const response = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: hash.slice('#code='.length) }),
  });
  return response.status;
}

describe.each([
  ['from the bundles', bundle],
  ['from the sources', launcher],
])('spiderpig up %s', (_, program) => {
  it('spiderpig up prints the simulation notice, the URL and a sign-in link, and leaves a job running after Ctrl-C', async () => {
    const up = start(['up', '--port', '0'], {}, program);
    const [, url = ''] = await printed(up, /^ready (http:\/\/127\.0\.0\.1:\d+)$/m);
    expect(said(up).out).toContain('a simulated scap and a simulated Gerrit are used');
    const [, link = ''] = await printed(up, /(http:\S+\/sign-in#code=\S+)\n/);
    expect(await redeem(link)).toBe(200);
    expect(await redeem(link)).toBe(403);
    expect(statSync(join(directory, 'data')).mode & 0o077).toBe(0);

    const login = await run(['login', '--user', 'Jonas', '--role', 'viewer']);
    expect(login.out).toMatch(/^sign in as Jonas \(viewer\) /);
    expect(await redeem(/http:\S+/.exec(login.out)?.[0] ?? '')).toBe(200);

    const token = (
      await run(['token', 'create', '--name', 'bot', '--scope', 'deploy', '--expires', '12h'])
    ).out.trim();
    expect(token).toMatch(/^spiderpig_[\w-]{43}$/);
    const terminal = { SPIDERPIG_URL: url, SPIDERPIG_TOKEN: token };
    const started = await run(['start', '--no-watch', '1102340'], terminal);
    expect(started).toMatchObject({ status: 0 });
    const watch = start(['watch', '1'], terminal);
    await printed(watch, /Backport the changes\?/);

    up.kill('SIGINT');
    await once(up, 'exit');
    running.delete(up);
    expect(said(up).out).toMatch(
      /job 1 \(.*\) continues: its supervisor is process \d+\. Start SpiderPig again/,
    );
    expect(up.exitCode).toBe(0);

    const again = start(['up', '--port', new URL(url).port], {}, program);
    await printed(again, /^ready /m);
    expect((await run(['answer', '1', 'y'], terminal)).status).toBe(0);
    await printed(watch, /Continue with deployment\?/);
    expect((await run(['answer', '2', 'y'], terminal)).status).toBe(0);
    await once(watch, 'exit');
    running.delete(watch);
    expect(watch.exitCode).toBe(0);
    expect((await run(['jobs'], terminal)).out).toMatch(/1\s+succeeded/);
  });
});

describe('a command of an operator', () => {
  it.each([
    [['login']],
    [['otp']],
    [['token', 'create', '--name', 'bot', '--scope', 'read']],
    [['token', 'list']],
    [['token', 'revoke', '1']],
    [['lose', '1']],
    [['hold', 'switchover']],
    [['release']],
  ])('spiderpig %j creates no second installation where none exists, and says what to set', async (args) => {
    const { status, out, err } = await run(args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(
      `there is no SpiderPig database at sqlite:${directory}/data/spiderpig.sqlite. Set --database`,
    );
    expect(existsSync(join(directory, 'data'))).toBe(false);
  });

  it('spiderpig login does not migrate a database of an older version', async () => {
    const url = await install();
    const newest = 'select name from mikro_orm_migrations order by id desc limit 1';
    await using database = await openDatabase(url);
    await database.execute(`delete from mikro_orm_migrations where name = (${newest})`, []);
    const [before] = await database.execute(newest, []);
    const { status, err } = await run(['login']);
    expect(status).toBe(2);
    expect(err).toContain('is of an older version: start the server and the jobrunner of this version');
    expect(await database.execute(newest, [])).toEqual([before]);
  });

  it('spiderpig hold and release are recorded for the user, and hold twice is refused', async () => {
    const url = await install();
    const held = await run(['hold', 'switchover', 'of', 'today', '--for', '2h', '--user', 'ada', '--json']);
    expect(JSON.parse(held.out)).toMatchObject({ type: 'hold', by: 'ada', reason: 'switchover of today' });
    expect(await run(['hold', 'again', '--user', 'bo'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(
        /^spiderpig hold: Deployments are held by ada since .*: “switchover of today”\n$/,
      ),
    });
    expect(await run(['release', '--user', 'ada'])).toMatchObject({
      status: 0,
      out: 'Deployments are released.\n',
    });
    expect(await run(['release', '--user', 'bo'])).toMatchObject({
      status: 1,
      err: 'spiderpig release: Deployments are not held, so there is no hold to release.\n',
    });
    await using database = await openDatabase(url);
    expect(await database.execute("select name from account where name = 'bo'", [])).toEqual([]);
    const audit = await database.execute('select action, channel from audit_entry order by id', []);
    expect(audit).toEqual([
      { action: 'hold', channel: 'host' },
      { action: 'release', channel: 'host' },
    ]);
  });

  it('spiderpig restore ends all sessions: some may have been ended since the backup was made', async () => {
    const url = await install();
    const file = join(directory, 'backup');
    {
      await using database = await openDatabase(url);
      const code = await createSignInLink(database, 'ada', 'admin');
      await redeemSignInLink(database, code);
    }
    // Through sudo of a host whose users are those of a domain. Such a name is not a user name here.
    const operator = { SUDO_USER: 'CORP\\ada' };
    expect(await run(['backup', file], operator)).toMatchObject({ status: 0, err: '' });
    expect(await run(['restore', file], operator)).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /All sessions have ended \(1\).*release the hold with spiderpig release, or on the page/s,
      ),
    });
    await using database = await openDatabase(url);
    expect(await database.em().count(Session, { endedAt: null })).toBe(0);
    const [ended] = await database.execute(
      "select detail from audit_entry where action = 'sign-out of all'",
      [],
    );
    expect(ended).toEqual({ detail: 'everyone: 1 session' });
  });

  it('spiderpig token create --json prints the token with what it is', async () => {
    await install();
    const made = await run(['token', 'create', '--json', '--name', 'ci', '--scope', 'read', '--user', 'eve']);
    const { token, ...rest } = JSON.parse(made.out);
    expect(token).toMatch(/^spiderpig_/);
    expect(rest).toMatchObject({ type: 'token', name: 'ci', scope: 'read', user: 'eve' });
    const listed = JSON.parse((await run(['token', 'list', '--json'])).out);
    expect(listed.expiresAt).toBe(rest.expiresAt);
  });

  it('spiderpig token list shows active tokens without their secret, and revoke ends one', async () => {
    await install();
    const secret = await run(['token', 'create', '--name', 'bot', '--scope', 'read', '--user', 'ada']);
    const listed = await run(['token', 'list', '--json']);
    expect(JSON.parse(listed.out)).toMatchObject({ id: '1', name: 'bot', scope: 'read', user: 'ada' });
    expect(listed.out).not.toContain(secret.out.trim());
    expect((await run(['token', 'list'])).out).toMatch(
      /^ID {2}USER .* NAME\n1 +\S+ +\w+ +\d{4}-\d\d-\d\d \d\d:\d\d +never +\S+\n$/,
    );
    expect(await run(['token', 'list', '--user', 'bob'])).toMatchObject({
      out: '',
      err: 'No active tokens.\n',
    });
    expect(await run(['token', 'revoke', '1'])).toMatchObject({
      status: 0,
      out: 'Token 1 (bot) is revoked.\n',
    });
    expect((await run(['token', 'list'])).out).toBe('');
    expect(await run(['token', 'revoke', '2'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('exist'),
    });
  });
});

describe('spiderpig lose', () => {
  it('spiderpig lose closes a job of another host and names the operator', async () => {
    const url = await install();
    await using database = await openDatabase(url);
    const owner = await database.write([], (em) => userNamed(em, 'alice', Date.now()));
    for (const supervisor of [{ host: 'far', boot: '', pid: 1, startTime: 1 }, identify(process.pid)]) {
      const { id } = await enqueueJob(database, {
        kind: 'backport',
        changes: [unverifiedChange('7')],
        owner,
      });
      await claimJob(database, 'r', ['default']);
      await recordSupervisor(database, id, supervisor);
      const lose = ['lose', String(id), '--user', 'ada'];
      const lost = await run(lose);
      if (supervisor.host === 'far') {
        expect(lost).toMatchObject({
          status: 1,
          err: expect.stringMatching(
            /scap of job 1 may still run there: two deployments could run at the same time/,
          ),
        });
        expect(await run([...lose, '--although-scap-may-run'])).toMatchObject({
          status: 0,
          out: expect.stringMatching(/^job 1 is lost\. Closed by ada because far did not respond/),
        });
      } else expect(lost).toMatchObject({ status: 1, err: expect.stringContaining('Start its jobrunner') });
    }
    expect((await run(['lose', '1'])).err).toMatch(/^spiderpig lose: Job 1 has already ended: lost/);
    expect((await run(['lose', '9'])).err).toBe('spiderpig lose: There is no job 9.\n');
  });
});

describe('spiderpig otp', () => {
  it('C7 spiderpig otp prints only the code on stdout and its owner on stderr, and refuses a suspended person', async () => {
    const url = await install();
    const own = await run(['otp']);
    const code = /^[2-9BCDFGHJKMNPQRSTVWXZ]{8}\n$/;
    expect(own).toMatchObject({ status: 0, out: expect.stringMatching(code) });
    const { username } = userInfo();
    expect(own.err).toContain(`This is a code for ${username}: enter it on the page within 2 minutes.`);
    expect(own.err).toContain(`No page is waiting for it: ${username} has not signed in`);
    // With sudo, for the person who called it.
    const through = await run(['otp'], { SUDO_USER: 'alice' });
    expect(through.err).toContain('a code for alice');

    await using database = await openDatabase(url);
    const user = await userNamed(database.em(), 'bob', Date.now());
    const now = Date.now();
    const link = { user, role: null, way: 'provider', expiresAt: now + 60_000 } as const;
    await redeemSignInLink(database, await database.write([], (em) => insertSignInLink(em, link, now)));
    const bobs = await run(['otp', '--user', 'bob']);
    expect(bobs.out).toMatch(code);
    expect(bobs.err).toBe('This is a code for bob: enter it on the page within 2 minutes. It works once.\n');
    await database.em().nativeUpdate(User, { id: user.id }, { bannedAt: Date.now() });
    expect(await run(['otp', '--user', 'bob'])).toMatchObject({
      status: 1,
      out: '',
      err: 'spiderpig otp: The account of bob is suspended, so no code can be created. An admin can lift this.\n',
    });
  });

  /** Listens as spiderpig-otp.socket does: one process per connection. Returns the path. */
  async function listen(): Promise<{ path: string; server: Server }> {
    const path = join(directory, 'otp.sock');
    const server = createServer({ pauseOnConnect: true }, (socket) => {
      spawn(process.execPath, [bundle, 'otp', '--peer'], {
        stdio: [socket, socket, socket],
        env: { PATH: process.env['PATH'] ?? '', SPIDERPIG_DATA: join(directory, 'data') },
      });
      socket.destroy();
    });
    server.listen(path);
    await once(server, 'listening');
    chmodSync(directory, 0o755);
    chmodSync(path, 0o666);
    return { path, server };
  }

  it('spiderpig otp --from prints the code for the Unix user who asks at the socket', async () => {
    await install();
    const { path, server } = await listen();
    const { username } = userInfo();
    const asked = await run(['otp', '--from', path]);
    expect(asked).toMatchObject({ status: 0, out: expect.stringMatching(/^[2-9B-Z]{8}\n$/) });
    expect(asked.err).toContain(`This is a code for ${username}:`);
    server.close();
    expect(await run(['otp', '--from', path])).toMatchObject({
      status: 2,
      out: '',
      err: expect.stringContaining('does not answer'),
    });
    expect(await run(['otp', '--peer'])).toMatchObject({
      status: 2,
      err: 'spiderpig otp: --peer: stdin is not a Unix socket of a user of this host\n',
    });
    expect((await run(['otp', '--peer', '--user', 'bob'])).err).toContain('cannot be used with --peer');
  });

  it('two Unix users who ask at the socket get codes for themselves (needs root and setpriv)', async ({
    skip,
  }) => {
    if (process.getuid?.() !== 0) skip('needs root');
    const url = await install();
    const { path, server } = await listen();
    const client = 'use IO::Socket::UNIX; print readline(IO::Socket::UNIX->new(shift))';
    for (const name of ['nobody', 'daemon']) {
      const child = spawn(
        'setpriv',
        [
          '--reuid',
          name,
          '--regid',
          name === 'nobody' ? 'nogroup' : name,
          '--clear-groups',
          'perl',
          '-e',
          client,
          path,
        ],
        {
          cwd: '/',
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { PATH: process.env['PATH'], SUDO_USER: 'root', USER: 'root' },
        },
      );
      const answer = await text(child.stdout);
      expect(answer).toMatch(new RegExp(`^[2-9B-Z]{8}\nThis is a code for ${name}:`));
    }
    server.close();
    await using database = await openDatabase(url);
    const users = await database.em().find(User, {}, { orderBy: { name: 'asc' } });
    expect(users.map(({ name }) => name)).toEqual(['daemon', 'nobody']);
    expect(await database.em().count(HostCode)).toBe(2);
  });
});

it('a command ends without an error message when the reader of its output has ended', async () => {
  const child = start(['config']);
  child.stdout?.destroy();
  await once(child, 'close');
  running.delete(child);
  expect([child.exitCode, said(child).err]).toEqual([1, '']);
});

it('a command of the host says that the current directory was removed', () => {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'rmdir "$PWD" && exec "$0" "$@"', process.execPath, bundle, 'doctor'],
    { cwd: mkdtempSync(join(directory, 'removed-')), encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([
    2,
    'spiderpig doctor: the current directory was removed: change to another one (ENOENT)\n',
  ]);
});

it.skipIf(!existsSync('/dev/full'))('a command says that its output cannot be written', async () => {
  const full = openSync('/dev/full', 'w');
  try {
    for (const args of [['config'], ['help'], ['jobs', '--help'], ['doctor', '--data', directory]]) {
      const { status, stderr } = spawnSync(process.execPath, [bundle, ...args], {
        stdio: ['ignore', full, 'pipe'],
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([1, expect.stringMatching(/cannot be written \(ENOSPC\)\n$/)]);
    }
  } finally {
    closeSync(full);
  }
});

it('commands of operators use the configuration file, and spiderpig config shows it without secrets', async () => {
  const file = join(directory, 'service.env');
  const database = join(directory, 'elsewhere.sqlite');
  writeFileSync(file, `SPIDERPIG_DATABASE_URL=sqlite:${database}\nSPIDERPIG_PORT=9123\n`);
  const named = { SPIDERPIG_CONFIG: file };
  expect((await run(['login'], named)).err).toContain(database);
  const { out } = await run(['config', '--port', '9124'], named);
  expect(out).toMatch(/^--port +9124 +--port *$/m);
  expect(out).toContain(`${file}: SPIDERPIG_DATABASE_URL`);
  writeFileSync(file, 'SPIDERPIG_DATABASE_URL=postgresql://u:hunter2@h/d\n');
  const { out: json } = await run(['config', '--json'], named);
  expect(json).not.toContain('hunter2');
  expect(
    json
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toContainEqual({
    type: 'setting',
    option: '--database',
    variable: 'SPIDERPIG_DATABASE_URL',
    value: 'postgresql://u:…@h/d',
    source: 'file',
    place: `${file}: SPIDERPIG_DATABASE_URL`,
  });
});

describe('S4 files with secrets at the start of a service', () => {
  /** The user of a service: nobody, if this is root. */
  const isRoot = process.getuid?.() === 0;
  const asService = (args: readonly string[]): readonly [string, readonly string[]] =>
    isRoot
      ? ['setpriv', ['--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', process.execPath, ...args]]
      : [process.execPath, args];

  /** Starts a service until it is ready or has ended; returns its first words. */
  async function startService(command: 'server' | 'jobrunner', file: string): Promise<string> {
    const [program, args] = asService([bundle, command, '--config', file]);
    const child = spawn(program, args, {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: directory, SPIDERPIG_SIMULATOR_SPEED: '20' },
    });
    let words = '';
    const ready = new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          words += chunk;
          if (/^ready |"msg"/m.test(words)) resolve();
        });
    });
    const exited = once(child, 'exit');
    await Promise.race([ready, exited]);
    child.kill('SIGTERM');
    await exited;
    return words;
  }

  function prepare(mode: number, content = ''): string {
    const data = join(directory, 'service');
    mkdirSync(data, { mode: 0o700 });
    const file = join(directory, 'service.env');
    writeFileSync(file, `SPIDERPIG_DATA=${data}\nSPIDERPIG_PORT=0\nLOG_LEVEL=info\n${content}`);
    chmodSync(directory, 0o755);
    chmodSync(file, mode);
    if (isRoot) {
      const { nobody, nogroup } = { nobody: 65_534, nogroup: 65_534 };
      chownSync(data, nobody, nogroup);
      // As the package installs it: root owns it, and the group of the service reads it.
      chownSync(file, 0, nogroup);
    }
    return file;
  }

  it.each(['server', 'jobrunner'] as const)(
    'a %s refuses a file with a password that every user can read',
    async (command) => {
      const file = prepare(0o644, 'PGPASSWORD=hunter2\n');
      const words = await startService(command, file);
      expect(words).toMatch(
        /^spiderpig \w+: --config: .* is not safe: other users can read it \(mode 0644\)/,
      );
      expect(words.trim().split('\n')).toHaveLength(1);
      expect(words).not.toContain('hunter2');
    },
  );

  it('a server starts with a file that only its user, or root and its group, can read', async () => {
    expect(await startService('server', prepare(isRoot ? 0o640 : 0o600, 'PGPASSWORD=hunter2\n'))).toMatch(
      /ready http/,
    );
  });

  it('a server starts with a file without secrets that every user can read', async () => {
    expect(await startService('server', prepare(0o644))).toMatch(/ready http/);
  });

  it('a server refuses a token of Conduit that every user can read', async () => {
    const token = join(directory, 'conduit');
    writeFileSync(token, 'api-hunter2\n');
    chmodSync(token, 0o644);
    const words = await startService('server', prepare(0o644, `SPIDERPIG_CONDUIT_TOKEN_FILE=${token}\n`));
    expect(words).toContain(
      `--conduit-token-file: ${token} is not safe: other users can read it (mode 0644)`,
    );
  });
});

describe('wrong command line', () => {
  it.each([
    [['lose'], 'one job number is needed: spiderpig lose JOB'],
    [['lose', '-1'], 'one job number is needed, not "-1"'],
    [['lose', '1', '2'], 'lose JOB'],
    [['up', '--port', 'x'], '--port: "x"'],
    [['up', '--nonsense'], '--nonsense'],
    [['up', '--database', 'mysql://u:secret@h/d'], '--database: a password in an argument'],
    [['up', '--database', 'postgresql://h/d?password=secret'], '--database: a password in an argument'],
    [['login', '--config', '/nowhere'], '--config: /nowhere cannot be read (ENOENT)'],
    [['up', '--gerrit', 'nonsense'], '--gerrit: "nonsense"'],
    [['up', '--scap', '/no/such/scap'], '--scap: "/no/such/scap"'],
    [['server', '--data', '/proc/nowhere'], '/proc/nowhere cannot be written'],
    [['server', '--data', import.meta.filename], 'is not a directory'],
    [['up', '--database', 'sqlite:/nowhere/x'], 'What to do: create its directory, or name another file'],
    [
      ['jobrunner', '--database', 'postgresql://nobody@127.0.0.1:1/none'],
      '--database: postgresql://nobody@127.0.0.1:1/none cannot be opened (ECONNREFUSED)',
    ],
    [['login', '--role', 'king'], '--role: "king"'],
    [['login', '--user', '-rf'], '--user'],
    [['otp', '--user', '-rf'], '--user'],
    [['token', 'create', '--scope', 'read'], '--name is needed'],
    [['token', 'create', '--name', 'bot'], '--scope is needed'],
    [['token', 'create', '--name', 'bot', '--scope', 'read', '--expires', 'soon'], '--expires: "soon"'],
    [['frobnicate'], 'Unknown command "frobnicate"; see spiderpig help'],
    [['servr'], 'Unknown command "servr" (did you mean server?); see spiderpig help'],
    [['help', 'servr'], 'Unknown command "servr" (did you mean server?)'],
    [['version', 'x'], 'Unexpected argument "x"; see spiderpig version --help'],
    [['hold', ' '], 'a reason is needed'],
    [['backup', ''], 'one file is needed'],
    [['up', '--lane', 'a'], 'Unknown option "--lane" (did you mean --lanes?); see spiderpig up --help'],
    [['config', '--nope'], 'Unknown option "--nope"; see spiderpig config --help'],
    [['token', 'list', '--nope'], 'Unknown option "--nope"; see spiderpig token --help'],
    [['server', 'x'], 'Unexpected argument "x"; see spiderpig server --help'],
  ])('S4 spiderpig %j prints one line that names the mistake, with status 2', async (args, words) => {
    const { status, err, out } = await run(args);
    expect(err).toContain(words);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(out).toBe('');
    expect(status).toBe(2);
  });

  it('S4 the command line prints each mistake of a configuration on a separate line', async () => {
    const { status, err } = await run(['server', '--stop-grace', 'x'], { SPIDERPIG_PORT: 'x' });
    expect(err.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^spiderpig server: --stop-grace: /),
      expect.stringMatching(/^spiderpig server: SPIDERPIG_PORT: /),
    ]);
    expect(status).toBe(2);
  });

  it('S4 the command line prints unknown options, wrong values and wrong operands together', async () => {
    const args = ['token', 'create', '--scop', 'read', '--user', '', '--expires', 'soon', '--port', 'x'];
    const { status, err } = await run(args, { SPIDERPIG_LANES: 'a b' });
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/^spiderpig token: --port: "x" is not a whole number/),
      expect.stringMatching(/^spiderpig token: SPIDERPIG_LANES: "a b" is not the name of a lane/),
      'spiderpig token: Unknown option "--scop" (did you mean --scope?)',
      expect.stringMatching(/^spiderpig token: --user: "" is not a user name/),
      expect.stringMatching(/^spiderpig token: --expires: "soon" is not a duration/),
      expect.stringMatching(/^spiderpig token: --name is needed/),
      expect.stringMatching(/^spiderpig token: --scope is needed: .*; see spiderpig token --help$/),
    ]);
    expect(status).toBe(2);
  });

  it('spiderpig config names unknown variables beside the mistakes', async () => {
    const { status, err } = await run(['config'], { SPIDERPIG_PORT: 'x', SPIDERPIG_LANE: 'a' });
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/^spiderpig config: SPIDERPIG_PORT: /),
      'spiderpig config: SPIDERPIG_LANE: no option has this variable, so it has no effect: did you mean SPIDERPIG_LANES?',
    ]);
    expect(status).toBe(2);
  });

  it('spiderpig help prints the usage', async () => {
    for (const args of [['help'], ['--help'], ['-h'], []]) {
      expect(await run(args)).toMatchObject({
        status: 0,
        out: expect.stringContaining('usage: spiderpig COMMAND'),
        err: '',
      });
    }
  });

  it.each([[['help', 'hold']], [['hold', '--help']], [['hold', '-h']], [['hold', 'help']]])(
    'spiderpig %j prints the usage of the command',
    async (args) => {
      expect(await run(args)).toMatchObject({
        status: 0,
        out: expect.stringContaining('usage: spiderpig hold REASON… [OPTIONS]'),
        err: '',
      });
    },
  );

  it('a reason that contains the word help holds deployments', async () => {
    await install();
    expect(await run(['hold', 'we', 'need', 'help'])).toMatchObject({
      status: 0,
      out: expect.stringContaining('Deployments are held'),
    });
  });
});
