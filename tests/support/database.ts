// Owns empty, real databases for tests, on either dialect.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type User, userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import type { Job } from '../../schema/model/job/job.ts';
import { migrate } from '../../schema/model/migration/migration.ts';
import { openDatabase } from '../../schema/model/open.ts';
import type { Database, Dialect } from '../../schema/model/store/database.ts';
import { sharedPostgreSqlUrl } from './shared-postgresql.ts';

/** The databases that everything is tested on. */
export const dialects = ['sqlite', 'postgresql'] as const satisfies readonly Dialect[];

/** Creates an empty database, on `postgresqlUrl` if given. */
export async function makeDatabase(
  dialect: Dialect,
  directory: string,
  postgresqlUrl?: string,
): Promise<{ url: string; drop: () => Promise<void> }> {
  if (dialect === 'sqlite') return { url: `sqlite:${join(directory, 'spiderpig.sqlite')}`, async drop() {} };
  const base = postgresqlUrl ?? (await sharedPostgreSqlUrl());
  const name = `world_${randomUUID().replaceAll('-', '')}`;
  const administer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: `${base}postgres` });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await administer(`create database ${name}`);
  return { url: base + name, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

/** Like {@link makeDatabase}, in a directory of its own; dropped when disposed. */
export async function ownDatabase(dialect: Dialect): Promise<{ readonly url: string } & AsyncDisposable> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-database-'));
  const { url, drop } = await makeDatabase(dialect, directory);
  return {
    url,
    async [Symbol.asyncDispose]() {
      await drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A migrated database with two users; closed and removed when disposed. */
export interface TestDatabase extends AsyncDisposable {
  readonly database: Database;
  readonly alice: User;
  readonly bob: User;
  /** Queues a job of alice. */
  enqueue(request?: { lane?: string; changes?: readonly string[] }): Promise<Job>;
  /** Another connection to the same database, as another process would have; closed with the first. */
  another(): Promise<Database>;
}

export async function openTestDatabase(dialect: Dialect): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-database-'));
  const { url, drop } = await makeDatabase(dialect, directory);
  await migrate(url);
  const databases = [await openDatabase(url)];
  const [database] = databases;
  if (!database) throw new Error('no database');
  const person = (name: string) => database.write([], (em) => userNamed(em, name, Date.now()));
  const alice = await person('alice');
  return {
    database,
    alice,
    bob: await person('bob'),
    enqueue: ({ lane = 'default', changes = ['1102340'] } = {}) =>
      enqueueJob(database, { kind: 'backport', changes: changes.map(unverifiedChange), owner: alice, lane }),
    async another() {
      const other = await openDatabase(url);
      databases.push(other);
      return other;
    },
    async [Symbol.asyncDispose]() {
      for (const open of databases) await open[Symbol.asyncDispose]();
      await drop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
