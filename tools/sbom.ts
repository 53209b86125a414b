// Main: `npm run sbom`. Writes sbom.cdx.json (CycloneDX): every production dependency, with the version in package-lock.json.
// `npm sbom --omit dev` also omits packages that both kinds of dependency need, such as graphql. So this lists all and removes those for development alone.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  readonly 'bom-ref': string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
interface Bill {
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const root = join(import.meta.dirname, '..');
const listed: Bill = JSON.parse(
  execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  }),
);
const isForDevelopment = ({ properties }: Component): boolean =>
  properties?.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true') ?? false;
const dropped = new Set(listed.components.filter(isForDevelopment).map((component) => component['bom-ref']));
const bill: Bill = {
  ...listed,
  components: listed.components.filter((component) => !dropped.has(component['bom-ref'])),
  dependencies: listed.dependencies
    .filter(({ ref }) => !dropped.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => !dropped.has(on)) })),
};
writeFileSync(join(root, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
