// Owns a server with its own database on a free port, and clients for it, for tests of the server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Runs in real time also where a test replaces the timers.
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { createSignInLink } from '../../schema/model/account/sign-in-link.ts';
import { createToken, type TokenScope } from '../../schema/model/account/token.ts';
import { type Role, userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { claimJob } from '../../schema/model/job/claim.ts';
import { endJob } from '../../schema/model/job/ending.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { recordStart } from '../../schema/model/job/report.ts';
import type { NewLogLine } from '../../schema/model/log/line.ts';
import { appendLines } from '../../schema/model/log/log.ts';
import { openDatabase } from '../../schema/model/open.ts';
import { defaultLane } from '../../schema/model/runner/lane.ts';
import type { Database } from '../../schema/model/store/database.ts';
import type { ServerOptions } from '../../server/context.ts';
import {
  documentIdOf,
  readTrustedDocuments,
  type TrustedDocuments,
} from '../../server/graphql/trusted-document.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { pageKeyHeader } from '../../server/sign-in/identity.ts';
import { makeDatabase } from './database.ts';

/** The trusted documents of the web client, as codegen wrote them. */
export const realDocuments = (): TrustedDocuments =>
  readTrustedDocuments(
    join(import.meta.dirname, '..', '..', 'client', 'generated', 'persisted-documents.json'),
  );

/** The response to an operation. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the decoding edge of the tests: each knows the document it sent.
  readonly data?: any;
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly errors?: readonly { readonly message: string; readonly extensions?: any }[];
}

/** A signed-in browser. */
export interface Browser {
  readonly cookie: string;
  readonly pageKey: string;
}

export interface TestServer extends AsyncDisposable {
  readonly db: Database;
  readonly server: RunningServer;
  readonly url: string;
  /** All log lines. */
  readonly logged: string[];
  readonly staticDirectory: string;
  token(scope: TokenScope, userName?: string): Promise<string>;
  signIn(role?: Role, userName?: string): Promise<Browser>;
  /** Signs a browser in with the code of a link. */
  redeem(code: string): Promise<Browser>;
  /** The body that a client with these headers sends. For a browser session, the document becomes a trusted document and only its id is sent. */
  sent(headers: Record<string, string>, query: string): { query?: string; documentId?: string };
  /** Sends an operation by POST, with a token or with headers. */
  ask(
    by: string | Record<string, string>,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Answer>;
  /** A graphql-ws client with a token, disposed with the server. */
  socket(by: string): Client;
}

/** The configuration of a server on a free port that needs nothing else. */
export const testConfiguration: ServerOptions['configuration'] = {
  host: '127.0.0.1',
  port: 0,
  basePath: '',
  allowedHosts: [],
  scap: null,
  retention: { days: 0, jobs: 0 },
  provider: null,
  secondFactor: true,
  roleGroups: { viewer: [], deployer: [], admin: [] },
  accessHelp: null,
  readyNeedsJobrunner: false,
  publicUrl: null,
  webhookNetworks: [],
  escalateAfter: 5,
  staging: null,
  errorLog: null,
  trainServices: { taskUrl: '', phorgeUrl: '', conduitTokenFile: null },
};

export async function openServer(
  options: Partial<Omit<ServerOptions, 'configuration'>> & {
    configuration?: Partial<ServerOptions['configuration']>;
    /** A migrated database. Default: a new one on SQLite. */
    databaseUrl?: string;
    /** Never looks at the open connections, or wakes a listener, without a ring: then a test proves the ring. */
    onlyRings?: true;
    /** How long a write is retried while another process holds the lock of SQLite, in milliseconds; default ten seconds. */
    busyLimit?: number;
  } = {},
): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'spiderpig-server-'));
  const databaseUrl = options.databaseUrl ?? (await makeDatabase('sqlite', directory)).url;
  const aDay = 86_400_000;
  const db = await openDatabase(databaseUrl, {
    ...(options.onlyRings ? { doorbellFallback: aDay } : {}),
    ...(options.busyLimit === undefined ? {} : { busyLimit: options.busyLimit }),
  });
  const documents = new Map(realDocuments());
  const logged: string[] = [];
  const staticDirectory = join(directory, 'dist');
  const remove = async (): Promise<void> => {
    await db[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  };
  const server = await startServer({
    database: db,
    gerritUrl: null,
    logger: pino({ level: 'debug' }, { write: (line) => void logged.push(line) }),
    staticDirectory,
    documents,
    version: '1.2.3',
    ...(options.onlyRings ? { connectionCheckInterval: aDay } : {}),
    ...options,
    configuration: { ...testConfiguration, ...options.configuration },
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const clients: Client[] = [];
  const sent: TestServer['sent'] = (headers, query) => {
    if (headers[pageKeyHeader] === undefined || headers['authorization'] !== undefined) return { query };
    const documentId = documentIdOf(query);
    documents.set(documentId, query);
    return { documentId };
  };
  const redeem = async (code: string): Promise<Browser> => {
    const response = await fetch(`${server.url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(server.url).origin },
      body: JSON.stringify({ code }),
    });
    const cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const { pageKey } = JSON.parse(await response.text());
    return { cookie, pageKey };
  };
  return {
    db,
    redeem,
    sent,
    server,
    url: server.url,
    logged,
    staticDirectory,
    token: (scope, userName = 'ada') => createToken(db, { name: 'a test', scope, userName }),
    async signIn(role = 'deployer', userName = 'ada') {
      return await redeem(await createSignInLink(db, userName, role));
    },
    async ask(by, query, variables = {}) {
      const headers = typeof by === 'string' ? { authorization: `Bearer ${by}` } : by;
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ ...sent(headers, query), variables }),
      });
      return JSON.parse(await response.text());
    },
    socket(by) {
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${by}` },
        retryAttempts: 0,
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) await client.dispose();
      await server.close();
      await remove();
    },
  };
}

