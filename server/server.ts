// Owns the HTTP server: which request goes where and who is let in. Not what any of them is answered (graphql.ts, page.ts, download.ts …).
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { roleOfScope } from '../schema/graphql/builder.ts';
import { rowNumber } from '../schema/graphql/id.ts';
import { banErrorOf } from '../schema/model/account/ban.ts';
import { includesRole } from '../schema/model/account/user.ts';
import type { Database } from '../schema/model/store/database.ts';
import { databaseProblemOf } from '../schema/model/store/problem.ts';
import type { Configuration } from '../schema/process/configuration.ts';
import { sendAudit } from './audit.ts';
import { openWorld, type World } from './context.ts';
import { Gerrit } from './gerrit.ts';
import { sendGraphiql } from './graphql/graphiql.ts';
import { createEngine } from './graphql/graphql.ts';
import { graphiqlKey, type TrustedDocuments } from './graphql/trusted-document.ts';
import { openSockets } from './live/socket.ts';
import { Visitors } from './live/visitor.ts';
import { waitOf } from './live/waiting.ts';
import { sendLog } from './log/download.ts';
import { type Counts, metricsText } from './metrics.ts';
import { hostInUrl, rejectionOf } from './origin.ts';
import { secure, send, sendText, sendUnauthenticated } from './response.ts';
import { backChannelLogout } from './sign-in/back-channel-logout.ts';
import { credentialsOfRequest, Gate, type Identity, type Outside, type Proof } from './sign-in/identity.ts';
import type { Provider } from './sign-in/provider.ts';
import {
  leaveForProvider,
  type ProviderParts,
  returnFromProvider,
  sendWays,
} from './sign-in/provider-sign-in.ts';
import { RefusedSignIns } from './sign-in/refused-sign-in.ts';
import { type SignInParts, signIn, signOut } from './sign-in/sign-in.ts';
import { receiveSecondFactor, sendStanding } from './sign-in/standing.ts';
import { sendPage } from './static-files.ts';
import { sendTrouble } from './trouble.ts';

/** What a server is made of. */
export interface ServerOptions {
  readonly configuration: Pick<
    Configuration,
    | 'host'
    | 'port'
    | 'allowedHosts'
    | 'scap'
    | 'retention'
    | 'provider'
    | 'secondFactor'
    | 'roleGroups'
    | 'accessHelp'
  >;
  /** Open and migrated; the server does not close it. */
  readonly database: Database;
  /** With a slash at its end; null: there is no Gerrit, and changes can only be started unverified. */
  readonly gerritUrl: string | null;
  readonly logger: Logger;
  /** Where the built page is; it may be missing. */
  readonly staticDirectory: string;
  /** What a page may send. */
  readonly documents: TrustedDocuments;
  /** SpiderPig's own. */
  readonly version: string;
  /** How often WebSocket clients are pinged, in milliseconds; default 12,000. */
  readonly pingInterval?: number;
  /** How long Gerrit may take, in milliseconds; default 5,000. */
  readonly gerritTimeout?: number;
  /** How long one answer of the identity provider may take, in milliseconds; default 5,000. */
  readonly providerTimeout?: number;
  /** What is open at once at most; by default {@link usualCaps}. */
  readonly caps?: Partial<Caps>;
}

/** How much is open at once at most: what a single server can carry, and one person cannot take from all others. */
export interface Caps {
  /** Event streams of this server. */
  readonly streams: number;
  /** Event streams of one person. */
  readonly streamsOfOne: number;
  /** WebSockets of this server. What one of them has open is limited too (socket.ts). */
  readonly sockets: number;
}

export const usualCaps: Caps = { streams: 5_000, streamsOfOne: 1_000, sockets: 5_000 };

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  /** `http://HOST:PORT`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** What is open, for those who want to know. */
  readonly world: World;
  /** Stops listening, sends everybody away (WebSockets with 1001) and lets go of the database. May be called twice. */
  close(): Promise<void>;
}

/** How long requests may go on after the server was told to close, in milliseconds. */
const closeGrace = 2_000;

