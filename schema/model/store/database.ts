// Owns the connection to the database, SQLite or PostgreSQL, and how a write is committed and rung. Not the tables, not the migrations' order.
import { closeSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MikroORM as PostgreSqlORM } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { MikroORM as SqliteORM } from '@mikro-orm/sqlite';
import { CompiledQuery, type Kysely } from 'kysely';
import type pg from 'pg';
import { AuditEntry } from '../account/audit.ts';
import { ProviderAttempt } from '../account/provider-attempt.ts';
import { HostCode, SecondFactor } from '../account/second-factor.ts';
import { Session, SignInLink } from '../account/session.ts';
import { ApiToken } from '../account/token.ts';
import { User } from '../account/user.ts';
import { CleanUp } from '../job/clean-up.ts';
import { Hold } from '../job/hold.ts';
import { Interaction } from '../job/interaction.ts';
import { Job } from '../job/job.ts';
import { Runner } from '../job/runner.ts';
import { Stop } from '../job/stop.ts';
import { LogChunk } from '../log/log.ts';
import { impatientSocket, noticeAbsence, takeBackBroken } from './connection.ts';
import { type Doorbell, fileDoorbell, notifyChannel, notifyDoorbell, type Topic } from './doorbell.ts';
import { Reserve } from './reserve.ts';
import { DatabaseTrouble, troubleOf } from './trouble.ts';

/** All entities, in the order in which their tables depend on each other. */
export const entities = [
  User,
  Job,
  Interaction,
  Stop,
  LogChunk,
  Runner,
  SignInLink,
  Session,
  ApiToken,
  CleanUp,
  AuditEntry,
  Hold,
  HostCode,
  SecondFactor,
  ProviderAttempt,
];

export type Dialect = 'sqlite' | 'postgresql';

/** A value that both drivers bind as it is. */
export type Bindable = string | number | null | Uint8Array;

/** Which dialect a database URL means; `null` for neither. A SQLite URL is `sqlite:PATH` or `file:PATH`. */
export function dialectOf(url: string): Dialect | null {
  if (/^postgres(ql)?:\/\//.test(url)) return 'postgresql';
  if (/^(sqlite|file):/.test(url)) return 'sqlite';
  return null;
}

/** The file a SQLite URL names. */
export const sqliteFile = (url: string): string => url.replace(/^(sqlite|file):(\/\/)?/, '');

/** The open database of one process. */
export interface Database extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly url: string;
  readonly orm: SqliteORM | PostgreSqlORM;
  readonly bell: Doorbell;
  /** Room kept on the disk for what cannot wait; null where the disk is not ours (PostgreSQL). */
  readonly reserve: Reserve | null;
  /** A fresh entity manager, for reading and for single statements. */
  em(): SqlEntityManager;
  /**
   * Runs `work` in one transaction and rings `topics` once it is committed. `work` waits for each of its statements before the next, and may
   * be run again from the start: while another process is writing, and when the disk is full, in the room of the {@link Reserve}.
   * Throws {@link DatabaseTrouble}, which says whether anything was recorded, and whatever `work` throws.
   */
  write<T>(topics: readonly Topic[], work: (em: SqlEntityManager) => Promise<T>): Promise<T>;
  /**
   * One SQL statement with bound parameters (`?`), past the ORM: it would write values into the statement's text, which is not for blobs.
   * In `em`'s transaction when one is given. Column values come as the driver gives them (64-bit integers on PostgreSQL as text).
   */
  execute(
    sql: string,
    values: readonly Bindable[],
    em?: SqlEntityManager,
  ): Promise<Record<string, unknown>[]>;
  /** Rings from within a transaction on PostgreSQL; on SQLite the ring follows the commit, see {@link Doorbell.ring}. */
  readonly ringsInTransaction: boolean;
}

/** `?` placeholders as PostgreSQL numbers them. Our statements have no question mark of another meaning. */
function numbered(sql: string): string {
  let n = 0;
  return sql.replaceAll('?', () => `$${++n}`);
}

const shared = {
  entities,
  // Each entity manager is forked per operation.
  allowGlobalContext: false,
  discovery: { warnWhenNoEntities: false },
} as const;

/**
 * Opens the database with its doorbell; does not migrate it (migration.ts).
 */
export async function openDatabase(url: string): Promise<Database> {
  const dialect = dialectOf(url);
  if (dialect === null) throw new Error(`not a database URL: ${url}`);
  return dialect === 'sqlite' ? await openSqlite(url) : await openPostgreSql(url);
}

async function openSqlite(url: string): Promise<Database> {
  const file = sqliteFile(url);
  // Created by hand so that nobody but the owner can read it, whatever the umask; the WAL takes the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const orm = new SqliteORM({ ...shared, dbName: file });
  await orm.connect();
  const native = await orm.em.getConnection().getNativeClient();
  native.pragma('journal_mode = wal');
  // An acknowledged answer, start, stop or exit is on the disk: WAL with FULL syncs at each commit.
  native.pragma('synchronous = full');
  // SQLite waits for a lock by stopping the whole process: only for a moment, then we wait ourselves (see untilFree).
  native.pragma('busy_timeout = 10');
  const dataVersion = native.prepare('pragma data_version').pluck();
  const bell = fileDoorbell(join(dirname(file), 'bell'), () => Number(dataVersion.get()));
  return database({ dialect: 'sqlite', url, orm, bell, reserve: new Reserve(dirname(file)) });
}

