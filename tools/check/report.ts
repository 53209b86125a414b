// Owns how a check ends: it prints each problem with its place, and fails if there is one.

/** Something that breaks a rule. */
export interface Problem {
  /** A path relative to the root of the repository, or what else has the problem (a commit). */
  readonly where: string;
  /** Counted from 1. */
  readonly line?: number;
  /** One sentence that says what to change. */
  readonly message: string;
}

/** `path:line: message`, which editors and terminals turn into a link. */
export const formatProblem = ({ where, line, message }: Problem): string =>
  `${where}${line === undefined ? '' : `:${line}`}: ${message}`;

/** Prints the problems to stderr. With at least one, the process will exit with status 1. */
export function report(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
