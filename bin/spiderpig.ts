// Main: the commands of `spiderpig`. Each is a process of its own somewhere else; here they are chosen, put together and their options read.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import {
  createHostCode,
  hostCodeLifetime,
  isSecondFactorAwaited,
} from '../schema/model/account/second-factor.ts';
import { createSignInLink, linkLifetime } from '../schema/model/account/session.ts';
import { createToken, type TokenScope, tokenLifetime, tokenScopes } from '../schema/model/account/token.ts';
import { type Role, roles, userNamePattern } from '../schema/model/account/user.ts';
import { activeStates, Job } from '../schema/model/job/job.ts';
import { loseSilentJob } from '../schema/model/job/loss.ts';
import type { Database } from '../schema/model/store/database.ts';
import {
  type Configuration,
  configurationEnvironment,
  optionTypes,
  readConfiguration,
} from '../schema/process/configuration.ts';
import { compileCacheEnvironment, prepareDataDirectory } from '../schema/process/data-directory.ts';
import { openMigratedDatabase } from '../schema/process/database.ts';
import { ConfigurationError } from '../schema/process/error.ts';
import { type EntryName, entryFile, packageRoot, webClientDirectory } from '../schema/process/files.ts';
import { runMain } from '../schema/process/start.ts';

const usage = `usage: spiderpig COMMAND [OPTIONS]

  up                        server and jobrunner together; prints a sign-in link when ready
  server | jobrunner        one of them
  login [--user NAME] [--role ${roles.join('|')}]
                            prints a single-use sign-in link
  otp [--user NAME]         prints a code for the second step of signing in at an identity provider
  token create --name NAME --scope ${tokenScopes.join('|')} [--user NAME] [--expires 30d]
                            prints a token for other tools, once
  lose JOB [--user NAME]    closes a job whose host never comes back, and frees its lane
  doctor                    looks at all of it and says what to mend; changes nothing
  start CHANGE… | watch JOB | answer INTERACTION CODE | stop JOB | log JOB | jobs
                            a deployer's terminal; see spiderpig start --help

options (environment variable): --port (SPIDERPIG_PORT)  --host (SPIDERPIG_HOST)  --data DIR (SPIDERPIG_DATA)
  --database URL (SPIDERPIG_DATABASE_URL)  --scap COMMAND (SPIDERPIG_SCAP)  --gerrit URL (SPIDERPIG_GERRIT_URL)
  --lanes A,B (SPIDERPIG_LANES)  --stop-grace SECONDS (SPIDERPIG_STOP_GRACE)  --allowed-hosts A,B (SPIDERPIG_ALLOWED_HOSTS)
  --keep-days N (SPIDERPIG_KEEP_DAYS)  --keep-jobs N (SPIDERPIG_KEEP_JOBS)  --masks FILE (SPIDERPIG_MASKS)

signing in at the organisation's identity provider (OpenID Connect); all of it hangs on the issuer, see docs/operations.md:
  --oidc-issuer URL (SPIDERPIG_OIDC_ISSUER)  --oidc-client-id ID (SPIDERPIG_OIDC_CLIENT_ID)
  --oidc-client-secret-file FILE (SPIDERPIG_OIDC_CLIENT_SECRET_FILE)  --oidc-groups-claim NAME (SPIDERPIG_OIDC_GROUPS_CLAIM)
  --public-url URL (SPIDERPIG_PUBLIC_URL)  --second-factor on|off (SPIDERPIG_SECOND_FACTOR)
  --viewer-groups A,B (SPIDERPIG_VIEWER_GROUPS)  --deployer-groups A,B (SPIDERPIG_DEPLOYER_GROUPS)
  --admin-groups A,B (SPIDERPIG_ADMIN_GROUPS)  --access-help TEXT (SPIDERPIG_ACCESS_HELP)
`;

const terminalCommands = ['start', 'watch', 'answer', 'stop', 'log', 'jobs'];

