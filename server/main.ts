// Main: the server process. Reads the configuration, migrates and opens the database, serves until it is told to end.
import { fstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Logger, pino } from 'pino';
import {
  type Configuration,
  ConfigurationError,
  optionTypes,
  readConfiguration,
  withoutPassword,
} from '../schema/model/configuration.ts';
import { type Database, openDatabase } from '../schema/model/database.ts';
import { migrate } from '../schema/model/migration.ts';
import { errorCode, prepareData, startUp } from '../schema/model/start.ts';
import { startServer } from './server.ts';

const root = join(import.meta.dirname, '..');
/** Where changes are looked up unless the operator says otherwise and a real scap is used. */
const wikimediaGerrit = 'https://gerrit.wikimedia.org/r/';
/** How long everything may take once the process was told to end, in milliseconds. */
const endLimit = 4_500;

function openLogger(level: string): Logger {
  const levels = ['silent', ...Object.keys(pino.levels.values)];
  if (!levels.includes(level)) {
    throw new ConfigurationError(`LOG_LEVEL: “${level}” is not one of ${levels.join(', ')}`);
  }
  // Standard output says `ready` and nothing else.
  return pino({ level }, pino.destination({ dest: 2, sync: true }));
}

async function openMigrated(url: string): Promise<Database> {
  try {
    await migrate(url);
    return await openDatabase(url);
  } catch (error) {
    const code = errorCode(error);
    // A code of the system or the database says that it is not there or not ours; anything else is a defect of a migration.
    if (!/^[A-Z0-9_]+$/.test(code)) throw error;
    throw new ConfigurationError(`--database: ${withoutPassword(url)} cannot be opened (${code})`);
  }
}

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

/** Resolves with why the process is to end: a signal, or that the one who started it is gone. */
function endOf(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  // Whoever started us with a pipe and was killed cannot say so, but the pipe closes. A terminal or /dev/null says nothing.
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) {
    for (const event of ['end', 'close', 'error'] as const)
      process.stdin.once(event, () => resolve('parent gone'));
    process.stdin.resume();
  }
  return promise;
}

await startUp('server', async () => {
  const { values: options } = parseArgs({ options: optionTypes });
  const configuration = readConfiguration({ options, environment: process.env, root });
  const logger = openLogger(process.env['LOG_LEVEL'] || 'info');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  prepareData(configuration);
  const database = await openMigrated(configuration.databaseUrl);
  const server = await startServer({
    configuration,
    database,
    gerritUrl: configuration.gerritUrl ?? (configuration.scap === null ? null : wikimediaGerrit),
    logger,
    staticDirectory: join(root, 'client', 'web', 'dist'),
    version: String(version),
  }).catch((error: unknown) => {
    throw listenError(error, configuration);
  });
  // Before `ready`: whoever reads that may end us at once.
  const end = endOf();
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
