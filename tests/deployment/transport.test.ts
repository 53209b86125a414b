// Tests that the web client reads a log without loss through faulty proxies: its own transport, the real server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TakeSlot } from '../../client/web/connection/stream-slot.ts';
import { Transport } from '../../client/web/connection/transport.ts';
import { createToken } from '../../schema/model/account/token.ts';
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { claimJob } from '../../schema/model/job/claim.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { recordStart } from '../../schema/model/job/report.ts';
import { openDatabase } from '../../schema/model/open.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { documentIdOf } from '../../server/graphql/trusted-document.ts';
import { type RunningServer, startServer } from '../../server/server.ts';
import { isNightly, makeDatabase, nightlyDialects } from '../support/database.ts';
import { openWebProxy, type WebProxy } from '../support/network/web-proxy.ts';
import { append, realDocuments, succeed, testConfiguration } from '../support/test-server.ts';

/** Pseudo-random numbers from 0 (included) to 1 (excluded), the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A line that is sensitive to cuts: multi-byte characters, escapes, and characters that JSON and event streams quote. */
const lineOf = (number: number): string =>
  [
    `${number} plain`,
    '',
    `\u001b[31m${number} – “ünïcödé” 🐷🐖\u001b[0m`,
    `data: ${number}\revent: complete\u2028\\"}`,
    'x'.repeat(number % 700),
  ][number % 5] ?? '';

const query =
  'subscription ($id: ID!, $after: Int) { jobLog(jobId: $id, after: $after) { lines { number text } cursor complete } }';

interface Batch {
  readonly lines: readonly { readonly number: number; readonly text: string }[];
  readonly cursor: number;
  readonly complete: boolean;
}

/** Not validated: the document above has this shape. */
const batchOf = (data: Record<string, unknown> | null | undefined): Batch | undefined =>
  data?.['jobLog'] as Batch | undefined;

// The transport reports there what it does. Not a spy: tests that run at the same time would restore it for each other.
console.debug = () => {};

/** What a test changes of the web client. */
interface ClientOptions {
  readonly pingAfter?: number;
  readonly upgradeInterval?: number;
  readonly takeSlot?: TakeSlot;
}

/** A web client that reads the log of a job through a proxy. */
function read(proxy: WebProxy, id: number, more: ClientOptions = {}) {
  const sights = new Set<(seen: boolean) => void>();
  const wakes = new Set<() => void>();
  const asked: number[] = [];
  const transport = new Transport({
    url: `${proxy.url}/graphql`,
    pageKey: () => null,
    fetch,
    webSocket: WebSocket,
    now: Date.now,
    random: () => 0,
    onWake: (listener) => {
      wakes.add(listener);
      return () => wakes.delete(listener);
    },
    onVisibility: (listener) => {
      sights.add(listener);
      return () => sights.delete(listener);
    },
    hiddenGrace: 0,
    takeSlot: () => Promise.resolve(() => {}),
    // A busy machine is not taken for a dead connection.
    pingAfter: 60_000,
    ...more,
  });
  const texts: string[] = [];
  const wrong: string[] = [];
  let complete = false;
  let rung = Promise.withResolvers<void>();
  const ring = (): void => {
    rung.resolve();
    rung = Promise.withResolvers<void>();
  };
  transport.connection.subscribe(ring);
  const subscribe = (): void => {
    transport.subscribe(
      () => {
        asked.push(texts.length);
        return { documentId: documentIdOf(query), variables: { id: String(id), after: texts.length } };
      },
      {
        next: ({ data, errors }) => {
          if (errors) wrong.push(JSON.stringify(errors));
          const batch = batchOf(data);
          for (const { number, text } of batch?.lines ?? []) {
            if (number !== texts.length + 1) wrong.push(`${number} came after ${texts.length}`);
            texts.push(text);
          }
          complete ||= batch?.complete ?? false;
          ring();
        },
        complete: () => {
          // A server that closes ends its subscriptions.
          if (!complete) subscribe();
          ring();
        },
      },
    );
  };
  subscribe();
  return {
    transport,
    texts,
    wrong,
    asked,
    sight: (seen: boolean) => [...sights].forEach((each) => void each(seen)),
    wake: () => [...wakes].forEach((wake) => void wake()),
    /** Resolves when the condition holds. It is checked after each event and each change of the connection. */
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await rung.promise;
    },
    get complete() {
      return complete;
    },
    get over() {
      const now = transport.connection.value;
      return now.state === 'live' ? now.over : now.state;
    },
  };
}

