// Owns inspecting a database for `spiderpig doctor`, without creating, migrating or changing anything. Not the database in use (open.ts).
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { listedMigrations } from './migration/list.ts';
import { type Ask, type OperationState, readOperationState } from './operation-state.ts';
import { dialectOf, sqliteFile } from './store/database.ts';
import { checkPostgreSql, UnsuitableDatabase } from './store/postgresql-check.ts';

/** The result of an inspection. */
export interface Inspection {
  /** As in `SQLite 3.50.4` or `PostgreSQL 18.4`. */
  readonly version: string;
  /** The migrations that the next start will run; null if the database is empty. */
  readonly pending: readonly string[] | null;
  /** Migrations that this version does not know: a newer version ran them. */
  readonly unknown: readonly string[];
  /** How far its clock is ahead of this machine's, in milliseconds, plus or minus `uncertainty`; null for SQLite, which uses the clock of this machine. */
  readonly clock: { readonly ahead: number; readonly uncertainty: number } | null;
  /** The names of users who have started jobs or have been signed in as deployers, without those who are banned; at most 500. */
  readonly deployers: readonly string[];
  /** Whether nothing can be written: a standby, a read-only session, or a file that this user may not write. */
  readonly isReadOnly: boolean;
  /** Why SpiderPig cannot use it, and what to do; null if it can. */
  readonly unsuitable: string | null;
  /** Whether something is held, refused, disabled, or hangs. */
  readonly operation: OperationState;
  /** The last user who signed in at the identity provider, and the groups it reported; null if there was none. */
  readonly lastProviderSignIn: { readonly user: string; readonly groups: readonly string[] } | null;
}

/** How long the database may take to respond, in milliseconds. */
const timeout = 5_000;

async function inspect(
  ask: Ask,
  known: readonly { readonly name: string }[],
  more: Pick<Inspection, 'version' | 'clock' | 'isReadOnly' | 'unsuitable'>,
): Promise<Inspection> {
  const executed =
    (await ask('select name from mikro_orm_migrations'))?.map(({ name }) => String(name)) ?? null;
  const deployers =
    (await ask(
      `select name from account a where banned_at is null and (exists (select 1 from job j where j.owner_id = a.id)
         or exists (select 1 from session s where s.user_id = a.id and s.role in ('deployer', 'admin')))
       order by name limit 500`,
    )) ?? [];
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
    deployers: deployers.map(({ name }) => String(name)),
    operation: await readOperationState(ask),
    lastProviderSignIn: last
      ? { user: String(last['name']), groups: Array.isArray(groups) ? groups.map(String) : [] }
      : null,
  };
}

/** Inspects a database. `null` for a SQLite file that does not exist. Rejects if the database cannot be reached or read. */
export async function inspectDatabase(url: string): Promise<Inspection | null> {
  if (dialectOf(url) === 'postgresql') return await inspectPostgreSql(url);
  const file = sqliteFile(url);
  return existsSync(file) ? await inspectSqlite(file) : null;
}

/** Whether this user may write a file or a directory, which also depends on its file system. */
function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function inspectSqlite(file: string): Promise<Inspection> {
  const database = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout });
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
    return await inspect(ask, listedMigrations.sqlite, {
      version: `SQLite ${version}`,
      clock: null,
      isReadOnly: ![file, dirname(file)].every(canWrite),
      unsuitable: null,
    });
  } finally {
    database.close();
  }
}

async function inspectPostgreSql(url: string): Promise<Inspection> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
  });
  // Emitted too when the connection breaks between two queries; a pending query rejects anyway.
  client.on('error', () => {});
  await client.connect();
  try {
    // Not as an option of the connection: a pooler refuses these.
    const standby = await client.query<{ read_only: string }>(
      "select current_setting('transaction_read_only') as read_only",
    );
    await client.query('set default_transaction_read_only = on');
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
    return await inspect(ask, listedMigrations.postgresql, {
      ...(await versionAndClock(ask)),
      isReadOnly: standby.rows[0]?.read_only === 'on',
      unsuitable: await unsuitabilityOf(url),
    });
  } finally {
    await client.end();
  }
}

/** The version of PostgreSQL, and how far its clock is ahead of this one, within half of the time that asking took. */
async function versionAndClock(ask: Ask): Promise<Pick<Inspection, 'version' | 'clock'>> {
  const before = Date.now();
  const [row] =
    (await ask(
      "select current_setting('server_version') as version, extract(epoch from clock_timestamp()) * 1000 as now",
    )) ?? [];
  const uncertainty = (Date.now() - before) / 2;
  const ahead = Number(row?.['now']) - (before + uncertainty);
  return { version: `PostgreSQL ${row?.['version']}`, clock: { ahead, uncertainty } };
}

async function unsuitabilityOf(url: string): Promise<string | null> {
  try {
    await checkPostgreSql(url);
    return null;
  } catch (error) {
    if (!(error instanceof UnsuitableDatabase)) throw error;
    return error.message;
  }
}
