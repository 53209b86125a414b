// Main: `node tools/build.ts` bundles the server's processes into dist/. Not the web client (client/web/vite.config.ts).
import { globSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { entrySources, packageRoot } from '../schema/process/files.ts';

/** Packages that cannot be bundled and are installed beside dist/: native modules, which load a binary from their own directory. */
const externalPackages = ['better-sqlite3'];

/** Writes `dist/NAME.js` for each entry, with what they share in `dist/chunks`, and source maps. Takes about two seconds. */
export async function bundleProcesses(): Promise<void> {
  await using build = await rolldown({
    cwd: packageRoot,
    input: { ...entrySources },
    platform: 'node',
    external: externalPackages,
    // An import that cannot be resolved is only a warning here, and a crash when the process starts.
    onLog(level, log) {
      if (level === 'warn') throw new Error(`bundling failed: ${log.message}`);
    },
  });
  const directory = join(packageRoot, 'dist');
  for (const file of globSync(['*.js', '*.js.map', 'chunks'], { cwd: directory })) {
    rmSync(join(directory, file), { recursive: true });
  }
  await build.write({
    dir: directory,
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'chunks/[name]-[hash].js',
    // MikroORM and the domain errors are known by their class names.
    keepNames: true,
  });
}

if (import.meta.main) await bundleProcesses();
