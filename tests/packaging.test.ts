// Tests the units of systemd in packaging/, as far as a machine without systemd as its first process allows.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageRoot } from '../schema/process/files.ts';

const units = ['spiderpig-server.service', 'spiderpig-server.socket', 'spiderpig-jobrunner.service'];
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
