// Owns removing old jobs: selecting them, deleting them in small steps, releasing their disk space. Not when that is done (jobrunner/loop/clean-up.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { minuteInUtc } from '../../text/minute.ts';
import { sessionSettings } from '../store/connection.ts';
import type { Bindable, Database } from '../store/database.ts';
import { tryLock } from '../store/lock.ts';
import { CleanUp, type Retention } from './clean-up.ts';
import { countEndedJobs } from './count.ts';
import { endedStateList } from './state.ts';

export interface CleanUpOptions {
  readonly retention: Retention;
  /**
   * Called with the numbers of jobs, several at a time, before they are removed. After an interruption, called again for those that were
   * not removed.
   */
  readonly onRemoval: (jobs: readonly number[]) => void;
  /**
   * How long a job that is too old stays hidden before it is deleted, in milliseconds; default 0. If the clock that hid it turns out to be wrong,
   * it is shown again.
   */
  readonly grace?: number;
}

/** Jobs are not removed because of their age, because the clock may be wrong. Nothing was changed. */
export class ClockNotTrusted extends Error {}

/** The largest difference between the clocks of this host and of PostgreSQL, and the longest time without any order, in milliseconds. */
const clockTolerance = 300_000;
const longestPause = 30 * 86_400_000;

/**
 * Throws {@link ClockNotTrusted} unless the clock of this host agrees with that of PostgreSQL, and is not far ahead of what was recorded last. SQLite
 * uses the clock of this host. Reads only.
 */
export async function checkClock(db: Database, now = Date.now()): Promise<void> {
  const clock =
    db.dialect === 'postgresql' ? 'cast(extract(epoch from clock_timestamp()) * 1000 as bigint)' : '?';
  const [row] = await db.execute(
    `select ${clock} as now, (select max(at) from ledger) as last`,
    db.dialect === 'postgresql' ? [] : [now],
  );
  const ahead = now - Number(row?.['now']);
  if (Math.abs(ahead) > clockTolerance)
    throw new ClockNotTrusted(
      `the clock of this host is ${Math.round(Math.abs(ahead) / 1_000)} s ${ahead > 0 ? 'ahead of' : 'behind'} the clock of the database: synchronise both with NTP`,
    );
  const last = Number(row?.['last']);
  if (now - last > longestPause)
    throw new ClockNotTrusted(
      `the clock of this host says ${minuteInUtc(now)}, but the last thing that was recorded is of ${minuteInUtc(last)}. If the clock is right, old jobs are removed after the next job was queued`,
    );
}

const day = 86_400_000;
/** How many jobs one statement withdraws. */
const jobsPerWithdrawal = 100;
/** The limits of one step: bytes of log, and chunks. A step holds SQLite's write lock for a few milliseconds (bench: clean-up). */
const bytesPerStep = 262_144;
const chunksPerStep = 250;
/** How many pages of a SQLite database are released in one step. */
const pagesPerStep = 64;
/** The pause after each step: this many times as long as the step took, and at least so many milliseconds. */
const restShare = 4;
const leastRest = 5;

/**
 * Removes ended jobs beyond the retention: withdraws them, deletes their logs and rows in small steps, and releases the disk space. Many
 * transactions; an interrupted clean-up, by the signal or a crash, is continued by the next one. Writes nothing if there is nothing to
 * remove. Returns its record; `null` if there was nothing to do, another process is doing it, or it was interrupted.
 */
export async function cleanUp(
  db: Database,
  options: CleanUpOptions,
  signal: AbortSignal,
): Promise<CleanUp | null> {
  const { retention, grace = 0 } = options;
  const now = Date.now();
  if (!(await isNeeded(db, { retention, grace, now }))) return null;
  await using lock = await tryLock(db.url, 'clean-up');
  // The previous holder of the lock may just have finished.
  if (lock === null || !(await isNeeded(db, { retention, grace, now }))) return null;
  if (grace > 0) {
    await showAgain(db, now);
    await hideOld(db, retention, now);
    if (!(await isNeeded(db, { retention, grace, now }))) return null;
  }
  const id = await begin(db);
  while (!signal.aborted) {
    const jobs = await withdrawJobs(db, { retention, grace, now });
    if (jobs.length === 0) break;
    options.onRemoval(jobs);
    for (const job of jobs) {
      let gone = false;
      while (!gone && !signal.aborted) gone = await throttled(() => removeSome(db, id, job), signal);
    }
  }
  if (!signal.aborted) await releaseSpace(db, signal);
  if (signal.aborted) return null;
  return await db.write(['jobs'], async (em) => {
    await em.nativeUpdate(CleanUp, { id }, { finishedAt: Date.now() });
    return await em.findOneOrFail(CleanUp, { id });
  });
}

