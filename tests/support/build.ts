// Owns which files tests start SpiderPig's processes from: the bundles in dist/, which start in half the time of the sources.
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryName, entrySources, packageRoot } from '../../schema/process/files.ts';

/** Everything that the bundles are made of, packages included: their versions are in the lock file. */
const sources = [
  '{bin,jobrunner,schema,server}/**',
  'client/{cli,generated,sdk,subscription}/**',
  'package-lock.json',
  'tools/build.ts',
];

/** The compile cache for processes under test. Hundreds of them run the same code, and Node compiles it once. */
export const compileCacheDirectory = join(packageRoot, 'node_modules', '.cache', 'compile');

/** The bundle of a process. */
export const entryUnderTest = (name: EntryName): string => join(packageRoot, 'dist', `${name}.js`);

const modifiedAt = (path: string): number => statSync(join(packageRoot, path)).mtimeMs;

function isCurrent(): boolean {
  const bundles = [...Object.keys(entrySources), 'client'].map((name) => `dist/${name}.js`);
  if (!bundles.every((bundle) => existsSync(join(packageRoot, bundle)))) return false;
  const bundledAt = Math.min(...bundles.map(modifiedAt));
  // Directories are compared too: a removed file changes its directory only.
  return globSync(sources, { cwd: packageRoot }).every((path) => modifiedAt(path) < bundledAt);
}

let built: Promise<void> | null = null;

/** Bundles the processes if a source has changed since. Call it before the first process starts. */
export async function buildIfChanged(): Promise<void> {
  if (isCurrent()) return;
  // Loaded only now: most runs need no bundler.
  const { bundle } = await import('../../tools/build.ts');
  await bundle();
}

/** Called by vitest once for each project that lists this file in `globalSetup`. */
export default async function setup(): Promise<void> {
  built ??= buildIfChanged();
  await built;
}
