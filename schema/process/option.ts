// Owns the table of configuration options. The usage text, docs/operations.md, validation and the environment of child processes follow from it.
import { defaultLane } from '../model/runner/lane.ts';
import { type Configuration, logLevels } from './configuration.ts';
import { noFile } from './configuration-file.ts';
import {
  baseUrl,
  command,
  databaseUrl,
  groupNames,
  hostName,
  list,
  maskFile,
  networks,
  type OptionValue,
  oneOf,
  onOff,
  optional,
  path,
  secureOrigin,
  secureUrl,
  text,
  urlPath,
  variableNames,
  wholeNumber,
  withDefault,
  words,
} from './option-value.ts';

/** A process that reads options. `commands`: those that run on the deployment host, such as `login` and `doctor`. */
export type OptionReader = 'server' | 'jobrunner' | 'commands';

/** The parts of the usage text and of the documentation. */
export type OptionSection = 'general' | 'identity provider';

/** One configuration option. Its name, with `--` in front, is its key in {@link optionTable}. */
export interface Option<Value> {
  /** The environment variable. */
  readonly variable: string;
  /** What stands for the value in the usage text; null: it can only be set by the environment variable. */
  readonly placeholder: string | null;
  readonly section: OptionSection;
  /** Which processes use it. All of them accept and check it. */
  readonly readBy: readonly OptionReader[];
  /** The parser and the default. */
  readonly value: OptionValue<Value>;
  /** The default in Markdown, where it is not a fixed text. */
  readonly defaultNote?: string;
  /** What it does, with units and limits. A phrase in Markdown without links, fit for the usage text. */
  readonly help: string;
  /** More in Markdown, for the documentation only. */
  readonly details?: string;
  /** The text from which a child process reads the same value; empty: not set. */
  readonly format: (configuration: Configuration) => string;
}

/** Checks the row of an option against the type of its value. */
const row = <Value>(option: Option<Value>): Option<Value> => option;

/** The modes that a Unix socket can have: everybody else stays out. */
const socketModes = ['0600', '0660'] as const;

/** Formats group names so that they are read back unchanged, with any characters. */
const formatGroups = (groups: readonly string[]): string => groups.map((group) => `${group};`).join('');

const everywhere: readonly OptionReader[] = ['server', 'jobrunner', 'commands'];