/** A client that tries a better wire again soon. On a busy machine an attempt can take too long, as if the proxy refused it. */
const patient = { upgradeInterval: 5_000 };
/** A client that also soon takes a proxy which buffers for a dead connection. */
const impatient = { ...patient, pingAfter: 700 };

/** The log of a running job, its server, and a faulty proxy in front of that. Each test has its own, so all of them run at the same time. */
class FaultyLog implements AsyncDisposable {
  readonly #db: Database;
  readonly #directory: string;
  readonly #clients: ReturnType<typeof read>[] = [];
  readonly id: number;
  server: RunningServer;
  readonly proxy: WebProxy;
  written = 0;

  private constructor(db: Database, directory: string, id: number, server: RunningServer, proxy: WebProxy) {
    this.#db = db;
    this.#directory = directory;
    this.id = id;
    this.server = server;
    this.proxy = proxy;
  }

  static async open(db: Database, directory: string): Promise<FaultyLog> {
    const server = await FaultyLog.#start(db, directory);
    const token = await createToken(db, { name: 'a page', scope: 'read', userName: 'ada' });
    const proxy = await openWebProxy(server.url, { authorization: `Bearer ${token}` });
    const lane = `lane${lanes++}`;
    const owner = await userNamed(db.em(), 'grace', Date.now());
    const { id } = await enqueueJob(db, { kind: 'backport', changes: [unverifiedChange('7')], owner, lane });
    await claimJob(db, `host:${lane}`, [lane]);
    await recordStart(db, id, { host: 'host', boot: 'boot', pid: 1, startTime: 1 });
    return new FaultyLog(db, directory, id, server, proxy);
  }

