// What a process loads before it does anything, read from the bundles in dist/ and their source maps.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { type EntryName, packageRoot } from '../../schema/process/files.ts';
import { sourceStack } from '../../schema/process/source-stack.ts';
import { entryUnderTest } from '../support/package/build.ts';

const importPattern = /^(?:import|export)\b[^'"\n]*['"](\.{1,2}\/[^'"]+)['"]/gm;

/** The bundles that are loaded with `file`: those that it imports, directly or through others, but not on demand. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(importPattern))
    loadedWith(resolve(dirname(file), path), found);
  return found;
}

/** The bundler's own code has none. */
const hasMap = (file: string): boolean => existsSync(`${file}.map`);

/** The packages whose code is in these bundles. */
function packagesIn(files: Iterable<string>): Set<string> {
  const sources = [...files]
    .filter(hasMap)
    .flatMap((file): unknown[] => JSON.parse(readFileSync(`${file}.map`, 'utf8')).sources);
  return new Set(
    sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(String(source))?.[1] ?? []),
  );
}

const packagesOf = (entry: EntryName): Set<string> => packagesIn(loadedWith(entryUnderTest(entry)));

/** The packages of the bundle in this directory of dist/chunks that opens a database of this dialect. */
function packagesToOpen(directory: string, dialect: string): Set<string> {
  const cwd = join(packageRoot, 'dist', 'chunks', directory);
  const chunks = globSync(`open-${dialect}-*.js`, { cwd });
  if (chunks.length === 0) throw new Error(`there is no bundle that opens ${dialect} in ${cwd}`);
  return packagesIn(new Set(chunks.flatMap((chunk) => [...loadedWith(join(cwd, chunk))])));
}

const drivers = ['@mikro-orm/sqlite', '@mikro-orm/postgresql', 'pg', 'kysely'];
const onDemand = [
  '@mikro-orm/migrations',
  'openid-client',
  'jose',
  '@graphql-yoga/render-graphiql',
  ...drivers,
];

it.each(['server', 'jobrunner', 'supervisor'] as const)(
  'the %s loads no library before it needs it',
  (entry) => {
    const packages = packagesOf(entry);
    expect(packages).toContain('@mikro-orm/core');
    expect(onDemand.filter((name) => packages.has(name))).toEqual([]);
  },
);

it.each(['server', 'jobrunner', 'supervisor', 'spiderpig'] as const)(
  'the bundles of %s read only what they use of the modules of Node',
  (entry) => {
    const imported = [...loadedWith(entryUnderTest(entry))].flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^import\b[^'"\n]*['"](node:[^'"]+)['"]/gm)].map(
        ([, name]) => name,
      ),
    );
    // The bundler's own code imports it, for `require` in the code of packages.
    expect(imported.filter((name) => name !== 'node:module')).toEqual([]);
  },
);

it('the command line loads no package before it knows the command', () => {
  expect([...packagesOf('spiderpig')]).toEqual([]);
});

// Commands share theirs; each service has its own.
it.each(['.', 'server', 'jobrunner', 'supervisor'])(
  'a process loads the driver of its own database only (%s)',
  (directory) => {
    expect(packagesToOpen(directory, 'sqlite')).toContain('@mikro-orm/sqlite');
    expect(packagesToOpen(directory, 'sqlite')).not.toContain('pg');
    expect(packagesToOpen(directory, 'postgresql')).toContain('@mikro-orm/postgresql');
    expect(packagesToOpen(directory, 'postgresql')).not.toContain('@mikro-orm/sqlite');
  },
);

it('a stack of a bundle names the sources, whose text the source maps do not contain', () => {
  const file = entryUnderTest('server');
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => /^await runMain\(["']server["']/.test(line));
  expect(sourceStack(`at ${pathToFileURL(file).href}:${at + 1}:7`)).toMatch(/^at server\/main\.ts:\d+:7$/);
  expect(JSON.parse(readFileSync(`${file}.map`, 'utf8'))).not.toHaveProperty('sourcesContent');
});
