// Tests what a process prints when it ends because of an error, and with which status.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const start = pathToFileURL(join(import.meta.dirname, 'start.ts')).href;

test.each([
  ['thrown in the main function', 'throw new Error("no")'],
  ['thrown later', 'setTimeout(() => { throw new Error("no") })'],
  ['of a rejected promise', 'void Promise.reject(new Error("no"))'],
])('an error %s is printed once with its stack, and ends the process with status 1', (_when, statement) => {
  const code = `import { runMain } from '${start}'; await runMain('x', async () => { ${statement} });`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  expect(stderr).toMatch(/^spiderpig x: Error: no\n( {4}at .*\n)+$/);
  expect(status).toBe(1);
});
