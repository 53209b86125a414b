// Owns `spiderpig up`: server and jobrunner together. When one ends, the other is ended too; running deployments continue.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { configurationOf } from '../../schema/process/configuration/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { collectGarbage } from '../../schema/process/idle-memory.ts';
import { unixUserName } from '../../schema/process/unix-account.ts';
import { exitStatusOf, forwardSignals, serviceEnvironment, startProcess } from '../child-process.ts';
import { say } from '../output.ts';
import { serviceConfigurationOf } from '../service-configuration.ts';
import { serverUrl, signInLine } from '../sign-in-link.ts';
import { openGerrit } from '../simulated-gerrit.ts';
import { buildWebClient } from '../web-client.ts';

/** How long after its welcome this process gives back the memory of its start, in milliseconds: the jobrunner starts meanwhile. */
const restDelay = 5_000;

export async function run(args: readonly string[]): Promise<void> {
  const given = serviceConfigurationOf('up', args);
  prepareDataDirectory(given);
  // Both run while the code of the database is loaded and the database is opened.
  using build = buildWebClient(given);
  const simulated = openGerrit(given, given.staging ?? join(given.data, 'simulated-staging'));
  simulated.catch(() => {});
  const { openMigratedDatabase } = await import('../../schema/process/database.ts');
  await using database = await openMigratedDatabase(given);
  await using gerrit = await simulated;
  const { train, errorLogUrl } = gerrit;
  // Read again: the other options of the error log, such as --watch-errors, have no effect without its URL.
  const configuration =
    errorLogUrl === null || given.errorLog !== null
      ? given
      : configurationOf([...args, '--logstash-url', errorLogUrl]);
  // The terminal is for people: only warnings and errors are logged to it unless LOG_LEVEL says otherwise.
  const logLevel = process.env['LOG_LEVEL'] ? configuration.logLevel : 'warn';
  const { trainServices } = configuration;
  const environment = {
    ...serviceEnvironment({
      ...configuration,
      gerritUrl: gerrit.url,
      logLevel,
      staging: train?.staging ?? configuration.staging,
      trainServices: train === null ? trainServices : { ...trainServices, taskUrl: train.taskUrl },
    }),
    ...(train === null ? {} : { SPIDERPIG_SIMULATOR_STAGING: train.staging }),
  };
  const { interrupted, status } = await runServices(
    { ...environment, ...build.environment },
    environment,
    (line) => printWelcome(configuration, database, line),
  );
  if (interrupted) await printRunningJobs(database);
  process.exitCode = status;
}

/** Runs the server, and from its `ready` line on the jobrunner, until one of them ends; ends the other too. `onReady` gets the line. */
async function runServices(
  ofServer: Record<string, string>,
  ofJobrunner: Record<string, string>,
  onReady: (line: string) => Promise<void>,
): Promise<{ readonly interrupted: boolean; readonly status: number }> {
  const server = startProcess('server', ofServer, 'pipe');
  const children = [server];
  const exits = [exitStatusOf(server)];
  let interrupted = false;
  let ended = false;
  forwardSignals(children, () => {
    interrupted = true;
  });
  const first = await new Promise<number>((resolve) => {
    const track = (exit: Promise<number>): void => void exit.then(resolve);
    exits.forEach(track);
    if (server.stdout === null) return;
    createInterface({ input: server.stdout }).on('line', (line) => {
      if (!line.startsWith('ready ')) process.stdout.write(`${line}\n`);
      else if (!interrupted && !ended) {
        void onReady(line);
        // Only now: its start would take the CPU from the server's, and a person needs longer to the first job than it does.
        const jobrunner = startProcess('jobrunner', ofJobrunner, 'inherit');
        children.push(jobrunner);
        const exit = exitStatusOf(jobrunner);
        exits.push(exit);
        track(exit);
      }
    });
  });
  // The last output of the server can arrive after its exit.
  ended = true;
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const statuses = await Promise.all(exits);
  return { interrupted, status: interrupted ? Math.max(...statuses) : first || 1 };
}

/** Prints the server's `ready` line with a sign-in link below it. */
async function printWelcome(configuration: Configuration, database: Database, ready: string): Promise<void> {
  const { socket, publicUrl } = configuration;
  const isLocal = socket === null && publicUrl === null;
  const url = isLocal ? ready.slice('ready '.length) : serverUrl(configuration);
  const username = unixUserName();
  const { createSignInLink } = await import('../../schema/model/account/sign-in-link.ts');
  const code = await createSignInLink(database, username, 'admin', Date.now(), username);
  if (!configuration.scap) {
    process.stdout.write(
      'No scap is on PATH: a simulated scap and a simulated Gerrit are used. Nothing real is deployed.\n',
    );
  }
  process.stdout.write(`${ready}\n${signInLine(configuration, { url, code, user: username })}`);
  // From now on this process only waits.
  setTimeout(collectGarbage, restDelay).unref();
}

/** Prints which jobs continue after this process has ended. The first process of a container takes them with it. */
async function printRunningJobs(database: Database): Promise<void> {
  const { Job } = await import('../../schema/model/job/job.ts');
  const { activeStates } = await import('../../schema/model/job/state.ts');
  const active = await database.em().find(Job, { state: { $in: [...activeStates] } });
  for (const job of active) {
    say(
      process.pid === 1
        ? `job ${job.id} (${job.title}) ends with this container.`
        : `job ${job.id} (${job.title}) continues: its supervisor is process ${job.supervisor?.pid ?? '…'}. Start SpiderPig again to watch, answer or stop it.`,
    );
  }
}
