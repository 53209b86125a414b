import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createToken } from '../schema/model/account/token.ts';
import { openDatabase } from '../schema/model/open.ts';
import { runningServerUrls } from '../schema/process/server-url.ts';
import { entryUnderTest } from '../tests/support/package/build.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spiderpig-main-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const statusOf = (options: RequestOptions): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request({ agent: false, ...options }, (response) => resolve(response.resume().statusCode));
    sent.on('error', reject).end();
  });

/** Node has no public name for the descriptor of a listening server. */
const descriptorOf = (server: TcpServer): number => Reflect.get(Reflect.get(server, '_handle'), 'fd');

/** A server process; its output is collected, `ready` resolves with its URL or null when it ended instead. */
function run(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [entryUnderTest('server'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', SPIDERPIG_SCAP: '/bin/true', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr.on('data', (data) => {
    output.stderr += data;
  });
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const ready = new Promise<string | null>((resolve) => {
    child.stdout.on('data', () => {
      const url = /^ready (\S+)$/m.exec(output.stdout)?.[1];
      if (url) resolve(url);
    });
    void exited.then(() => resolve(null));
  });
  return { child, output, exited, ready };
}

test('a data directory that others can read is refused, and its mode stays as it is', async () => {
  const data = join(directory, 'home');
  await mkdir(data, { mode: 0o755 });
  await chmod(data, 0o755);
  const server = run(['--port', '0', '--data', data]);
  expect(await server.exited).toBe(2);
  expect(server.output.stderr).toContain(`${data} is open to other users (mode 755)`);
  expect((await stat(data)).mode & 0o777).toBe(0o755);
});

test('the server process prints ready, and on SIGTERM closes all connections and exits', async () => {
  const data = join(directory, 'data');
  const server = run(['--port', '0', '--data', data]);
  const url = (await server.ready) ?? '';
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/);
  expect(server.output.stdout).toBe(`ready ${url}\n`);
  const urlFile = join('servers', String(server.child.pid));
  expect(await readFile(join(data, urlFile), 'utf8')).toBe(`${url}\n`);
  expect((await stat(data)).mode & 0o777).toBe(0o700);
  for (const file of [urlFile, 'spiderpig.sqlite'])
    expect((await stat(join(data, file))).mode & 0o777).toBe(0o600);

  const db = await openDatabase(`sqlite:${join(data, 'spiderpig.sqlite')}`);
  const token = await createToken(db, { name: 'test', scope: 'read', userName: 'ada' });
  await db[Symbol.asyncDispose]();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const closed = new Promise<unknown>((resolve) => client.on('closed', resolve));
  const events = client.iterate({ query: 'subscription { systemUpdates { version simulated } }' });
  expect((await events.next()).value).toMatchObject({ data: { systemUpdates: { simulated: false } } });
  const next = events.next().catch(() => null);
  const stream = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: 'subscription { systemUpdates { version } }' }),
  });
  const streamed = stream.text().catch(() => 'cut');

  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(await closed).toMatchObject({ code: 1001 });
  expect(await streamed).toBe('cut');
  await next;
  await client.dispose();
  expect(runningServerUrls(data)).toEqual([]);
});

