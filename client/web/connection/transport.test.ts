// Tests the transport against a server that drops connections, has no WebSocket, or does not accept the session.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buildSchema, GraphQLError, parse } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga, type Plugin } from 'graphql-yoga';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { documentIdOf } from '../../../server/graphql/trusted-document.ts';
import { realDocuments } from '../../../tests/support/test-server.ts';
import { LogFeed } from '../log/feed.ts';
import { onChange } from '../state/on-change.ts';
import { openClient } from './client.ts';
import type { TakeSlot } from './stream-slot.ts';
import { type Connection, Transport } from './transport.ts';
import { backoff } from './wire.ts';

const schema = buildSchema(`
  type Query { viewer: Viewer  job(id: ID!): Job }
  type Viewer { role: String! }
  type Job { id: ID!  logLineCount: Int!  log(after: Int = 0, first: Int = 500): JobLogBatch! }
  type Subscription { jobLog(jobId: ID!, after: Int = 0, latest: Int): JobLogBatch!  count: Int! }
  type JobLogBatch { lines: [Line!]!  cursor: Int!  complete: Boolean!  partial: PartialLine }
  type PartialLine { at: String!  text: String! }
  type Line { number: Int!  at: String!  kind: String!  text: String  sensitive: Boolean!  continues: Boolean! }
`);

const notFound = (): GraphQLError =>
  new GraphQLError('reload the page', { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } });

/** The documents that the server accepts, by their ids. */
const documents = new Map(realDocuments());

/** A server with one log, which the test writes. It speaks the protocols of the real server. */
class LogServer implements AsyncDisposable {
  /** The cursors that subscriptions asked for. */
  readonly asked: number[] = [];
  readonly ranges: Range[] = [];
  refuses = false;
  /** Number of open event streams. */
  streams = 0;
  readonly #options: { readonly webSocket: boolean };
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #webSockets: WebSocketServer | null = null;
  #port = 0;
  #length: number;
  #complete = false;
  #ring = Promise.withResolvers<void>();

  constructor(options: { webSocket: boolean; length?: number }) {
    this.#options = options;
    this.#length = options.length ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/graphql`;
  }

  write(count: number): void {
    this.#length += count;
    this.#bell();
  }

  complete(): void {
    this.#complete = true;
    this.#bell();
  }

