// Tests the sign-in of the real terminal client, confirmed elsewhere, through a Unix socket below a base path.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposableSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { decideDeviceRequest } from '../../schema/model/account/device-request.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { entryUnderTest } from '../support/package/build.ts';
import { openServer, type TestServer } from '../support/test-server.ts';

async function decide({ db }: TestServer, userCode: string, allow: boolean): Promise<void> {
  const user = await db.write([], (em) => userNamed(em, 'ada', Date.now()));
  const owner = { user, role: 'deployer', through: { channel: 'page', address: null } } as const;
  await decideDeviceRequest(db, owner, { userCode, allow });
}

test('a terminal signs in through a Unix socket with a code, revokes its token, and says when it cannot', async () => {
  using home = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-device-'));
  const socket = join(home.path, 'web.sock');
  const world = await openServer({ listen: { socket }, configuration: { basePath: '/tools' } });
  const start = (...args: string[]) =>
    spawn(process.execPath, [entryUnderTest('spiderpig'), ...args], {
      env: { HOME: home.path, PATH: process.env['PATH'] ?? '', SPIDERPIG_URL: `unix:${socket}:/tools` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = async (...args: string[]) => {
    const child = start(...args);
    const [[status], output, errors] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    return { status, output: `${output}${errors}` };
  };
  /** Signs in, and decides as soon as the terminal has shown its code. */
  const signIn = async (allow: boolean) => {
    const child = start('sign-in', '--browser', '--json');
    const closed = once(child, 'close');
    const lines: Record<string, unknown>[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const shown: Record<string, unknown> = JSON.parse(line);
      lines.push(shown);
      if (shown['type'] === 'code') await decide(world, String(shown['code']), allow);
    }
    const [status] = await closed;
    return { status, lines };
  };
  try {
    expect(await signIn(false)).toMatchObject({ status: 4, lines: [{ page: null }, { type: 'error' }] });
    expect(await signIn(true)).toMatchObject({
      status: 0,
      lines: [
        { type: 'code', page: null },
        { type: 'signedIn', user: { name: 'ada' }, canDeploy: true },
      ],
    });
    expect(statSync(join(home.path, '.config/spiderpig/tokens.json')).mode & 0o777).toBe(0o600);
    expect(await run('whoami')).toMatchObject({ status: 0 });
    expect(await run('sign-out')).toMatchObject({
      status: 0,
      output: expect.stringContaining('It is no longer valid.'),
    });
    expect(await run('whoami')).toMatchObject({ status: 4 });
    expect(await signIn(true)).toMatchObject({ status: 0 });
  } finally {
    await world[Symbol.asyncDispose]();
  }
  expect(await run('sign-out')).toMatchObject({
    status: 3,
    output: expect.stringContaining('The server could not be reached: the token stays valid'),
  });
  expect(await run('sign-out')).toMatchObject({
    status: 0,
    output: expect.stringContaining('There is no token'),
  });
});
