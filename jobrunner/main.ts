// Main: the jobrunner process.
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { optionTypes, readConfiguration } from '../schema/process/configuration.ts';
import { endOfProcess, openMigrated, prepareData, startUp } from '../schema/process/start.ts';
import { runJobs } from './runner.ts';
import { repositoryRoot } from './scap.ts';

await startUp('jobrunner', async () => {
  const { values: options } = parseArgs({ options: optionTypes });
  const configuration = readConfiguration({ options, environment: process.env, root: repositoryRoot });
  const logger = pino(
    { name: 'jobrunner', level: configuration.logLevel },
    pino.destination({ dest: 2, sync: true }),
  );
  prepareData(configuration);
  await using database = await openMigrated(configuration);
  const over = new AbortController();
  void endOfProcess().then((why) => {
    logger.info({ why }, 'jobrunner leaves; running jobs go on');
    over.abort();
  });
  await runJobs({ configuration, database, logger }, over.signal);
  process.stdin.destroy();
});