  static #start(database: Database, directory: string): Promise<RunningServer> {
    return startServer({
      database,
      gerritUrl: null,
      logger: pino({ level: 'silent' }),
      staticDirectory: join(directory, 'dist'),
      documents: new Map([...realDocuments(), [documentIdOf(query), query]]),
      version: '1.2.3',
      configuration: { ...testConfiguration, allowedHosts: ['127.0.0.1'] },
    });
  }

  read(more: ClientOptions = {}): ReturnType<typeof read> {
    const client = read(this.proxy, this.id, more);
    this.#clients.push(client);
    return client;
  }

  async restart(): Promise<void> {
    await this.server.close();
    this.server = await FaultyLog.#start(this.#db, this.#directory);
    this.proxy.target = this.server.url;
  }

  async write(count: number): Promise<void> {
    const texts = Array.from({ length: count }, (_, index) => lineOf(this.written + index + 1));
    await append(this.#db, this.id, this.written, texts);
    this.written += count;
  }

  end(): Promise<unknown> {
    return succeed(this.#db, this.id);
  }

  /** Downloads the whole log, not through the proxy. */
  async #file(): Promise<string> {
    const token = await createToken(this.#db, { name: 'a file', scope: 'read', userName: 'ada' });
    const response = await fetch(`${this.server.url}/jobs/${this.id}/log.txt`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return await response.text();
  }

  async expectWhole(page: ReturnType<typeof read>): Promise<void> {
    await page.until(() => page.complete);
    expect(page.wrong).toEqual([]);
    expect(page.texts.length).toBe(this.written);
    expect(page.texts.map((text) => `${text}\n`).join('')).toBe(
      Array.from({ length: this.written }, (_, index) => `${lineOf(index + 1)}\n`).join(''),
    );
    expect(await this.#file()).toBe(page.texts.map((text) => `${text}\n`).join(''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { transport } of this.#clients) transport.close();
    await this.proxy[Symbol.asyncDispose]();
    await this.server.close();
  }
}

/** How many lanes the tests use: each runs one job at a time. */
let lanes = 0;

describe.concurrent.each(nightlyDialects)('log over faulty proxies on %s', (dialect) => {
  let directory: string;
  let db: Database;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'spiderpig-transport-'));
    const database = await makeDatabase(dialect, directory);
    drop = database.drop;
    db = await openDatabase(database.url);
  });
  afterAll(async () => {
    await db[Symbol.asyncDispose]();
    await drop();
    rmSync(directory, { recursive: true });
  });

  it('the client reads the whole log over a WebSocket', async () => {
    await using log = await FaultyLog.open(db, directory);
    await log.write(300);
    const page = log.read(patient);
    await page.until(() => page.texts.length === 300 && page.over === 'websocket');
    await log.restart();
    await log.write(300);
    await page.until(() => page.texts.length === 600 && page.over === 'websocket');
    await log.end();
    await log.expectWhole(page);
  });

  it('the client falls back to event streams where WebSockets are refused', async () => {
    await using log = await FaultyLog.open(db, directory);
    log.proxy.refusesUpgrades = true;
    await log.write(300);
    const page = log.read();
    await page.until(() => page.texts.length === 300);
    expect(page.over).toBe('events');
    await log.restart();
    await log.write(300);
    await log.end();
    await log.expectWhole(page);
  });

  it('the client falls back to polling where responses are buffered, and returns to a WebSocket later', async () => {
    await using log = await FaultyLog.open(db, directory);
    log.proxy.refusesUpgrades = true;
    log.proxy.buffers = true;
    await log.write(300);
    const page = log.read(impatient);
    await page.until(() => page.texts.length === 300);
    expect(page.over).toBe('polling');
    for (const more of [1, 40, 1_500]) {
      await log.write(more);
      await page.until(() => page.texts.length === log.written);
    }
    await log.restart();
    await log.write(5);
    await page.until(() => page.texts.length === log.written);
    expect(page.over).toBe('polling');
    log.proxy.refusesUpgrades = false;
    page.wake();
    await page.until(() => page.over === 'websocket');
    await log.write(20);
    await log.end();
    await log.expectWhole(page);
  });

  // All that follows is about connections. The server reads a log from its database in the same way for each of them.
  if (dialect !== 'sqlite') return;

  it('the client returns from polling to event streams where only WebSockets are refused', async () => {
    await using log = await FaultyLog.open(db, directory);
    log.proxy.refusesUpgrades = true;
    log.proxy.buffers = true;
    const page = log.read({ ...impatient, upgradeInterval: 400 });
    await page.until(() => page.over === 'polling');
    await log.write(10);
    await page.until(() => page.texts.length === log.written);
    log.proxy.buffers = false;
    await page.until(() => page.over === 'events');
    await log.write(10);
    await log.end();
    await log.expectWhole(page);
  });

  it('the client reads the end of a log by polling', async () => {
    await using log = await FaultyLog.open(db, directory);
    log.proxy.refusesUpgrades = true;
    log.proxy.buffers = true;
    const page = log.read(impatient);
    await page.until(() => page.over === 'polling');
    await log.write(2_500);
    await log.end();
    await log.expectWhole(page);
  });

  describe.each([
    ['a WebSocket', false],
    ['event streams', true],
  ])('interrupted %s', (_way, refusesUpgrades) => {
    it.each(isNightly ? [1, 2, 3] : [1])(
      'connections that are cut after random numbers of bytes lose no log lines (seed %i)',
      async (seed) => {
        await using log = await FaultyLog.open(db, directory);
        const random = randomOf(seed);
        log.proxy.refusesUpgrades = refusesUpgrades;
        // Long enough for some lines per connection, and random, so that every offset in a message is possible.
        let cuts = 0;
        log.proxy.cutsAfter = () => (cuts++ < 25 ? 400 + Math.floor(random() * 6_000) : null);
        const page = log.read();
        for (let chunk = 0; chunk < 40; chunk++) {
          await log.write(1 + Math.floor(random() * 40));
          if (random() < 0.4) await page.until(() => page.texts.length === log.written);
        }
        await log.end();
        await log.expectWhole(page);
        expect(log.proxy.cuts).toBeGreaterThan(5);
      },
    );

    it('connections that are cut or hang, and a server restart, lose no log lines', async () => {
      await using log = await FaultyLog.open(db, directory);
      const random = randomOf(11);
      log.proxy.refusesUpgrades = refusesUpgrades;
      const page = log.read({ pingAfter: 300 });
      for (let fault = 0; fault < 12; fault++) {
        await log.write(1 + Math.floor(random() * 200));
        if (random() < 0.5) await page.until(() => page.texts.length > 0);
        if (fault === 6) await log.restart();
        else if (random() < 0.7) log.proxy.cut();
        await log.write(1 + Math.floor(random() * 50));
        if (random() < 0.6) await page.until(() => page.texts.length === log.written);
      }
      await log.end();
      await log.expectWhole(page);
    });
  });

  it('all connections hang and recover without losing log lines', async () => {
    await using log = await FaultyLog.open(db, directory);
    await log.write(50);
    const page = log.read({ pingAfter: 200 });
    await page.until(() => page.texts.length === 50);
    log.proxy.hanging = true;
    await log.write(50);
    await page.until(() => page.over === 'reconnecting');
    expect(page.texts.length).toBe(50);
    log.proxy.hanging = false;
    await log.write(50);
    await log.end();
    await log.expectWhole(page);
  });

  it.each([
    ['websocket', false, false],
    ['events', true, false],
    ['polling', true, true],
  ] as const)(
    'a hidden page reads nothing, and continues without losing log lines: %s',
    async (over, refusesUpgrades, buffers) => {
      await using log = await FaultyLog.open(db, directory);
      Object.assign(log.proxy, { refusesUpgrades, buffers });
      await log.write(50);
      const page = log.read(buffers ? impatient : {});
      await page.until(() => page.texts.length === 50 && page.over === over);
      page.sight(false);
      await vi.waitFor(() => expect(log.server.sources.logs.open.followers).toBe(0), { timeout: 30_000 });
      await log.write(50);
      expect(page.texts.length).toBe(50);
      page.sight(true);
      await page.until(() => page.texts.length === 100);
      expect(page.asked).toContain(50);
      await log.end();
      await log.expectWhole(page);
    },
  );

  it.each([
    ['events', false],
    ['polling', true],
  ] as const)(
    'a page without a slot for an open request asks again and again, and waits at the server once it has one: %s',
    async (over, buffers) => {
      await using log = await FaultyLog.open(db, directory);
      Object.assign(log.proxy, { refusesUpgrades: true, buffers });
      await log.write(50);
      // The page finds out with a slot that the proxy buffers.
      let free = buffers;
      let held = 0;
      const takeSlot = async () => {
        if (!free) return null;
        held++;
        return () => void held--;
      };
      const page = log.read({ ...(buffers ? impatient : {}), takeSlot });
      await page.until(() => page.texts.length === 50 && page.over === over);
      free = false;
      await log.write(50);
      await page.until(() => page.texts.length === 100);
      await vi.waitFor(() => expect(held).toBe(0), { timeout: 30_000 });
      await vi.waitFor(() => expect(log.server.sources.logs.open.followers).toBe(0), { timeout: 30_000 });
      expect(page.over).toBe(over);
      free = true;
      await vi.waitFor(() => expect(held).toBe(1), { timeout: 30_000 });
      await log.write(50);
      await page.until(() => page.texts.length === 150);
      await log.end();
      await log.expectWhole(page);
      await vi.waitFor(() => expect(held).toBe(0), { timeout: 30_000 });
    },
  );
});
