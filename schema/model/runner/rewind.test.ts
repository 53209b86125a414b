// A database that was restored, copied, rewound or replaced is recognised before anything is ordered in it. Real files and a real PostgreSQL.
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dialects, ownDatabase } from '../../../tests/support/database.ts';
import { openMigratedDatabase } from '../../process/database.ts';
import { Session } from '../account/session.ts';
import { createSignInLink, redeemSignInLink } from '../account/sign-in-link.ts';
import { userNamed } from '../account/user.ts';
import { unverifiedChange } from '../job/change.ts';
import { claimJob } from '../job/claim.ts';
import { enqueueJob } from '../job/enqueue.ts';
import { currentHold, DeploymentsHeld, releaseHold } from '../job/hold.ts';
import { Job } from '../job/job.ts';
import { requestStop } from '../job/stop.ts';
import { StoredEvent } from '../notification/event.ts';
import { type Database, sqliteFile } from '../store/database.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-rewind-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A process that has the database open, and what it reported. */
async function openProcess(databaseUrl: string, data = directory) {
  const reports: string[] = [];
  const database = await openMigratedDatabase({ data, databaseUrl }, (reason) => reports.push(reason));
  const owner = await database.write([], (em) => userNamed(em, 'alice', Date.now()));
  return {
    database,
    reports,
    owner,
    queue: () => enqueueJob(database, { kind: 'backport', changes: [unverifiedChange('1')], owner }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** The rows of everything that is ordered, to be put back later: what a restored backup or a standby that lags behind has. */
async function snapshot(database: Database): Promise<() => Promise<void>> {
  const tables = ['job', 'ledger'] as const;
  const rows = new Map<string, Record<string, unknown>[]>();
  for (const table of tables)
    rows.set(table, await database.execute(`select * from ${table} order by id`, []));
  return async () => {
    for (const table of tables.toReversed()) await database.execute(`delete from ${table}`, []);
    for (const table of tables) {
      for (const row of rows.get(table) ?? []) {
        const names = Object.keys(row);
        const values = names.map((name) => {
          const value = row[name];
          return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
        });
        await database.execute(
          `insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
          values.map((value) => (typeof value === 'number' || value === null ? value : String(value))),
        );
      }
      await database.execute(
        database.dialect === 'sqlite'
          ? `update sqlite_sequence set seq = (select max(id) from ${table}) where name = '${table}'`
          : `select setval(pg_get_serial_sequence('${table}', 'id'), (select max(id) from ${table}))`,
        [],
      );
    }
  };
}

describe.each(dialects)('a database on %s that has lost commits', (dialect) => {
  it('a restored database refuses to claim a job again, holds the queue, and continues the job numbers', async () => {
    await using own = await ownDatabase(dialect);
    await using one = await openProcess(own.url);
    const first = await one.queue();
    const rewind = await snapshot(one.database);
    expect(await claimJob(one.database, 'runner', ['default'])).toBe(first.id);
    const lost = await one.queue();
    await rewind();

    expect(await claimJob(one.database, 'runner', ['default'])).toBeNull();
    expect(one.reports).toEqual([expect.stringContaining(`Jobs ${lost.id} to ${lost.id} are gone.`)]);
    const hold = await currentHold(one.database.em());
    expect(hold?.reason).toContain('has lost what was recorded last');
    expect(hold?.endsAt).toBeNull();
    await expect(one.queue()).rejects.toThrow(DeploymentsHeld);

    await release(one.database, hold?.id ?? 0);
    const next = await one.queue();
    expect(next.id).toBeGreaterThan(lost.id);
    expect(await claimJob(one.database, 'runner', ['default'])).toBe(first.id);
  });

  it('lost commits are recognised at the first order of any process, and deployments are held once', async () => {
    await using own = await ownDatabase(dialect);
    await using one = await openProcess(own.url);
    await using two = await openProcess(own.url);
    await one.queue();
    const rewind = await snapshot(one.database);
    await one.queue();
    await one.database.continuity.compare(one.database);
    await two.database.continuity.compare(two.database);
    await rewind();

    const results = await Promise.allSettled([one.queue(), two.queue()]);
    for (const result of results) expect(result).toMatchObject({ reason: expect.any(DeploymentsHeld) });
    expect([...one.reports, ...two.reports]).toHaveLength(1);
    const holds = await one.database.execute('select id from hold', []);
    expect(holds).toHaveLength(1);
  });

  it('lost commits are recognised when a process starts, also after an admin has released the hold of an earlier loss', async () => {
    await using own = await ownDatabase(dialect);
    for (const _ of [1, 2]) {
      let rewind: () => Promise<void>;
      {
        await using before = await openProcess(own.url);
        await before.queue();
        rewind = await snapshot(before.database);
        await before.queue();
        await rewind();
      }
      await using after = await openProcess(own.url);
      expect(after.reports).toHaveLength(1);
      await release(after.database, (await currentHold(after.database.em()))?.id ?? 0);
      await using again = await openProcess(own.url);
      expect(again.reports).toEqual([]);
    }
  });

  it('a queued, claimed or stopped job is not taken as a sign of lost commits', async () => {
    await using own = await ownDatabase(dialect);
    await using one = await openProcess(own.url);
    await using two = await openProcess(own.url);
    for (let times = 0; times < 3; times++) {
      const { id } = await one.queue();
      await requestStop(two.database, { jobId: id, mode: 'interrupt', user: one.owner });
    }
    await using three = await openProcess(own.url);
    expect([...one.reports, ...two.reports, ...three.reports]).toEqual([]);
  });
});

async function release(database: Database, holdId: number): Promise<void> {
  const user = await database.write([], (em) => userNamed(em, 'admin', Date.now()));
  await releaseHold(database, { holdId, user });
}

describe('a dump of PostgreSQL', () => {
  /** A database that was used, of which a dump is restored as another one. */
  async function restoredDump() {
    const own = await ownDatabase('postgresql');
    {
      await using one = await openProcess(own.url);
      const { id } = await one.queue();
      await requestStop(one.database, { jobId: id, mode: 'interrupt', user: one.owner });
      await one.queue();
      await redeemSignInLink(one.database, await createSignInLink(one.database, 'alice', 'admin'));
    }
    const name = `restored_${randomUUID().replaceAll('-', '')}`;
    const url = new URL(own.url);
    const client = new pg.Client({ connectionString: new URL('/postgres', url).href });
    await client.connect();
    // A copy by PostgreSQL has the same rows as a dump that was restored.
    await client.query(`create database ${name} template "${url.pathname.slice(1)}"`);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      async [Symbol.asyncDispose]() {
        await client.query(`drop database ${name} with (force)`);
        await client.end();
        await own[Symbol.asyncDispose]();
      },
    };
  }

  it('a dump that was restored where no database was before holds the queue, and ends sessions and messages', async () => {
    await using restored = await restoredDump();
    await using first = await openProcess(restored.url, mkdtempSync(join(directory, 'new-')));
    expect(first.reports).toEqual([expect.stringContaining('restored or copied here')]);
    expect(await claimJob(first.database, 'runner', ['default'])).toBeNull();
    expect(await first.database.em().count(Session, { endedAt: null })).toBe(0);
    const pending = await first.database.em().find(StoredEvent, { dispatchedAt: null });
    expect(pending.map(({ kind }) => kind)).toEqual(['held']);
    await using other = await openProcess(restored.url, mkdtempSync(join(directory, 'new-')));
    expect(other.reports).toEqual([]);
    await release(other.database, (await currentHold(other.database.em()))?.id ?? 0);
    expect((await other.queue()).id).toBeGreaterThan(1_000);
  });

  it('a dump that a host knows to be complete was moved, and is used as before', async () => {
    await using restored = await restoredDump();
    await using first = await openProcess(restored.url);
    await using other = await openProcess(restored.url, mkdtempSync(join(directory, 'new-')));
    expect([...first.reports, ...other.reports]).toEqual([]);
    expect(await first.database.em().count(Session, { endedAt: null })).toBe(1);
    expect((await first.queue()).id).toBe(3);
  });
});

describe('a SQLite database file', () => {
  const url = () => `sqlite:${join(directory, 'spiderpig.sqlite')}`;

  it('a SQLite file that was copied over a newer one is recognised', async () => {
    const copy = join(directory, 'copy');
    {
      await using one = await openProcess(url());
      await one.queue();
      await one.database.execute('pragma wal_checkpoint(truncate)', []);
      copyFileSync(sqliteFile(url()), copy);
      await claimJob(one.database, 'runner', ['default']);
    }
    copyFileSync(copy, sqliteFile(url()));
    await using two = await openProcess(url());
    expect(two.reports).toHaveLength(1);
    expect(await claimJob(two.database, 'runner', ['default'])).toBeNull();
  });

  it('a SQLite file that was copied to another place without its high-water mark is recognised', async () => {
    const place = join(directory, 'elsewhere');
    {
      await using one = await openProcess(url());
      const { id } = await one.queue();
      expect(id).toBe(1);
    }
    const data = mkdtempSync(`${place}-`);
    const copy = join(data, 'spiderpig.sqlite');
    copyFileSync(sqliteFile(url()), copy);
    await using two = await openProcess(`sqlite:${copy}`, data);
    expect(two.reports).toEqual([expect.stringContaining('restored or copied here')]);
    await release(two.database, (await currentHold(two.database.em()))?.id ?? 0);
    expect((await two.queue()).id).toBe(1_002);
  });

  it('a SQLite file that was replaced while it was open accepts nothing, and its processes say so', async () => {
    await using one = await openProcess(url());
    await one.queue();
    const other = join(directory, 'other');
    new SqliteDatabase(other).close();
    renameSync(other, sqliteFile(url()));
    await expect(one.queue()).rejects.toThrow(
      /was replaced while SpiderPig had it open.* Nothing was recorded/,
    );
    expect(await one.database.em().count(Job)).toBe(1);
  });

  it('a SQLite file of another installation is recognised by its high-water marks, unless it is empty', async () => {
    const other = join(directory, 'other.sqlite');
    {
      await using one = await openProcess(url());
      await one.queue();
    }
    await using fresh = await openProcess(`sqlite:${other}`);
    expect(fresh.reports).toEqual([]);
    expect((await fresh.queue()).id).toBe(1);
  });

  it('what was pending is not sent when the file of another installation is copied over this one', async () => {
    const other = mkdtempSync(join(directory, 'other-'));
    {
      await using one = await openProcess(url());
      await one.queue();
    }
    {
      await using two = await openProcess(`sqlite:${join(other, 'spiderpig.sqlite')}`, other);
      const { id } = await two.queue();
      await requestStop(two.database, { jobId: id, mode: 'interrupt', user: two.owner });
      expect(await two.database.em().count(StoredEvent, { dispatchedAt: null })).toBeGreaterThan(0);
      await two.database.execute('pragma wal_checkpoint(truncate)', []);
    }
    copyFileSync(join(other, 'spiderpig.sqlite'), sqliteFile(url()));
    await using copied = await openProcess(url());
    expect(copied.reports).toEqual([expect.stringContaining('another database')]);
    const pending = await copied.database.em().find(StoredEvent, { dispatchedAt: null });
    expect(pending.map(({ kind }) => kind)).toEqual(['held']);
  });
});
