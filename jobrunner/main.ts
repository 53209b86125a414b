// Main: the jobrunner process.
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { optionTypes, readConfiguration } from '../schema/process/configuration.ts';
import { prepareDataDirectory } from '../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../schema/process/database.ts';
import { shutdownRequested } from '../schema/process/exit.ts';
import { packageRoot } from '../schema/process/files.ts';
import { runMain } from '../schema/process/start.ts';
import { runJobs } from './runner.ts';

await runMain('jobrunner', async () => {
  const { values: options } = parseArgs({ options: optionTypes });
  const configuration = readConfiguration({ options, environment: process.env, root: packageRoot });
  const logger = pino(
    { name: 'jobrunner', level: configuration.logLevel },
    pino.destination({ dest: 2, sync: true }),
  );
  prepareDataDirectory(configuration);
  await using database = await openMigratedDatabase(configuration);
  const over = new AbortController();
  void shutdownRequested().then((why) => {
    logger.info({ why }, 'jobrunner leaves; running jobs go on');
    over.abort();
  });
  await runJobs({ configuration, database, logger }, over.signal);
  process.stdin.destroy();
});
