// Main: a supervisor. It makes everything ready, then waits on its stdin for the number of its job: whatever takes time is done before there is one.
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { readConfiguration } from '../schema/model/configuration.ts';
import { openDatabase } from '../schema/model/database.ts';
import { openOutputPipe } from './child.ts';
import { identify } from './process.ts';
import { repositoryRoot, scapOf } from './scap.ts';
import { rehearse, supervise } from './supervisor.ts';

// Signals of a terminal or of a service manager are for the jobrunner: a deployment goes on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
// Nobody may be there to read what this process says.
process.stderr.on('error', () => {});

const configuration = readConfiguration({ options: {}, environment: process.env, root: repositoryRoot });
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

await using database = await openDatabase(configuration.databaseUrl);
const pipe = await openOutputPipe();
await rehearse(database).catch((error) =>
  warn('the rehearsal failed; the first job will take longer to start', error),
);
process.stdout.write('ready\n');

let jobId: number | null = null;
for await (const line of createInterface({ input: process.stdin })) {
  jobId = Number(line);
  break;
}
// Without a number the jobrunner has gone, or needs this one no more.
if (jobId !== null && Number.isSafeInteger(jobId)) {
  await supervise({
    database,
    jobId,
    identity: identify(process.pid),
    pipe,
    scap: scapOf(configuration).command,
    directory: homedir(),
    stopGrace: configuration.stopGrace,
    environment: process.env,
    warn,
  });
}
process.stdin.destroy();
