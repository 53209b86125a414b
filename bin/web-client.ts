// Owns that the web client is built before a server starts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, webClientDirectory } from '../schema/process/files.ts';
import { exitStatusOf } from './child-process.ts';

/** Builds the web client unless it is built: a checkout needs that once, a package contains it. */
export async function buildWebClient(): Promise<void> {
  if (existsSync(join(webClientDirectory, 'index.html'))) return;
  process.stderr.write('building the web client …\n');
  const vite = join(packageRoot, 'node_modules/vite/bin/vite.js');
  const build = spawn(process.execPath, [vite, 'build', 'client/web', '--logLevel', 'warn'], {
    cwd: packageRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if ((await exitStatusOf(build)) !== 0) throw new Error('the web client could not be built');
}