async function openPostgreSql(url: string): Promise<Database> {
  const orm = new PostgreSqlORM({
    ...shared,
    clientUrl: url,
    pool: { min: 0, max: 8 },
    driverOptions: {
      stream: impatientSocket,
      onPoolCreated: takeBackBroken,
      onConnect: (client: pg.Client) => client.query(noticeAbsence),
    },
  });
  await orm.connect();
  try {
    return database({ dialect: 'postgresql', url, orm, bell: await notifyDoorbell(url), reserve: null });
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

/** How long a write waits for another's to end before it fails, in milliseconds. */
const busyLimit = 10_000;

/**
 * Does a write again while another process has SQLite's write lock, for ten seconds at most. Nothing of it was done then: its first statement takes the lock.
 * Waiting is ours, not SQLite's, so that streams, timers and readers of this process go on meanwhile.
 * `reserve`: where room is taken for it when there is no other; of a write that the full disk refused nothing was done either.
 */
export async function untilFree<T>(write: () => Promise<T>, reserve: Reserve | null = null): Promise<T> {
  const limit = performance.now() + busyLimit;
  for (let delay = 1; ; delay = Math.min(delay * 2, 50)) {
    try {
      return await write();
    } catch (error) {
      const kind = troubleOf(error)?.kind;
      if (kind === 'full' && reserve?.release()) continue;
      if (kind !== 'busy' || performance.now() > limit) throw error;
      // A little chance, so that two who wait do not meet again and again.
      await wait(delay * (0.5 + Math.random()));
    }
  }
}

/**
 * Whether the database will never take this write: the values break a rule of it, the row they belong to is gone, or the file was deleted
 * under us. Anything else (locked, full, away) may pass.
 */
export function isRefused(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // PostgreSQL: class 22, data exception; class 23, integrity constraint violation.
  return /^(2[23]...|SQLITE_(CONSTRAINT.*|MISMATCH|TOOBIG|READONLY_DBMOVED))$/.test(code);
}

function database(parts: Pick<Database, 'dialect' | 'url' | 'orm' | 'bell' | 'reserve'>): Database {
  const { dialect, orm, bell, reserve } = parts;
  const ringsInTransaction = dialect === 'postgresql';
  const em = (): SqlEntityManager => orm.em.fork();
  const client = (): Kysely<unknown> => orm.em.getConnection().getClient();
  const patiently = <T>(write: () => Promise<T>, room: Reserve | null = null): Promise<T> =>
    dialect === 'sqlite' ? untilFree(write, room) : write();
  const execute: Database['execute'] = async (sql, values, inside) => {
    const connection: Kysely<unknown> = inside?.getTransactionContext() ?? client();
    const query = CompiledQuery.raw(dialect === 'postgresql' ? numbered(sql) : sql, [...values]);
    const run = async () => (await connection.executeQuery<Record<string, unknown>>(query)).rows;
    // Inside a transaction, only the whole of it can be done again. The reserve is not for what is large: log chunks come this way.
    return await (inside ? run() : patiently(run));
  };
  /**
   * A transaction by hand: the ORM's keeps its connection for ever when the rollback fails too, as it does on a connection that was cut
   * and after SQLite has rolled back by itself.
   */
  async function transact<T>(
    topics: readonly Topic[],
    work: (em: SqlEntityManager) => Promise<T>,
  ): Promise<T> {
    return await client()
      .connection()
      .execute(async (connection) => {
        const say = async (statement: string): Promise<void> => {
          await connection.executeQuery(CompiledQuery.raw(statement));
        };
        const inside = em();
        let committing = false;
        try {
          // On SQLite the lock is taken at once: a transaction that begins by reading can be refused when it comes to write.
          await say(dialect === 'sqlite' ? 'begin immediate' : 'begin');
          inside.setTransactionContext(connection);
          const value = await work(inside);
          if (ringsInTransaction) {
            for (const topic of topics) {
              await execute(`select pg_notify('${notifyChannel}', ?)`, [topic], inside);
            }
          }
          committing = true;
          await say('commit');
          return value;
        } catch (error) {
          await say('rollback').catch(() => {});
          const trouble = troubleOf(error);
          if (!trouble) throw error;
          const { kind } = trouble;
          throw new DatabaseTrouble(kind, committing && kind === 'unavailable' ? null : false, error);
        } finally {
          inside.resetTransactionContext();
        }
      })
      .catch((error: unknown) => {
        const trouble = troubleOf(error);
        // No connection was to be had.
        throw trouble && trouble !== error ? new DatabaseTrouble(trouble.kind, false, error) : error;
      });
  }
  return {
    ...parts,
    ringsInTransaction,
    em,
    execute,
    async write(topics, work) {
      const result = await patiently(() => transact(topics, work), reserve);
      bell.ring(topics);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await bell[Symbol.asyncDispose]();
      await orm.close(true);
    },
  };
}
