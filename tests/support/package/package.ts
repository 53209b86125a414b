// Owns the packed package in a directory, as npm would install it there. Its bundles need no other package.
import { execFile } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../../schema/process/files.ts';

const execute = promisify(execFile);

/** Packs what is built into a tarball in `directory`, and returns its path. What is built was built before the tests: building again would replace files that other tests run. */
export async function packPackage(directory: string): Promise<string> {
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd: packageRoot });
  const [tarball = ''] = globSync('*.tgz', { cwd: directory });
  return join(directory, tarball);
}

/** Unpacks the packed package to `node_modules/spiderpig` of a project. */
export async function installPackage(project: string): Promise<void> {
  const target = join(project, 'node_modules', 'spiderpig');
  mkdirSync(target, { recursive: true });
  const tarball = await packPackage(project);
  await execute('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1']);
}
