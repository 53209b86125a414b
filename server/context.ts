// Owns what a server is made of: its options, and the objects that all its routes share. Not the listening (server.ts), not the routes (route.ts).
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Database } from '../schema/model/store/database.ts';
import type { Configuration } from '../schema/process/configuration/configuration.ts';
import type { Tracing } from '../schema/process/span.ts';
import { DownloadRates } from './account/download-rate.ts';
import { type DataSources, openDataSources } from './data-sources.ts';
import { Gerrit } from './gerrit/gerrit.ts';
import { Engines } from './graphql/engine-choice.ts';
import type { TrustedDocuments } from './graphql/trusted-document.ts';
import { Turns } from './graphql/turn.ts';
import { OperationUses } from './graphql/usage.ts';
import type { ListenPlace } from './http/listener.ts';
import { OpenConnections } from './live/connection.ts';
import { type ConnectionLimits, defaultConnectionLimits, Shares } from './live/connection-limit.ts';
import { SocketServer } from './live/socket.ts';
import { ServerMetrics } from './monitoring/metrics.ts';
import { DeviceRates } from './sign-in/device-rate.ts';
import { Gate } from './sign-in/identity.ts';
import type { Provider } from './sign-in/provider.ts';
import { RefusedSignIns } from './sign-in/refused-sign-in.ts';
import { SignInRates } from './sign-in/sign-in-rate.ts';
import { Tickets } from './sign-in/ticket.ts';
import { StagingTrain } from './train/train.ts';

/** How to start a server. */
export interface ServerOptions {
  readonly configuration: Pick<
    Configuration,
    | 'host'
    | 'port'
    | 'basePath'
    | 'allowedHosts'
    | 'scap'
    | 'staging'
    | 'trainServices'
    | 'errorLog'
    | 'retention'
    | 'provider'
    | 'secondFactor'
    | 'roleGroups'
    | 'accessHelp'
    | 'readyNeedsJobrunner'
    | 'publicUrl'
    | 'webhookNetworks'
    | 'escalateAfter'
  >;
  /** Where to listen besides an address and port; default: nowhere. */
  readonly listen?: Partial<Pick<ListenPlace, 'socket' | 'socketMode' | 'inherited'>>;
  /** Open and migrated; the server does not close it. */
  readonly database: Database;
  /** With a trailing slash; null if there is no Gerrit, and changes can only be started unverified. */
  readonly gerritUrl: string | null;
  readonly logger: Logger;
  /** The directory of the built web client; it may be missing. */
  readonly staticDirectory: string;
  /** The file that gets the errors of a build of the web client that is running; null, the default, if none is running. */
  readonly webClientError?: string | null;
  /** The documents that the web client may execute. */
  readonly documents: TrustedDocuments;
  /** The version of SpiderPig. */
  readonly version: string;
  /** Default: no traces are recorded. */
  readonly tracing?: Tracing | null;
  /** The interval between pings of a WebSocket, in milliseconds; default 12,000. */
  readonly pingInterval?: number;
  /** The timeout of a request to Gerrit, in milliseconds; default 5,000. */
  readonly gerritTimeout?: number;
  /** How often errors are searched for, and how long a search may take, in milliseconds; default 15,000 and 10,000. */
  readonly errorLogTiming?: { readonly interval?: number; readonly timeout?: number };
  /** The timeout of a request to the identity provider, in milliseconds; default 5,000. */
  readonly providerTimeout?: number;
  /** Overrides {@link defaultConnectionLimits}. */
  readonly connectionLimits?: Partial<ConnectionLimits>;
  /** How often the open connections are checked without a notification, in milliseconds; default 10,000. */
  readonly connectionCheckInterval?: number;
}

/** What all routes of a server share. */
export interface ServerContext extends AsyncDisposable {
  readonly db: Database;
  readonly logger: Logger;
  readonly configuration: ServerOptions['configuration'];
  /** The origin of the public URL; null if not configured. */
  readonly publicUrl: string | null;
  /** See {@link Configuration.basePath}. */
  readonly basePath: string;
  readonly staticDirectory: string;
  /** See {@link ServerOptions.webClientError}. */
  readonly webClientError: string | null;
  readonly sources: DataSources;
  readonly engines: Engines;
  readonly gate: Gate;
  readonly refusals: RefusedSignIns;
  readonly signInRates: SignInRates;
  readonly deviceRates: DeviceRates;
  readonly downloadRates: DownloadRates;
  readonly tickets: Tickets;
  /** Null if no identity provider is configured. */
  readonly provider: Provider | null;
  /** WebSockets and event streams of people who are signed in. */
  readonly connections: OpenConnections;
  readonly sockets: SocketServer;
  /** Open event streams and downloads, by the id of the user. */
  readonly streams: Shares<number>;
  readonly metrics: ServerMetrics;
  /** The version of SpiderPig. */
  readonly version: string;
  /** Aborted when the server closes. */
  readonly closing: AbortController;
}