/** All options, in the order in which they are documented. */
export const optionTable = {
  config: row({
    variable: 'SPIDERPIG_CONFIG',
    placeholder: 'FILE',
    section: 'general',
    readBy: everywhere,
    value: optional(text),
    defaultNote: '`/etc/spiderpig.env` if it exists, but not in a checkout',
    help: 'a file with the environment variables of this table, which options and environment override; `none`: no file',
    details: 'See [configuration file](#configuration-file).',
    // A child process gets every value as a variable, also if the file has changed meanwhile.
    format: () => noFile,
  }),
  port: row({
    variable: 'SPIDERPIG_PORT',
    placeholder: 'PORT',
    section: 'general',
    readBy: ['server', 'commands'],
    value: withDefault('8888', wholeNumber(0, 65_535)),
    help: 'the port to listen on; 0 takes any free port',
    format: ({ port }) => String(port),
  }),
  host: row({
    variable: 'SPIDERPIG_HOST',
    placeholder: 'HOST',
    section: 'general',
    readBy: ['server', 'commands'],
    value: withDefault('127.0.0.1', hostName),
    help: 'the address to listen on; a loopback address stands for both',
    format: ({ host }) => host,
  }),
  'base-path': row({
    variable: 'SPIDERPIG_BASE_PATH',
    placeholder: '/PATH',
    section: 'general',
    readBy: ['server', 'commands'],
    value: withDefault('/', urlPath),
    help: 'the path below which everything is served, for example `/spiderpig`',
    details: 'See [below a path](#below-a-path).',
    format: ({ basePath }) => basePath,
  }),
  socket: row({
    variable: 'SPIDERPIG_SOCKET',
    placeholder: 'PATH',
    section: 'general',
    readBy: ['server', 'commands'],
    value: optional(path),
    help: 'a Unix socket to listen on instead of an address and port',
    details: 'See [network access](#network-access).',
    format: ({ socket }) => socket ?? '',
  }),
  'socket-mode': row({
    variable: 'SPIDERPIG_SOCKET_MODE',
    placeholder: '0600|0660',
    section: 'general',
    readBy: ['server'],
    value: withDefault('0600', oneOf(socketModes)),
    help: 'the mode of the Unix socket; 0660: its group can connect too',
    format: ({ socketMode }) => (socketMode === 0o660 ? '0660' : '0600'),
  }),
  data: row({
    variable: 'SPIDERPIG_DATA',
    placeholder: 'DIR',
    section: 'general',
    readBy: everywhere,
    value: optional(path),
    defaultNote: '`data/` in a checkout, else `$XDG_STATE_HOME/spiderpig` (`~/.local/state/spiderpig`)',
    help: 'the data directory',
    format: ({ data }) => data,
  }),
  database: row({
    variable: 'SPIDERPIG_DATABASE_URL',
    placeholder: 'URL',
    section: 'general',
    readBy: everywhere,
    value: optional(databaseUrl),
    defaultNote: '`sqlite:DATA/spiderpig.sqlite`',
    help: '`sqlite:FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`',
    format: ({ databaseUrl: url }) => url,
  }),
  scap: row({
    variable: 'SPIDERPIG_SCAP',
    placeholder: 'COMMAND',
    section: 'general',
    readBy: ['server', 'jobrunner', 'commands'],
    value: optional(command),
    defaultNote: '`scap` on PATH, else the simulator',
    help: 'the command that deploys; it is split at white space, without a shell and without quoting',
    format: ({ scap }) => scap?.join(' ') ?? '',
  }),
  'scap-arguments': row({
    variable: 'SPIDERPIG_SCAP_ARGUMENTS',
    placeholder: 'ARGUMENTS',
    section: 'general',
    readBy: ['jobrunner'],
    value: withDefault('', words),
    help: 'arguments for scap, inserted after its subcommand, for example `-D name:value`; they are split at white space, without quoting',
    format: ({ scapArguments }) => scapArguments.join(' '),
  }),
  'train-pause': row({
    variable: 'SPIDERPIG_TRAIN_PAUSE',
    placeholder: 'on|off',
    section: 'general',
    readBy: ['jobrunner'],
    value: withDefault('on', onOff),
    help: 'whether a train asks for confirmation after the test servers, before production',
    format: ({ trainPause }) => (trainPause ? 'on' : 'off'),
  }),
  staging: row({
    variable: 'SPIDERPIG_STAGING',
    placeholder: 'DIR',
    section: 'general',
    readBy: ['server', 'jobrunner'],
    value: optional(path),
    help: 'the staging directory of scap on this host, for example `/srv/mediawiki-staging`; without it, there is no page of the train',
    details: 'See [the train](#the-train).',
    format: ({ staging }) => staging ?? '',
  }),
  'train-task-url': row({
    variable: 'SPIDERPIG_TRAIN_TASK_URL',
    placeholder: 'URL',
    section: 'general',
    readBy: ['server'],
    value: withDefault('https://train-blockers.toolforge.org/api.php', secureUrl),
    help: 'the service that names the task of this week’s train',
    format: ({ trainServices }) => trainServices.taskUrl,
  }),
  phorge: row({
    variable: 'SPIDERPIG_PHORGE_URL',
    placeholder: 'URL',
    section: 'general',
    readBy: ['server'],
    value: withDefault('https://phabricator.wikimedia.org', secureUrl),
    help: 'the base URL of Phabricator, for links to tasks and for the blockers of the train',
    format: ({ trainServices }) => trainServices.phorgeUrl,
  }),
  'conduit-token-file': row({
    variable: 'SPIDERPIG_CONDUIT_TOKEN_FILE',
    placeholder: 'FILE',
    section: 'general',
    readBy: ['server'],
    value: optional(path),
    help: 'a file that holds only a Conduit API token that can read tasks, mode 0600; without it, blockers are a link',
    format: ({ trainServices }) => trainServices.conduitTokenFile ?? '',
  }),
  'pass-env': row({
    variable: 'SPIDERPIG_PASS_ENV',
    placeholder: 'A,B_*',
    section: 'general',
    readBy: ['jobrunner'],
    value: withDefault('', variableNames),
    help: 'further environment variables that scap inherits; `B_*` stands for all that begin with `B_`',
    details: 'See [the environment of scap](#the-environment-of-scap).',
    format: ({ passEnv }) => passEnv.join(','),
  }),
  'account-check': row({
    variable: 'SPIDERPIG_ACCOUNT_CHECK',
    placeholder: 'auto|on|off',
    section: 'general',
    readBy: ['jobrunner', 'commands'],
    value: withDefault('auto', oneOf(['auto', 'on', 'off'])),
    help: 'whether a job fails before scap is started if its owner has no Unix account on the deployment host; `auto`: where `/etc/scap.cfg` exists',
    details: 'See [attribution](#attribution).',
    format: ({ accountCheck }) => (accountCheck ? 'on' : 'off'),
  }),
  'lane-check': row({
    variable: 'SPIDERPIG_LANE_CHECK',
    placeholder: 'COMMAND',
    section: 'general',
    readBy: ['jobrunner'],
    value: optional(command),
    help: 'a command that exits with status 0 if this host may deploy now; it is split at white space, without a shell and without quoting',
    details: 'See [hosts that change roles](#hosts-that-change-roles).',
    format: ({ laneCheck }) => laneCheck?.join(' ') ?? '',
  }),
  gerrit: row({
    variable: 'SPIDERPIG_GERRIT_URL',
    placeholder: 'URL',
    section: 'general',
    readBy: ['server', 'commands'],
    value: optional(baseUrl),
    defaultNote: '`https://gerrit.wikimedia.org/r/`; with the simulator a simulated Gerrit',
    help: 'the base URL of Gerrit',
    format: ({ gerritUrl }) => gerritUrl ?? '',
  }),
  lanes: row({
    variable: 'SPIDERPIG_LANES',
    placeholder: 'A,B',
    section: 'general',
    readBy: ['jobrunner'],
    value: withDefault(defaultLane, list),
    help: 'the lanes that the jobrunner serves; one job runs at a time in each',
    details: 'Where the jobrunners serve several lanes, people choose one for each job.',
    format: ({ lanes }) => lanes.join(','),
  }),
  'stop-grace': row({
    variable: 'SPIDERPIG_STOP_GRACE',
    placeholder: 'SECONDS',
    section: 'general',
    readBy: ['jobrunner'],
    value: withDefault('0', wholeNumber(0, 3_600)),
    help: 'seconds after which a stop continues to its next signal by itself (SIGINT, SIGTERM, SIGKILL), 1 to 3600; 0: never',
    details: 'SIGTERM and SIGKILL end scap without clean-up, so people should choose them.',
    format: ({ stopGrace }) => String(stopGrace),
  }),
  'winding-down': row({
    variable: 'SPIDERPIG_WINDING_DOWN',
    placeholder: 'SECONDS',
    section: 'general',
    readBy: ['jobrunner'],
    value: withDefault('900', wholeNumber(0, 86_400)),
    help: 'seconds that processes of a stopped job may take after scap has exited, 1 to 86400, before they get SIGKILL; 0: any time',
    format: ({ windingDown }) => String(windingDown),
  }),
  'keep-days': row({
    variable: 'SPIDERPIG_KEEP_DAYS',
    placeholder: 'N',
    section: 'general',
    readBy: ['jobrunner', 'commands'],
    value: withDefault('400', wholeNumber(0, 36_500)),
    help: 'days that a job is kept after its end, 0 to 36500; 0: unlimited',
    details: 'See [clean-up](#clean-up).',
    format: ({ retention }) => String(retention.days),
  }),
  'keep-jobs': row({
    variable: 'SPIDERPIG_KEEP_JOBS',
    placeholder: 'N',
    section: 'general',
    readBy: ['jobrunner', 'commands'],
    value: withDefault('0', wholeNumber(0, 999_999)),
    help: 'how many ended jobs are kept, 0 to 999999; 0: any number',
    format: ({ retention }) => String(retention.jobs),
  }),
  masks: row({
    variable: 'SPIDERPIG_MASKS',
    placeholder: 'FILE',
    section: 'general',
    readBy: ['jobrunner', 'commands'],
    value: optional(maskFile),
    help: 'a file with patterns of known secrets, which are masked in logs',
    details: 'See [masks](#masks).',
    format: ({ masks }) => masks?.file ?? '',
  }),
  'allowed-hosts': row({
    variable: 'SPIDERPIG_ALLOWED_HOSTS',
    placeholder: 'A,B',
    section: 'general',
    readBy: ['server', 'commands'],
    value: withDefault('', list),
    help: 'further host names by which browsers may call the server',
    format: ({ allowedHosts }) => allowedHosts.join(','),
  }),
  'webhook-networks': row({
    variable: 'SPIDERPIG_WEBHOOK_NETWORKS',
    placeholder: 'NETWORKS',
    section: 'general',
    readBy: ['server'],
    value: withDefault('', networks),
    help: 'networks that webhooks may reach although they are not public, for example `10.0.0.0/8,127.0.0.1/32`',
    details: 'See [webhooks](#webhooks).',
    format: ({ webhookNetworks }) => webhookNetworks.join(','),
  }),
  'escalate-after': row({
    variable: 'SPIDERPIG_ESCALATE_AFTER',
    placeholder: 'MINUTES',
    section: 'general',
    readBy: ['server'],
    value: withDefault('5', wholeNumber(0, 1_440)),
    help: 'minutes after which a question that nobody has answered or claimed is reported to all who chose to be notified; 0: never',
    details: 'See [notifications](#notifications).',
    format: ({ escalateAfter }) => String(escalateAfter),
  }),
  'jobrunner-metrics': row({
    variable: 'SPIDERPIG_JOBRUNNER_METRICS',
    placeholder: 'PORT',
    section: 'general',
    readBy: ['jobrunner'],
    value: optional(wholeNumber(0, 65_535)),
    help: 'the port of 127.0.0.1 at which the jobrunner answers `GET /metrics`; without it, it does not listen',
    details: 'See [monitoring](#monitoring).',
    format: ({ jobrunnerMetrics }) => (jobrunnerMetrics === null ? '' : String(jobrunnerMetrics)),
  }),
  'ready-needs-jobrunner': row({
    variable: 'SPIDERPIG_READY_NEEDS_JOBRUNNER',
    placeholder: 'on|off',
    section: 'general',
    readBy: ['server'],
    value: withDefault('off', onOff),
    help: 'whether `/readyz` answers 503 while no jobrunner is online. Off, so that a restart of the jobrunner does not take the servers out of a load balancer',
    format: ({ readyNeedsJobrunner }) => (readyNeedsJobrunner ? 'on' : 'off'),
  }),
  'log-level': row({
    variable: 'LOG_LEVEL',
    placeholder: null,
    section: 'general',
    readBy: ['server', 'jobrunner'],
    value: withDefault('info', oneOf(logLevels)),
    defaultNote: '`info`; `up`: `warn`',
    help: `how much the processes log: ${logLevels.map((level) => `\`${level}\``).join(' ')}`,
    format: ({ logLevel }) => logLevel,
  }),
  'oidc-issuer': row({
    variable: 'SPIDERPIG_OIDC_ISSUER',
    placeholder: 'URL',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: optional(secureUrl),
    help: 'the issuer, exactly as the provider spells it; without it the other options of the provider have no effect',
    details: '`ISSUER/.well-known/openid-configuration` must answer.',
    format: ({ provider }) => provider?.issuer ?? '',
  }),
  'oidc-client-id': row({
    variable: 'SPIDERPIG_OIDC_CLIENT_ID',
    placeholder: 'ID',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: optional(text),
    defaultNote: 'required with an issuer',
    help: 'the client ID that the provider has assigned',
    format: ({ provider }) => provider?.clientId ?? '',
  }),
  'oidc-client-secret-file': row({
    variable: 'SPIDERPIG_OIDC_CLIENT_SECRET_FILE',
    placeholder: 'FILE',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: optional(path),
    defaultNote: 'none: a public client, which has only PKCE',
    help: "a file that holds only the client's secret, mode 0600",
    details:
      'A file that cannot be read is an error when the server starts. For one that others can read, the server logs a warning.',
    format: ({ provider }) => provider?.clientSecretFile ?? '',
  }),
  'oidc-user-claim': row({
    variable: 'SPIDERPIG_OIDC_USER_CLAIM',
    placeholder: 'NAME',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: optional(text),
    defaultNote: '`preferred_username`, else `sub`',
    help: 'the claim that holds the Unix account on the deployment host, to which scap attributes deployments; a sign-in without it is refused',
    format: ({ provider }) => provider?.userClaim ?? '',
  }),
  'oidc-groups-claim': row({
    variable: 'SPIDERPIG_OIDC_GROUPS_CLAIM',
    placeholder: 'NAME',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: withDefault('groups', text),
    help: 'the claim that holds the groups: a list, or a single name',
    format: ({ provider }) => provider?.groupsClaim ?? '',
  }),
  'public-url': row({
    variable: 'SPIDERPIG_PUBLIC_URL',
    placeholder: 'URL',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: optional(secureOrigin),
    defaultNote: 'required with an issuer',
    help: 'the URL by which browsers call this server: https (http on this machine only), without a path; webhooks link to it',
    format: ({ publicUrl }) => publicUrl ?? '',
  }),
  'viewer-groups': row({
    variable: 'SPIDERPIG_VIEWER_GROUPS',
    placeholder: 'A,B',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: withDefault('', groupNames),
    defaultNote: 'none: everybody who signs in there is a viewer',
    help: 'groups whose members are viewers; separated by commas, or by semicolons',
    details:
      'Names are compared exactly. With a semicolon anywhere, also at the end, a list is split at semicolons: for names that contain commas, as those of LDAP do.',
    format: ({ roleGroups }) => formatGroups(roleGroups.viewer),
  }),
  'deployer-groups': row({
    variable: 'SPIDERPIG_DEPLOYER_GROUPS',
    placeholder: 'A,B',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: withDefault('', groupNames),
    help: 'groups whose members are deployers',
    format: ({ roleGroups }) => formatGroups(roleGroups.deployer),
  }),
  'admin-groups': row({
    variable: 'SPIDERPIG_ADMIN_GROUPS',
    placeholder: 'A,B',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: withDefault('', groupNames),
    help: 'groups whose members are admins',
    format: ({ roleGroups }) => formatGroups(roleGroups.admin),
  }),
  'second-factor': row({
    variable: 'SPIDERPIG_SECOND_FACTOR',
    placeholder: 'on|off',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: withDefault('on', onOff),
    help: 'whether a sign-in at the provider needs a second factor here',
    format: ({ secondFactor }) => (secondFactor ? 'on' : 'off'),
  }),
  'access-help': row({
    variable: 'SPIDERPIG_ACCESS_HELP',
    placeholder: 'TEXT',
    section: 'identity provider',
    readBy: ['server', 'commands'],
    value: optional(text),
    help: 'whom to ask for access; shown to people who are in none of the groups',
    format: ({ accessHelp }) => accessHelp ?? '',
  }),
} as const;

/** The name of an option, without `--`. */
export type OptionName = keyof typeof optionTable;

/** Whether `name` is an option that can be given on the command line. */
const isOptionName = (name: string): name is OptionName => Object.hasOwn(optionTable, name);

/** The names of all options, in the order of the table. */
export const optionNames: readonly OptionName[] = Object.keys(optionTable).filter(isOptionName);
