// Main: `node tools/build.ts` bundles the processes and the client package into dist/, and writes what is shipped with them. Not the web client (client/web/vite.config.ts).
import { copyFileSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RolldownOptions, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { entrySources, packageRoot, trustedDocumentsName } from '../schema/process/files.ts';
import { writeLicences } from './bundled-package.ts';
import { lightNodeModules, lightPackages } from './light-import.ts';
import { writeBill } from './sbom.ts';

/** Packages that cannot be bundled and are installed beside dist/: native modules, which load a binary from their own directory. */
const externalPackages = ['better-sqlite3'];

/** The services. Each is bundled by itself: what they share would be dozens of files, and reading them takes a seventh of a start. */
const services = ['server', 'jobrunner', 'supervisor'] as const;

const directory = join(packageRoot, 'dist');

const shared: RolldownOptions = {
  cwd: packageRoot,
  // How long the bundler takes depends on what else the machine does.
  checks: { bundlerTimings: false },
  // An import that cannot be resolved is only a warning here, and a crash when the process starts.
  onLog(level, log) {
    if (level === 'warn') throw new Error(`bundling failed: ${log.message}`);
  },
};

/**
 * Writes `dist/NAME.js` for each process and for the client, with what they load on demand and what commands share in `dist/chunks`, and source
 * maps. Takes about six seconds.
 */
export async function bundle(): Promise<void> {
  for (const file of globSync(['*.js', '*.js.map', '*.d.ts', 'chunks'], { cwd: directory })) {
    rmSync(join(directory, file), { recursive: true });
  }
  const others: Record<string, string> = { ...entrySources };
  for (const name of services) {
    delete others[name];
    await bundleEntries({ [name]: entrySources[name] }, `chunks/${name}`);
  }
  await bundleEntries(others, 'chunks');
  await bundleClient();
  copyFileSync(
    join(packageRoot, 'client', 'generated', 'persisted-documents.json'),
    join(directory, trustedDocumentsName),
  );
}

/** Writes the bundles of some processes. `chunks`: the directory in `dist` for what they share and what they load on demand. */
async function bundleEntries(input: Record<string, string>, chunks: string): Promise<void> {
  await using build = await rolldown({
    ...shared,
    input,
    platform: 'node',
    external: externalPackages,
    plugins: [lightNodeModules(), ...lightPackages()],
  });
  await build.write({
    dir: directory,
    format: 'esm',
    // For the positions in stacks (schema/process/source-stack.ts). The text of the sources would be half of the package.
    sourcemap: true,
    sourcemapExcludeSources: true,
    chunkFileNames: `${chunks}/[name]-[hash].js`,
    // MikroORM and the domain errors are known by their class names.
    keepNames: true,
    // A fifth of the text of MikroORM, which is read and hashed at each start.
    comments: { legal: true, annotation: false, jsdoc: false },
  });
}

/** Writes `dist/client.js` for Node and browsers, and its types. It contains no code of the server. */
async function bundleClient(): Promise<void> {
  const input = { client: 'client/sdk/client.ts' };
  await using code = await rolldown({ ...shared, input, platform: 'browser' });
  await code.write({ dir: directory, format: 'esm', sourcemap: true });
  await using types = await rolldown({
    ...shared,
    input,
    plugins: [dts({ emitDtsOnly: true, tsconfig: false, generator: 'oxc' })],
  });
  await types.write({ dir: directory, format: 'esm' });
}

if (import.meta.main) {
  await bundle();
  writeLicences(join(directory, 'THIRD-PARTY-LICENSES.txt'));
  writeBill();
}
