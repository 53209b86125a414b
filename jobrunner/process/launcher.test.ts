import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { Launcher, NotStarted } from './launcher.ts';

afterEach(() => vi.unstubAllEnvs());

const launcher = pathToFileURL(`${import.meta.dirname}/launcher.ts`).href;

it('R4 E6 the launcher gives scap none of the descriptors of the shell that started SpiderPig', async () => {
  const script = `
    import { readFileSync } from 'node:fs';
    import { Launcher } from ${JSON.stringify(launcher)};
    using launcher = await Launcher.open();
    const environment = { PATH: process.env.PATH };
    await launcher.start({ file: 'ls', arguments: ['/proc/self/fd'], environment, directory: '/' });
    await launcher.exit();
    process.stdout.write(readFileSync(launcher.output, 'utf8'));`;
  const open = 'for n in $(seq 3 200) 333 777; do eval "exec $n</etc/hostname"; done';
  const node = `exec "$0" --input-type=module -e "$1"`;
  const shell = spawn('bash', ['-c', `${open}; ${node}`, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [listed] = await Promise.all([text(shell.stdout), once(shell, 'close')]);
  // ls itself has one open: the directory.
  expect(listed.trim().split('\n')).toEqual(['0', '1', '2', '3']);
});

it('the launcher says why its pipes cannot be made', async () => {
  vi.stubEnv('TMPDIR', '/no/such/directory');
  const refused = Launcher.open();
  await expect(refused).rejects.toBeInstanceOf(NotStarted);
  await expect(refused).rejects.toThrow('its pipes could not be made');
});

it('the supervisor says why its launcher could not make the pipes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-launcher-'));
  const path = process.env['PATH'] ?? '';
  // Removes the directory that the third argument names before the launcher uses it.
  writeFileSync(
    join(directory, 'perl'),
    `#!/bin/sh\nPATH='${path}'\nexport PATH\nrmdir "$3"\nexec perl "$@"\n`,
  );
  chmodSync(join(directory, 'perl'), 0o755);
  vi.stubEnv('PATH', `${directory}${delimiter}${path}`);
  const refused = Launcher.open();
  await expect(refused).rejects.toBeInstanceOf(NotStarted);
  await expect(refused).rejects.toThrow('its launcher could not make the pipes: ENOENT');
  rmSync(directory, { recursive: true });
});
