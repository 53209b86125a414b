// Owns what SpiderPig needs of a PostgreSQL database and of what is between: encoding, schema, sessions that are its own. Checked at each start and by the doctor.
import type pg from 'pg';
import { DomainError } from '../error.ts';
import { sessionSettings } from './connection.ts';

/** The database cannot be used as it is. The message says why, and what to do. */
export class UnsuitableDatabase extends DomainError {}

/** Checks a PostgreSQL database. Changes nothing. Throws {@link UnsuitableDatabase}, and what the driver throws when it cannot be reached. */
export async function checkPostgreSql(url: string): Promise<void> {
  await using one = await openClient(url);
  await using two = await openClient(url);
  await checkSessions(one.client, two.client);
  const [row] = await rowsOf(
    one.client,
    `select pg_encoding_to_char(encoding) as encoding, current_schema() as schema, current_user as name,
       current_setting('search_path') as path, current_setting('server_version_num')::int as version
     from pg_database where datname = current_database()`,
  );
  if (row?.['encoding'] !== 'UTF8')
    throw new UnsuitableDatabase(
      `The encoding of the database is ${row?.['encoding']}, but SpiderPig stores all characters: create a database with ENCODING 'UTF8' TEMPLATE template0.`,
    );
  if (row['schema'] === null)
    throw new UnsuitableDatabase(
      `No schema of the search_path (${row['path']}) exists for the user ${row['name']}: create one (CREATE SCHEMA spiderpig AUTHORIZATION ${row['name']}), and ALTER ROLE ${row['name']} SET search_path = spiderpig.`,
    );
  await checkSchema(one.client, String(row['name']));
  await checkTables(one.client, String(row['name']));
}

/** Throws if there are no tables yet, and the user may not create them. */
async function checkSchema(client: pg.Client, user: string): Promise<void> {
  const [row] = await rowsOf(
    client,
    `select current_schema() as schema, has_schema_privilege(current_schema(), 'CREATE')
       or exists (select 1 from pg_tables where schemaname = current_schema() and tablename = 'job') as usable`,
  );
  if (row?.['usable'] !== true)
    throw new UnsuitableDatabase(
      `The user ${user} may not create tables in the schema ${row?.['schema']}: let it own the database or a schema in it. CREATE SCHEMA spiderpig AUTHORIZATION ${user}, and ALTER ROLE ${user} SET search_path = spiderpig.`,
    );
}

/**
 * Throws if two connections share one session of PostgreSQL: a pooler such as pgbouncer in transaction mode. Notifications and locks would get lost
 * or stay behind there.
 */
async function checkSessions(one: pg.Client, two: pg.Client): Promise<void> {
  const sessions = new Set<unknown>();
  for (const client of [one, two, one, two, one])
    sessions.add((await rowsOf(client, 'select pg_backend_pid() as pid'))[0]?.['pid']);
  if (sessions.size !== 2)
    throw new UnsuitableDatabase(
      'Two connections share one session of PostgreSQL: a pooler such as pgbouncer is between, in transaction or statement mode. Use its session mode, or connect to PostgreSQL directly.',
    );
}

/** Whether this user has a privilege for a table of `pg_tables`. One at a time: of a list, PostgreSQL asks for any. */
const privilegeSql = (privilege: string): string =>
  `has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), '${privilege}')`;

/** Throws if tables that exist cannot be used, for example because another user owns them. */
async function checkTables(client: pg.Client, user: string): Promise<void> {
  const rows = await rowsOf(
    client,
    `select tablename as name from pg_tables where schemaname = current_schema() and tablename in ('account', 'job', 'log_chunk', 'ledger')
       and not (${['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map(privilegeSql).join(' and ')})`,
  );
  if (rows.length > 0)
    throw new UnsuitableDatabase(
      `The user ${user} may not write to the tables ${rows.map(({ name }) => name).join(', ')}: let it own all tables of SpiderPig, or connect as their owner.`,
    );
}

async function rowsOf(client: pg.Client, sql: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows;
}

/** The limit for each step, in milliseconds. */
const timeout = 10_000;

async function openClient(url: string): Promise<{ readonly client: pg.Client } & AsyncDisposable> {
  const { default: driver } = await import('pg');
  const client = new driver.Client({
    connectionString: url,
    application_name: 'spiderpig check',
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
  });
  // Emitted when the connection breaks; the pending query rejects anyway.
  client.on('error', () => {});
  await client.connect();
  await client.query(sessionSettings);
  return { client, [Symbol.asyncDispose]: () => client.end().catch(() => {}) };
}