/** Starts a server. Rejects when the address cannot be listened on, or the secret of the identity provider's client cannot be read. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { configuration, database: db, documents, gerritUrl, logger, staticDirectory, version } = options;
  // First: what cannot be started opens nothing.
  let provider: Provider | null = null;
  if (configuration.provider !== null) {
    // Only where it is wanted: the libraries of the protocol take a while to load.
    const protocol = await import('./sign-in/provider.ts');
    provider = new protocol.Provider({
      configuration: configuration.provider,
      logger,
      ...(options.providerTimeout === undefined ? {} : { timeout: options.providerTimeout }),
    });
  }
  const gerrit = new Gerrit({
    url: gerritUrl,
    logger,
    ...(options.gerritTimeout === undefined ? {} : { timeout: options.gerritTimeout }),
  });
  const facts = {
    version,
    gerritUrl: gerritUrl ?? '',
    simulated: configuration.scap === null,
    retention: configuration.retention,
  };
  const world = openWorld({ db, gerrit, facts, roleGroups: configuration.roleGroups, logger });
  const engine = createEngine(world, logger, documents);
  const gate = new Gate(db, configuration);
  const refusals = new RefusedSignIns(db, logger);
  const providerParts: ProviderParts = {
    db,
    logger,
    provider,
    publicUrl: gate.publicUrl,
    refusals,
  };
  const visitors = new Visitors(gate, db.doorbell, logger);
  const caps = { ...usualCaps, ...options.caps };
  const sockets = openSockets({
    engine,
    documents,
    gate,
    visitors,
    logger,
    most: caps.sockets,
    ...(options.pingInterval === undefined ? {} : { pingInterval: options.pingInterval }),
  });
  const counts: Counts = { requests: 0 };
  /** Event streams and other answers that are under way. */
  const open = new Set<ServerResponse>();
  /** Event streams that are open, by their reader. */
  const streams = new Map<number, number>();
  let allStreams = 0;
  /** Aborted when the server closes: whoever waits for an event is answered. */
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const own = {
    host: configuration.host,
    port: configuration.port,
    allowed: configuration.allowedHosts,
    publicUrl: gate.publicUrl,
  };

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const rejection = rejectionOf(request, own);
    const host = rejection?.status === 400 || rejection?.status === 421 ? '' : (request.headers.host ?? '');
    secure(response, host);
    if (rejection) {
      sendText(response, rejection.status, rejection.message, { connection: 'close' });
      return;
    }
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/graphql') await graphql(request, response, host);
    else if (path === '/sign-in' && request.method === 'POST') await withJson(request, response, signIn);
    else if (path === '/sign-in/standing' && request.method === 'GET')
      await sendStanding(request, response, { db, gate, rules: configuration });
    else if (path === '/sign-in/second-factor')
      await (request.method === 'POST'
        ? withJson(request, response, receiveSecondFactor)
        : notAllowed(response, 'POST'));
    else if (path === '/sign-out')
      await (request.method === 'POST'
        ? signOut(request, response, { db, gate, refusals, logger })
        : notAllowed(response, 'POST'));
    else if (path === '/sign-in/back-channel-logout')
      await (request.method === 'POST'
        ? backChannelLogout(request, response, { db, logger, provider })
        : notAllowed(response, 'POST'));
    else if (path === '/sign-in/provider' || path === '/sign-in/callback') {
      const answer = path === '/sign-in/provider' ? leaveForProvider : returnFromProvider;
      // Whoever only looks (HEAD) spends nothing.
      await (request.method === 'GET'
        ? answer(request, response, providerParts)
        : notAllowed(response, 'GET'));
    } else if (request.method !== 'GET' && request.method !== 'HEAD') notAllowed(response, 'GET, HEAD');
    else if (path === '/sign-in/ways') await sendWays(response, provider);
    else if (path === '/healthz') sendText(response, 200, 'ok');
    else if (path === '/readyz') await ready(response);
    else if (path === '/metrics') await metrics(request, response);
    else if (path === '/audit.jsonl') await auditLog(request, response);
    else if (path.startsWith('/graphql/')) {
      if (!(await known(request, 'cookie'))) sendUnauthenticated(response);
      else if (!(await sendGraphiql(response, path, host, null)))
        await sendPage(response, path, staticDirectory);
    } else {
      const job = /^\/jobs\/([^/]+)\/log\.txt$/.exec(path)?.[1];
      if (job === undefined) await sendPage(response, path, staticDirectory);
      else await download(request, response, job);
    }
  }

  const known = (request: IncomingMessage, proof: Proof): Promise<Identity | null> =>
    gate.identify(credentialsOfRequest(request.headers, gate.publicUrl), proof);

  async function graphql(request: IncomingMessage, response: ServerResponse, host: string): Promise<void> {
    if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
      const identity = await known(request, 'cookie');
      // To a script of another page of ours it is no document, and not given: it holds a key.
      if ((request.headers['sec-fetch-dest'] ?? 'document') !== 'document')
        sendText(response, 403, 'GraphiQL is a page of its own.');
      else if (identity) await sendGraphiql(response, '/graphql', host, graphiqlKey(identity.credentials));
      else sendText(response, 303, 'Sign in first.', { location: '/sign-in' });
      return;
    }
    // Nothing is ever executed by GET: a link or an image could send one.
    if (request.method !== 'POST') return notAllowed(response, 'POST');
    await withJson(request, response, async () => {
      const judgement = await gate.judge(credentialsOfRequest(request.headers, gate.publicUrl), 'page');
      if (judgement.standing !== 'in') return await turnAway(response, judgement);
      const { identity } = judgement;
      const address = request.socket.remoteAddress ?? null;
      if (!request.headers.accept?.includes('text/event-stream')) {
        await engine.handle(request, response, { identity, address });
        return;
      }
      const { id } = identity.user;
      const own = streams.get(id) ?? 0;
      if (allStreams >= caps.streams || own >= caps.streamsOfOne) {
        sendText(response, 503, 'Too many event streams are open.', { 'retry-after': '5' });
        return;
      }
      allStreams++;
      streams.set(id, own + 1);
      response.once('close', () => {
        allStreams--;
        const left = (streams.get(id) ?? 1) - 1;
        if (left > 0) streams.set(id, left);
        else streams.delete(id);
      });
      // A stream can stay open for hours: it is closed when its reader may no longer be here.
      using _seat = visitors.enter(identity, () => response.destroy());
      const seconds = waitOf(request.headers['prefer']);
      if (seconds === null) await engine.handle(request, response, { identity, address });
      else {
        const gone = new AbortController();
        response.once('close', () => gone.abort());
        const over = AbortSignal.any([gone.signal, closing.signal]);
        await engine.handle(request, response, { identity, address, wait: { seconds, over } });
      }
      if (!response.writableEnded && !response.destroyed) await ended(response);
    });
  }

  /** Who is banned is told why; everybody else, only that they are not signed in. */
  async function turnAway(response: ServerResponse, outside: Outside): Promise<void> {
    const ban = outside.standing === 'banned' ? await banErrorOf(db.em(), outside.user) : null;
    sendUnauthenticated(response, ban?.message);
  }

  /** What a form or a plain link cannot send is let through: JSON alone. */
  async function withJson(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (request: IncomingMessage, response: ServerResponse, parts: SignInParts) => Promise<void>,
  ): Promise<void> {
    const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    if (type === 'application/json') await answer(request, response, { db, gate, refusals, logger });
    else sendText(response, 415, 'Send application/json.', { connection: 'close' });
  }

  async function ready(response: ServerResponse): Promise<void> {
    const { state, message } = await world.system.health();
    // Only what nobody can work with sends people elsewhere: on a full disk and a busy database questions are answered here.
    sendText(response, state === 'unavailable' ? 503 : 200, message ?? 'ready');
  }

  async function metrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const local = /^(127\.|::1$|::ffff:127\.)/.test(request.socket.remoteAddress ?? '');
    if (!local && !(await known(request, 'cookie'))) return sendUnauthenticated(response);
    send(response, 200, await metricsText({ db, world, sockets, visitors, counts }), {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
  }

  async function auditLog(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const identity = await known(request, 'cookie');
    if (!identity) return sendUnauthenticated(response);
    if (!includesRole(identity.role, roleOfScope.administer))
      return sendText(response, 403, 'The audit log is for browsers of admins.');
    await sendAudit(response, db, (request.url ?? '').split('?', 2)[1] ?? '');
  }

  async function download(request: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
    if (!(await known(request, 'cookie'))) return sendUnauthenticated(response);
    const jobId = rowNumber(id);
    if (jobId === null || !(await world.jobs.load(jobId)))
      return sendText(response, 404, 'There is no such job.');
    const query = new URLSearchParams((request.url ?? '').split('?', 2)[1] ?? '');
    await sendLog(response, db, jobId, { colours: query.get('colours') !== 'no' });
  }

  // Some clients offer HTTP/2 with each request (h2c); only WebSockets are upgraded, those are answered as they are.
  const shouldUpgradeCallback = (request: IncomingMessage): boolean =>
    request.headers.upgrade?.toLowerCase() === 'websocket';
  const server = createServer({ shouldUpgradeCallback }, (request, response) => {
    counts.requests++;
    open.add(response);
    const begin = performance.now();
    response.once('close', () => {
      open.delete(response);
      // Not the query part: a link can carry anything there.
      const path = request.url?.split('?', 1)[0];
      const took = Math.round(performance.now() - begin);
      const client = clientOf(request.headers);
      logger.debug(
        { method: request.method, path, client, status: response.statusCode, ms: took },
        'request',
      );
    });
    route(request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'request failed');
      const trouble = databaseProblemOf(error);
      if (response.headersSent) response.destroy();
      else if (trouble) sendTrouble(response, trouble);
      else sendText(response, 500, 'Something went wrong in SpiderPig itself. Its log has more.');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    // Whoever hangs up while being refused is no error of ours.
    socket.on('error', () => {});
    const rejection = rejectionOf(request, own, true);
    if (rejection) refuseUpgrade(socket, rejection.status, rejection.message);
    else if (request.url?.split('?', 1)[0] !== '/graphql')
      refuseUpgrade(socket, 404, 'There is no socket here.');
    else sockets.accept(request, socket, head);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(configuration.port, configuration.host, () => {
      server.off('error', reject);
      // A connection that cannot be accepted (too many open files) is no reason to end.
      server.on('error', (error) => logger.error({ err: error }, 'a connection could not be accepted'));
      resolve();
    });
  });
  const address = server.address();
  if (typeof address === 'object' && address !== null) own.port = address.port;

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= (async () => {
      const gone = new Promise<void>((resolve) => server.close(() => resolve()));
      closing.abort();
      await sockets.close();
      // Event streams never end by themselves; their clients come back. Other answers get a moment.
      for (const response of open) {
        if (response.getHeader('content-type') === 'text/event-stream') response.destroy();
      }
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), closeGrace);
      await gone;
      clearTimeout(late);
      await visitors[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    })();
    return closed;
  };
  return {
    url: `http://${hostInUrl(configuration.host)}:${own.port}`,
    port: own.port,
    world,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Which tool sends it, as it says itself: for people who read the log, to know who uses what. */
function clientOf(headers: IncomingHttpHeaders): string | undefined {
  const name = headers['x-graphql-client-name'];
  const version = headers['x-graphql-client-version'];
  return name === undefined
    ? undefined
    : `${String(name)} ${version === undefined ? '' : String(version)}`.trim().slice(0, 100);
}

function notAllowed(response: ServerResponse, allow: string): void {
  sendText(response, 405, `Only ${allow} is answered here.`, { allow, connection: 'close' });
}

/** Resolves when the response is over, whoever ended it. */
const ended = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => response.once('close', () => resolve()));

function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const text = { 400: 'Bad Request', 403: 'Forbidden', 404: 'Not Found', 421: 'Misdirected Request' }[status];
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
