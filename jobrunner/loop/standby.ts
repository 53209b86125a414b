// Owns the stand-by: a supervisor process that is started before there is a job, so that no job waits for it. Not what it does with a job (supervisor.ts).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from '../../schema/model/runner/process.ts';
import { leaveRemovedDirectory } from '../../schema/model/store/working-directory.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { configurationEnvironment } from '../../schema/process/configuration/configuration-reader.ts';
import { compileCacheEnvironment } from '../../schema/process/data-directory.ts';
import { entryFile } from '../../schema/process/files.ts';

/** V8 options: a small young generation is collected often, which keeps a busy supervisor small. */
const heapOptions = ['--max-semi-space-size=1'];

/** A supervisor process without a job. */
export interface Standby {
  readonly identity: ProcessIdentity;
  /** Hands it a job, which it runs independently from then on. Rejects when it has exited. */
  give(jobId: number): Promise<void>;
  /** Resolves when it has exited, whether it had a job or not. */
  readonly exited: Promise<void>;
  /** Makes it exit without a job. */
  dismiss(): void;
}

/** Starts a supervisor and waits until it is ready. It is detached: without a job it ends with this process, with a job it outlives it. */
export async function startStandby(configuration: Configuration): Promise<Standby> {
  // Not our stderr, which may be a pipe to a process that ends before the deployment does.
  const log = openSync(join(configuration.data, 'supervisor.log'), 'a', 0o600);
  let child: ChildProcess;
  leaveRemovedDirectory();
  try {
    child = spawn(process.execPath, [...heapOptions, entryFile('supervisor')], {
      detached: true,
      stdio: ['pipe', 'pipe', log],
      env: {
        ...process.env,
        ...configurationEnvironment(configuration),
        ...compileCacheEnvironment(configuration),
      },
    });
  } finally {
    closeSync(log);
  }
  // Registered before anything else: an error event without a listener ends this process. ENOENT and EAGAIN come as events.
  const failed = new Promise<Error>((resolve) => child.on('error', resolve));
  const { stdin, stdout, pid } = child;
  if (!stdin || !stdout || pid === undefined)
    throw new Error(`the supervisor process could not be started: ${(await failed).message}`);
  stdin.on('error', () => {});
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await Promise.race([once(stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!ready)
    throw new Error(
      `the supervisor exited before it was ready; see ${join(configuration.data, 'supervisor.log')}`,
    );
  stdout.destroy();
  child.unref();
  return {
    identity: identify(pid),
    exited,
    give: (jobId) =>
      new Promise((resolve, reject) => {
        stdin.end(`${jobId}\n`, (error?: Error | null) => (error ? reject(error) : resolve()));
      }),
    dismiss: () => stdin.end(),
  };
}
