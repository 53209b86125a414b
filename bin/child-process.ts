// Owns the processes that a command starts: their environment, their signals, their exit status.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Configuration } from '../schema/process/configuration/configuration.ts';
import { configurationEnvironment } from '../schema/process/configuration/configuration-reader.ts';
import { compileCacheEnvironment } from '../schema/process/data-directory.ts';
import { type EntryName, entryFile } from '../schema/process/files.ts';
import { handedOnEnvironment, inheritedDescriptors } from '../schema/process/socket-activation.ts';

/** The environment of a long-running process of SpiderPig. */
export const serviceEnvironment = (configuration: Configuration): Record<string, string> => ({
  ...configurationEnvironment(configuration),
  ...compileCacheEnvironment(configuration),
});

/** Starts a process of SpiderPig, with `environment` added to ours. Only the server gets the listening sockets that systemd has opened. */
export function startProcess(
  entry: EntryName,
  environment: Record<string, string>,
  stdout: 'pipe' | 'inherit',
): ChildProcess {
  const sockets = entry === 'server' ? inheritedDescriptors(process.env) : [];
  const { LISTEN_PID: _pid, LISTEN_FDS: _count, SPIDERPIG_LISTEN_FDS: _handedOn, ...inherited } = process.env;
  return spawn(process.execPath, [entryFile(entry)], {
    // Nothing is written to stdin. It closes when this process ends, however it ends: the child shuts down then.
    stdio: ['pipe', stdout, 'inherit', ...sockets],
    env: { ...inherited, ...environment, ...handedOnEnvironment(sockets) },
  });
}

/**
 * Runs a service in this process instead of starting another process. It reads `environment`, handles signals and sets the exit
 * status itself.
 */
export async function becomeProcess(entry: EntryName, environment: Record<string, string>): Promise<void> {
  Object.assign(process.env, environment);
  // The options are in the environment now. The service reads its arguments as if it were a separate process.
  process.argv.length = 2;
  enableCompileCache(process.env['NODE_COMPILE_CACHE']);
  await import(pathToFileURL(entryFile(entry)).href);
}

/**
 * Resolves with the exit status. A child that a SIGTERM or SIGINT ended has status 0: it was asked to shut down, and Node may have removed its
 * signal listeners by the time a second signal arrives.
 */
export async function exitStatusOf(child: ChildProcess): Promise<number> {
  const [status, signal] = await once(child, 'exit');
  return typeof status === 'number' ? status : signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1;
}

/** Forwards SIGINT and SIGTERM as SIGTERM. A terminal also sends Ctrl-C to the children itself; a second signal does no harm. */
export function forwardSignals(children: readonly ChildProcess[], onSignal?: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      onSignal?.();
      for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
    });
  }
}
