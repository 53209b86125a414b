// Tests that the two TypeScript projects keep browser code and Node code apart.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

/** The names that a project does not know, of those that a file of it uses. */
async function unknownNames(project: string, names: readonly string[]): Promise<string[]> {
  // Below the root, so that the compiler finds the packages.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const directory = mkdtempSync(join(root, 'dist', 'probe-'));
  try {
    writeFileSync(join(directory, 'probe.ts'), `export const used = [${names.join(', ')}];\n`);
    const config = join(directory, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ extends: join(root, project), include: ['.'], exclude: [] }));
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const output = await promisify(execFile)(process.execPath, [tsc, '-p', config]).then(
      ({ stdout }) => stdout,
      (error: { stdout: string }) => error.stdout,
    );
    return [...output.matchAll(/Cannot find name '(\w+)'/g)].map((match) => match[1] ?? '');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('the web client does not compile with a global of Node', async () => {
  const names = ['process', 'Buffer', 'setImmediate', 'document'];
  expect(await unknownNames('client/web/tsconfig.json', names)).toEqual([
    'process',
    'Buffer',
    'setImmediate',
  ]);
});

test('the server does not compile with a global of the DOM', async () => {
  const names = ['document', 'window', 'HTMLElement', 'process'];
  expect(await unknownNames('tsconfig.node.json', names)).toEqual(['document', 'window', 'HTMLElement']);
});
