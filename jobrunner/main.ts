// Main: the jobrunner process. Reads the configuration, migrates and opens the database, runs jobs until a signal shuts it down.
import { pino } from 'pino';
import { jobEntities } from '../schema/model/job-entities.ts';
import { configurationOf } from '../schema/process/configuration/configuration-reader.ts';
import { prepareDataDirectory } from '../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../schema/process/database.ts';
import { shutdownRequested } from '../schema/process/exit.ts';
import { packageVersion } from '../schema/process/files.ts';
import { releaseMemoryWhenIdle } from '../schema/process/idle-memory.ts';
import { withSourceStack } from '../schema/process/source-stack.ts';
import { runMain } from '../schema/process/start.ts';
import { runJobs } from './runner.ts';

await runMain('jobrunner', async () => {
  const configuration = configurationOf(process.argv.slice(2));
  const logger = pino(
    {
      name: 'jobrunner',
      level: configuration.logLevel,
      serializers: { err: pino.stdSerializers.wrapErrorSerializer(withSourceStack) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  prepareDataDirectory(configuration);
  await using database = await openMigratedDatabase(
    configuration,
    (reason) => logger.error({ reason }, 'the database was restored or has lost commits'),
    { entities: jobEntities },
  );
  const shutdown = new AbortController();
  void shutdownRequested().then((reason) => {
    logger.info({ reason }, 'jobrunner shuts down; running jobs continue');
    shutdown.abort();
  });
  releaseMemoryWhenIdle();
  const context = { configuration, database, logger, followed: new Set<number>() };
  if (configuration.jobrunnerMetrics === null) await runJobs(context, shutdown.signal);
  else {
    // Loaded on demand: most jobrunners are not asked.
    const { RunnerMetrics, serveMetrics } = await import('./metrics.ts');
    const metrics = new RunnerMetrics(database, configuration.lanes, packageVersion(), logger);
    await using _listening = await serveMetrics(metrics, configuration.jobrunnerMetrics, logger);
    await runJobs({ ...context, metrics }, shutdown.signal);
  }
  process.stdin.destroy();
});
