// Owns `spiderpig version` and `spiderpig --version`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../schema/process/files.ts';

/** Prints the version of the package. */
export function run(): void {
  const { version }: { version: string } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  process.stdout.write(`spiderpig ${version}\n`);
}
