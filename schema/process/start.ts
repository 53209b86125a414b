// Owns running the main function of a process: a mistake of the user is one line on stderr and exit status 2, a refused request one and exit status 1.
import { DomainError } from '../model/error.ts';
import { DatabaseProblem } from '../model/store/problem.ts';
import { harmless } from '../text/harmless.ts';
import { ArgumentError, ConfigurationError, errorCode } from './error.ts';
import { sourceStack } from './source-stack.ts';

/**
 * Runs the main function of the process `name`, which may be empty. A mistake of the user (an option, a variable, a directory, a database that cannot be
 * reached or is newer) is printed as one line for each mistake, with exit status 2; a request that was refused (nothing is held, the token does not exist) in
 * one line, with exit status 1, as in the terminal client. Any other error, also one that is thrown later, is a defect: its stack is printed, with exit status 1.
 */
export async function runMain(name: string, main: () => Promise<void>): Promise<void> {
  const program = `spiderpig ${name}`.trimEnd();
  process.on('uncaughtException', (error) => exitWithDefect(program, error));
  try {
    await main();
  } catch (error) {
    if (isUserMistake(error)) {
      const mistakes = error instanceof ConfigurationError ? error.mistakes : [error.message];
      const lines = mistakes.map((mistake) => harmless(mistake.split('\n')[0] || errorCode(error)));
      const hint = error instanceof ArgumentError ? `; see ${program} --help` : '';
      process.stderr.write(`${lines.map((line) => `${program}: ${line}`).join('\n')}${hint}\n`);
      process.exit(error instanceof DomainError ? 1 : 2);
    }
    exitWithDefect(program, error);
  }
}

/** Ends the process of a command when nothing can be written to its output: quietly if the reader, such as `head`, has ended. */
export function endWithReader(name: string): void {
  process.stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE')
      process.stderr.write(`spiderpig ${name}: the output cannot be written (${errorCode(error)})\n`);
    process.exit(1);
  });
}

/** Prints an error that nobody has caught, with the sources in its stack. */
function exitWithDefect(program: string, error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${program}: ${sourceStack(text)}\n`);
  process.exit(1);
}

function isUserMistake(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof ConfigurationError || error instanceof DomainError) return true;
  // The database became read-only or unavailable while the process started.
  return error instanceof DatabaseProblem;
}
