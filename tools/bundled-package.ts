// Owns which packages are in the build: those whose code the source maps of dist/ name, and those of the style sheets, which have no maps.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packageRoot } from '../schema/process/files.ts';
import { licenceProblem } from './licence.ts';

/** A package of which the build contains a part. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The absolute path of its directory. */
  readonly directory: string;
  /** As its package.json names it. */
  readonly licence: unknown;
}

const stylePackages = ['@wikimedia/codex', '@wikimedia/codex-design-tokens'];
const packagePattern = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The packages in the build, by name. Empty before the first build. */
export function bundledPackages(): BundledPackage[] {
  const dist = join(packageRoot, 'dist');
  const directories = new Set(stylePackages.map((name) => join(packageRoot, 'node_modules', name)));
  for (const map of globSync(['*.js.map', 'chunks/**/*.js.map', 'web/assets/*.js.map'], { cwd: dist })) {
    const file = join(dist, map);
    const { sources } = JSON.parse(readFileSync(file, 'utf8'));
    for (const source of sources) {
      const [directory] = packagePattern.exec(resolve(dirname(file), String(source))) ?? [];
      if (directory !== undefined) directories.add(directory);
    }
  }
  return [...directories]
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => {
      const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      return { name: String(name), version: String(version), directory, licence: license };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Writes the licences of the packages in the build into `file`. Throws if one of them may not be in the build. */
export function writeLicences(file: string): void {
  const packages = bundledPackages();
  const problems = packages.flatMap(({ name, licence }) => licenceProblem(name, licence) ?? []);
  if (problems.length > 0)
    throw new Error(`the build may not contain these packages (tools/licence.ts): ${problems.join('; ')}`);
  const texts = packages.map(({ name, version, directory, licence }) => {
    const files = readdirSync(directory).filter((each) => /^(licen[cs]e|copying|notice)/i.test(each));
    const text = files.map((each) => readFileSync(join(directory, each), 'utf8').trim()).join('\n\n');
    return `${name} ${version}\nLicence: ${String(licence)}\n\n${text || 'The package contains no licence file.'}\n`;
  });
  writeFileSync(
    file,
    `SpiderPig contains code of the following packages, which it does not change. The source of each is the package of this name and version\nat https://www.npmjs.com.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
}