function configurationFrom(args: string[]): Configuration {
  const { values } = parseArgs({ args, options: optionTypes });
  return readConfiguration({ options: values, environment: process.env, root: packageRoot });
}

/** A part of SpiderPig as a process of its own. It gets its whole configuration by environment. */
function startPart(
  entry: EntryName,
  environment: Record<string, string>,
  stdout: 'pipe' | 'inherit',
): ChildProcess {
  return spawn(process.execPath, [entryFile(entry)], {
    // stdin is a pipe that says nothing: a part that depends on us sees it close when we are gone, however we went.
    stdio: ['pipe', stdout, 'inherit'],
    env: { ...process.env, ...environment },
  });
}

/** What a part that goes on serving gets. */
const environmentOf = (configuration: Configuration): Record<string, string> => ({
  ...configurationEnvironment(configuration),
  ...compileCacheEnvironment(configuration),
});

/** Runs one part in the foreground and ends as it ends. */
async function run(entry: EntryName, configuration: Configuration): Promise<void> {
  prepareDataDirectory(configuration);
  const part = startPart(entry, environmentOf(configuration), 'inherit');
  forwardSignals([part]);
  process.exitCode = await exitOf(part);
}

async function serve(configuration: Configuration): Promise<void> {
  prepareDataDirectory(configuration);
  await buildPage();
  await using gerrit = await simulatedGerrit(configuration);
  const part = startPart('server', environmentOf({ ...configuration, gerritUrl: gerrit.url }), 'inherit');
  forwardSignals([part]);
  process.exitCode = await exitOf(part);
}

/** Server and jobrunner together: what goes down takes the other with it, and running deployments go on. */
async function up(configuration: Configuration): Promise<void> {
  prepareDataDirectory(configuration);
  await buildPage();
  await using database = await openMigratedDatabase(configuration);
  await using gerrit = await simulatedGerrit(configuration);
  // A terminal is for people: what the parts log goes there only when something is wrong, unless more is asked for.
  const logLevel = process.env['LOG_LEVEL'] ? configuration.logLevel : 'warn';
  const environment = environmentOf({ ...configuration, gerritUrl: gerrit.url, logLevel });
  const server = startPart('server', environment, 'pipe');
  const jobrunner = startPart('jobrunner', environment, 'inherit');
  const parts = [server, jobrunner];
  const exits = parts.map(exitOf);
  let leaving = false;
  forwardSignals(parts, () => {
    leaving = true;
  });
  if (server.stdout) {
    createInterface({ input: server.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) void welcome(configuration, database, line);
      else process.stdout.write(`${line}\n`);
    });
  }
  const first = await Promise.race(exits);
  for (const part of parts) if (part.exitCode === null && part.signalCode === null) part.kill('SIGTERM');
  const statuses = await Promise.all(exits);
  if (leaving) await farewell(database);
  process.exitCode = leaving ? Math.max(...statuses) : first || 1;
}

async function welcome(configuration: Configuration, database: Database, ready: string): Promise<void> {
  const url = ready.slice('ready '.length);
  const code = await createSignInLink(
    database,
    userInfo().username,
    'admin',
    Date.now(),
    userInfo().username,
  );
  if (!configuration.scap) {
    process.stdout.write(
      'No scap is on PATH: a simulated scap and a simulated Gerrit are used. Nothing real is deployed.\n',
    );
  }
  process.stdout.write(`${ready}\n${linkText(url, code, userInfo().username)}`);
}

function linkText(url: string, code: string, user: string): string {
  return `sign in as ${user} (once, within ${linkLifetime / 60_000} minutes): ${url}/sign-in#code=${code}\n`;
}

/** Says what goes on without us. */
async function farewell(database: Database): Promise<void> {
  const active = await database.em().find(Job, { state: { $in: [...activeStates] } });
  for (const job of active) {
    process.stdout.write(
      `job ${job.id} (${job.title}) goes on: its supervisor is process ${job.supervisor?.pid ?? '…'}. Start SpiderPig again to watch, answer or stop it.\n`,
    );
  }
}

