// Owns the commands of scap below a command of scap: real processes on the same streams, in the same process group.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Failure } from './ending.ts';
import type { Scene } from './scene.ts';

/** How long Python waits for its child after SIGINT before it kills it, in milliseconds. */
const waitBeforeKill = 250;

/**
 * Runs `scap ARGUMENTS` and waits for its end. Throws {@link Failure} when its status is not 0. On SIGINT it does what Python's
 * `subprocess.run` does: it waits a quarter of a second, kills the child, and throws. What the child has started continues.
 */
export async function runNested(scene: Scene, args: readonly string[]): Promise<void> {
  const [program = ''] = process.argv.slice(1);
  const { signal } = scene.interrupt;
  await scene.console.release();
  signal.throwIfAborted();
  const child = spawn(process.execPath, [program, ...args], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const interrupted = new Promise<'interrupted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
  });
  if ((await Promise.race([ended, interrupted])) === 'interrupted') {
    const killing = new AbortController();
    await Promise.race([ended, scene.pace.rest(waitBeforeKill, killing.signal)]);
    killing.abort();
    child.kill('SIGKILL');
    await ended;
    throw signal.reason;
  }
  const status = child.exitCode ?? `died with ${child.signalCode}`;
  if (status === 0) return;
  const command = ['/usr/bin/scap', ...args].map((word) => `'${word}'`).join(', ');
  throw new Failure('CalledProcessError', `Command '[${command}]' returned non-zero exit status ${status}.`);
}