/**
 * The ended jobs that are not being removed. The state is an expression, so that no index of states is used for it: almost all jobs have
 * these states, and the order of the search (`finished_at`, `id`) has an index that ends at the first job to keep.
 */
const endedJobs = `removed_at is null and state || '' in (${endedStateList})`;

/** How many of the oldest jobs are beyond the number of jobs to keep. */
async function surplus(db: Database, { jobs }: Retention): Promise<number> {
  return jobs > 0 ? Math.max(0, (await countEndedJobs(db)) - jobs) : 0;
}

/** The point in time before which a job must have ended to be too old; null: age does not matter. Pure. */
const oldest = ({ days }: Retention, now: number): number | null => (days > 0 ? now - days * day : null);

/** What decides about a job. `now`: in milliseconds since 1970 UTC. */
interface Rule {
  readonly retention: Retention;
  readonly grace: number;
  readonly now: number;
}

/** Shows jobs again that were hidden at a time that is still to come: the clock was wrong then. One transaction, if there are any. */
async function showAgain(db: Database, now: number): Promise<void> {
  const early = 'removed_at > ?';
  const values = [now + clockTolerance];
  if ((await db.execute(`select 1 as one from job where ${early} limit 1`, values)).length === 0) return;
  await db.write(['jobs', 'log'], (em) =>
    db.execute(`update job set removed_at = null, revision = revision + 1 where ${early}`, values, em),
  );
}

/** Hides all jobs that are too old. Many transactions. */
async function hideOld(db: Database, retention: Retention, now: number): Promise<void> {
  while ((await withdrawAged(db, retention, now)).length > 0);
}

/** Whether there are old jobs, withdrawn jobs whose time has come, or an interrupted clean-up. Reads only, because a write would take the lock. */
async function isNeeded(db: Database, { retention, grace, now }: Rule): Promise<boolean> {
  const limit = oldest(retention, now);
  const byAge = limit === null ? '' : `or exists (select 1 from job where ${endedJobs} and finished_at < ?)`;
  const rows = await db.execute(
    `select 1 as needed where exists (select 1 from job where removed_at is not null and (removed_at <= ? or removed_at > ?))
       or exists (select 1 from clean_up where finished_at is null) ${byAge}`,
    [now - grace, grace > 0 ? now + clockTolerance : now, ...(limit === null ? [] : [limit])],
  );
  return rows.length > 0 || (await surplus(db, retention)) > 0;
}

/** The number of the record to count in: of an interrupted clean-up, or a new one. */
async function begin(db: Database): Promise<number> {
  const brokenOff = await db.em().findOne(CleanUp, { finishedAt: null });
  if (brokenOff) return brokenOff.id;
  return await db.write([], (em) =>
    em.insert(CleanUp, { startedAt: Date.now(), jobs: 0, lines: 0, bytes: 0 }),
  );
}

/**
 * Withdraws some old jobs, oldest first, and returns their numbers; already withdrawn ones come first. Withdrawn jobs are hidden, and their
 * idempotency keys are free. At most one transaction. It reads about as many rows as it withdraws.
 */
async function withdrawJobs(db: Database, rule: Rule): Promise<number[]> {
  const withdrawn = await db.execute(
    'select id from job where removed_at is not null and (removed_at <= ? or ? = 0) order by id limit ?',
    [rule.now - rule.grace, rule.grace, jobsPerWithdrawal],
  );
  const rows = withdrawn.length > 0 ? withdrawn : await withdrawOld(db, rule);
  return rows.map((row) => Number(row['id'])).sort((a, b) => a - b);
}

/** First the jobs that are too old, then those that are too many. */
async function withdrawOld(db: Database, { retention, grace, now }: Rule): Promise<Rows> {
  const old = grace > 0 ? [] : await withdrawAged(db, retention, now);
  if (old.length > 0) return old;
  const tooMany = Math.min(jobsPerWithdrawal, await surplus(db, retention));
  // No clock decides about these, so they are due immediately.
  return tooMany === 0 ? [] : await withdraw(db, now - grace, 'order by id', [tooMany]);
}

type Rows = readonly Record<string, unknown>[];