  async start(): Promise<this> {
    const batch = (after: number, first: number) => {
      const last = Math.min(this.#length, after + first);
      const lines = Array.from({ length: Math.max(0, last - after) }, (_, index) => ({
        number: after + index + 1,
        at: '2026-11-20T12:00:00.000Z',
        kind: 'OUTPUT',
        text: `line ${after + index + 1}`,
        sensitive: false,
        continues: false,
      }));
      return { lines, cursor: Math.max(after, last), complete: this.#complete && last >= this.#length };
    };
    const follow = async function* (this: LogServer, after: number) {
      this.asked.push(after);
      for (let at = after; ; ) {
        const ring = this.#ring.promise;
        // Small batches, so that a cut falls between two of them; large ones for a client that is far behind, as the real
        // server sends them.
        const next = batch(at, this.#length - at > 1000 ? 1000 : 7);
        if (next.lines.length > 0 || next.complete) yield { jobLog: next };
        at = next.cursor;
        if (next.complete) return;
        if (next.lines.length === 0) await ring;
      }
    }.bind(this);
    const rootValue = {
      viewer: { role: 'VIEWER' },
      job: {
        id: '1',
        logLineCount: () => this.#length,
        log: ({ after, first }: Range) => {
          this.ranges.push({ after, first });
          return batch(after, first);
        },
      },
      jobLog: ({ after }: Range) => follow(after),
    };
    const withRoot: Plugin = {
      onExecute: ({ args }) => void Object.assign(args, { rootValue }),
      onSubscribe: ({ args }) => void Object.assign(args, { rootValue }),
    };
    const trusting: Plugin = {
      onParams: ({ params, setParams }) => {
        const { documentId, ...others }: typeof params & { documentId?: string } = params;
        const query = documents.get(documentId ?? '');
        if (query === undefined) throw notFound();
        setParams({ ...others, query });
      },
    };
    const yoga = createYoga({
      schema,
      logging: false,
      extraParamNames: ['documentId'],
      plugins: [withRoot, trusting],
    });
    const server = createServer((request, response) => {
      if (this.refuses) {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"errors":[{"message":"sign in","extensions":{"code":"UNAUTHENTICATED"}}]}');
      } else {
        if (request.headers.accept === 'text/event-stream') {
          this.streams++;
          response.on('close', () => this.streams--);
        }
        void yoga(request, response);
      }
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    if (this.#options.webSocket) {
      this.#webSockets = new WebSocketServer({ server, path: '/graphql' });
      useServer(
        {
          schema,
          roots: { query: rootValue, subscription: rootValue },
          onConnect: () => !this.refuses,
          onSubscribe: (_context, _id, payload: SubscribePayload & { documentId?: string }) => {
            const query = documents.get(payload.documentId ?? '');
            if (query === undefined) return [notFound()];
            return { schema, document: parse(query), variableValues: payload.variables ?? {}, rootValue };
          },
        },
        this.#webSockets,
      );
    }
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = addressOf(server).port;
    this.#server = server;
    return this;
  }

  /** Breaks every connection, like a pulled network cable. */
  cut(): void {
    for (const client of this.#webSockets?.clients ?? []) client.terminate();
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.#bell();
    this.cut();
    this.#webSockets?.close();
    const server = this.#server;
    this.#server = null;
    if (server !== null) await new Promise((closed) => server.close(closed));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#complete = true;
    await this.stop();
  }

  #bell(): void {
    this.#ring.resolve();
    this.#ring = Promise.withResolvers<void>();
  }
}

interface Range {
  readonly after: number;
  readonly first: number;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}

// The transport logs lost streams to the console.
beforeEach(() => void vi.spyOn(console, 'debug').mockImplementation(() => {}));

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

function connect(
  url: string,
  {
    pingAfter = 4000,
    takeSlot = () => Promise.resolve(() => {}),
  }: { pingAfter?: number; takeSlot?: TakeSlot } = {},
) {
  let wake = (): void => {};
  const visibilityListeners = new Set<(visible: boolean) => void>();
  const transport = new Transport({
    url,
    pageKey: () => 'key',
    fetch,
    webSocket: WebSocket,
    now: Date.now,
    random: () => 0,
    onWake: (listener) => {
      wake = listener;
      return () => {};
    },
    onVisibility: (listener) => {
      visibilityListeners.add(listener);
      return () => visibilityListeners.delete(listener);
    },
    takeSlot,
    pingAfter,
    hiddenGrace: 0,
  });
  open.push(transport);
  const setVisible = (visible: boolean): void => {
    for (const each of [...visibilityListeners]) each(visible);
  };
  const reaches = (state: Connection['state']): Promise<void> =>
    new Promise((reached) => {
      const look = (): void => {
        if (transport.connection.value.state !== state) return;
        stop();
        reached();
      };
      const stop = onChange(transport.connection, look);
      queueMicrotask(look);
    });
  return { transport, reaches, wake: () => wake(), setVisible };
}

/** @param known the length of the log when the page loaded the job */
function follow(url: string, transport: Transport, known = 0) {
  let setVisible = (_visible: boolean): void => {};
  const feed = new LogFeed({
    jobId: '1',
    length: known,
    client: openClient(url, transport, () => 'key'),
    transport,
    nextFrame: (draw) => queueMicrotask(draw),
    onSight: (changed) => {
      setVisible = changed;
      return () => {};
    },
  });
  open.push(feed);
  const until = (holds: (feed: LogFeed) => boolean): Promise<void> =>
    new Promise((reached) => {
      const look = (): void => {
        if (!holds(feed)) return;
        stop();
        reached();
      };
      const stop = onChange(feed.state, look);
      queueMicrotask(look);
    });
  return { feed, until, setVisible: (visible: boolean) => setVisible(visible) };
}

const numbers = (feed: LogFeed): number[] => {
  const held: number[] = [];
  for (let number = 1; number <= feed.state.value.length; number++) {
    if (feed.cache.line(number)?.number === number) held.push(number);
  }
  return held;
};
const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

for (const webSocket of [true, false]) {
  const over = webSocket ? 'a WebSocket' : 'an event stream';

  test(`over ${over}, a log continues after its last line when the connection is cut: no line missing or duplicated`, async () => {
    await using server = await new LogServer({ webSocket, length: 20 }).start();
    const { transport, reaches } = connect(server.url);
    const { feed, until } = follow(server.url, transport);
    await until(() => feed.state.value.length === 20);
    expect(transport.connection.value).toEqual({ state: 'live', over: webSocket ? 'websocket' : 'events' });

    for (const round of [1, 2, 3]) {
      const lost = reaches('reconnecting');
      server.cut();
      server.write(10);
      await lost;
      await until(() => feed.state.value.length === 20 + round * 10);
    }
    server.complete();
    await until(() => feed.state.value.complete);
    expect(numbers(feed)).toEqual(upTo(50));
    expect(server.asked).toEqual([0, 20, 30, 40]);
    expect(transport.connections.value).toBe(4);
  }, 30_000);
}

test('a hidden page keeps only the event stream for its title, and continues after its last line when it is visible again', async () => {
  await using server = await new LogServer({ webSocket: false, length: 20 }).start();
  const { transport, setVisible } = connect(server.url);
  const query = 'subscription { jobLog(jobId: "1", after: 1000) { cursor } }';
  const documentId = documentIdOf(query);
  documents.set(documentId, query);
  transport.subscribe(() => ({ documentId, variables: {} }), { next: () => {}, complete: () => {} }, true);
  const { feed, until } = follow(server.url, transport);
  await until(() => feed.state.value.length === 20);
  await expect.poll(() => server.streams).toBe(2);
  const before = transport.connections.value;
  setVisible(false);
  await expect.poll(() => server.streams).toBe(1);
  server.write(10);
  setVisible(true);
  await until(() => feed.state.value.length === 30);
  expect(numbers(feed)).toEqual(upTo(30));
  expect(server.asked.filter((after) => after < 1000)).toEqual([0, 20]);
  expect(server.streams).toBe(2);
  expect(transport.connection.value.state).toBe('live');
  // Data that only subscriptions deliver is fetched again.
  expect(transport.connections.value).toBe(before + 1);
}, 30_000);

test('a hidden page over a WebSocket stops its subscriptions, and continues after its last line when it is visible again', async () => {
  await using server = await new LogServer({ webSocket: true, length: 20 }).start();
  const { transport, setVisible } = connect(server.url);
  const { feed, until } = follow(server.url, transport);
  await until(() => feed.state.value.length === 20);
  setVisible(false);
  await new Promise((turned) => setTimeout(turned));
  server.write(10);
  expect(server.asked).toEqual([0]);
  setVisible(true);
  await until(() => feed.state.value.length === 30);
  expect(numbers(feed)).toEqual(upTo(30));
  expect(server.asked).toEqual([0, 20]);
  // One connection, but counted twice, so that data that only subscriptions deliver is fetched again.
  expect(transport.connections.value).toBe(2);
}, 30_000);

test('the transport reconnects over the WebSocket after a server restart, without falling back to event streams', async () => {
  await using server = await new LogServer({ webSocket: true, length: 3 }).start();
  const { transport, reaches, wake } = connect(server.url);
  const { feed, until } = follow(server.url, transport);
  await until(() => feed.state.value.length === 3);
  const lost = reaches('reconnecting');
  await server.stop();
  await lost;
  wake();
  const live = reaches('live');
  await server.start();
  wake();
  await live;
  server.write(2);
  await until(() => feed.state.value.length === 5);
  expect(numbers(feed)).toEqual(upTo(5));
  expect(transport.connection.value).toEqual({ state: 'live', over: 'websocket' });
}, 30_000);

test('the connection is signed out when the server does not accept the session, with and without WebSocket', async () => {
  for (const webSocket of [true, false]) {
    await using server = await new LogServer({ webSocket }).start();
    server.refuses = true;
    const { reaches } = connect(server.url);
    await reaches('signedOut');
  }
});

test('a silent connection is treated as lost', async () => {
  // A server that accepts connections and sends nothing, like a proxy that lost its upstream.
  const sockets = new Set<Socket>();
  const server = createServer();
  const silent = new WebSocketServer({ server });
  server.on('connection', (socket) => sockets.add(socket));
  silent.on('connection', (socket) => {
    socket.once('message', () => socket.send('{"type":"connection_ack"}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { transport, reaches } = connect(`http://127.0.0.1:${addressOf(server).port}/graphql`, {
    pingAfter: 50,
  });
  await reaches('live');
  await reaches('reconnecting');
  transport.close();
  for (const socket of sockets) socket.destroy();
  silent.close();
  server.close();
});

test('a long log loads its end with one request, and other parts when they are shown', async () => {
  await using server = await new LogServer({ webSocket: true, length: 50_000 }).start();
  server.complete();
  const { transport } = connect(server.url);
  const { feed, until } = follow(server.url, transport, 50_000);
  await until(() => feed.state.value.complete);
  expect(server.asked).toEqual([49_500]);
  expect(server.ranges).toEqual([]);
  expect(numbers(feed)).toEqual(upTo(50_000, 49_501));
  feed.want(20_400, 20_600);
  await until(() => feed.cache.missing(20_400, 20_600) === null);
  expect(server.ranges.length).toBe(2);
  // Showing loaded lines sends no request.
  feed.want(20_410, 20_590);
  expect(server.ranges.length).toBe(2);
});

test('lines that are scrolled past are not loaded', async () => {
  await using server = await new LogServer({ webSocket: true, length: 50_000 }).start();
  const { transport } = connect(server.url);
  const { feed, until } = follow(server.url, transport, 50_000);
  await until(() => feed.state.value.open);
  for (let from = 1; from < 40_000; from += 100) feed.want(from, from + 99);
  await until(() => feed.cache.missing(39_901, 40_000) === null);
  expect(server.ranges.length).toBeLessThan(10);
});

test('new lines are counted, but few are kept, while an earlier part of the log is shown', async () => {
  await using server = await new LogServer({ webSocket: true, length: 100 }).start();
  const { transport } = connect(server.url);
  const { feed, until } = follow(server.url, transport, 100);
  await until(() => feed.state.value.open);
  const stop = onChange(feed.state, () => feed.want(1, 60));
  server.write(60_000);
  await until(() => feed.state.value.length === 60_100);
  stop();
  expect(feed.cache.size).toBeLessThanOrEqual(10_000);
  expect(feed.cache.missing(1, 60)).toBeNull();
  expect(feed.cache.missing(60_000, 60_100)).toBeNull();
});

test('after a long pause the log continues at its end, and loads the missed lines when they are shown', async () => {
  await using server = await new LogServer({ webSocket: true, length: 100 }).start();
  const { transport } = connect(server.url);
  const { feed, until, setVisible } = follow(server.url, transport, 100);
  await until(() => feed.state.value.open);
  setVisible(false);
  server.write(90_000);
  setVisible(true);
  await until(() => feed.cache.line(90_100) !== undefined);
  expect(server.asked).toEqual([0, 89_600]);
  expect(feed.cache.line(5000)).toBeUndefined();
  feed.want(5000, 5100);
  await until(() => feed.cache.missing(5000, 5100) === null);
  server.write(1);
  await until(() => feed.state.value.length === 90_101);
});

test('after a short pause the log continues after its last line', async () => {
  await using server = await new LogServer({ webSocket: true, length: 100 }).start();
  const { transport } = connect(server.url);
  const { feed, until, setVisible } = follow(server.url, transport, 100);
  await until(() => feed.cache.line(100) !== undefined);
  setVisible(false);
  server.write(50);
  setVisible(true);
  await until(() => feed.state.value.length === 150);
  expect(server.asked).toEqual([0, 100]);
  expect(numbers(feed)).toEqual(upTo(150));
});

test('a copied range has each line once and evicts no line from the cache', async () => {
  await using server = await new LogServer({ webSocket: true, length: 20_000 }).start();
  const { transport } = connect(server.url);
  const { feed, until } = follow(server.url, transport, 20_000);
  await until(() => feed.cache.line(20_000) !== undefined);
  const held = feed.cache.size;
  const lines = await feed.lines(12_000, 20_000);
  expect(lines.map((line) => line.number)).toEqual(upTo(20_000, 12_000));
  expect(feed.cache.size).toBe(held);
});

test('the reconnect delay doubles, is random, and has a limit', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, () => 0))).toEqual([
    125, 250, 500, 1000, 2000, 2000, 2000,
  ]);
  expect(backoff(9, () => 0.999)).toBeLessThanOrEqual(4000);
});

test.each([true, false])(
  'a document that the server does not know marks the page as outdated (over a WebSocket: %s)',
  async (webSocket) => {
    await using server = await new LogServer({ webSocket, length: 20 }).start();
    const { transport } = connect(server.url);
    const { until, feed } = follow(server.url, transport);
    await until(() => feed.state.value.length === 20);
    expect(transport.outdated.value).toBe(false);
    const ended = Promise.withResolvers<void>();
    const results: unknown[] = [];
    transport.subscribe(() => ({ documentId: 'sha256:of another version', variables: {} }), {
      next: (result) => void results.push(result),
      complete: () => ended.resolve(),
    });
    await ended.promise;
    expect(transport.outdated.value).toBe(true);
    expect(results).toHaveLength(1);
    // Other subscriptions continue.
    server.write(10);
    await until(() => feed.state.value.length === 30);
  },
);
