// Owns the supervisor that stands by: started before there is a job, so that a job need not wait for a process to start. Not what it does then (supervisor.ts).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from '../schema/model/job/process.ts';
import type { Configuration } from '../schema/process/configuration.ts';
import { configurationEnvironment } from '../schema/process/configuration-reader.ts';
import { compileCacheEnvironment } from '../schema/process/data-directory.ts';
import { entryFile } from '../schema/process/files.ts';

/** Options of V8: what a busy supervisor leaves behind is collected early, so it stays small. */
const heapOptions = ['--max-semi-space-size=1'];

/** A supervisor process without a job. */
export interface Standby {
  readonly identity: ProcessIdentity;
  /** Hands it its job. It goes on alone from here. Rejects when it has died meanwhile. */
  give(jobId: number): Promise<void>;
  /** Resolves when it has exited, with or without a job. */
  readonly exited: Promise<void>;
  /** Sends it away without a job. */
  dismiss(): void;
}

/** Starts a supervisor and waits until it stands by. It is detached: it outlives this process once it has a job, and ends with it before. */
export async function startStandby(configuration: Configuration): Promise<Standby> {
  // Not our stderr: that may be a pipe to somebody who goes before the deployment does.
  const log = openSync(join(configuration.data, 'supervisor.log'), 'a', 0o600);
  let child: ChildProcess;
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
  const { stdin, stdout, pid } = child;
  if (!stdin || !stdout || pid === undefined) throw new Error('a supervisor could not be started');
  stdin.on('error', () => {});
  const exited = once(child, 'exit').then(() => {});
  const ready = await Promise.race([once(stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!ready)
    throw new Error(
      `a supervisor ended before it was ready; see ${join(configuration.data, 'supervisor.log')}`,
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
