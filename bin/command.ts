// Owns the table of commands and the usage text. A command's code is imported only when the command runs.

/** One command of `spiderpig`. */
export interface Command {
  readonly name: string;
  /** Its arguments in the usage text. */
  readonly synopsis: string;
  /** What it does, as a phrase. */
  readonly summary: string;
  /** Whether it explains itself when called with `--help`. Otherwise `--help` prints the usage of all commands. */
  readonly hasOwnHelp: boolean;
  /** Imports the command and runs it with the arguments after its name. Throws `ConfigurationError` for wrong arguments. */
  readonly run: (args: readonly string[]) => Promise<void>;
}

/** The terminal client reads its command line itself. */
const terminal = (name: string, synopsis: string, summary: string): Command => ({
  name,
  synopsis,
  summary,
  hasOwnHelp: true,
  run: async () => {
    await import('../client/cli/main.ts');
  },
});

const local = (
  name: string,
  synopsis: string,
  summary: string,
  load: () => Promise<{ readonly run: Command['run'] }>,
): Command => ({
  name,
  synopsis,
  summary,
  hasOwnHelp: false,
  run: async (args) => (await load()).run(args),
});

/** All commands, in the order of the usage text. */
export const commands: readonly Command[] = [
  local(
    'up',
    '',
    'run server and jobrunner together; print a sign-in link when they are ready',
    () => import('./commands/up.ts'),
  ),
  local('server', '', 'run the server', () => import('./commands/server.ts')),
  local('jobrunner', '', 'run the jobrunner', () => import('./commands/jobrunner.ts')),
  local(
    'login',
    '[--user NAME] [--role viewer|deployer|admin]',
    'print a single-use sign-in link',
    () => import('./commands/login.ts'),
  ),
  local(
    'otp',
    '[--user NAME]',
    'print a code for the second step of signing in at an identity provider',
    () => import('./commands/otp.ts'),
  ),
  local(
    'token',
    'create --name NAME --scope read|deploy [--user NAME] [--expires 30d]',
    'create an API token and print it once',
    () => import('./commands/token.ts'),
  ),
  local(
    'lose',
    'JOB [--user NAME]',
    'close a job whose host will not come back, and free its lane',
    () => import('./commands/lose.ts'),
  ),
  local(
    'doctor',
    '',
    'check the installation and print what to fix; changes nothing',
    () => import('./commands/doctor.ts'),
  ),
  {
    name: 'help',
    synopsis: '',
    summary: 'print this text',
    hasOwnHelp: false,
    run: printHelp,
  },
  terminal('start', 'CHANGE…', 'start a deployment and watch it (see spiderpig start --help)'),
  terminal('watch', 'JOB', 'follow a job and show its questions'),
  terminal('answer', 'INTERACTION CODE', 'answer a question'),
  terminal('stop', 'JOB', 'stop a job'),
  terminal('log', 'JOB', 'print the log of a job'),
  terminal('jobs', '', 'list jobs, newest first'),
];

/** Runs `spiderpig help`. It receives the list of commands as text, because this table imports it. */
export async function printHelp(): Promise<void> {
  const { run } = await import('./commands/help.ts');
  run(
    commands
      .map(({ name, synopsis, summary }) => `  ${`${name} ${synopsis}`.trimEnd()}\n      ${summary}\n`)
      .join(''),
  );
}
