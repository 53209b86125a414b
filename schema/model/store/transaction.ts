// Owns how a write is committed and rung on a connected ORM, and how errors of the driver become database problems. Not connecting (open.ts).
import type { MikroORM as PostgreSqlORM } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { MikroORM as SqliteORM } from '@mikro-orm/sqlite';
import { CompiledQuery, type Kysely } from 'kysely';
import { retryWhileBusy } from './busy.ts';
import { CommitsLost } from './continuity.ts';
import { type Database, numbered } from './database.ts';
import { notifyChannel, type Topic } from './doorbell.ts';
import { DatabaseProblem, databaseProblemOf } from './problem.ts';
import type { Reserve } from './reserve.ts';

/** The options of MikroORM on both dialects. */
export const ormOptions = {
  // Each operation forks its own entity manager.
  allowGlobalContext: false,
  discovery: { warnWhenNoEntities: false },
} as const;

/** What a {@link Database} is made of. It closes both the doorbell and the ORM. */
type DatabaseParts = Pick<
  Database,
  'dialect' | 'url' | 'doorbell' | 'reserve' | 'shortage' | 'continuity'
> & {
  readonly orm: SqliteORM | PostgreSqlORM;
  readonly busyLimit?: number | undefined;
};

/** A database over a connected ORM. */
export function databaseOf({ orm, busyLimit, ...parts }: DatabaseParts): Database {
  const { dialect, doorbell, reserve, continuity } = parts;
  const ringsInTransaction = dialect === 'postgresql';
  const em = (): SqlEntityManager => orm.em.fork();
  const client = (): Kysely<unknown> => orm.em.getConnection().getClient();
  const retried = <T>(write: () => Promise<T>, space: Reserve | null = null): Promise<T> =>
    dialect === 'sqlite' ? retryWhileBusy(write, space, busyLimit) : write();
  const execute: Database['execute'] = async (sql, values, inside) => {
    const connection: Kysely<unknown> = inside?.getTransactionContext() ?? client();
    const query = CompiledQuery.raw(dialect === 'postgresql' ? numbered(sql) : sql, [...values]);
    const run = async () => (await connection.executeQuery<Record<string, unknown>>(query)).rows;
    // Inside a transaction, only the whole transaction can be retried. The reserve is not for large writes, and log chunks are written here.
    return await (inside ? run() : retried(run));
  };
  const database: Database = {
    ...parts,
    ringsInTransaction,
    em,
    execute,
    async write(topics, work, { order = topics.includes('orders') } = {}) {
      const rings = ringsInTransaction ? topics : [];
      // On SQLite the lock is taken first: a transaction that begins by reading can be refused when it writes.
      const begin = dialect === 'sqlite' ? 'begin immediate' : 'begin';
      const commit = async () => {
        const committed = await transact(client(), em(), begin, async (inside) => {
          const value = await work(inside);
          const mark = order ? await continuity.record(database, inside) : null;
          await notify(execute, inside, rings);
          return { value, mark };
        });
        if (committed.mark) continuity.committed(committed.mark);
        return committed.value;
      };
      if (order) continuity.checkFile();
      const result = await retried(commit, reserve).catch(async (error: unknown) => {
        if (!(error instanceof CommitsLost)) throw error;
        await continuity.compare(database);
        return await retried(commit, reserve);
      });
      doorbell.ring(topics);
      return result;
    },
    async [Symbol.asyncDispose]() {
      continuity[Symbol.dispose]();
      await doorbell[Symbol.asyncDispose]();
      await orm.close(true);
    },
  };
  return database;
}

async function notify(
  execute: Database['execute'],
  em: SqlEntityManager,
  topics: readonly Topic[],
): Promise<void> {
  for (const topic of topics) await execute(`select pg_notify('${notifyChannel}', ?)`, [topic], em);
}

/**
 * Runs `work` in a transaction without the ORM's own `transactional`, which keeps its connection forever when the rollback fails too. That
 * happens on a connection that was cut, and after SQLite has rolled back by itself.
 */
async function transact<T>(
  client: Kysely<unknown>,
  em: SqlEntityManager,
  begin: string,
  work: (em: SqlEntityManager) => Promise<T>,
): Promise<T> {
  try {
    return await client.connection().execute(async (connection) => {
      const run = async (statement: string): Promise<void> => {
        await connection.executeQuery(CompiledQuery.raw(statement));
      };
      let committing = false;
      try {
        await run(begin);
        em.setTransactionContext(connection);
        const value = await work(em);
        committing = true;
        await run('commit');
        return value;
      } catch (error) {
        await run('rollback').catch(() => {});
        const problem = databaseProblemOf(error);
        if (!problem) throw error;
        const { kind } = problem;
        throw new DatabaseProblem(kind, committing && kind === 'unavailable' ? null : false, error);
      } finally {
        em.resetTransactionContext();
      }
    });
  } catch (error) {
    const problem = databaseProblemOf(error);
    // No connection could be opened.
    throw problem && problem !== error ? new DatabaseProblem(problem.kind, false, error) : error;
  }
}
