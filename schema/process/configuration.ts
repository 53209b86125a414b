// Owns the options that every process shares: their names, environment variables, defaults and checks. Pure but for looking at the file system for `scap` and reading the file of masks.
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { RoleGroups } from '../model/account/user.ts';
import type { Retention } from '../model/job/clean-up.ts';
import { defaultLane } from '../model/job/job.ts';
import { parseMasks, WrongMask } from '../model/log/mask.ts';
import { dialectOf } from '../model/store/database.ts';
import { ConfigurationError } from './error.ts';

/** What every process is told. */
export interface Configuration {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** Absolute path of the data directory: the SQLite database, its bells, where the server is, what supervisors say. Mode 0700. */
  readonly data: string;
  /** `sqlite:PATH` or `postgresql://…`. */
  readonly databaseUrl: string;
  /** The command that deploys, as argv; `null`: there is none, the bundled simulator is used. */
  readonly scap: readonly string[] | null;
  /** Gerrit's base URL with a slash at its end; `null`: the simulated Gerrit's, which is known once it runs. */
  readonly gerritUrl: string | null;
  /** The lanes (deployment hosts) a jobrunner serves. */
  readonly lanes: readonly string[];
  /** Seconds between the steps of a stop: after SIGINT before SIGTERM, and after SIGTERM before SIGKILL. */
  readonly stopGrace: number;
  /** How long ended jobs are kept. */
  readonly retention: Retention;
  /** Known secrets that are masked before they are stored: the absolute path of the file, and its patterns. `null`: there are none. */
  readonly masks: { readonly file: string; readonly patterns: readonly string[] } | null;
  /** The least grave of what is logged. */
  readonly logLevel: LogLevel;
  /** Names by which browsers may call the server, besides its own address: `Host` is checked against them. */
  readonly allowedHosts: readonly string[];
  /** The organisation's identity provider; `null`: people sign in with links of the deployment host alone. */
  readonly provider: ProviderConfiguration | null;
  /** Whether a sign-in at the identity provider needs a second factor. */
  readonly secondFactor: boolean;
  /** Which groups of the identity provider give which role. */
  readonly roleGroups: RoleGroups;
  /** Whom to ask for access, as it is shown to people who have none; `null`: nobody is named. */
  readonly accessHelp: string | null;
}

/** How the identity provider is reached. */
export interface ProviderConfiguration {
  /** OIDC's issuer, without a slash at its end unless it was given one. */
  readonly issuer: string;
  readonly clientId: string;
  /** The file that holds the client's secret; `null`: a public client, which has PKCE alone. */
  readonly clientSecretFile: string | null;
  /** Which claim holds the groups. */
  readonly groupsClaim: string;
  /** What browsers call this server, without a slash at its end: the redirect URI begins with it. */
  readonly publicUrl: string;
}

/** How grave a line of the processes' own log is, from the gravest; `silent` logs nothing. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The options as `parseArgs` wants them. */
export const optionTypes = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  database: { type: 'string' },
  scap: { type: 'string' },
  gerrit: { type: 'string' },
  lanes: { type: 'string' },
  'stop-grace': { type: 'string' },
  'keep-days': { type: 'string' },
  'keep-jobs': { type: 'string' },
  masks: { type: 'string' },
  'allowed-hosts': { type: 'string' },
  'oidc-issuer': { type: 'string' },
  'oidc-client-id': { type: 'string' },
  'oidc-client-secret-file': { type: 'string' },
  'oidc-groups-claim': { type: 'string' },
  'public-url': { type: 'string' },
  'second-factor': { type: 'string' },
  'viewer-groups': { type: 'string' },
  'deployer-groups': { type: 'string' },
  'admin-groups': { type: 'string' },
  'access-help': { type: 'string' },
} as const;
export type OptionName = keyof typeof optionTypes;

const variables: Record<OptionName, string> = {
  port: 'SPIDERPIG_PORT',
  host: 'SPIDERPIG_HOST',
  data: 'SPIDERPIG_DATA',
  database: 'SPIDERPIG_DATABASE_URL',
  scap: 'SPIDERPIG_SCAP',
  gerrit: 'SPIDERPIG_GERRIT_URL',
  lanes: 'SPIDERPIG_LANES',
  'stop-grace': 'SPIDERPIG_STOP_GRACE',
  'keep-days': 'SPIDERPIG_KEEP_DAYS',
  'keep-jobs': 'SPIDERPIG_KEEP_JOBS',
  masks: 'SPIDERPIG_MASKS',
  'allowed-hosts': 'SPIDERPIG_ALLOWED_HOSTS',
  'oidc-issuer': 'SPIDERPIG_OIDC_ISSUER',
  'oidc-client-id': 'SPIDERPIG_OIDC_CLIENT_ID',
  'oidc-client-secret-file': 'SPIDERPIG_OIDC_CLIENT_SECRET_FILE',
  'oidc-groups-claim': 'SPIDERPIG_OIDC_GROUPS_CLAIM',
  'public-url': 'SPIDERPIG_PUBLIC_URL',
  'second-factor': 'SPIDERPIG_SECOND_FACTOR',
  'viewer-groups': 'SPIDERPIG_VIEWER_GROUPS',
  'deployer-groups': 'SPIDERPIG_DEPLOYER_GROUPS',
  'admin-groups': 'SPIDERPIG_ADMIN_GROUPS',
  'access-help': 'SPIDERPIG_ACCESS_HELP',
};

