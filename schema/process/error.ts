// Owns errors in how a process was configured or started, and the short code of a system error.

/** A wrong option, environment variable, URL, directory or database. Each mistake is one line that names it; the process exits with status 2. */
export class ConfigurationError extends Error {
  /** All mistakes. The message has each on a separate line. */
  readonly mistakes: readonly string[];

  constructor(mistakes: string | readonly string[]) {
    const all = typeof mistakes === 'string' ? [mistakes] : mistakes;
    super(all.join('\n'));
    this.mistakes = all;
  }
}

/** The arguments of a command are wrong: an option that does not exist, a missing operand. `--help` of the command lists what there is. */
export class ArgumentError extends ConfigurationError {}

/** The code of a system error (EACCES, EADDRINUSE …), or else its message. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
