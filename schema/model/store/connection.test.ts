import { once } from 'node:events';
import { type AddressInfo, createServer, connect as open, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { makeDatabase } from '../../../tests/support/database.ts';
import { sharedPostgreSqlUrl } from '../../../tests/support/shared-postgresql.ts';
import { openDatabase } from '../open.ts';
import { idleTimeout } from './connection.ts';
import type { Database } from './database.ts';
import { notifyDoorbell } from './doorbell.ts';

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

it('times out on an unresponsive database, and uses it again once it responds', async () => {
  const { url, drop } = await makeDatabase('postgresql', '', await sharedPostgreSqlUrl());
  {
    using way = await openWay(new URL(url));
    await using database = await openDatabase(way.url);
    expect(await ask(database)).toEqual([{ one: 1 }]);
    way.silence(true);
    const began = performance.now();
    await expect(ask(database)).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(idleTimeout + 5_000);
    way.silence(false);
    expect(await ask(database)).toEqual([{ one: 1 }]);
  }
  await drop();
});

it('a doorbell reconnects after its database was unresponsive', async () => {
  const { url, drop } = await makeDatabase('postgresql', '', await sharedPostgreSqlUrl());
  {
    using way = await openWay(new URL(url));
    await using doorbell = await notifyDoorbell(way.url);
    using jobs = doorbell.listen('jobs');
    await using other = await openDatabase(url);
    const ring = () => other.write(['jobs'], async () => {});
    // Of a ring that is heard the next one is near; the net under it comes every two seconds.
    const isHeard = async (): Promise<boolean> => {
      await jobs.nextRing(AbortSignal.timeout(20_000));
      const began = performance.now();
      await ring();
      await jobs.nextRing(AbortSignal.timeout(20_000));
      return performance.now() - began < 1_000;
    };
    expect(await isHeard()).toBe(true);
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
