// Tests what the Debian package does to a system when it is installed, upgraded, downgraded, removed and purged. systemd is a stand-in that records its calls.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../schema/process/files.ts';
import { writeArchive } from '../../tools/debian.ts';
import { type DebianSystem, openDebianSystem, whyNoDebianSystem } from '../support/package/debian.ts';

const problem = whyNoDebianSystem();
const server = 'spiderpig-server.service';
const jobrunner = 'spiderpig-jobrunner.service';
const socket = 'spiderpig-server.socket';

/** Writes the package of a version to / of the system: units, configuration and a file that names the version. */
function write(system: DebianSystem, version: string): void {
  const root = system.path(`build-${version}`);
  const add = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const unit of [server, jobrunner, socket, 'spiderpig-otp.socket', 'spiderpig-otp@.service'])
    add(`usr/lib/systemd/system/${unit}`, readFileSync(join(packageRoot, 'packaging', unit), 'utf8'));
  add('etc/spiderpig.env', 'SPIDERPIG_DATA=/var/lib/spiderpig/data\n');
  add('usr/lib/spiderpig/version', version);
  chmodSync(root, 0o755);
  writeArchive(root, { directory: system.path('.'), compression: 'none', version });
}

/** Opens a system with the package of these versions written, the first of them installed. */
function openInstalled(...versions: string[]): DebianSystem {
  const system = openDebianSystem();
  for (const version of versions) write(system, version);
  install(system, versions[0] ?? '');
  system.calls();
  return system;
}

const install = (system: DebianSystem, version: string): string =>
  system.run(`dpkg --force-depends --install /spiderpig_${version}_*.deb`);

/** Enables and starts units, as an operator does. */
function enable(system: DebianSystem, ...units: string[]): void {
  for (const unit of units)
    system.run(`folder=/etc/systemd/system/${unit.endsWith('.socket') ? 'sockets' : 'multi-user'}.target.wants
      mkdir -p $folder; ln -s /lib/systemd/system/${unit} $folder/; systemctl start ${unit}`);
  system.calls();
}

const active = (system: DebianSystem): string[] => system.run('ls /run/active').split('\n').filter(Boolean);

it.skipIf(problem)('an installation creates the user and its home, and starts nothing', () => {
  using system = openDebianSystem();
  write(system, '1.0');
  install(system, '1.0');
  expect(system.calls()).toEqual(['daemon-reload', `try-restart ${server}`]);
  expect(active(system)).toEqual([]);
  expect(system.run('stat -c "%U:%G %a" /var/lib/spiderpig /etc/spiderpig.env')).toBe(
    'spiderpig:spiderpig 755\nroot:spiderpig 640\n',
  );
  expect(system.run('dpkg --verify spiderpig')).toBe('');
});

it.skipIf(problem)('an upgrade stops the jobrunner first, and starts it after the server', () => {
  using system = openInstalled('1.0', '2.0');
  enable(system, socket, server, jobrunner);
  system.run('chmod 0600 /etc/spiderpig.env');
  expect(install(system, '2.0')).not.toContain('spiderpig: version');
  expect(system.calls()).toEqual([
    `stop ${jobrunner}`,
    'daemon-reload',
    `try-restart ${server}`,
    `start ${jobrunner}`,
  ]);
  expect(active(system)).toEqual([jobrunner, server, socket]);
  // What an operator has chosen stays.
  expect(statSync(system.path('etc/spiderpig.env')).mode & 0o777).toBe(0o600);
});

it.skipIf(problem)('an upgrade starts what ran without being enabled, and nothing that was stopped', () => {
  using system = openInstalled('1.0', '2.0', '3.0');
  system.run(`systemctl start ${jobrunner}`);
  install(system, '2.0');
  expect(active(system)).toEqual([jobrunner]);
  enable(system, jobrunner);
  system.run(`systemctl stop ${jobrunner}`);
  install(system, '3.0');
  expect(active(system)).toEqual([]);
});

it.skipIf(problem)('an upgrade that fails starts the old jobrunner again', () => {
  using system = openInstalled('1.0', '2.0');
  enable(system, jobrunner);
  const failed = system.run(`dpkg-deb -R /spiderpig_2.0_*.deb /broken
    printf '#!/bin/sh\\nexit 1\\n' > /broken/DEBIAN/preinst; chmod 755 /broken/DEBIAN/preinst
    dpkg-deb -Znone -b /broken /broken.deb >/dev/null; dpkg --force-depends --install /broken.deb || true`);
  expect(failed).toContain('pre-installation script subprocess returned error');
  expect(system.calls().filter((call) => call.includes(jobrunner))).toEqual([
    `stop ${jobrunner}`,
    `start ${jobrunner}`,
  ]);
  expect(readFileSync(system.path('usr/lib/spiderpig/version'), 'utf8')).toBe('1.0');
});

it.skipIf(problem)('a downgrade keeps the data and says what to do with its database', () => {
  using system = openInstalled('2.0', '1.0');
  enable(system, server, jobrunner);
  system.run('mkdir /var/lib/spiderpig/data');
  expect(install(system, '1.0')).toMatch(/spiderpig: version 2\.0 was installed before.*spiderpig restore/);
  expect(active(system)).toEqual([jobrunner, server]);
  expect(existsSync(system.path('var/lib/spiderpig/data'))).toBe(true);
});

it.skipIf(problem)('a removal stops everything and keeps configuration, data and what is enabled', () => {
  using system = openInstalled('1.0');
  enable(system, socket, server, jobrunner);
  system.run('mkdir /var/lib/spiderpig/data; echo "# mine" >> /etc/spiderpig.env; dpkg --remove spiderpig');
  expect(active(system)).toEqual([]);
  expect(system.calls().at(-1)).toBe('daemon-reload');
  expect(system.run('getent passwd spiderpig; cat /etc/spiderpig.env')).toContain('# mine');
  install(system, '1.0');
  expect(system.run(`systemctl is-enabled ${server}`)).toBe('enabled\n');
  expect(existsSync(system.path('var/lib/spiderpig/data'))).toBe(true);
});

it.skipIf(problem)('a purge deletes configuration, data and links without asking, and keeps the user', () => {
  using system = openInstalled('1.0');
  enable(system, server);
  system.run('mkdir /var/lib/spiderpig/data; dpkg --purge spiderpig < /dev/null');
  expect(
    system.run('ls -d /etc/spiderpig* /var/lib/spiderpig* /etc/systemd/system/*.wants/spiderpig* || true'),
  ).not.toMatch(/^\//m);
  expect(system.run('getent passwd spiderpig')).toContain('/var/lib/spiderpig');
  expect(system.run('dpkg-query --list spiderpig || true')).toContain('no packages found');
  // The home exists again, although the user existed.
  install(system, '1.0');
  expect(system.run('stat -c %U /var/lib/spiderpig')).toBe('spiderpig\n');
});
