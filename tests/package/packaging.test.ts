// Tests the units of systemd in packaging/, as far as a machine without systemd as its first process allows.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../../schema/process/files.ts';

const units = [
  'spiderpig-server.service',
  'spiderpig-server.socket',
  'spiderpig-jobrunner.service',
  'spiderpig-otp.socket',
  'spiderpig-otp@.service',
];
const pathOf = (unit: string): string => join(packageRoot, 'packaging', unit);

/** The settings of a unit, by name. */
const settingsOf = (unit: string): Map<string, string> =>
  new Map(
    readFileSync(pathOf(unit), 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

it('a restart of the jobrunner leaves supervisors alone, and both services are restarted without a limit', () => {
  const jobrunner = settingsOf('spiderpig-jobrunner.service');
  expect([jobrunner.get('KillMode'), jobrunner.get('Delegate')]).toEqual(['process', 'yes']);
  expect(jobrunner.has('NoNewPrivileges')).toBe(false);
  for (const unit of ['spiderpig-server.service', 'spiderpig-jobrunner.service']) {
    const settings = settingsOf(unit);
    expect([settings.get('Restart'), settings.get('StartLimitIntervalSec')]).toEqual(['always', '0']);
  }
});

it('systemd accepts the units', async ({ skip }) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) skip('systemd-analyze is not installed');
  const { stderr } = await promisify(execFile)('systemd-analyze', [
    'verify',
    '--man=no',
    ...units.map(pathOf),
  ]);
  expect(stderr.split('\n').filter((line) => line.includes('spiderpig'))).toEqual([]);
});

it('the services keep their data in a separate directory, not in the home of their user', () => {
  const environment = readFileSync(pathOf('spiderpig.env'), 'utf8');
  const data = /^SPIDERPIG_DATA=(.*)$/m.exec(environment)?.[1];
  for (const unit of ['spiderpig-server.service', 'spiderpig-jobrunner.service']) {
    const settings = settingsOf(unit);
    expect([`/var/lib/${settings.get('StateDirectory')}`, settings.get('StateDirectoryMode')]).toEqual([
      data,
      '0700',
    ]);
  }
  expect(data).not.toBe('/var/lib/spiderpig');
});

it('the unit of the server makes the directory of the socket that docs/operations.md recommends', () => {
  const text = readFileSync(join(packageRoot, 'docs', 'operations.md'), 'utf8');
  const [, directory] = /^SPIDERPIG_SOCKET=\/run\/(\w+)\/web\.sock$/m.exec(text) ?? [];
  const settings = settingsOf('spiderpig-server.service');
  expect(settings.get('RuntimeDirectory')).toBe(directory);
  expect(settings.get('RuntimeDirectoryPreserve')).toBe('yes');
  // Its default, 0755: the group reaches the socket, and no other user can put one in its place.
  expect(settings.has('RuntimeDirectoryMode')).toBe(false);
});

it('only the group of the deployers can ask at the socket for codes', () => {
  const socket = settingsOf('spiderpig-otp.socket');
  expect([socket.get('SocketMode'), socket.get('Accept')]).toEqual(['0660', 'yes']);
  expect(socket.has('SocketGroup')).toBe(true);
  expect(settingsOf('spiderpig-otp@.service').get('ExecStart')).toMatch(/ spiderpig otp --peer$/);
});