async function login(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { ...optionTypes, user: { type: 'string' }, role: { type: 'string' } },
  });
  const configuration = readConfiguration({ options: values, environment: process.env, root: packageRoot });
  const user = userNamed(values.user);
  const role = oneOf<Role>('--role', values.role ?? 'deployer', roles);
  await using database = await openForCommand(configuration);
  const code = await createSignInLink(database, user, role, Date.now(), userInfo().username);
  process.stdout.write(linkText(serverUrl(configuration), code, `${user} (${role})`));
}

/**
 * Prints the code alone on stdout, so that it can be piped on, and what to do with it on stderr. Whoever can open the database may name anybody:
 * they could write the row themselves (decision 8). Through sudo, which is how others get there, it is for the person who called it.
 */
async function otp(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { ...optionTypes, user: { type: 'string' } } });
  const configuration = readConfiguration({ options: values, environment: process.env, root: packageRoot });
  const caller = process.env['SUDO_USER'] || userInfo().username;
  const user = userNamed(values.user ?? caller);
  await using database = await openForCommand(configuration);
  const code = await createHostCode(database, user, caller);
  process.stdout.write(`${code}\n`);
  process.stderr.write(
    `This is a code for ${user}: type it on the page within ${hostCodeLifetime / 60_000} minutes. It works once.\n`,
  );
  if (!(await isSecondFactorAwaited(database, user))) {
    process.stderr.write(
      `No page waits for it: either ${user} has not signed in there yet, or is called otherwise there (--user NAME).\n`,
    );
  }
}

async function token(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...optionTypes,
      name: { type: 'string' },
      scope: { type: 'string' },
      user: { type: 'string' },
      expires: { type: 'string' },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== 'create') {
    throw new ConfigurationError('the only token command is: token create --name NAME --scope read|deploy');
  }
  const configuration = readConfiguration({ options: values, environment: process.env, root: packageRoot });
  const name = values.name ?? '';
  if (!userNamePattern.test(name))
    throw new ConfigurationError(`--name: “${name}” is not a name for a token`);
  const scope = oneOf<TokenScope>('--scope', values.scope ?? '', tokenScopes);
  const lifetime = values.expires === undefined ? tokenLifetime : durationOf('--expires', values.expires);
  const userName = userNamed(values.user);
  await using database = await openForCommand(configuration);
  const operator = userInfo().username;
  process.stdout.write(`${await createToken(database, { name, scope, userName, lifetime, operator })}\n`);
}

async function lose(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...optionTypes, user: { type: 'string' } },
  });
  const [job] = positionals;
  if (positionals.length !== 1 || !/^[1-9][0-9]{0,8}$/.test(job ?? '')) {
    throw new ConfigurationError('name one job by its number: lose JOB');
  }
  const configuration = readConfiguration({ options: values, environment: process.env, root: packageRoot });
  const operator = userNamed(values.user);
  await using database = await openForCommand(configuration);
  process.stdout.write(`job ${job} is lost. ${await loseSilentJob(database, Number(job), operator)}\n`);
}

/** Another process: what it looks at is the server's. Nothing is made before it has looked. */
async function doctor(configuration: Configuration): Promise<void> {
  const part = startPart('doctor', configurationEnvironment(configuration), 'inherit');
  process.exitCode = await exitOf(part);
}

async function openForCommand(configuration: Configuration): Promise<Database> {
  prepareDataDirectory(configuration);
  return await openMigratedDatabase(configuration);
}

/** Where the server says it is; else where it would be. */
function serverUrl(configuration: Configuration): string {
  const file = join(configuration.data, 'server.url');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const host = configuration.host.includes(':') ? `[${configuration.host}]` : configuration.host;
  return `http://${host}:${configuration.port}`;
}

function userNamed(name: string | undefined): string {
  const user = name ?? userInfo().username;
  if (!userNamePattern.test(user)) throw new ConfigurationError(`--user: “${user}” is not a user name`);
  return user;
}

