// Main: the server process. Reads the configuration, opens and migrates the database, and serves until it receives a signal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { configurationOf } from '../schema/process/configuration/configuration-reader.ts';
import { prepareDataDirectory } from '../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../schema/process/database.ts';
import { shutdownRequested } from '../schema/process/exit.ts';
import { packageRoot, trustedDocumentsFile, webClientDirectory } from '../schema/process/files.ts';
import { releaseMemoryWhenIdle } from '../schema/process/idle-memory.ts';
import { recordServerUrl } from '../schema/process/server-url.ts';
import { inheritedDescriptors } from '../schema/process/socket-activation.ts';
import { withSourceStack } from '../schema/process/source-stack.ts';
import { runMain } from '../schema/process/start.ts';
import { openTracing } from '../schema/process/tracing.ts';
import { readTrustedDocuments } from './graphql/trusted-document.ts';
import { requestOfLine } from './http/request-log.ts';
import { startServer } from './server.ts';

/** The default Gerrit when a real scap is used. */
const wikimediaGerrit = 'https://gerrit.wikimedia.org/r/';
/** How long a shutdown may take, in milliseconds. */
const shutdownTimeout = 4_500;

await runMain('server', async () => {
  const configuration = configurationOf(process.argv.slice(2));
  // Standard output contains only the `ready` line.
  const logger = pino(
    {
      name: 'server',
      level: configuration.logLevel,
      mixin: requestOfLine,
      serializers: { err: pino.stdSerializers.wrapErrorSerializer(withSourceStack) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  prepareDataDirectory(configuration);
  const database = await openMigratedDatabase(configuration, (reason) =>
    logger.error({ reason }, 'the database was restored or has lost commits'),
  );
  const tracing = await openTracing('server', process.env);
  const server = await startServer({
    tracing,
    configuration,
    database,
    gerritUrl: configuration.gerritUrl ?? (configuration.scap === null ? null : wikimediaGerrit),
    logger,
    staticDirectory: webClientDirectory,
    webClientError: process.env['SPIDERPIG_WEB_CLIENT_ERROR'] ?? null,
    documents: readTrustedDocuments(trustedDocumentsFile),
    version: String(version),
    listen: {
      socket: configuration.socket,
      socketMode: configuration.socketMode,
      inherited: inheritedDescriptors(process.env),
    },
  });
  // Before `ready` is printed: a supervisor may send a signal right after it.
  const end = shutdownRequested();
  const record = recordServerUrl(configuration.data, server.url);
  process.stdout.write(
    `ready ${configuration.socket === null ? server.url : `unix:${configuration.socket}`}\n`,
  );
  releaseMemoryWhenIdle();

  logger.info({ why: await end }, 'shutting down');
  setTimeout(() => process.exit(0), shutdownTimeout).unref();
  record[Symbol.dispose]();
  await server.close();
  await tracing?.[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  process.exit(0);
});
