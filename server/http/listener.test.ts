import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigurationError } from '../../schema/process/error.ts';
import { type Listening, type ListenPlace, openListeners } from './listener.ts';

const open: { close(then: () => void): unknown }[] = [];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-listener-'));
});
afterEach(async () => {
  await Promise.all(
    open.splice(0).map((server) => new Promise<void>((resolve) => void server.close(resolve))),
  );
  rmSync(directory, { recursive: true, force: true });
});

const create = (): Server => createServer((_, response) => response.end('ours'));

/** `prepare`: called with each server before it listens. */
async function listenOn(
  place: Partial<ListenPlace>,
  prepare: (server: Server) => unknown = () => {},
): Promise<Listening> {
  const found = await openListeners(
    { host: '127.0.0.1', port: 0, socket: null, socketMode: 0o600, inherited: [], ...place },
    () => {
      const server = create();
      prepare(server);
      return server;
    },
  );
  open.push(...found.servers);
  return found;
}

const answerOf = (place: { host?: string; port?: number; socketPath?: string }): Promise<string> =>
  new Promise((resolve) => {
    const sent = request({ agent: false, ...place }, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    sent.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    sent.end();
  });

async function take(host: string, port = 0): Promise<number> {
  const taken = createTcpServer();
  await new Promise<void>((resolve) => taken.listen(port, host, resolve));
  open.push(taken);
  const address = taken.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

test.each(['127.0.0.1', '::1', 'localhost', '0.0.0.0'])(
  'C10 a server on %s answers at both loopback addresses of its port',
  async (host) => {
    const { port } = await listenOn({ host });
    expect(await answerOf({ host: '127.0.0.1', port })).toBe('ours');
    expect(await answerOf({ host: '::1', port })).toBe('ours');
  },
);

test.each([
  ['127.0.0.1', '::1'],
  ['::1', '127.0.0.1'],
  ['0.0.0.0', '::1'],
])(
  'C10 a server on %s refuses to start when the port of %s is taken, and opens nothing',
  async (host, other) => {
    const port = await take(other);
    await expect(listenOn({ host, port })).rejects.toThrow(
      new RegExp(`--port: port ${port} of ${other.replaceAll('..', '\\.')} is already in use`),
    );
    expect(await answerOf({ host: host === '::1' ? '::1' : '127.0.0.1', port })).toBe('ECONNREFUSED');
  },
);

test('C10 no other process can listen on a loopback address of a server on ::', async () => {
  const { port, servers } = await listenOn({ host: '::' });
  expect(servers).toHaveLength(1);
  for (const host of ['127.0.0.1', '::1']) {
    expect(await answerOf({ host, port })).toBe('ours');
    const other = createTcpServer();
    const code = await new Promise((resolve) => {
      other.once('error', (error) => resolve('code' in error ? error.code : null));
      other.listen(port, host, () => other.close(() => resolve('listens')));
    });
    expect(code).toBe('EADDRINUSE');
  }
});

test.each([0o600, 0o660])(
  'C10 a Unix socket has mode %o from the beginning and answers',
  async (socketMode) => {
    const socket = join(directory, 'web.sock');
    const modes: number[] = [];
    const umask = process.umask(0);
    try {
      // Before the mode is set, which happens when the server listens.
      await listenOn({ socket, socketMode }, (server) =>
        server.once('listening', () => modes.push(statSync(socket).mode & 0o777)),
      );
    } finally {
      process.umask(umask);
    }
    expect(modes).toEqual([0o600]);
    expect(statSync(socket).mode & 0o777).toBe(socketMode);
    expect(await answerOf({ socketPath: socket })).toBe('ours');
  },
);

test('C10 a Unix socket is replaced only when no server answers at it', async () => {
  const socket = join(directory, 'web.sock');
  await listenOn({ socket });
  await expect(listenOn({ socket })).rejects.toThrow('another server already listens');
  expect(await answerOf({ socketPath: socket })).toBe('ours');
  // A process that was killed leaves its socket behind: here, by a descriptor that is closed without unlinking.
  const stale = join(directory, 'stale.sock');
  const script = `require('node:net').createServer().listen(${JSON.stringify(stale)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  expect(statSync(stale).isSocket()).toBe(true);
  await listenOn({ socket: stale });
  expect(await answerOf({ socketPath: stale })).toBe('ours');
});

test('C10 a Unix socket never replaces another file, and needs a directory that only its user can write to', async () => {
  const file = join(directory, 'file');
  writeFileSync(file, 'kept');
  await expect(listenOn({ socket: file })).rejects.toThrow('exists and is not a socket');
  expect(statSync(file).size).toBe(4);
  const shared = join(directory, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  await expect(listenOn({ socket: join(shared, 'web.sock') })).rejects.toThrow(ConfigurationError);
  await expect(listenOn({ socket: join(directory, 'missing', 'web.sock') })).rejects.toThrow('ENOENT');
});
