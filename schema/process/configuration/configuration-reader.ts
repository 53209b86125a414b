// Owns reading the configuration from options, environment variables and a file, and handing it on to child processes as environment variables.
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { readArguments } from '../../text/argument.ts';
import { ArgumentError, ConfigurationError } from '../error.ts';
import { packageRoot } from '../files.ts';
import { homeDirectory, isDeploymentHost } from '../unix-account.ts';
import type { Configuration, ErrorLogConfiguration, ProviderConfiguration } from './configuration.ts';
import { openConfigurationFile } from './configuration-file.ts';
import {
  type ConfigurationSources,
  givenText,
  mergedEnvironment,
  type OptionTexts,
} from './configuration-source.ts';
import { type OptionName, optionNames, optionTable } from './option.ts';
import {
  type Environment,
  findOnPath,
  hasPassword,
  InvalidValue,
  type OptionValue,
  type Parser,
} from './option-value.ts';

/** A command line in parts. */
export interface CommandLine<Own> {
  /** Configuration options. */
  readonly options: OptionTexts;
  /** The values of options of this command only. */
  readonly own: { readonly [Name in keyof Own]?: Own[Name] };
  /** The given options of this command that take no value. */
  readonly switches: ReadonlySet<string>;
  readonly operands: readonly string[];
}

/** What one command accepts besides the configuration options. */
export interface CommandSyntax<Own> {
  /** The options with a value, and how their values are read. */
  readonly own?: { readonly [Name in keyof Own]: Parser<Own[Name]> };
  readonly switches?: readonly string[];
  /** Whether it takes operands. Default: it takes none. */
  readonly operands?: boolean;
  /** Further mistakes: a missing option, a wrong operand. One sentence for each. `given`: the options with a value, also those whose value is wrong. */
  readonly check?: (line: CommandLine<Own>, given: ReadonlySet<string>) => readonly string[];
}

/**
 * Parses a command line with all configuration options, and with what one command accepts. Throws {@link ArgumentError}, which names every mistake, also
 * those in the configuration.
 */
export function parseCommandLine<Own = Record<never, never>>(
  args: readonly string[],
  { own, switches = [], operands: takesOperands = false, check = () => [] }: CommandSyntax<Own> = {},
): CommandLine<Own> {
  const onCommandLine = optionNames.filter((name) => optionTable[name].placeholder !== null);
  const ownNames = own === undefined ? [] : namesIn(own);
  const read = readArguments(args, { texts: [...onCommandLine, ...ownNames.map(String)], switches });
  const mistakes = [...read.mistakes];
  const values: { [Name in keyof Own]?: Own[Name] } = {};
  for (const name of ownNames) {
    const text = read.texts.get(String(name));
    if (own === undefined || text === undefined) continue;
    const mistake = mistakeOf(`--${String(name)}`, () => {
      values[name] = own[name](text, process.env);
    });
    if (mistake !== null) mistakes.push(mistake);
  }
  if (!takesOperands && read.operands.length > 0) mistakes.push(`Unexpected argument "${read.operands[0]}"`);
  const options: { [Name in OptionName]?: string } = {};
  for (const name of onCommandLine) {
    const text = read.texts.get(name);
    if (text !== undefined) options[name] = text;
  }
  const line = { options, own: values, switches: read.switches, operands: read.operands };
  mistakes.push(...check(line, new Set(read.texts.keys())));
  // Those of the configuration first: the last line says where the arguments are listed.
  if (mistakes.length > 0) throw new ArgumentError([...configurationMistakes(options), ...mistakes]);
  return line;
}

/** The mistake in a value, with the place that it comes from; null for a valid value. */
function mistakeOf(place: string, read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    return `${place}: ${error.message}`;
  }
}

/** The names of the properties, with their type. */
const namesIn = <Each extends object>(object: Each): (keyof Each)[] =>
  Object.keys(object).filter((name): name is keyof Each & string => name in object);

/** The configuration of this process: from `args` (without positional arguments) and its environment. Throws {@link ConfigurationError}. */
export function configurationOf(args: readonly string[]): Configuration {
  return configurationWith(parseCommandLine(args).options);
}

