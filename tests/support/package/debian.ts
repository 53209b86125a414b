// Owns a copy of this Debian system in which a test installs packages, with a stand-in for systemctl that records its calls. Needs root; what the test writes goes to a temporary directory.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a command in the copy, whose writes are in the directory `$1`/upper. */
const inCopy = `mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount --rbind /dev "$1/root/dev"
exec chroot "$1/root" /bin/sh -ec "$2"`;

/** Units are active as files in /run/active say, and enabled as links in /etc/systemd/system say, as with systemd. */
const systemctl = `#!/bin/sh
echo "$*" >>/run/calls
action= units=
for word; do
  case $word in
  -*) ;;
  *) if [ -z "$action" ]; then action=$word; else units="$units $word"; fi ;;
  esac
done
for unit in $units; do
  active=/run/active/$unit
  case $action in
  is-active) [ -e "$active" ] || exit 3 ;;
  is-enabled) if [ -e /etc/systemd/system/*.wants/"$unit" ]; then echo enabled; else echo disabled; exit 1; fi ;;
  start | restart) : >"$active" ;;
  stop) rm -f "$active" ;;
  esac
done
`;

export interface DebianSystem extends Disposable {
  /** Runs a shell script in the system and returns its output; `set -e` holds. */
  run(script: string): string;
  /** The calls of systemctl that change something, since the last time. */
  calls(): string[];
  /** The path of a file of the system that the test or a package has written, from outside. */
  path(file: string): string;
}

/** The reason why there is no such system here. Null if there is. */
export function whyNoDebianSystem(): string | null {
  if (process.getuid?.() !== 0) return 'a copy of this system needs root';
  if (!existsSync('/usr/bin/deb-systemd-invoke')) return 'this is not a Debian system';
  try {
    using system = openDebianSystem();
    system.run('true');
    return null;
  } catch {
    return 'overlays cannot be mounted here';
  }
}

/** Opens a copy in which systemd seems to run, with all units inactive. */
export function openDebianSystem(): DebianSystem {
  const home = mkdtempSync(join(tmpdir(), 'spiderpig-debian-'));
  for (const name of ['upper', 'work', 'root']) mkdirSync(join(home, name));
  const path = (file: string): string => join(home, 'upper', file);
  for (const name of ['run/systemd/system', 'run/active', 'usr/local/sbin'])
    mkdirSync(path(name), { recursive: true });
  for (const name of ['upper', 'upper/run', 'upper/usr', 'upper/usr/local'])
    chmodSync(join(home, name), 0o755);
  const command = path('usr/local/sbin/systemctl');
  writeFileSync(command, systemctl);
  chmodSync(command, 0o755);
  // An empty database of packages, which is read faster than that of this system.
  for (const name of ['info', 'updates', 'triggers'])
    mkdirSync(path(`packages/${name}`), { recursive: true });
  writeFileSync(path('packages/status'), '');
  const environment = {
    DPKG_ADMINDIR: '/packages',
    PATH: '/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
  };
  const run = (script: string): string =>
    execFileSync('unshare', ['--mount', 'sh', '-ec', inCopy, 'sh', home, `exec 2>&1; ${script}`], {
      encoding: 'utf8',
      env: environment,
    });
  const dispose = (): void => rmSync(home, { recursive: true });
  try {
    // In a container it would forbid to start and stop services.
    run('rm -f /usr/sbin/policy-rc.d');
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    path,
    run,
    calls() {
      const file = path('run/calls');
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trim().split('\n');
      rmSync(file);
      return lines
        .map((line) => line.replaceAll(/--(?:system|quiet) ?/g, ''))
        .filter((line) => !/^is-/.test(line));
    },
    [Symbol.dispose]: dispose,
  };
}
