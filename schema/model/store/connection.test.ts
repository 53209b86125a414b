import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net';
import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { makeDatabase } from '../../../tests/support/database.ts';
import { sharedPostgreSqlUrl } from '../../../tests/support/postgresql/shared-postgresql.ts';
import { openDatabase } from '../open.ts';
import { ConnectionShortage, idleTimeout } from './connection.ts';
import type { Database } from './database.ts';
import { notifyDoorbell } from './doorbell.ts';
import { shortageText } from './health.ts';
import { openLongReads } from './long-read.ts';
import { databaseProblemOf } from './problem.ts';

/** A way to PostgreSQL that can fall silent: what is sent is lost, and no error is reported. */
async function openWay(to: URL) {
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((near) => {
    const far = open(Number(to.port), to.hostname);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', (data) => silent || other.write(data));
      socket.on('close', () => {
        other.destroy();
        sockets.delete(socket);
        server.emit('connection ended');
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port); // it listens at a port
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    silence: (on: boolean) => {
      silent = on;
    },
    hangUp,
    get connections() {
      return sockets.size;
    },
    /** Resolves when a connection has ended. */
    changed: () => once(server, 'connection ended'),
    [Symbol.dispose]() {
      hangUp();
      server.close();
    },
  };
}

const ask = (database: Database) => database.execute('select 1 as one', []);

// The two wait for ten seconds, so they run at the same time.
it.concurrent('times out on an unresponsive database, and uses it again once it responds', async () => {
  const { url, drop } = await makeDatabase('postgresql', '', await sharedPostgreSqlUrl());
  {
    using way = await openWay(new URL(url));
    await using database = await openDatabase(way.url);
    expect(await ask(database)).toEqual([{ one: 1 }]);
    way.silence(true);
    const began = performance.now();
    await expect(ask(database)).rejects.toThrow();
    // Without the timeout it would wait until the test ends.
    expect(performance.now() - began).toBeLessThan(3 * idleTimeout);
    way.silence(false);
    expect(await ask(database)).toEqual([{ one: 1 }]);
  }
  await drop();
});

it.concurrent('a doorbell reconnects after its database was unresponsive', async () => {
  const { url, drop } = await makeDatabase('postgresql', '', await sharedPostgreSqlUrl());
  {
    using way = await openWay(new URL(url));
    await using doorbell = await notifyDoorbell(way.url);
    using jobs = doorbell.listen('jobs');
    await using other = await openDatabase(url);
    const ring = () => other.write(['jobs'], async () => {});
    // After a ring that is received, the next one follows soon; the fallback reads every two seconds.
    const isHeard = async (): Promise<boolean> => {
      await jobs.nextRing(AbortSignal.timeout(20_000));
      const began = performance.now();
      await ring();
      await jobs.nextRing(AbortSignal.timeout(20_000));
      return performance.now() - began < 1_000;
    };
    // On a busy machine a ring may take longer. One that is not heard always takes two seconds.
    while (!(await isHeard()));
    way.silence(true);
    while (way.connections > 0) await way.changed();
    way.silence(false);
    while (!(await isHeard()));
  }
  await drop();
});

it('transactions interrupted by a database crash leave no connection in the pool', async () => {
  const { url, drop } = await makeDatabase('postgresql', '', await sharedPostgreSqlUrl());
  {
    using way = await openWay(new URL(url));
    await using database = await openDatabase(way.url);
    // More than there are connections.
    for (let times = 0; times < 10; times++) {
      const broken = database.write([], async (em) => {
        await em.execute('select 1');
        way.hangUp();
        await em.execute('select 1');
      });
      await expect(broken).rejects.toThrow();
    }
    expect(await ask(database)).toEqual([{ one: 1 }]);
  }
  await drop();
});

it('queries wait for the connections that the process has when PostgreSQL accepts no more', async () => {
  const base = new URL(await sharedPostgreSqlUrl());
  const name = `few_${randomUUID().replaceAll('-', '')}`;
  await using administration = await openAdministration(`${base}postgres`);
  await administration.run(`create role ${name} login password 'x'`);
  await administration.run(`create database ${name} owner ${name}`);
  const url = new URL(name, base);
  url.username = name;
  url.password = 'x';
  try {
    // The doorbell and the long reads have one each, so two of the pool's eight can be opened.
    await administration.run(`alter role ${name} connection limit 4`);
    await using database = await openDatabase(url.href);
    await using longReads = openLongReads(database, '');
    await longReads.execute('select 1', []);
    const queries = Array.from({ length: 40 }, (_, n) =>
      database.execute('select ?::int as n, pg_sleep(0.02)', [n]),
    );
    expect(shortageText(database)).toBeNull();
    // Seen while they wait: on a busy machine they end after the pool has tried again.
    const shortage = vi.waitUntil(() => shortageText(database), { timeout: 60_000, interval: 10 });
    const rows = await Promise.all([...queries, longReads.execute('select 40 as n', [])]);
    expect(rows.map(([row]) => row?.['n'])).toEqual(Array.from({ length: 41 }, (_, n) => n));
    expect(await shortage).toMatch(/^PostgreSQL has accepted no further connection since \S+Z: queries wait/);
  } finally {
    await administration.run(`drop database ${name} with (force)`);
    await administration.run(`drop role ${name}`);
  }
});

it('an error without any connection says that nothing was recorded', () => {
  const refused = Object.assign(new Error('sorry, too many clients already'), { code: '53300' });
  expect(databaseProblemOf(refused)).toMatchObject({
    kind: 'unavailable',
    recorded: false,
    message: 'PostgreSQL accepts no further connection. Nothing was recorded. Try again.',
  });
  const cut = Object.assign(new Error('terminating connection'), { code: '57P01' });
  expect(databaseProblemOf(cut)).toMatchObject({ kind: 'unavailable', recorded: null });
});

it('a shortage of connections ends when one is opened, or half a minute after the last refusal', () => {
  const shortage = new ConnectionShortage();
  expect(shortage.since(1_000)).toBeNull();
  shortage.refused(1_000);
  shortage.refused(20_000);
  expect(shortage.since(49_000)).toBe(1_000);
  expect(shortage.since(51_000)).toBeNull();
  shortage.refused(60_000);
  expect(shortage.since(61_000)).toBe(60_000);
  shortage.opened();
  expect(shortage.since(61_000)).toBeNull();
});

async function openAdministration(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    run: (statement: string) => client.query(statement),
    [Symbol.asyncDispose]: () => client.end(),
  };
}
