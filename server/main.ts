// Main: the server process. Reads the configuration, migrates and opens the database, serves until it is told to end.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Configuration } from '../schema/process/configuration.ts';
import { configurationOf } from '../schema/process/configuration-reader.ts';
import { prepareDataDirectory } from '../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../schema/process/database.ts';
import { ConfigurationError, errorCode } from '../schema/process/error.ts';
import { shutdownRequested } from '../schema/process/exit.ts';
import { packageRoot, trustedDocumentsFile, webClientDirectory } from '../schema/process/files.ts';
import { runMain } from '../schema/process/start.ts';
import { readTrustedDocuments } from './graphql/trusted-document.ts';
import { startServer } from './server.ts';

/** Where changes are looked up unless the operator says otherwise and a real scap is used. */
const wikimediaGerrit = 'https://gerrit.wikimedia.org/r/';
/** How long everything may take once the process was told to end, in milliseconds. */
const endLimit = 4_500;

/** Why an address cannot be listened on, as its caller can mend it; the error itself when they cannot. */
function listenError(error: unknown, { host, port }: Pick<Configuration, 'host' | 'port'>): unknown {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new ConfigurationError(`--port: port ${port} of ${host} is in use; name another`);
    case 'EACCES':
      return new ConfigurationError(
        `--port: port ${port} of ${host} may not be used by this user; name another`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConfigurationError(`--host: ${host} is no address of this machine`);
    default:
      return error;
  }
}

await runMain('server', async () => {
  const configuration = configurationOf(process.argv.slice(2));
  // Standard output says `ready` and nothing else.
  const logger = pino(
    { name: 'server', level: configuration.logLevel },
    pino.destination({ dest: 2, sync: true }),
  );
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  prepareDataDirectory(configuration);
  const database = await openMigratedDatabase(configuration);
  const server = await startServer({
    configuration,
    database,
    gerritUrl: configuration.gerritUrl ?? (configuration.scap === null ? null : wikimediaGerrit),
    logger,
    staticDirectory: webClientDirectory,
    documents: readTrustedDocuments(trustedDocumentsFile),
    version: String(version),
  }).catch((error: unknown) => {
    throw listenError(error, configuration);
  });
  // Before `ready`: whoever reads that may end us at once.
  const end = shutdownRequested();
  const urlFile = join(configuration.data, 'server.url');
  writeFileSync(urlFile, `${server.url}\n`, { mode: 0o600 });
  process.stdout.write(`ready ${server.url}\n`);

  logger.info({ why: await end }, 'ending');
  setTimeout(() => process.exit(0), endLimit).unref();
  rmSync(urlFile, { force: true });
  await server.close();
  await database[Symbol.asyncDispose]();
  process.exit(0);
});
