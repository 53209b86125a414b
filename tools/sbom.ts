// Main: `npm run sbom`. Writes dist/sbom.cdx.json (CycloneDX): each package in the build and each that is installed beside it. Build first.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../schema/process/files.ts';
import { bundledPackages } from './bundled-package.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly group?: string;
}
interface Bill {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Writes the bill of the present build. */
export function writeBill(): void {
  const listed: Bill = JSON.parse(
    execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      cwd: packageRoot,
      encoding: 'utf8',
      maxBuffer: 64 * 1_048_576,
    }),
  );
  const idOf = ({ group, name, version }: Pick<Component, 'group' | 'name' | 'version'>): string =>
    `${group ? `${group}/` : ''}${name}@${version}`;
  const wanted = new Set(bundledPackages().map(idOf));
  const refs = new Set(
    listed.components
      .filter((component) => wanted.has(idOf(component)))
      .map((component) => component['bom-ref']),
  );
  // Installed beside the build: the dependencies of the package, and theirs.
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const installed = new Set(
    Object.entries(dependencies ?? {}).map(([name, version]) => `${name}@${version}`),
  );
  const queue = listed.components
    .filter((component) => installed.has(idOf(component)))
    .map((component) => component['bom-ref']);
  for (let ref = queue.pop(); ref !== undefined; ref = queue.pop()) {
    refs.add(ref);
    const found = listed.dependencies.find((each) => each.ref === ref);
    queue.push(...(found?.dependsOn ?? []).filter((each) => !refs.has(each)));
  }
  const bill: Bill = {
    ...listed,
    components: listed.components.filter((component) => refs.has(component['bom-ref'])),
    dependencies: listed.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) })),
  };
  writeFileSync(join(packageRoot, 'dist', 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
}

if (import.meta.main) writeBill();
