// Writes during database problems: a connection cut at the commit, a lock held by another process, a transaction that cannot be rolled back.
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { dialects, openTestDatabase } from '../../../tests/support/database.ts';
import { openProxy } from '../../../tests/support/postgresql/proxy.ts';
import { sharedPostgreSqlUrl } from '../../../tests/support/postgresql/shared-postgresql.ts';
import { unverifiedChange } from '../job/change.ts';
import { claimJob, recordSupervisor } from '../job/claim.ts';
import { endJob } from '../job/ending.ts';
import { enqueueJob } from '../job/enqueue.ts';
import { answerInteraction, askInteraction, InteractionAlreadyAnswered } from '../job/interaction.ts';
import { Job } from '../job/job.ts';
import { recordBacklog, recordStart } from '../job/report.ts';
import { requestStop, Stop } from '../job/stop.ts';
import { openDatabase } from '../open.ts';
import { sqliteFile } from './database.ts';
import { DatabaseProblem, databaseProblemOf } from './problem.ts';

const someone = { host: 'here', boot: 'boot', pid: 7, startTime: 70 };
const question = {
  kind: 'choices',
  prompt: '?',
  choices: [{ label: 'Yes', code: 'y' }],
  default: null,
} as const;

/** A PostgreSQL database with a job that asks, and the same database through a proxy. */
async function openBehindProxy() {
  const test = await openTestDatabase('postgresql');
  const proxy = await openProxy(test.database.url);
  const database = await openDatabase(proxy.urlOf(test.database.url));
  const { id: jobId } = await test.enqueue();
  await claimJob(test.database, 'here', ['default']);
  await recordStart(test.database, jobId, someone);
  const interactionId = (await askInteraction(test.database, jobId, question)) ?? 0;
  return {
    ...test,
    direct: test.database,
    database,
    proxy,
    jobId,
    interactionId,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

describe.each(['after the commit', 'before the commit'] as const)('a connection cut %s', (cut) => {
  it('a connection cut at the commit leaves one answer, confirmed to its user', async () => {
    await using test = await openBehindProxy();
    const { alice, bob, interactionId } = test;
    test.proxy.cut = cut;
    const request = { interactionId, answer: 'y', user: alice };
    expect(await answerInteraction(test.database, request)).toMatchObject({
      answer: 'y',
      answeredBy: alice.id,
    });
    expect(test.proxy.cuts).toBe(1);
    await expect(answerInteraction(test.direct, { ...request, user: bob })).rejects.toThrow(
      InteractionAlreadyAnswered,
    );
  });

  it('a connection cut at the commit leaves one stop, not an escalation', async () => {
    await using test = await openBehindProxy();
    test.proxy.cut = cut;
    const stop = () => requestStop(test.database, { jobId: test.jobId, mode: 'interrupt', user: test.alice });
    expect(await stop()).toMatchObject({ state: 'stopping' });
    expect(test.proxy.cuts).toBe(1);
    expect(await test.direct.em().count(Stop, { job: test.jobId })).toBe(1);
    await stop();
    expect(await test.direct.em().count(Stop, { job: test.jobId })).toBe(2);
  });

  it('a connection cut at the commit cancels a queued job once', async () => {
    await using test = await openBehindProxy();
    const queued = await test.enqueue();
    test.proxy.cut = cut;
    const request = { jobId: queued.id, mode: 'interrupt', user: test.alice } as const;
    expect(await requestStop(test.database, request)).toMatchObject({ state: 'cancelled' });
    expect(test.proxy.cuts).toBe(1);
    expect(await test.direct.em().count(Stop, { job: queued.id })).toBe(1);
  });

  it('a connection cut at the commit queues one job, with and without an idempotency key', async () => {
    await using test = await openBehindProxy();
    for (const idempotencyKey of [null, 'mine']) {
      test.proxy.cut = cut;
      const changes = [unverifiedChange('1102340')];
      const job = await enqueueJob(test.database, {
        kind: 'backport',
        changes,
        owner: test.alice,
        idempotencyKey,
      });
      expect(job.state).toBe('queued');
    }
    expect(test.proxy.cuts).toBe(2);
    // One is there from before.
    expect(await test.direct.em().count(Job, {})).toBe(3);
  });
});

describe('a PostgreSQL that breaks off connections', () => {
  it('writes succeed after any number of cut connections', async () => {
    await using test = await openTestDatabase('postgresql');
    const { database } = test;
    const admin = new pg.Client({ connectionString: `${await sharedPostgreSqlUrl()}postgres` });
    await admin.connect();
    const name = new URL(database.url).pathname.slice(1);
    // More often than there are connections: none of them is kept by a transaction that could not be undone.
    for (let times = 0; times < 20; times++) {
      const failed = await database
        .write([], async (em) => {
          await em.count(Job, {});
          await admin.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and state like 'idle in%'",
            [name],
          );
          await em.count(Job, {});
        })
        .catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(DatabaseProblem);
      expect(failed).toMatchObject({ kind: 'unavailable', recorded: false });
    }
    expect((await test.enqueue()).state).toBe('queued');
    await admin.end();
  });
});

describe('a SQLite database locked by another process', () => {
  it('a write to a locked SQLite database is retried, then says that nothing was recorded', async () => {
    await using test = await openTestDatabase('sqlite', { busyLimit: 500 });
    const holder = new SqliteDatabase(sqliteFile(test.database.url));
    holder.exec('begin immediate');
    const failed = await test.enqueue().catch((error: unknown) => error);
    expect(failed).toMatchObject({
      kind: 'busy',
      recorded: false,
      message: expect.stringMatching(/Try again/),
    });
    holder.exec('rollback');
    holder.close();
    expect((await test.enqueue()).id).toBe(1);
  });
});

describe('an error', () => {
  it.each([
    ['SQLITE_BUSY_SNAPSHOT', 'busy'],
    ['SQLITE_FULL', 'full'],
    ['ENOSPC', 'full'],
    ['SQLITE_IOERR_READ', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
    ['57P01', 'unavailable'],
    ['53100', 'full'],
    ['SQLITE_READONLY_DBMOVED', undefined],
    ['23505', undefined],
    ['42P01', undefined],
  ])('an error with the code %s is a database problem of the kind %s', (code, kind) => {
    expect(databaseProblemOf(Object.assign(new Error('it failed'), { code }))?.kind).toBe(kind);
  });

  it.each(['Connection terminated unexpectedly', 'select 1 - Connection terminated unexpectedly'])(
    'an error without a code is recognised by its message: %s',
    (message) => {
      expect(databaseProblemOf(new Error(message))?.kind).toBe('unavailable');
    },
  );
});

describe.each(dialects)('on %s', (dialect) => {
  it('a supervisor can take its job again after an unknown outcome', async () => {
    await using test = await openTestDatabase(dialect);
    const { id } = await test.enqueue();
    await claimJob(test.database, 'here', ['default']);
    expect(await recordSupervisor(test.database, id, someone)).toBe(true);
    expect(await recordSupervisor(test.database, id, someone)).toBe(true);
    expect(await recordSupervisor(test.database, id, { ...someone, pid: 8 })).toBe(false);
  });

  it('a job’s recording stores since when it has a backlog, but not after its end', async () => {
    await using test = await openTestDatabase(dialect);
    const { database } = test;
    const { id } = await test.enqueue();
    const look = () => database.em().findOneOrFail(Job, { id });
    await recordBacklog(database, id, 5);
    expect(await look()).toMatchObject({ behindSince: null, revision: 1 });
    await claimJob(database, 'here', ['default']);
    await recordBacklog(database, id, 10);
    await recordBacklog(database, id, 20);
    expect(await look()).toMatchObject({ behindSince: 10, revision: 3 });
    await recordBacklog(database, id, null);
    await recordBacklog(database, id, null);
    expect(await look()).toMatchObject({ behindSince: null, revision: 4 });
    await recordBacklog(database, id, 30);
    await endJob(database, id, { state: 'lost', reason: 'gone', exit: { status: null, signal: null } });
    await recordBacklog(database, id, 40);
    expect(await look()).toMatchObject({ state: 'lost', behindSince: null });
  });
});

it('a statement that an operator of PostgreSQL cancels was not recorded, and says so', async () => {
  await using test = await openTestDatabase('postgresql');
  const { database } = test;
  const writing = database
    .write([], (em) => database.execute('select pg_sleep(60)', [], em))
    .catch((error: unknown) => error);
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity
    where datname = current_database() and query like '%sleep(60)%' and state = 'active' and pid <> pg_backend_pid()`;
  await expect.poll(() => database.execute(cancel, [])).toHaveLength(1);
  expect(await writing).toMatchObject({ name: 'DatabaseProblem', kind: 'unavailable', recorded: false });
});