/** Withdraws some jobs that are too old. */
async function withdrawAged(db: Database, retention: Retention, now: number): Promise<Rows> {
  const limit = oldest(retention, now);
  if (limit === null) return [];
  return await withdraw(db, now, 'and finished_at < ? order by finished_at', [limit, jobsPerWithdrawal]);
}

const withdraw = (db: Database, at: number, selection: string, values: readonly Bindable[]): Promise<Rows> =>
  db.write(['jobs', 'log'], (em) =>
    db.execute(
      `update job set removed_at = ?, idempotency_key = null, revision = revision + 1
       where id in (select id from job where ${endedJobs} ${selection} limit ?) returning id`,
      [at, ...values],
      em,
    ),
  );

/**
 * Deletes part of a withdrawn job's log, from its end so that concurrent readers see no gap, and finally the job. Returns whether the job
 * is deleted. Counts what is deleted in the same transaction.
 */
async function removeSome(db: Database, cleanUpId: number, jobId: number): Promise<boolean> {
  const chunks = await db.execute(
    `select first_number, octet_length(body) as bytes from log_chunk where job_id = ?
     order by first_number desc limit ?`,
    [jobId, chunksPerStep],
  );
  let size = 0;
  let taken = 0;
  for (; taken < chunks.length && size < bytesPerStep; taken++) size += Number(chunks[taken]?.['bytes']);
  const isLast = taken === chunks.length && taken < chunksPerStep;
  const from = isLast ? 0 : Number(chunks[taken - 1]?.['first_number']);
  await db.write([], async (em) => {
    const removed = await db.execute(
      `delete from log_chunk where job_id = ? and first_number >= ?
       returning line_count, octet_length(body) as bytes`,
      [jobId, from],
      em,
    );
    const jobs = isLast ? await db.execute('delete from job where id = ? returning id', [jobId], em) : [];
    await db.execute(
      'update clean_up set jobs = jobs + ?, lines = lines + ?, bytes = bytes + ? where id = ?',
      [jobs.length, sum(removed, 'line_count'), sum(removed, 'bytes'), cleanUpId],
      em,
    );
  });
  return isLast;
}

const sum = (rows: readonly Record<string, unknown>[], column: string): number =>
  rows.reduce((total, row) => total + Number(row[column]), 0);

/** Runs one step, then pauses so that other writers get the lock. */
export async function throttled<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const began = performance.now();
  const result = await step();
  const rest = Math.max(leastRest, restShare * (performance.now() - began));
  await wait(rest, undefined, { signal }).catch(() => {});
  return result;
}

/** Releases the space of deleted rows to the file system; on PostgreSQL mostly for reuse by new rows. Many short transactions. */
export async function releaseSpace(db: Database, signal: AbortSignal): Promise<void> {
  if (db.dialect === 'postgresql') return await vacuum(db.url, signal);
  if (!(await canShrink(db))) return;
  const [row] = await db.execute('pragma freelist_count', []);
  for (let left = Number(row?.['freelist_count']); left > 0 && !signal.aborted; left -= pagesPerStep) {
    await throttled(() => db.write([], (em) => freePages(db, em)), signal);
  }
  // The file shrinks when the write-ahead log is checkpointed. A passive checkpoint makes nobody wait.
  await db.execute('pragma wal_checkpoint(passive)', []);
}

/** The value of `pragma auto_vacuum` for incremental mode. */
const incremental = 2;

/**
 * Whether deleted space can be released to the file system. A SQLite file created by an early version keeps its size, and new lines reuse
 * the space.
 */
export async function canShrink(db: Database): Promise<boolean> {
  if (db.dialect === 'postgresql') return true;
  const [row] = await db.execute('pragma auto_vacuum', []);
  return row?.['auto_vacuum'] === incremental;
}

async function freePages(db: Database, em: SqlEntityManager): Promise<void> {
  for (let page = 0; page < pagesPerStep; page++) {
    // One page per statement: this driver stops after the first, regardless of the number.
    await db.execute('pragma incremental_vacuum(1)', [], em);
  }
}

/** Runs VACUUM on a separate connection, which is throttled and can be cut. */
async function vacuum(url: string, signal: AbortSignal): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, application_name: 'spiderpig clean-up' });
  // PostgreSQL ends the VACUUM when the connection is cut.
  client.on('error', () => {});
  const cut = (): void => void client.end();
  await client.connect();
  signal.addEventListener('abort', cut, { once: true });
  try {
    signal.throwIfAborted();
    await client.query(sessionSettings);
    await client.query("set vacuum_cost_delay = '2ms'");
    await client.query('vacuum log_chunk');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', cut);
    await client.end();
  }
}
