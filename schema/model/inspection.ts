// Owns looking at a database from outside, without making, migrating or changing anything: for `spiderpig doctor`. Not the database in use (database.ts).
import { existsSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { migrations as postgresqlMigrations } from './migration/postgresql/list.ts';
import { migrations as sqliteMigrations } from './migration/sqlite/list.ts';
import { dialectOf, sqliteFile } from './store/database.ts';

/** What was found. */
export interface Inspection {
  /** As in `SQLite 3.50.4` or `PostgreSQL 18.4`. */
  readonly version: string;
  /** The steps that the next start will do; null: nothing of ours is in it yet. */
  readonly pending: readonly string[] | null;
  /** Steps that this version does not know: a newer one wrote them. */
  readonly unknown: readonly string[];
  /** How far its clock is ahead of this machine's, in milliseconds, give or take `uncertainty`; null: it has none of its own. */
  readonly clock: { readonly ahead: number; readonly uncertainty: number } | null;
  /** Who signed in last at the identity provider, and which groups it told of; null: nobody did. */
  readonly lastProviderSignIn: { readonly user: string; readonly groups: readonly string[] } | null;
}

/** How long a database may take to answer, in milliseconds. */
const patience = 5_000;

/** Asks a question of the database; `null` where there is no such table or column yet. */
type Ask = (sql: string) => Promise<readonly Record<string, unknown>[] | null>;

async function inspect(
  ask: Ask,
  known: readonly { readonly name: string }[],
  more: Pick<Inspection, 'version' | 'clock'>,
): Promise<Inspection> {
  const executed =
    (await ask('select name from mikro_orm_migrations'))?.map(({ name }) => String(name)) ?? null;
  const names = known.map(({ name }) => name);
  const [last] =
    (await ask(
      "select a.name as name, a.groups as groups from account a join session s on s.user_id = a.id where s.way = 'provider' order by s.id desc limit 1",
    )) ?? [];
  const groups: unknown =
    typeof last?.['groups'] === 'string' ? JSON.parse(last['groups']) : last?.['groups'];
  return {
    ...more,
    pending: executed && names.filter((name) => !executed.includes(name)),
    unknown: executed?.filter((name) => !names.includes(name)) ?? [],
    lastProviderSignIn: last
      ? { user: String(last['name']), groups: Array.isArray(groups) ? groups.map(String) : [] }
      : null,
  };
}

/** Looks at a database. `null`: a SQLite file that is not there yet. Rejects when it cannot be reached or read. */
export async function inspectDatabase(url: string): Promise<Inspection | null> {
  if (dialectOf(url) === 'sqlite') {
    const file = sqliteFile(url);
    if (!existsSync(file)) return null;
    const database = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: patience });
    try {
      const ask: Ask = async (sql) => {
        try {
          return database.prepare<[], Record<string, unknown>>(sql).all();
        } catch (error) {
          if (error instanceof Error && /no such (table|column)/.test(error.message)) return null;
          throw error;
        }
      };
      const version = database.prepare('select sqlite_version()').pluck().get();
      return await inspect(ask, sqliteMigrations, { version: `SQLite ${version}`, clock: null });
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: patience,
    query_timeout: patience,
    options: '-c default_transaction_read_only=on',
  });
  // It also tells of a connection that breaks between two questions; the question that waits fails by itself.
  client.on('error', () => {});
  await client.connect();
  try {
    const ask: Ask = async (sql) => {
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } catch (error) {
        // Undefined table, undefined column.
        if (error instanceof Error && 'code' in error && /^42(P01|703)$/.test(String(error.code)))
          return null;
        throw error;
      }
    };
    const before = Date.now();
    const [row] =
      (await ask(
        "select current_setting('server_version') as version, extract(epoch from clock_timestamp()) * 1000 as now",
      )) ?? [];
    const after = Date.now();
    const version = `PostgreSQL ${row?.['version']}`;
    const uncertainty = (after - before) / 2;
    const clock = { ahead: Number(row?.['now']) - (before + uncertainty), uncertainty };
    return await inspect(ask, postgresqlMigrations, { version, clock });
  } finally {
    await client.end();
  }
}
