// Owns `spiderpig up`: server and jobrunner together. When one ends, the other is ended too; running deployments continue.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { Job } from '../../schema/model/job/job.ts';
import { activeStates } from '../../schema/model/job/state.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import {
  configurationOf,
  serviceConfigurationOf,
} from '../../schema/process/configuration/configuration-reader.ts';
import { prepareDataDirectory } from '../../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../../schema/process/database.ts';
import { exitStatusOf, forwardSignals, serviceEnvironment, startProcess } from '../child-process.ts';
import { say } from '../output.ts';
import { serverUrl, signInLine } from '../sign-in-link.ts';
import { openGerrit } from '../simulated-gerrit.ts';
import { buildWebClient } from '../web-client.ts';

export async function run(args: readonly string[]): Promise<void> {
  const given = serviceConfigurationOf(args);
  prepareDataDirectory(given);
  await buildWebClient();
  await using database = await openMigratedDatabase(given);
  const simulatedStaging = given.staging ?? join(given.data, 'simulated-staging');
  await using gerrit = await openGerrit(given, simulatedStaging);
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
  const server = startProcess('server', environment, 'pipe');
  const jobrunner = startProcess('jobrunner', environment, 'inherit');
  const children = [server, jobrunner];
  const exits = children.map(exitStatusOf);
  let interrupted = false;
  forwardSignals(children, () => {
    interrupted = true;
  });
  if (server.stdout) {
    createInterface({ input: server.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) void printWelcome(configuration, database, line);
      else process.stdout.write(`${line}\n`);
    });
  }
  const first = await Promise.race(exits);
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const statuses = await Promise.all(exits);
  if (interrupted) await printRunningJobs(database);
  process.exitCode = interrupted ? Math.max(...statuses) : first || 1;
}

/** Prints the server's `ready` line with a sign-in link below it. */
async function printWelcome(configuration: Configuration, database: Database, ready: string): Promise<void> {
  const { socket } = configuration;
  const url = socket === null ? ready.slice('ready '.length) : serverUrl(configuration);
  const { username } = userInfo();
  const code = await createSignInLink(database, username, 'admin', Date.now(), username);
  if (!configuration.scap) {
    process.stdout.write(
      'No scap is on PATH: a simulated scap and a simulated Gerrit are used. Nothing real is deployed.\n',
    );
  }
  process.stdout.write(`${ready}\n${signInLine({ url, socket }, code, username)}`);
}

/** Prints which jobs continue after this process has ended. */
async function printRunningJobs(database: Database): Promise<void> {
  const active = await database.em().find(Job, { state: { $in: [...activeStates] } });
  for (const job of active) {
    say(
      `job ${job.id} (${job.title}) continues: its supervisor is process ${job.supervisor?.pid ?? '…'}. Start SpiderPig again to watch, answer or stop it.`,
    );
  }
}
