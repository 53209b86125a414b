// Owns `--environment-file FILE`: variables that the program reads itself, so that no secret in them is an argument of sudo or env.
import { resolve } from 'node:path';
import { ConfigurationError, errorCode } from '../schema/process/error.ts';

const option = '--environment-file';
let named: string | null = null;

/** The file that was named on the command line; null: none. */
export const environmentFile = (): string | null => named;

/**
 * Takes the option out of `argv` and sets the variables of its file that are not set yet. The file has lines `NAME=VALUE`, as systemd's
 * `EnvironmentFile=` has. Throws {@link ConfigurationError} when it cannot be read.
 */
export function readEnvironmentFile(argv: string[]): void {
  const end = argv.indexOf('--');
  const at = argv.findIndex((each) => each === option || each.startsWith(`${option}=`));
  if (at === -1 || (end !== -1 && at > end)) return;
  const [given = ''] = argv.splice(at, 1);
  const file = given === option ? argv.splice(at, 1)[0] : given.slice(option.length + 1);
  if (!file) throw new ConfigurationError(`${option}: a file is needed`);
  try {
    process.loadEnvFile(file);
    named = resolve(file);
  } catch (error) {
    throw new ConfigurationError(`${option}: ${file} cannot be read (${errorCode(error)})`);
  }
}
