// Owns which packages are in the build: those whose code the source maps of dist/ name, and those of the style sheets, which have no maps.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { packageRoot } from '../schema/process/files.ts';

/** A package of which the build contains a part. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** The absolute path of its directory. */
  readonly directory: string;
}

const stylePackages = ['@wikimedia/codex', '@wikimedia/codex-design-tokens'];
const packagePattern = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The packages in the build, by name. Empty before the first build. */
export function bundledPackages(): BundledPackage[] {
  const dist = join(packageRoot, 'dist');
  const directories = new Set(stylePackages.map((name) => join(packageRoot, 'node_modules', name)));
  for (const map of globSync(['*.js.map', 'chunks/*.js.map', 'web/assets/*.js.map'], { cwd: dist })) {
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
      const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
      return { name: String(name), version: String(version), directory };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Writes the licences of the packages in the build into `file`. */
export function writeLicences(file: string): void {
  const texts = bundledPackages().map(({ name, version, directory }) => {
    const { license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    const files = readdirSync(directory).filter((each) => /^(licen[cs]e|copying|notice)/i.test(each));
    const text = files.map((each) => readFileSync(join(directory, each), 'utf8').trim()).join('\n\n');
    return `${name} ${version}\nLicence: ${String(license)}\n\n${text || 'The package contains no licence file.'}\n`;
  });
  writeFileSync(
    file,
    `SpiderPig contains code of the following packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  );
}
