// Main: the jobrunner process.
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { optionTypes, readConfiguration } from '../schema/model/configuration.ts';
import { openDatabase } from '../schema/model/database.ts';
import { migrate } from '../schema/model/migration.ts';
import { prepareData, startUp } from '../schema/model/start.ts';
import { runJobs } from './runner.ts';
import { repositoryRoot } from './scap.ts';

await startUp('jobrunner', async () => {
  const { values: options } = parseArgs({ options: optionTypes });
  const configuration = readConfiguration({ options, environment: process.env, root: repositoryRoot });
  const logger = pino({ name: 'jobrunner', level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination(2));
  prepareData(configuration);
  await migrate(configuration.databaseUrl);
  await using database = await openDatabase(configuration.databaseUrl);
  const over = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => over.abort());
  logger.info({ lanes: configuration.lanes }, 'jobrunner ready');
  await runJobs({ configuration, database, logger }, over.signal);
  logger.info('jobrunner leaves; running jobs go on');
});
