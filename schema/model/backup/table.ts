// Owns copying the rows of all tables between PostgreSQL and a SQLite file. Not when that is done (backup.ts, restore.ts).
import type SqliteDatabase from 'better-sqlite3';
import type pg from 'pg';
import { openCopyClient } from './client.ts';

/** All tables that are not derived from others, in the order in which they depend on each other. Counts and search indexes follow from them by triggers. */
export const copiedTables = [
  'account',
  'job',
  'interaction',
  'job_stage',
  'error_watch',
  'job_watcher',
  'stop',
  'log_chunk',
  'partial_line',
  'runner',
  'sign_in_link',
  'session',
  'api_token',
  'clean_up',
  'audit_entry',
  'hold',
  'host_code',
  'device_request',
  'second_factor',
  'second_factor_lock',
  'passkey',
  'passkey_challenge',
  'provider_attempt',
  'ledger',
  'event',
  'webhook',
  'webhook_delivery',
  'push_subscription',
  'vapid_key',
  'operation_use',
] as const;

/** How many rows are read at a time. */
const rowsPerRead = 100;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** Copies all rows of PostgreSQL, as of one moment, into a SQLite file that has the same tables. The next numbers of rows are copied too. */
export async function copyFromPostgreSql(url: string, into: SqliteDatabase.Database): Promise<void> {
  await using source = await openCopyClient(url);
  const { client } = source;
  await client.query('begin isolation level repeatable read read only');
  into.pragma('foreign_keys = off');
  into.exec('begin');
  for (const table of copiedTables) {
    into.exec(`delete from "${table}"`);
    await client.query(`declare copied no scroll cursor for select * from "${table}"`);
    for (;;) {
      const { rows, fields } = await client.query<unknown[]>({
        text: `fetch ${rowsPerRead} from copied`,
        rowMode: 'array',
      });
      if (rows.length === 0) break;
      const marks = fields.map(() => '?').join(', ');
      const insert = into.prepare(
        `insert into "${table}" (${quoted(fields.map(({ name }) => name))}) values (${marks})`,
      );
      for (const row of rows) insert.run(...row);
    }
    await client.query('close copied');
    const [sequence] = await lastNumber(client, table);
    if (sequence !== undefined) setLastNumber(into, table, sequence);
  }
  into.exec('commit');
}

/** The last number that PostgreSQL gave to a row of a table; nothing if its rows have other keys. */
async function lastNumber(client: pg.Client, table: string): Promise<number[]> {
  const { rows } = await client.query<{ last: string }>(
    `select coalesce(pg_sequence_last_value(oid), 0) as last from pg_class
     where oid = (select pg_get_serial_sequence(quote_ident($1), column_name)::regclass from information_schema.columns
                  where table_schema = current_schema() and table_name = $1 and column_name = 'id')`,
    [table],
  );
  return rows.map(({ last }) => Number(last));
}

function setLastNumber(into: SqliteDatabase.Database, table: string, last: number): void {
  const updated = into.prepare('update sqlite_sequence set seq = ? where name = ?').run(last, table);
  if (updated.changes === 0)
    into.prepare('insert into sqlite_sequence (name, seq) values (?, ?)').run(table, last);
}

/**
 * Copies all rows of a SQLite file into a PostgreSQL database that has the same tables. Its own rows go: without users and jobs, they are only what a process
 * writes at its start. One transaction.
 */
export async function copyToPostgreSql(source: SqliteDatabase.Database, url: string): Promise<void> {
  await using target = await openCopyClient(url);
  const { client } = target;
  await client.query('begin');
  for (const table of [...copiedTables].reverse()) await client.query(`delete from "${table}"`);
  for (const table of copiedTables) {
    const rows = source.prepare<[], unknown[]>(`select * from "${table}"`);
    const names = rows.columns().map(({ name }) => name);
    const marks = names.map((_, index) => `$${index + 1}`).join(', ');
    const text = `insert into "${table}" (${quoted(names)}) values (${marks})`;
    for (const values of rows.raw().iterate()) await client.query({ name: table, text, values });
  }
  const numbers = source.prepare<[], { name: string; seq: number }>('select name, seq from sqlite_sequence');
  for (const { name, seq } of numbers.all()) {
    if (copiedTables.some((table) => table === name) && seq > 0)
      await client.query('select setval(pg_get_serial_sequence(quote_ident($1), $2), $3)', [name, 'id', seq]);
  }
  await client.query('commit');
}