test('S4 a wrong option gives one line of error and exit status 2', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  // A listening TCP server's address is an object.
  const { port } = taken.address() as AddressInfo;
  const file = join(directory, 'file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  const data = join(directory, 'other');
  for (const [args, environment, words] of [
    [['--nonsense'], {}, '--nonsense'],
    [['--port', '80x'], {}, '--port'],
    [[], { SPIDERPIG_PORT: '-1' }, 'SPIDERPIG_PORT'],
    [['--gerrit', 'ftp://x'], {}, '--gerrit'],
    [['--database', 'mysql://x'], {}, '--database'],
    [['--port', String(port), '--data', data], {}, `port ${port}`],
    [['--host', '192.0.2.1', '--port', '0', '--data', data], {}, '--host'],
    [['--data', data], { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [['--data', join(file, 'data')], {}, 'cannot be written'],
    [
      ['--data', data, '--database', 'postgresql://user:secret@127.0.0.1:1/x'],
      {},
      'a password in an argument',
    ],
    [
      ['--data', data],
      { SPIDERPIG_DATABASE_URL: 'postgresql://user:secret@127.0.0.1:1/x' },
      'cannot be opened',
    ],
  ] as const) {
    const { exited, output } = run(args, environment);
    expect([await exited, words, output.stderr]).toEqual([2, words, expect.stringContaining(words)]);
    expect(output.stderr.trim().split('\n')).toHaveLength(1);
    expect(output.stderr).not.toContain('secret');
    expect(output.stdout).toBe('');
  }
  await new Promise((resolve) => taken.close(resolve));
});

test('the server process exits with its parent process', async () => {
  const server = spawn(
    process.execPath,
    [entryUnderTest('server'), '--port', '0', '--data', join(directory, 'orphan')],
    { env: { SPIDERPIG_SCAP: '/bin/true' }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  await new Promise((resolve) => server.stdout.once('data', resolve));
  const exited = new Promise((resolve) => server.on('close', resolve));
  server.stdin.destroy();
  expect(await exited).toBe(0);
});

test('the server does not change a database of a newer version', async () => {
  const data = join(directory, 'newer');
  const first = run(['--port', '0', '--data', data]);
  await first.ready;
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  const url = `sqlite:${join(data, 'spiderpig.sqlite')}`;
  const db = await openDatabase(url);
  await db.execute(
    "insert into mikro_orm_migrations (name, executed_at) values ('Migration29990101000000_later', 1)",
    [],
  );
  await db[Symbol.asyncDispose]();
  const second = run(['--port', '0', '--data', data]);
  expect(await second.exited).toBe(2);
  expect(second.output.stderr).toMatch(/newer version of SpiderPig/);
  expect(second.output.stderr.trim().split('\n')).toHaveLength(1);
});

test('an unreadable client secret gives one line of error and exit status 2', async () => {
  const file = join(directory, 'no-such-secret');
  const server = run(['--port', '0', '--data', join(directory, 'data-secret')], {
    SPIDERPIG_OIDC_ISSUER: 'https://idp.example.org',
    SPIDERPIG_OIDC_CLIENT_ID: 'spiderpig',
    SPIDERPIG_OIDC_CLIENT_SECRET_FILE: file,
    SPIDERPIG_PUBLIC_URL: 'https://spiderpig.example.org',
  });
  expect(await server.ready).toBeNull();
  expect(await server.exited).toBe(2);
  expect(server.output.stderr).toBe(
    `spiderpig server: --oidc-client-secret-file (SPIDERPIG_OIDC_CLIENT_SECRET_FILE): ${file} cannot be read (ENOENT)\n`,
  );
});

test('the server starts although the identity provider is unavailable', async () => {
  const server = run(['--port', '0', '--data', join(directory, 'data-provider')], {
    SPIDERPIG_OIDC_ISSUER: 'http://127.0.0.1:9',
    SPIDERPIG_OIDC_CLIENT_ID: 'spiderpig',
    SPIDERPIG_PUBLIC_URL: 'https://spiderpig.example.org',
  });
  const url = await server.ready;
  const ways = await (await fetch(`${url}/sign-in/ways`)).json();
  expect(ways).toEqual({ link: true, provider: { name: '127.0.0.1:9', available: false } });
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
});

test('C10 a server on a Unix socket prints its path, and answers a browser at the other end of a tunnel', async () => {
  const data = join(directory, 'data-socket');
  const socket = join(directory, 'web.sock');
  const server = run(['--socket', socket, '--socket-mode', '0660', '--data', data]);
  expect(await server.ready).toBe(`unix:${socket}`);
  expect((await stat(socket)).mode & 0o777).toBe(0o660);
  expect(runningServerUrls(data)).toEqual(['http://127.0.0.1:8888']);
  for (const [host, status] of [
    ['localhost:9999', 200],
    ['127.0.0.1:8888', 200],
    ['evil.example:8888', 421],
  ] as const)
    expect(await statusOf({ socketPath: socket, path: '/healthz', headers: { host } })).toBe(status);
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  await expect(stat(socket)).rejects.toThrow('ENOENT');
});

test('C10 a server uses a socket that systemd has opened, and listens on the other loopback address too', async () => {
  const held = createServer();
  await new Promise<void>((resolve) => held.listen(0, '127.0.0.1', resolve));
  const { port } = held.address() as AddressInfo;
  // The descriptor becomes the child's 3, as systemd passes it. The shell stands for systemd, which knows the pid.
  const child = spawn(
    '/bin/sh',
    ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', process.execPath, entryUnderTest('server')],
    {
      env: { SPIDERPIG_SCAP: '/bin/true', SPIDERPIG_DATA: join(directory, 'data-activated') },
      stdio: ['pipe', 'pipe', 'inherit', descriptorOf(held)],
    },
  );
  const ready = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (data) => resolve(String(data))),
  );
  await new Promise((resolve) => held.close(resolve));
  expect(ready).toBe(`ready http://127.0.0.1:${port}\n`);
  for (const host of ['127.0.0.1', '::1']) expect(await statusOf({ host, port, path: '/healthz' })).toBe(200);
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
});
