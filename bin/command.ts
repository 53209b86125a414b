// Owns the table of all commands. Usage, completions and the manual page follow from it. A command's code is imported only when it runs.
import { commands as terminalCommands } from '../client/cli/command.ts';
import type { CommandDescription, ListedCommand, OptionDescription } from '../client/cli/description.ts';
import { ArgumentError, ConfigurationError, errorCode } from '../schema/process/error.ts';

/** One command of `spiderpig`. */
interface Command extends ListedCommand {
  /** Imports the command and runs it with the arguments after its name. Throws `ConfigurationError` for wrong arguments. */
  readonly run: (args: readonly string[]) => Promise<void>;
}

/** The terminal client reads its command line itself. */
const terminal = ({ name, operands, summary, options }: CommandDescription): Command => ({
  name,
  operands,
  summary,
  options,
  on: 'terminal',
  run: async () => {
    await import('../client/cli/main.ts');
  },
});

/** Relative paths need the current directory, and so does the ORM. */
function requireDirectory(): void {
  try {
    process.cwd();
  } catch (error) {
    throw new ConfigurationError(
      `the current directory was removed: change to another one (${errorCode(error)})`,
    );
  }
}

const host = (
  name: string,
  operands: readonly string[],
  summary: string,
  options: readonly OptionDescription[],
  load: () => Promise<{ readonly run: Command['run'] }>,
): Command => ({
  name,
  operands,
  summary,
  options,
  on: 'host',
  run: async (args) => {
    requireDirectory();
    await (await load()).run(args);
  },
});

/** A command that prints something about this table. It receives the table, because the table imports it. */
const aboutCommands = (
  name: string,
  operands: readonly string[],
  summary: string,
  load: () => Promise<{ readonly run: (args: readonly string[], table: readonly ListedCommand[]) => void }>,
): Command => ({
  name,
  operands,
  summary,
  options: [],
  on: 'host',
  run: async (args) => {
    const surplus = args[operands.length];
    if (surplus !== undefined) throw new ArgumentError(`Unexpected argument "${surplus}"`);
    (await load()).run(args, commands);
  },
});

const user: OptionDescription = {
  name: 'user',
  value: 'NAME',
  help: 'the user (default: the Unix user who runs the command)',
};

const json: OptionDescription = { name: 'json', value: null, help: 'print JSON, one object per line' };

/** All commands, in the order of the usage text. */
export const commands: readonly Command[] = [
  host(
    'up',
    [],
    'run server and jobrunner together; print a sign-in link when they are ready',
    [],
    () => import('./commands/up.ts'),
  ),
  host('server', [], 'run the server', [], () => import('./commands/server.ts')),
  host('jobrunner', [], 'run the jobrunner', [], () => import('./commands/jobrunner.ts')),
  host(
    'login',
    [],
    'print a single-use sign-in link',
    [
      user,
      {
        name: 'role',
        value: 'ROLE',
        help: 'the role of the user (default: deployer)',
        words: ['viewer', 'deployer', 'admin'],
      },
    ],
    () => import('./commands/login.ts'),
  ),
  host(
    'otp',
    [],
    'print a code for the second factor of a sign-in at an identity provider',
    [
      user,
      {
        name: 'from',
        value: 'SOCKET',
        help: 'ask at a socket, without access to the database (default: /run/spiderpig-otp.sock, if it exists)',
      },
      {
        name: 'peer',
        value: null,
        help: 'for the user who connected to the socket that is stdin; see packaging/',
      },
    ],
    () => import('./commands/otp.ts'),
  ),
  host(
    'token',
    ['create|list|revoke', '[ID]'],
    'create an API token and print it once, list active tokens, or revoke one',
    [
      { name: 'name', value: 'NAME', help: 'the name of the new token (required)' },
      { name: 'scope', value: 'SCOPE', help: 'what it may do (required)', words: ['read', 'deploy'] },
      { name: 'user', value: 'NAME', help: 'the user it acts for, whose tokens to list, or who revokes' },
      { name: 'expires', value: 'DURATION', help: 'its lifetime, such as 90m, 12h or 30d (default: 30d)' },
      json,
    ],
    () => import('./commands/token.ts'),
  ),
  host(
    'rebind',
    [],
    'free an account for the next person who signs in at the identity provider with its name',
    [{ name: 'user', value: 'NAME', help: 'whose account (required)' }],
    () => import('./commands/rebind.ts'),
  ),
  host(
    'backup',
    ['FILE'],
    'back up the database into a new file, while everything runs',
    [],
    () => import('./commands/backup.ts'),
  ),
  host(
    'restore',
    ['FILE'],
    'restore a backup, and hold deployments until an admin releases them',
    [],
    async () => ({ run: (await import('./commands/backup.ts')).restore }),
  ),
  host(
    'lose',
    ['JOB'],
    'close a job whose host or supervisor will not come back, and free its lane',
    [
      { name: 'kill', value: null, help: 'end the processes of the job on this host first' },
      {
        name: 'although-scap-may-run',
        value: null,
        help: 'free the lane although scap may still run on a host that does not respond: two deployments could run at the same time',
      },
      user,
    ],
    () => import('./commands/lose.ts'),
  ),
  host(
    'hold',
    ['REASON…'],
    'hold all deployments: nothing starts, running jobs continue',
    [
      { name: 'for', value: 'DURATION', help: 'how long, such as 90m or 2h (default: until released)' },
      user,
      json,
    ],
    () => import('./commands/hold.ts'),
  ),
  host('release', [], 'release held deployments', [user, json], async () => ({
    run: (await import('./commands/hold.ts')).release,
  })),
  host(
    'doctor',
    [],
    'check the installation and print what to fix; changes nothing',
    [],
    () => import('./commands/doctor.ts'),
  ),
  host(
    'ping',
    [],
    'ask the server of this installation whether it responds; for health checks',
    [],
    () => import('./commands/ping.ts'),
  ),
  host(
    'config',
    [],
    'print the configuration, and where each value comes from',
    [json],
    () => import('./commands/config.ts'),
  ),
  aboutCommands(
    'help',
    ['[COMMAND]'],
    'print this text, or the usage of a command',
    () => import('./commands/help.ts'),
  ),
  aboutCommands(
    'completion',
    ['bash|zsh|fish'],
    'print completions for a shell',
    () => import('./commands/completion.ts'),
  ),
  aboutCommands('manual', [], 'print the manual page, for man', () => import('./commands/manual.ts')),
  aboutCommands('version', [], 'print the version', () => import('./commands/version.ts')),
  ...terminalCommands.map(terminal),
];
