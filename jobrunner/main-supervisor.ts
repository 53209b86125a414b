// Main: a supervisor. Prepares everything that takes time, then waits on stdin for the number of its job.
import { flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { identify } from '../schema/model/job/process.ts';
import { Masks } from '../schema/model/log/mask.ts';
import { openDatabase } from '../schema/model/open.ts';
import { configurationWith } from '../schema/process/configuration-reader.ts';
import { exitWithinLimit } from '../schema/process/exit.ts';
import { openTracing } from '../schema/process/tracing.ts';
import { enterCgroup, leaveCgroup } from './cgroup.ts';
import { Launcher } from './launcher.ts';
import { scapOf } from './scap.ts';
import { supervise } from './supervisor.ts';
import { warmUp } from './warm-up.ts';

// Signals of a terminal or a service manager are meant for the jobrunner: a running deployment continues.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// The other end of these streams may be closed.
process.stderr.on('error', () => {});
process.stdout.on('error', () => {});

const configuration = configurationWith({});
const warn = (message: string, error?: unknown): void => {
  const line = {
    level: 'warn',
    time: new Date().toISOString(),
    pid: process.pid,
    message,
    error: String(error ?? ''),
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

const self = identify(process.pid);
const cgroup = enterCgroup(self);
await using database = await openDatabase(configuration.databaseUrl);
const launcher = await Launcher.open();
await warmUp(database, { ...self, cgroup }).catch((error) =>
  warn('the warm-up failed; the first job will take longer to start', error),
);
process.stdout.write('ready\n');
// Written now for the next supervisor: this process may run for hours before it would write the cache at its exit.
flushCompileCache();

let jobId: number | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  jobId = Number(line);
  break;
}
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
    passEnv: configuration.passEnv,
    directory: homedir(),
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