/**
 * Makes the context. Disposing it stops all watchers, but does not close the database.
 * Rejects with a ConfigurationError when the client secret of the identity provider cannot be read.
 */
export async function openContext(options: ServerOptions): Promise<ServerContext> {
  const { configuration, documents, logger, staticDirectory } = options;
  const metrics = new ServerMetrics();
  const db = metrics.measured(options.database);
  // First, because it can fail: nothing is open yet.
  const provider = await openProvider(options);
  const sources = openSources({ ...options, database: db });
  const turns = new Turns();
  const gate = new Gate(db, configuration, turns);
  const connections = new OpenConnections(gate, db.doorbell, logger, options.connectionCheckInterval);
  const uses = new OperationUses(db, logger);
  const engines = new Engines({
    sources,
    logger,
    documents,
    uses,
    metrics,
    tracing: options.tracing ?? null,
    turns,
  });
  const limits = { ...defaultConnectionLimits, ...options.connectionLimits };
  const sockets = new SocketServer({
    engines,
    documents,
    gate,
    connections,
    logger,
    limits,
    ...(options.pingInterval === undefined ? {} : { pingInterval: options.pingInterval }),
  });
  const closing = new AbortController();
  // Every open event stream listens to it.
  setMaxListeners(0, closing.signal);
  return {
    db,
    logger,
    configuration,
    publicUrl: gate.publicUrl,
    basePath: configuration.basePath,
    staticDirectory,
    webClientError: options.webClientError ?? null,
    sources,
    engines,
    gate,
    refusals: new RefusedSignIns(db, logger, metrics),
    signInRates: new SignInRates(),
    deviceRates: new DeviceRates(),
    downloadRates: new DownloadRates(),
    tickets: new Tickets(),
    provider,
    connections,
    sockets,
    streams: new Shares({ total: limits.streams, perOwner: limits.streamsPerUser }),
    metrics,
    version: options.version,
    closing,
    async [Symbol.asyncDispose]() {
      await connections[Symbol.asyncDispose]();
      await uses[Symbol.asyncDispose]();
      await sources[Symbol.asyncDispose]();
    },
  };
}

async function openProvider({
  configuration,
  logger,
  providerTimeout,
}: ServerOptions): Promise<Provider | null> {
  const { provider, publicUrl } = configuration;
  if (provider === null || publicUrl === null) return null;
  // Loaded on demand: the OpenID Connect libraries are slow to load.
  const { Provider } = await import('./sign-in/provider.ts');
  return new Provider({
    configuration: provider,
    publicUrl,
    basePath: configuration.basePath,
    logger,
    ...(providerTimeout === undefined ? {} : { timeout: providerTimeout }),
  });
}

function openSources(options: ServerOptions): DataSources {
  const { configuration, database: db, gerritUrl, logger, version } = options;
  const gerrit = new Gerrit({
    url: gerritUrl,
    logger,
    ...(options.gerritTimeout === undefined ? {} : { timeout: options.gerritTimeout }),
  });
  const { staging, trainServices } = configuration;
  const train = new StagingTrain({ staging, gerritUrl, services: trainServices, logger });
  const facts = {
    version,
    gerritUrl: gerritUrl ?? '',
    simulated: configuration.scap === null,
    retention: configuration.retention,
  };
  const { publicUrl, roleGroups, webhookNetworks, escalateAfter, errorLog } = configuration;
  return openDataSources({
    db,
    gerrit,
    train,
    errorLog,
    ...(options.errorLogTiming === undefined ? {} : { errorLogTiming: options.errorLogTiming }),
    facts,
    roleGroups,
    publicUrl: publicUrl === null ? null : publicUrl + configuration.basePath,
    webhookNetworks,
    escalateAfter,
    logger,
  });
}
