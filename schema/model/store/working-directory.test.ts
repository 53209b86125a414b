import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const module = join(import.meta.dirname, 'working-directory.ts');

/** The working directory of a process, and what a thread says that it starts. @param first what it does first */
function startedThread(first: string): string {
  const script = `
    import { rmdirSync } from 'node:fs';
    import { Worker } from 'node:worker_threads';
    import { leaveRemovedDirectory } from ${JSON.stringify(module)};
    ${first}
    leaveRemovedDirectory();
    new Worker('process.stdout.write(process.cwd())', { eval: true });`;
  const cwd = mkdtempSync(join(realpathSync(tmpdir()), 'spiderpig-cwd-'));
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd });
  return String(printed) === cwd ? 'its own' : String(printed);
}

it('a process whose working directory was removed starts threads in the root directory', () => {
  expect(startedThread('rmdirSync(process.cwd());')).toBe('/');
});

it('a process whose working directory exists stays there', () => {
  expect(startedThread('rmdirSync;')).toBe('its own');
});