function oneOf<Word extends string>(option: string, value: string, words: readonly Word[]): Word {
  const word = words.find((known) => known === value);
  if (word === undefined)
    throw new ConfigurationError(`${option}: “${value}” is not one of ${words.join(', ')}`);
  return word;
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30d`, `12h`, `90m` in milliseconds; at most a year. */
function durationOf(option: string, value: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([mhd])$/.exec(value) ?? [];
  const duration = Number(count) * units[unit === 'm' || unit === 'h' ? unit : 'd'];
  if (!(duration > 0 && duration <= 366 * units.d)) {
    throw new ConfigurationError(
      `${option}: “${value}” is not a time such as 30d, 12h or 90m, of at most 366d`,
    );
  }
  return duration;
}

/** The page is built once in a checkout, and comes built in the package. */
async function buildPage(): Promise<void> {
  if (existsSync(join(webClientDirectory, 'index.html'))) return;
  process.stderr.write('building the page …\n');
  const vite = spawn(
    process.execPath,
    [join(packageRoot, 'node_modules/vite/bin/vite.js'), 'build', 'client/web', '--logLevel', 'warn'],
    {
      cwd: packageRoot,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if ((await exitOf(vite)) !== 0) throw new Error('the page could not be built');
}

/** The simulated Gerrit, where neither a Gerrit nor a real scap is configured. */
async function simulatedGerrit(configuration: Configuration): Promise<{ url: string } & AsyncDisposable> {
  if (configuration.gerritUrl !== null || configuration.scap !== null) {
    return {
      url: configuration.gerritUrl ?? 'https://gerrit.wikimedia.org/r/',
      async [Symbol.asyncDispose]() {},
    };
  }
  const part = startPart('simulated-gerrit', {}, 'pipe');
  const exited = exitOf(part);
  if (!part.stdout) throw new Error('the simulated Gerrit has no output');
  const line = await Promise.race([
    once(createInterface({ input: part.stdout }), 'line'),
    exited.then(() => null),
  ]);
  const url = String(line?.[0] ?? '').replace(/^gerrit /, '');
  if (!URL.canParse(url)) throw new Error('the simulated Gerrit did not start');
  return {
    url,
    async [Symbol.asyncDispose]() {
      part.kill('SIGTERM');
      await exited;
    },
  };
}

/** The exit status. A part that was told to leave has done so: Node may give up its handlers before it is gone, and a second signal ends it. */
const exitOf = async (part: ChildProcess): Promise<number> => {
  const [status, signal] = await once(part, 'exit');
  return typeof status === 'number' ? status : signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1;
};

/** A first signal asks the parts to leave. A terminal sends Ctrl-C to them as well, and a second one does no harm. */
function forwardSignals(parts: readonly ChildProcess[], onSignal?: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      onSignal?.();
      for (const part of parts) if (part.exitCode === null) part.kill('SIGTERM');
    });
  }
}

const [command, ...rest] = process.argv.slice(2);
await runMain(command ?? '', async () => {
  // The deployer's terminal explains itself.
  const asked = [command ?? 'help', ...(terminalCommands.includes(command ?? '') ? [] : rest)];
  if (asked.includes('help') || asked.includes('--help')) process.stdout.write(usage);
  else if (command === 'up') await up(configurationFrom(rest));
  else if (command === 'server') await serve(configurationFrom(rest));
  else if (command === 'jobrunner') await run('jobrunner', configurationFrom(rest));
  else if (command === 'login') await login(rest);
  else if (command === 'otp') await otp(rest);
  else if (command === 'token') await token(rest);
  else if (command === 'lose') await lose(rest);
  else if (command === 'doctor') await doctor(configurationFrom(rest));
  else if (command !== undefined && terminalCommands.includes(command)) await import('../client/cli/main.ts');
  else throw new ConfigurationError(`“${command}” is no command; try spiderpig help`);
});
