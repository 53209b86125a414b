// Owns when a process shuts down, and that it exits even if something is still pending.
import { fstatSync } from 'node:fs';

/** How long a process may take to shut down, in milliseconds. It has nothing left to lose by then. */
const shutdownLimit = 8_000;

/** Exits the process by force if it has not ended by itself in time: a connection that was cut can keep a close pending indefinitely. */
export function exitWithinLimit(): void {
  setTimeout(() => process.exit(), shutdownLimit).unref();
}

/** Resolves with the reason to shut down: the name of a signal, or that the parent process is gone. Calls {@link exitWithinLimit} then. */
export function shutdownRequested(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const shutDown = (reason: string): void => {
    exitWithinLimit();
    resolve(reason);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => shutDown(signal));
  // A parent that was killed sends no signal, but the pipe it held closes. A terminal or /dev/null as stdin means nothing.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) {
    for (const event of ['end', 'close', 'error'] as const)
      process.stdin.once(event, () => shutDown('parent gone'));
    process.stdin.resume();
  }
  return promise;
}
