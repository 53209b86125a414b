// Main: `npm run debian` writes `spiderpig_VERSION_ARCHITECTURE.deb`: the package of `npm pack` with all that it needs, Node included. Build first.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageRoot, packageVersion } from '../schema/process/files.ts';

/** What a Debian package is made of. */
interface DebianOptions {
  /** A directory of `node_modules` in which npm has installed the package. */
  readonly modules: string;
  /** The directory for the file. */
  readonly directory: string;
  /** The compression of `dpkg-deb`; default: zstd, which Debian reads since version 12. */
  readonly compression?: 'zstd' | 'none';
}

/** Debian's name of this machine's architecture. */
const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
const source = join(packageRoot, 'packaging');

/** What this machine does not need of better-sqlite3: its sources, and its binaries for other systems. */
const unused = [
  'node_modules/better-sqlite3/{deps,src,binding.gyp}',
  `node_modules/better-sqlite3/prebuilds/!(linux-${process.arch}).node`,
];

/** Writes the package. Returns its file. */
export function writeDebianPackage({ modules, directory, compression = 'zstd' }: DebianOptions): string {
  const root = mkdtempSync(join(tmpdir(), 'spiderpig-debian-'));
  try {
    chmodSync(root, 0o755);
    copyProgram(modules, join(root, 'usr', 'lib', 'spiderpig'));
    copyForSystem(root);
    return writeArchive(root, { directory, compression, version: packageVersion() });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Writes the package of the files in `root`, to which it adds the description and the scripts. Returns its file. */
export function writeArchive(
  root: string,
  { directory, compression, version }: { directory: string; compression: 'zstd' | 'none'; version: string },
): string {
  writeControl(root, version);
  const file = join(directory, `spiderpig_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${compression}`, '--build', root, file]);
  return file;
}

/** Copies the package, what is installed beside it, and Node. */
function copyProgram(modules: string, target: string): void {
  cpSync(join(modules, 'spiderpig'), target, { recursive: true });
  for (const name of globSync(['*', '@*/*'], { cwd: modules, exclude: ['.*', 'spiderpig', '@*'] }))
    cpSync(join(modules, name), join(target, 'node_modules', name), { recursive: true });
  for (const name of globSync(unused, { cwd: target })) rmSync(join(target, name), { recursive: true });
  const node = realpathSync(process.execPath);
  copyFileSync(node, join(target, 'node'));
  copyFileSync(licenceOf(node), join(target, 'node.LICENSE'));
}

/** The licence of Node: beside its `bin` directory, as in its archives, or where Debian puts it. */
function licenceOf(node: string): string {
  const [licence] = globSync([join(dirname(node), '..', 'LICENSE'), '/usr/share/doc/nodejs/copyright']);
  if (licence === undefined) throw new Error(`there is no licence of Node beside ${node}`);
  return licence;
}

/** Writes what the system looks for: command, units, configuration, manual page, completions, licence, examples. */
function copyForSystem(root: string): void {
  const spiderpig = (...args: string[]): Buffer =>
    execFileSync(process.execPath, [join(root, 'usr', 'lib', 'spiderpig', 'bin', 'spiderpig.js'), ...args]);
  const write = (path: string, content: Buffer | string, mode = 0o644): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  const copy = (name: string, path: string, mode?: number): void =>
    write(path, readFileSync(join(source, name)), mode);
  copy('debian/spiderpig', 'usr/bin/spiderpig', 0o755);
  for (const unit of globSync('*.{service,socket}', { cwd: source }))
    copy(unit, join('usr/lib/systemd/system', unit));
  copy('spiderpig.env', 'etc/spiderpig.env', 0o640);
  copy('spiderpig-otp', 'usr/share/doc/spiderpig/examples/spiderpig-otp', 0o755);
  copy('spiderpig.sudoers', 'usr/share/doc/spiderpig/examples/spiderpig.sudoers');
  copy('../LICENSE', 'usr/share/doc/spiderpig/copyright');
  for (const name of ['README.md', 'docs'])
    symlinkSync(join('../../../lib/spiderpig', name), join(root, 'usr/share/doc/spiderpig', name));
  copy('debian/lintian-overrides', 'usr/share/lintian/overrides/spiderpig');
  const compressed = (content: Buffer): Buffer => gzipSync(content, { level: 9 });
  write('usr/share/doc/spiderpig/changelog.gz', compressed(readFileSync(join(packageRoot, 'CHANGELOG.md'))));
  write('usr/share/man/man1/spiderpig.1.gz', compressed(spiderpig('manual')));
  write('usr/share/bash-completion/completions/spiderpig', spiderpig('completion', 'bash'));
  write('usr/share/zsh/vendor-completions/_spiderpig', spiderpig('completion', 'zsh'));
  write('usr/share/fish/vendor_completions.d/spiderpig.fish', spiderpig('completion', 'fish'));
}

/** Writes the description of the package, and the scripts that run when it is installed and removed. */
function writeControl(root: string, version: string): void {
  const files = globSync('**', { cwd: root, withFileTypes: true }).filter((each) => each.isFile());
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  const kilobytes = execFileSync('du', ['-sk', '--exclude=DEBIAN', root], { encoding: 'utf8' }).split(
    '\t',
  )[0];
  const { description }: { description: string } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  writeFileSync(
    join(control, 'control'),
    `Package: spiderpig
Version: ${version}
Architecture: ${architecture}
Maintainer: The SpiderPig maintainers <spiderpig@example.org>
Installed-Size: ${kilobytes}
Depends: passwd, libc6 (>= 2.28), libstdc++6
Section: admin
Priority: optional
Description: ${description.replace(/^The | *\.$/g, '')}
 SpiderPig runs deployments with scap, shows their logs to everyone at the same time and
 takes the answers to scap's questions. This package contains its own Node.
`,
  );
  writeFileSync(join(control, 'conffiles'), '/etc/spiderpig.env\n');
  // For `dpkg --verify`, which compares the installed files with them.
  const sums = files.map(({ parentPath, name }) => {
    const file = join(parentPath, name);
    return `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${relative(root, file)}\n`;
  });
  writeFileSync(
    join(control, 'md5sums'),
    sums
      .filter((sum) => !sum.endsWith(' etc/spiderpig.env\n'))
      .sort()
      .join(''),
  );
  for (const script of ['postinst', 'prerm', 'postrm']) {
    copyFileSync(join(source, 'debian', script), join(control, script));
    chmodSync(join(control, script), 0o755);
  }
}

if (import.meta.main) {
  const home = mkdtempSync(join(tmpdir(), 'spiderpig-package-'));
  try {
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', home], {
      cwd: packageRoot,
    });
    const [tarball = ''] = globSync(join(home, '*.tgz'));
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', tarball], { cwd: home });
    console.log(writeDebianPackage({ modules: join(home, 'node_modules'), directory: process.cwd() }));
  } finally {
    rmSync(home, { recursive: true });
  }
}
