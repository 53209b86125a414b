// Owns what the configuration of a process holds. Not how it is read (configuration-reader.ts), not its options (option.ts).
import type { RoleGroups } from '../../model/account/user.ts';
import type { Retention } from '../../model/job/clean-up.ts';

/** The configuration, the same for every process. */
export interface Configuration {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  /** The path below which everything is served, such as `/spiderpig`, without a slash at its end; empty: everything is at `/`. */
  readonly basePath: string;
  /** Absolute path of a Unix socket to listen on instead of `host` and `port`; null if none. */
  readonly socket: string | null;
  /** The mode of that socket: 0600, or 0660 for its group. */
  readonly socketMode: number;
  /** Absolute path of the data directory, mode 0700: the SQLite database, its doorbells, `servers/`, `supervisor.log`. */
  readonly data: string;
  /** `sqlite:PATH` or `postgresql://…`. */
  readonly databaseUrl: string;
  /** The command that deploys, as argv; null if the bundled simulator is used. */
  readonly scap: readonly string[] | null;
  /** Arguments for scap, after its subcommand. */
  readonly scapArguments: readonly string[];
  /** Whether a train asks for confirmation before production. */
  readonly trainPause: boolean;
  /** Absolute path of the staging directory of scap, from which the server reads what wikis run, and supervisors before they start a train; null if there is no train. */
  readonly staging: string | null;
  readonly trainServices: TrainServiceConfiguration;
  /** The error log of production; null: errors are not counted. */
  readonly errorLog: ErrorLogConfiguration | null;
  /** Environment variables that scap inherits besides those that it always does; `PREFIX*` stands for all that begin with PREFIX. */
  readonly passEnv: readonly string[];
  /** Whether a job is refused whose owner has no Unix account on the deployment host. */
  readonly accountCheck: boolean;
  /** The command that says whether this host may deploy now, as argv; null if it always may. */
  readonly laneCheck: readonly string[] | null;
  /** Gerrit's base URL with a slash at its end; null if not configured. */
  readonly gerritUrl: string | null;
  /** The lanes (deployment hosts) that a jobrunner serves. At least one. */
  readonly lanes: readonly string[];
  /** Seconds after which a stop continues to its next signal by itself; 0: never. */
  readonly stopGrace: number;
  /** Seconds that processes of a stopped job may take after scap has exited; 0: any time. */
  readonly windingDown: number;
  /** How long ended jobs are kept. */
  readonly retention: Retention;
  /** Known secrets, which are masked before they are stored: the absolute path of the file, and its patterns. Null for no masks. */
  readonly masks: { readonly file: string; readonly patterns: readonly string[] } | null;
  /** The port of 127.0.0.1 at which the jobrunner answers `/metrics`; null if none. */
  readonly jobrunnerMetrics: number | null;
  /** Whether `/readyz` fails while no jobrunner is online. */
  readonly readyNeedsJobrunner: boolean;
  /** The least severe level that is logged. */
  readonly logLevel: LogLevel;
  /** Names by which browsers may call the server, besides its own address: the `Host` header is checked against them. */
  readonly allowedHosts: readonly string[];
  /** The organisation's identity provider; null: people sign in only with links from the deployment host. */
  readonly provider: ProviderConfiguration | null;
  /** Whether a sign-in at the identity provider needs a second factor. */
  readonly secondFactor: boolean;
  /** Which groups of the identity provider give which role. */
  readonly roleGroups: RoleGroups;
  /** Whom to ask for access: shown to people who have none. Null if not configured. */
  readonly accessHelp: string | null;
  /** The origin by which browsers call this server, without a slash at its end; null if not configured. */
  readonly publicUrl: string | null;
  /** Private networks that webhooks may reach, as `ADDRESS/BITS`. */
  readonly webhookNetworks: readonly string[];
  /** Minutes after which a question that nobody handles is reported to all; 0: never. */
  readonly escalateAfter: number;
}

/** What the server asks about the train besides the staging directory and Gerrit. */
export interface TrainServiceConfiguration {
  /** The service that names this week's task. */
  readonly taskUrl: string;
  /** The base URL of Phabricator. */
  readonly phorgeUrl: string;
  /** Absolute path of the file with a Conduit token; null: blockers are not read. */
  readonly conduitTokenFile: string | null;
}

/** How production errors are found, and shown elsewhere. */
export interface ErrorLogConfiguration {
  /** The base URL of OpenSearch or Elasticsearch, with a slash at its end. */
  readonly url: string;
  /** Absolute path of a file with `USER:PASSWORD`; null for no sign-in. */
  readonly credentialsFile: string | null;
  /** The names of the indices; `*` stands for any characters. */
  readonly index: string;
  /** Which documents are errors, and which of them are of canaries and of test servers, in the language of `query_string`. */
  readonly query: string;
  readonly canaries: string;
  readonly testservers: string;
  /** The URL of a dashboard; null if there are no links. */
  readonly dashboardUrl: string | null;
  /** How long a job is watched after its end, in milliseconds; 0: not at all. */
  readonly watchTime: number;
}

/** How the identity provider is reached. */
export interface ProviderConfiguration {
  /** OIDC's issuer, exactly as it was given. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absolute path of the file with the client's secret; null for a public client, which has only PKCE. */
  readonly clientSecretFile: string | null;
  /** Which claim holds the name of the user's account on the deployment host; null: `preferred_username`, else `sub`. */
  readonly userClaim: string | null;
  /** Which claim holds the groups. */
  readonly groupsClaim: string;
}

/** Log levels, from least to most output. */
export const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
/** How severe a line of a process's own log is. */
export type LogLevel = (typeof logLevels)[number];
