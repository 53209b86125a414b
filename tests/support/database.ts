// Owns real databases for tests, on either dialect. Not the templates that they are copied from (template-database.ts).
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type User, userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import type { Job } from '../../schema/model/job/job.ts';
import type { TrainParameters } from '../../schema/model/job/kind/train.ts';
import { openDatabase } from '../../schema/model/open.ts';
import type { Database, Dialect, OpenOptions } from '../../schema/model/store/database.ts';
import { sharedPostgreSqlUrl } from './postgresql/shared-postgresql.ts';
import { copyPostgreSqlTemplate, copySqliteTemplate } from './template-database.ts';

/** The databases that everything is tested on. */
export const dialects = ['sqlite', 'postgresql'] as const satisfies readonly Dialect[];

/** Whether this run also has the tests that `npm run nightly` adds: other seeds, and the second database for what hardly depends on the database. */
export const isNightly = process.env['SPIDERPIG_TESTS'] === 'nightly';

/** The databases for tests of connections, processes and messages, which read and write rows that other tests cover: SQLite, at night both. */
export const nightlyDialects: readonly Dialect[] = isNightly ? dialects : ['sqlite'];

/** A database of a test. */
export interface MadeDatabase {
  readonly url: string;
  /** Removes it from its server. The file of SQLite goes with the directory. */
  readonly drop: () => Promise<void>;
}

/** Creates a migrated database without rows, on `postgresqlUrl` if given, as a copy of a template. */
export async function makeDatabase(
  dialect: Dialect,
  directory: string,
  postgresqlUrl?: string,
): Promise<MadeDatabase> {
  if (dialect === 'sqlite') {
    const file = join(directory, 'spiderpig.sqlite');
    await copySqliteTemplate(file);
    return { url: `sqlite:${file}`, async drop() {} };
  }
  return await makePostgreSql(postgresqlUrl, copyPostgreSqlTemplate);
}

/** Creates a database without tables. */
export async function makeEmptyDatabase(dialect: Dialect, directory: string): Promise<MadeDatabase> {
  if (dialect === 'sqlite') return { url: `sqlite:${join(directory, 'spiderpig.sqlite')}`, async drop() {} };
  return await makePostgreSql(undefined, async (client, _base, name) => {
    await client.query(`create database ${name}`);
  });
}

/** Creates a PostgreSQL database whose encoding SpiderPig does not accept. */
export async function makeAsciiDatabase(): Promise<MadeDatabase> {
  return await makePostgreSql(undefined, async (client, _base, name) => {
    await client.query(`create database ${name} template template0 encoding 'SQL_ASCII' locale 'C'`);
  });
}

async function makePostgreSql(
  postgresqlUrl: string | undefined,
  create: (client: pg.Client, base: string, name: string) => Promise<void>,
): Promise<MadeDatabase> {
  const base = postgresqlUrl ?? (await sharedPostgreSqlUrl());
  const name = `world_${randomUUID().replaceAll('-', '')}`;
  const administer = async (work: (client: pg.Client) => Promise<unknown>): Promise<void> => {
    const client = new pg.Client({ connectionString: `${base}postgres` });
    await client.connect();
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };
  await administer((client) => create(client, base, name));
  return {
    url: base + name,
    drop: () => administer((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

/** A database of `make`, by default a migrated one, in a separate directory; dropped when disposed. */
export async function ownDatabase(
  dialect: Dialect,
  make: (dialect: Dialect, directory: string) => Promise<MadeDatabase> = makeDatabase,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-database-'));
  const { url, drop } = await make(dialect, directory);
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
  enqueue(request?: {
    lane?: string;
    changes?: readonly string[];
    /** Of a train; without them, the job is a backport. */
    parameters?: TrainParameters;
  }): Promise<Job>;
  /** Another connection to the same database, as another process would have; closed with the first. */
  another(): Promise<Database>;
}

export async function openTestDatabase(
  dialect: Dialect,
  options: Pick<OpenOptions, 'busyLimit'> = {},
): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-database-'));
  const { url, drop } = await makeDatabase(dialect, directory);
  const databases = [await openDatabase(url, options)];
  const [database] = databases;
  if (!database) throw new Error('no database');
  const person = (name: string) => database.write([], (em) => userNamed(em, name, Date.now()));
  const alice = await person('alice');
  return {
    database,
    alice,
    bob: await person('bob'),
    enqueue: ({ lane = 'default', changes = ['1102340'], parameters } = {}) =>
      enqueueJob(database, {
        ...(parameters
          ? { kind: 'train', changes: [], parameters }
          : { kind: 'backport', changes: changes.map(unverifiedChange) }),
        owner: alice,
        lane,
      }),
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
