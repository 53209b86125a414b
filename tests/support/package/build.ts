// Owns which files tests start SpiderPig's processes from, and that the bundles and the page in dist/ are current: bundles start in half the time of the sources.
import { execFile } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EntryName, entrySources, packageRoot } from '../../../schema/process/files.ts';

/** A part of dist/: the files that are written last, and what they are made of, packages included: their versions are in the lock file. */
interface Part {
  readonly outputs: readonly string[];
  readonly sources: readonly string[];
  readonly build: () => Promise<unknown>;
}

const bundles: Part = {
  outputs: [...Object.keys(entrySources), 'client'].map((name) => `dist/${name}.js`),
  sources: [
    '{bin,jobrunner,schema,server}/**',
    'client/{cli,core,generated,sdk,subscription}/**',
    'package-lock.json',
    'tools/build.ts',
  ],
  // Loaded only now: most runs need no bundler.
  build: async () => (await import('../../../tools/build.ts')).bundle(),
};

const page: Part = {
  outputs: ['dist/web/index.html'],
  sources: ['client/{core,generated,subscription,web}/**', 'schema/text/**', 'package-lock.json'],
  // A separate process: Vitest sets NODE_ENV, which changes what Vite builds.
  build: () =>
    promisify(execFile)(
      join(packageRoot, 'node_modules', '.bin', 'vite'),
      ['build', 'client/web', '--logLevel', 'warn'],
      {
        cwd: packageRoot,
        env: { ...process.env, NODE_ENV: 'production' },
      },
    ),
};

/** The compile cache for processes under test. Hundreds of them run the same code, and Node compiles it once. */
export const compileCacheDirectory = join(packageRoot, 'node_modules', '.cache', 'compile');

/** The bundle of a process. */
export const entryUnderTest = (name: EntryName): string => join(packageRoot, 'dist', `${name}.js`);

const modifiedAt = (path: string): number => statSync(join(packageRoot, path)).mtimeMs;

function isCurrent({ outputs, sources }: Part): boolean {
  if (!outputs.every((output) => existsSync(join(packageRoot, output)))) return false;
  const builtAt = Math.min(...outputs.map(modifiedAt));
  // Directories are compared too: a removed file changes its directory only. No bundle contains tests.
  return globSync(sources, { cwd: packageRoot }).every(
    (path) => /\.test\.tsx?$/.test(path) || modifiedAt(path) < builtAt,
  );
}

let built: Promise<void> | null = null;

/** Builds the bundles and the page if a source has changed since. Call it before the first process starts. */
export async function buildIfChanged(): Promise<void> {
  for (const part of [page, bundles]) if (!isCurrent(part)) await part.build();
}

/** Called by vitest once for each project that lists this file in `globalSetup`. */
export default async function setup(): Promise<void> {
  built ??= buildIfChanged();
  await built;
}

if (import.meta.main) await buildIfChanged();
