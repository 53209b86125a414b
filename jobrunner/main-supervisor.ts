// Main: a supervisor. Prepares what takes time, then waits on stdin for the number of its job, and warms up meanwhile.
import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import { jobEntities } from '../schema/model/job-entities.ts';
import { Masks } from '../schema/model/log/mask.ts';
import { openDatabase } from '../schema/model/open.ts';
import { identify } from '../schema/model/runner/process.ts';
import { configurationWith } from '../schema/process/configuration/configuration-reader.ts';
import { exitWithinLimit } from '../schema/process/exit.ts';
import { openTracing } from '../schema/process/tracing.ts';
import { homeDirectory } from '../schema/process/unix-account.ts';
import { enterCgroup, leaveCgroup } from './process/cgroup.ts';
import { Launcher } from './process/launcher.ts';
import { scapOf } from './process/scap.ts';
import { supervise } from './supervisor/supervisor.ts';
import { warmUp } from './supervisor/warm-up.ts';

// Signals of a terminal or a service manager are meant for the jobrunner: a running deployment continues.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// The other end of these streams may be closed.
process.stderr.on('error', () => {});
process.stdout.on('error', () => {});

const configuration = configurationWith({});
const warn = (message: string, error?: unknown, facts: object = {}): void => {
  const line = {
    level: 'warn',
    time: new Date().toISOString(),
    pid: process.pid,
    message,
    error: String(error ?? ''),
    ...facts,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

/** The home of the user; the root directory if it does not exist, as in a container. */
function workingDirectory(): string {
  const home = homeDirectory();
  return home !== null && existsSync(home) ? home : '/';
}

/** The first line of a stream; null if it ended without one. */
async function firstLine(stream: NodeJS.ReadableStream): Promise<string | null> {
  for await (const line of createInterface({ input: stream })) return line;
  return null;
}

const self = identify(process.pid);
const cgroup = enterCgroup(self);
await using database = await openDatabase(configuration.databaseUrl, { entities: jobEntities });
const launcher = await Launcher.open();
process.stdout.write('ready\n');

let isGiven = false;
const given = firstLine(process.stdin).finally(() => {
  isGiven = true;
});
// Only while there is no job: one that waits already is started sooner without it.
await warmUp(database, { ...self, cgroup }, () => isGiven).catch((error) =>
  warn('the warm-up failed; the first job will take longer to start', error),
);
// Written now for the next supervisor: this process may run for hours before it would write the cache at its exit.
if (!isGiven) flushCompileCache();
const line = await given;
const jobId = line === null ? null : Number(line);
// stdin ends without a number when the jobrunner has exited or dismissed this supervisor.
if (jobId !== null && Number.isSafeInteger(jobId)) {
  await using tracing = await openTracing('supervisor', process.env);
  await supervise({
    tracing,
    database,
    jobId,
    identity: { ...self, cgroup, launcher: launcher.pid },
    launcher,
    scap: scapOf(configuration).command,
    accountCheck: configuration.accountCheck && !scapOf(configuration).simulated,
    scapArguments: configuration.scapArguments,
    trainPause: configuration.trainPause,
    staging: configuration.staging,
    passEnv: configuration.passEnv,
    directory: workingDirectory(),
    data: configuration.data,
    stopGrace: configuration.stopGrace,
    windingDown: configuration.windingDown,
    masks: configuration.masks ? new Masks(configuration.masks.patterns) : null,
    environment: process.env,
    warn,
  });
}
// Everything is written by now.
launcher[Symbol.dispose]();
exitWithinLimit();
if (cgroup !== null) leaveCgroup(cgroup);
process.stdin.destroy();
