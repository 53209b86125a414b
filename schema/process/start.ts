// Owns what every process does first: a data directory that is ours, and one clear line with status 2 when it cannot start.
import { chmodSync, existsSync, fstatSync, mkdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DomainError } from '../model/error.ts';
import { type Database, dialectOf, openDatabase, sqliteFile } from '../model/store/database.ts';
import { migrate } from '../model/store/migration.ts';
import { NoRoom, Reserve } from '../model/store/reserve.ts';
import { type Configuration, ConfigurationError, withoutPassword } from './configuration.ts';
import { endInTime } from './exit.ts';

/** Makes the data directory, readable by its owner only. Throws {@link ConfigurationError} when it cannot be used. */
export function prepareData({ data }: Pick<Configuration, 'data'>): void {
  const name = `--data (SPIDERPIG_DATA): the data directory ${data}`;
  try {
    makeDirectory(data);
    const { uid, mode } = statSync(data);
    if (process.getuid && uid !== process.getuid()) {
      throw new ConfigurationError(`${name} belongs to somebody else (uid ${uid})`);
    }
    if ((mode & 0o077) !== 0) chmodSync(data, 0o700);
    const probe = join(data, `.probe-${process.pid}`);
    writeFileSync(probe, '', { mode: 0o600 });
    unlinkSync(probe);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`${name} cannot be written (${errorCode(error)})`);
  }
}

/**
 * Where Node keeps what it compiled of our processes, as an environment for them: each one after the first starts in three quarters of the time,
 * and takes less memory. A place that is named already counts.
 */
export function compileCache({ data }: Pick<Configuration, 'data'>): Record<string, string> {
  return { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] || join(data, 'compile-cache') };
}

/** Node's own recursive making never ends where a directory refuses new ones with ENOENT, as /proc does. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  mkdirSync(path, { mode: 0o700 });
}

/** What a process needs on the disk to begin, in bytes: the index of SQLite's write-ahead log, a few small files. */
const roomToStart = 262_144;

/**
 * Brings the database to this version and opens it, with its reserve. Throws {@link ConfigurationError} when it is not there or not ours,
 * {@link DomainError} when it is newer.
 */
export async function openMigrated({ databaseUrl }: Pick<Configuration, 'databaseUrl'>): Promise<Database> {
  try {
    const reserve =
      dialectOf(databaseUrl) === 'sqlite' ? new Reserve(dirname(sqliteFile(databaseUrl))) : null;
    if (reserve && reserve.free() < roomToStart) reserve.release();
    await migrate(databaseUrl);
    const database = await openDatabase(databaseUrl);
    try {
      reserve?.make();
    } catch (error) {
      // Answers and stops do not need more than there is; log lines wait until there is room again.
      if (!(error instanceof NoRoom)) throw error;
    }
    return database;
  } catch (error) {
    const code = errorCode(error);
    // A code of the system or the database says that it is not there or not ours; anything else is a defect of a migration.
    if (!/^[A-Z0-9_]+$/.test(code)) throw error;
    throw new ConfigurationError(`--database: ${withoutPassword(databaseUrl)} cannot be opened (${code})`);
  }
}

/** Resolves with why the process is to end: a signal, or that the one who started it is gone. From then on it has {@link endInTime}. */
export function endOfProcess(): Promise<string> {
  const { promise, resolve: end } = Promise.withResolvers<string>();
  const resolve = (why: string): void => {
    endInTime();
    end(why);
  };
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

/** The short code of a system error (EACCES, EADDRINUSE …), else its message. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a process's `main`. What its user got wrong (an option, a variable, a directory, a database that cannot be reached or is newer)
 * becomes one line on stderr and exit status 2; anything else is a defect: its stack, and status 1.
 */
export async function startUp(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const mistake =
      error instanceof ConfigurationError || error instanceof DomainError || isMistakenOption(error);
    if (mistake && error instanceof Error) {
      process.stderr.write(`spiderpig ${name}: ${error.message.split('\n')[0] || errorCode(error)}\n`);
      process.exit(2);
    }
    process.stderr.write(
      `spiderpig ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  }
}

const isMistakenOption = (error: unknown): boolean => errorCode(error).startsWith('ERR_PARSE_ARGS');