/** The configuration of this process: from `options`, its environment and the configuration file. Throws {@link ConfigurationError}. */
export function configurationWith(options: OptionTexts): Configuration {
  const sources = sourcesOf(options);
  const configuration = readConfiguration(sources);
  // Libraries and child processes have variables too: PGPASSFILE, for example.
  for (const [name, value] of Object.entries(sources.file?.variables ?? {})) process.env[name] ||= value;
  return configuration;
}

/** Where the values of this process come from. Throws {@link ConfigurationError} when the file cannot be read, with the mistakes elsewhere. */
export function sourcesOf(options: OptionTexts): ConfigurationSources {
  const sources = { options, environment: process.env, root: packageRoot };
  try {
    return { ...sources, file: openConfigurationFile(options.config, process.env, packageRoot) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError([...error.mistakes, ...valueMistakes(sources)]);
  }
}

/** The mistakes in the configuration of this process, of which `options` are a part. */
function configurationMistakes(options: OptionTexts): readonly string[] {
  try {
    return mistakesIn(sourcesOf(options));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.mistakes;
  }
}

/** All mistakes, each with the option, variable or file that it is in. */
const mistakesIn = (sources: ConfigurationSources): string[] => [
  ...(sources.file?.mistakes ?? []),
  ...valueMistakes(sources),
  ...missingOptions(sources),
];

/** The values that are not values of their options. */
function valueMistakes(sources: ConfigurationSources): string[] {
  const environment = mergedEnvironment(sources);
  return optionNames.flatMap((name) => {
    const { text, source, place } = givenText(name, sources);
    if (name === 'database' && source === 'option' && text !== null && hasPassword(text))
      return passwordInArgument;
    return mistakeOf(place, () => optionTable[name].value.read(text, environment)) ?? [];
  });
}

/** The options that others require. */
function missingOptions(sources: ConfigurationSources): string[] {
  if (givenText('oidc-issuer', sources).text === null) return [];
  const missing = (['oidc-client-id', 'public-url'] as const).filter(
    (name) => givenText(name, sources).text === null,
  );
  const issuer = optionTable['oidc-issuer'].variable;
  return missing.map(
    (name) => `--${name} (${optionTable[name].variable}) is required with --oidc-issuer (${issuer})`,
  );
}

/** Reads the configuration. Throws {@link ConfigurationError}, which names every mistake with its option, variable or file. */
export function readConfiguration(sources: ConfigurationSources): Configuration {
  const mistakes = mistakesIn(sources);
  if (mistakes.length > 0) throw new ConfigurationError(mistakes);
  const environment = mergedEnvironment(sources);
  const read = <Value>(name: OptionName, { read: parse }: OptionValue<Value>): Value =>
    parse(givenText(name, sources).text, environment);
  const table = optionTable;
  const data = read('data', table.data.value) ?? defaultDataDirectory(environment, sources.root);
  const publicUrl = read('public-url', table['public-url'].value);
  return {
    port: read('port', table.port.value),
    host: read('host', table.host.value),
    basePath: read('base-path', table['base-path'].value),
    socket: read('socket', table.socket.value),
    socketMode: read('socket-mode', table['socket-mode'].value) === '0660' ? 0o660 : 0o600,
    data,
    databaseUrl: read('database', table.database.value) ?? `sqlite:${join(data, 'spiderpig.sqlite')}`,
    scap: read('scap', table.scap.value) ?? defaultScap(environment),
    scapArguments: read('scap-arguments', table['scap-arguments'].value),
    trainPause: read('train-pause', table['train-pause'].value),
    staging: read('staging', table.staging.value),
    trainServices: {
      taskUrl: read('train-task-url', table['train-task-url'].value),
      phorgeUrl: read('phorge', table.phorge.value).replace(/\/+$/, ''),
      conduitTokenFile: read('conduit-token-file', table['conduit-token-file'].value),
    },
    errorLog: errorLogOf(read('logstash-url', table['logstash-url'].value), {
      credentialsFile: read('logstash-credentials-file', table['logstash-credentials-file'].value),
      index: read('logstash-index', table['logstash-index'].value),
      query: read('logstash-query', table['logstash-query'].value),
      canaries: read('logstash-canaries', table['logstash-canaries'].value),
      testservers: read('logstash-testservers', table['logstash-testservers'].value),
      dashboardUrl: read('logstash-dashboard', table['logstash-dashboard'].value),
      watchTime: read('watch-errors', table['watch-errors'].value) * 60_000,
    }),
    passEnv: read('pass-env', table['pass-env'].value),
    accountCheck: accountCheckOf(read('account-check', table['account-check'].value)),
    laneCheck: read('lane-check', table['lane-check'].value),
    gerritUrl: read('gerrit', table.gerrit.value),
    lanes: read('lanes', table.lanes.value),
    stopGrace: read('stop-grace', table['stop-grace'].value),
    windingDown: read('winding-down', table['winding-down'].value),
    retention: {
      days: read('keep-days', table['keep-days'].value),
      jobs: read('keep-jobs', table['keep-jobs'].value),
    },
    jobrunnerMetrics: read('jobrunner-metrics', table['jobrunner-metrics'].value),
    readyNeedsJobrunner: read('ready-needs-jobrunner', table['ready-needs-jobrunner'].value),
    masks: read('masks', table.masks.value),
    logLevel: read('log-level', table['log-level'].value),
    allowedHosts: read('allowed-hosts', table['allowed-hosts'].value),
    provider: providerOf(
      read('oidc-issuer', table['oidc-issuer'].value),
      read('oidc-client-id', table['oidc-client-id'].value),
      publicUrl,
      {
        clientSecretFile: read('oidc-client-secret-file', table['oidc-client-secret-file'].value),
        userClaim: read('oidc-user-claim', table['oidc-user-claim'].value),
        groupsClaim: read('oidc-groups-claim', table['oidc-groups-claim'].value),
      },
    ),
    secondFactor: read('second-factor', table['second-factor'].value),
    roleGroups: {
      viewer: read('viewer-groups', table['viewer-groups'].value),
      deployer: read('deployer-groups', table['deployer-groups'].value),
      admin: read('admin-groups', table['admin-groups'].value),
    },
    accessHelp: read('access-help', table['access-help'].value),
    publicUrl,
    webhookNetworks: read('webhook-networks', table['webhook-networks'].value),
    escalateAfter: read('escalate-after', table['escalate-after'].value),
  };
}

/** Without a choice, accounts are checked where scap is real. */
const accountCheckOf = (choice: string): boolean =>
  choice === 'auto' ? isDeploymentHost() : choice === 'on';

/** Arguments are shown to every user of the host, and sudo logs them. */
const passwordInArgument =
  '--database: a password in an argument can be read by every user of this host. Put the URL into a file that only this user can read, as SPIDERPIG_DATABASE_URL=…, and pass it with --config; or name a password file of PostgreSQL in PGPASSFILE';

/** The configuration of the error log; null without a URL, regardless of the other options. */
const errorLogOf = (
  url: string | null,
  more: Omit<ErrorLogConfiguration, 'url'>,
): ErrorLogConfiguration | null => (url === null ? null : { url, ...more });

/** The provider's configuration; null without an issuer, regardless of the other options. */
function providerOf(
  issuer: string | null,
  clientId: string | null,
  publicUrl: string | null,
  more: Pick<ProviderConfiguration, 'clientSecretFile' | 'userClaim' | 'groupsClaim'>,
): ProviderConfiguration | null {
  // An issuer without the others is a mistake, which was found before.
  if (issuer === null || clientId === null || publicUrl === null) return null;
  return { issuer, clientId, ...more };
}

/** Relative paths in XDG_STATE_HOME have no effect, as its specification says. */
function defaultDataDirectory(environment: Environment, root: string): string {
  if (existsSync(join(root, '.git'))) return join(root, 'data');
  const state = environment['XDG_STATE_HOME'] ?? '';
  if (isAbsolute(state)) return join(state, 'spiderpig');
  const home = homeDirectory();
  if (home === null)
    throw new ConfigurationError('--data (SPIDERPIG_DATA) is required: this user has no home directory');
  return join(home, '.local', 'state', 'spiderpig');
}

function defaultScap(environment: Environment): readonly string[] | null {
  const scap = findOnPath('scap', environment);
  return scap === null ? null : [scap];
}

/** The environment variables from which a child process reads the same configuration. */
export const configurationEnvironment = (configuration: Configuration): Record<string, string> =>
  Object.fromEntries(
    optionNames.map((name) => [optionTable[name].variable, optionTable[name].format(configuration)]),
  );
