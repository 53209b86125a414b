// Owns what every process does first: a data directory that is ours, and one clear line with status 2 when it cannot start.
import { chmodSync, mkdirSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, ConfigurationError } from './configuration.ts';
import { DomainError } from './error.ts';

/** Makes the data directory, readable by its owner only. Throws {@link ConfigurationError} when it cannot be used. */
export function prepareData({ data }: Pick<Configuration, 'data'>): void {
  const name = `--data (SPIDERPIG_DATA): the data directory ${data}`;
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
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
      error instanceof ConfigurationError ||
      error instanceof DomainError ||
      isMistakenOption(error) ||
      isUnreachable(error);
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

/** A database that is not there, or does not let us in. */
const isUnreachable = (error: unknown): boolean =>
  /^(ECONN|ENOTFOUND|EAI_|28P01|28000|3D000|SQLITE_CANTOPEN|SQLITE_NOTADB|SQLITE_READONLY)/.test(
    errorCode(error),
  );