/** Where the values come from: options of the command line win over environment variables. */
export interface ConfigurationSources {
  readonly options: { readonly [Name in OptionName]?: string | undefined };
  readonly environment: { readonly [name: string]: string | undefined };
  /** The repository or package that this code is in. */
  readonly root: string;
}

/** Reads the configuration. Throws {@link ConfigurationError}, which names the option or variable that is wrong. */
export function readConfiguration({ options, environment, root }: ConfigurationSources): Configuration {
  function given(name: OptionName): { value: string; from: string } | null {
    const option = options[name];
    if (option !== undefined) return { value: option, from: `--${name}` };
    const variable = environment[variables[name]];
    // An empty variable is how a shell unsets one.
    return variable ? { value: variable, from: variables[name] } : null;
  }
  function whole(name: OptionName, fallback: number, min: number, max: number): number {
    const source = given(name);
    if (!source) return fallback;
    const number = /^[0-9]{1,6}$/.test(source.value) ? Number(source.value) : Number.NaN;
    if (!(number >= min && number <= max)) {
      throw new ConfigurationError(
        `${source.from}: “${source.value}” is not a whole number from ${min} to ${max}`,
      );
    }
    return number;
  }
  function list(name: OptionName, separator = ','): string[] {
    const source = given(name);
    return source
      ? source.value
          .split(separator)
          .map((part) => part.trim())
          .filter((part) => part !== '')
      : [];
  }

  /** Names of groups can hold commas, as those of LDAP do: one semicolon makes it a list with semicolons. */
  const groups = (name: OptionName): string[] => list(name, given(name)?.value.includes(';') ? ';' : ',');

  const data = resolve(given('data')?.value ?? defaultData(environment, root));
  const host = given('host')?.value ?? '127.0.0.1';
  if (!/^[A-Za-z0-9.:_-]+$/.test(host)) {
    throw new ConfigurationError(`${given('host')?.from}: “${host}” is not a host name or address`);
  }
  const lanes = list('lanes');
  const provider = providerOf(given);
  const secondFactor = given('second-factor');
  if (secondFactor && secondFactor.value !== 'on' && secondFactor.value !== 'off') {
    throw new ConfigurationError(`${secondFactor.from}: “${secondFactor.value}” is neither on nor off`);
  }
  return {
    port: whole('port', 8888, 0, 65_535),
    host,
    data,
    databaseUrl: databaseUrl(given('database'), data),
    scap: scapCommand(given('scap'), environment['PATH'] ?? ''),
    gerritUrl: gerritUrl(given('gerrit')),
    lanes: lanes.length > 0 ? lanes : [defaultLane],
    stopGrace: whole('stop-grace', 30, 0, 3_600),
    retention: { days: whole('keep-days', 400, 0, 36_500), jobs: whole('keep-jobs', 0, 0, 999_999) },
    masks: masksOf(given('masks')),
    logLevel: logLevelOf(environment['LOG_LEVEL']),
    allowedHosts: list('allowed-hosts'),
    provider,
    secondFactor: secondFactor?.value !== 'off',
    roleGroups: {
      viewer: groups('viewer-groups'),
      deployer: groups('deployer-groups'),
      admin: groups('admin-groups'),
    },
    accessHelp: given('access-help')?.value ?? null,
  };
}

/** The same as environment variables, for the processes that a process starts. */
export function configurationEnvironment(configuration: Configuration): Record<string, string> {
  return {
    [variables.port]: String(configuration.port),
    [variables.host]: configuration.host,
    [variables.data]: configuration.data,
    [variables.database]: configuration.databaseUrl,
    [variables.scap]: configuration.scap?.join(' ') ?? '',
    [variables.gerrit]: configuration.gerritUrl ?? '',
    [variables.lanes]: configuration.lanes.join(','),
    [variables['stop-grace']]: String(configuration.stopGrace),
    [variables['keep-days']]: String(configuration.retention.days),
    [variables['keep-jobs']]: String(configuration.retention.jobs),
    [variables.masks]: configuration.masks?.file ?? '',
    [variables['allowed-hosts']]: configuration.allowedHosts.join(','),
    [variables['oidc-issuer']]: configuration.provider?.issuer ?? '',
    [variables['oidc-client-id']]: configuration.provider?.clientId ?? '',
    [variables['oidc-client-secret-file']]: configuration.provider?.clientSecretFile ?? '',
    [variables['oidc-groups-claim']]: configuration.provider?.groupsClaim ?? '',
    [variables['public-url']]: configuration.provider?.publicUrl ?? '',
    [variables['second-factor']]: configuration.secondFactor ? 'on' : 'off',
    [variables['viewer-groups']]: groupList(configuration.roleGroups.viewer),
    [variables['deployer-groups']]: groupList(configuration.roleGroups.deployer),
    [variables['admin-groups']]: groupList(configuration.roleGroups.admin),
    [variables['access-help']]: configuration.accessHelp ?? '',
    LOG_LEVEL: configuration.logLevel,
  };
}