/** A job in the queue. */
export async function queuedJob(db: Database, numbers: readonly string[] = ['7']): Promise<number> {
  const owner = await userNamed(db.em(), 'grace', Date.now());
  const job = await enqueueJob(db, { kind: 'backport', changes: numbers.map(unverifiedChange), owner });
  return job.id;
}

/** A job in the state of a running scap. */
export async function runningJob(db: Database): Promise<number> {
  await queuedJob(db);
  return await startNextJob(db);
}

/** Starts the oldest queued job, as a jobrunner and a supervisor do. */
export async function startNextJob(db: Database): Promise<number> {
  const id = await claimJob(db, 'host:default', [defaultLane]);
  if (id === null) throw new Error('the lane is not free');
  await recordStart(db, id, { host: 'host', boot: 'boot', pid: 1, startTime: 1 });
  return id;
}

/** Ends a job as after a successful run of scap. */
export const succeed = (db: Database, jobId: number): Promise<unknown> =>
  endJob(db, jobId, { state: 'succeeded', reason: 'done', exit: { status: 0, signal: null } });

/** The whole numbers from `from` to `last`. */
export const upTo = (last: number, from = 1): number[] =>
  Array.from({ length: Math.max(0, last - from + 1) }, (_, index) => from + index);

/** A line of output. */
export const line = (text: string, more: Partial<NewLogLine> = {}): NewLogLine => ({
  at: Date.UTC(2026, 10, 20, 12),
  kind: 'output',
  text,
  sensitive: false,
  continues: false,
  ...more,
});

/** Appends lines of these texts after number `after`. */
export const append = (db: Database, jobId: number, after: number, texts: readonly string[]): Promise<void> =>
  appendLines(
    db,
    jobId,
    after + 1,
    texts.map((text) => line(text)),
  );

/** Resolves once the condition holds; checks it each millisecond, until the test times out. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(1);
}

/** All values of a stream. */
export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}