/** A list that is read as it is whatever the names hold. */
const groupList = (groups: readonly string[]): string => groups.map((group) => `${group};`).join('');

/** Everything about the identity provider hangs on its issuer; what else it needs is asked for by name. */
function providerOf(
  given: (name: OptionName) => { value: string; from: string } | null,
): ProviderConfiguration | null {
  const issuer = given('oidc-issuer');
  if (!issuer) return null;
  const needed = (name: 'oidc-client-id' | 'public-url'): { value: string; from: string } => {
    const source = given(name);
    if (source) return source;
    throw new ConfigurationError(`--${name} (${variables[name]}) is needed with ${issuer.from}`);
  };
  const url = (source: { value: string; from: string }): string => {
    const parsed = URL.canParse(source.value) ? new URL(source.value) : null;
    const local = parsed !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(parsed.hostname);
    if (parsed === null || parsed.search !== '' || parsed.hash !== '' || parsed.username !== '')
      throw new ConfigurationError(`${source.from}: “${source.value}” is not a URL`);
    if (parsed.protocol !== 'https:' && !(parsed.protocol === 'http:' && local))
      throw new ConfigurationError(
        `${source.from}: “${source.value}” must be https, or http on this machine`,
      );
    return source.value;
  };
  const publicUrl = needed('public-url');
  const origin = new URL(url(publicUrl));
  if (origin.pathname !== '/')
    throw new ConfigurationError(`${publicUrl.from}: “${publicUrl.value}” must have no path`);
  const secretFile = given('oidc-client-secret-file');
  return {
    issuer: url(issuer),
    clientId: needed('oidc-client-id').value,
    clientSecretFile: secretFile ? resolve(secretFile.value) : null,
    groupsClaim: given('oidc-groups-claim')?.value ?? 'groups',
    publicUrl: origin.origin,
  };
}

function masksOf(source: { value: string; from: string } | null): Configuration['masks'] {
  if (!source) return null;
  const file = resolve(source.value);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new ConfigurationError(`${source.from}: ${file} cannot be read (${code})`);
  }
  try {
    return { file, patterns: parseMasks(text) };
  } catch (error) {
    if (!(error instanceof WrongMask)) throw error;
    throw new ConfigurationError(`${source.from}: ${file}, line ${error.line}: ${error.message}`);
  }
}

function logLevelOf(value: string | undefined): LogLevel {
  const level = logLevels.find((known) => known === (value || 'info'));
  if (level === undefined) {
    throw new ConfigurationError(`LOG_LEVEL: “${value}” is not one of ${logLevels.join(', ')}`);
  }
  return level;
}

function defaultData(environment: ConfigurationSources['environment'], root: string): string {
  if (existsSync(join(root, '.git'))) return join(root, 'data');
  return join(environment['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'spiderpig');
}

function databaseUrl(source: { value: string; from: string } | null, data: string): string {
  if (!source) return `sqlite:${join(data, 'spiderpig.sqlite')}`;
  const dialect = dialectOf(source.value);
  if (dialect === null || (dialect === 'postgresql' && !URL.canParse(source.value))) {
    throw new ConfigurationError(
      `${source.from}: “${withoutPassword(source.value)}” is not a database URL (postgresql://USER@HOST/DATABASE, or sqlite:FILE)`,
    );
  }
  return source.value;
}

/** A database URL as it may be shown. */
export const withoutPassword = (url: string): string => url.replace(/(:\/\/[^:@/]*):[^@]*@/, '$1:…@');

function gerritUrl(source: { value: string; from: string } | null): string | null {
  if (!source) return null;
  const url = URL.canParse(source.value) ? new URL(source.value) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new ConfigurationError(`${source.from}: “${source.value}” is not an http or https URL`);
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

/** Words of a command, split at blanks: it is run as argv and never by a shell, so there is no quoting. */
function scapCommand(source: { value: string; from: string } | null, path: string): readonly string[] | null {
  if (!source) {
    const found = onPath('scap', path);
    return found === null ? null : [found];
  }
  const [program, ...rest] = source.value.split(/\s+/).filter((word) => word !== '');
  if (program === undefined) throw new ConfigurationError(`${source.from}: the command is empty`);
  const found = program.includes('/') ? resolve(program) : onPath(program, path);
  if (found === null || !isExecutable(found)) {
    throw new ConfigurationError(`${source.from}: “${program}” is not a program that can be run`);
  }
  return [found, ...rest];
}

function onPath(program: string, path: string): string | null {
  for (const directory of path.split(delimiter)) {
    if (isAbsolute(directory) && isExecutable(join(directory, program))) return join(directory, program);
  }
  return null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
