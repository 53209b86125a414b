// Owns taking jobs out of the queue: a jobrunner claims one, a supervisor takes it over. Not running it (jobrunner/supervisor.ts).
import { raw, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../store/database.ts';
import { lockHolds, notHeldCondition } from './hold.ts';
import { Job, type SupervisorIdentity } from './job.ts';
import { isSame } from './process.ts';
import { activeStateList, jobKinds } from './state.ts';
import { currentSupervision } from './supervision.ts';

/** As many placeholders as there are words. */
const marks = (words: readonly string[]): string => words.map(() => '?').join(', ');

/** Whether a job of these lanes waits that this version can run. */
export async function hasQueuedJob(db: Database, lanes: readonly string[]): Promise<boolean> {
  if (lanes.length === 0) return false;
  const rows = await db.execute(
    `select 1 from job where state = 'queued' and lane in (${marks(lanes)}) and kind in (${marks(jobKinds)}) limit 1`,
    [...lanes, ...jobKinds],
  );
  return rows.length > 0;
}

/**
 * Takes the oldest queued job of a free lane, if there is one: *queued* becomes *starting*. Returns its number. A kind that this version does
 * not know, which a newer server may queue, waits for a newer jobrunner. One transaction.
 * No other job overtakes one of its lane: not even while the older one is just being taken by somebody else. While a hold counts none is taken.
 */
export async function claimJob(
  db: Database,
  runner: string,
  lanes: readonly string[],
  now = Date.now(),
): Promise<number | null> {
  if (lanes.length === 0) return null;
  try {
    return await db.write(['jobs'], (em) => takeQueued(db, em, runner, lanes, now));
  } catch (error) {
    // Another jobrunner took another job of this lane in the same moment: the unique index let one through.
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

/** What {@link claimJob} does, in the caller's transaction. */
async function takeQueued(
  db: Database,
  em: SqlEntityManager,
  runner: string,
  lanes: readonly string[],
  now: number,
): Promise<number | null> {
  await lockHolds(db, em, 'start');
  const rows = await db.execute(
    `update job set state = 'starting', runner = ?, revision = revision + 1
     where state = 'queued' and id = (
       select q.id from job q where q.state = 'queued' and q.lane in (${marks(lanes)}) and q.kind in (${marks(jobKinds)})
         and not exists (select 1 from job a where a.lane = q.lane and (a.state in (${activeStateList})
           or (a.state = 'queued' and a.id < q.id and a.kind in (${marks(jobKinds)}))))
       order by q.id limit 1 ${db.dialect === 'postgresql' ? 'for update skip locked' : ''})
       and ${notHeldCondition}
     returning id`,
    [runner, ...lanes, ...jobKinds, ...jobKinds, now],
    em,
  );
  return rows.length === 0 ? null : Number(rows[0]?.['id']);
}

/** Claims of a lane that no job can have: so that the next claim, which somebody waits for, is not the first in a long time. Rings nothing. */
export async function warmUpClaim(db: Database): Promise<void> {
  for (let times = 0; times < 3; times++)
    await db.write([], (em) => takeQueued(db, em, '', [''], Date.now()));
}

/** The drivers' own codes: a statement past the ORM is not translated by it. */
function isUniqueViolation(error: unknown): boolean {
  if (error instanceof UniqueConstraintViolationException) return true;
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === '23505' || error.code === 'SQLITE_CONSTRAINT_UNIQUE')
  );
}

/**
 * The supervisor says who it is, before it starts anything. Of several that were handed the same job, one wins: `false` for the others, and
 * for a job that is not (or no longer) to be started. Who has won already wins again. One transaction.
 */
export async function recordSupervisor(
  db: Database,
  jobId: number,
  supervisor: SupervisorIdentity,
): Promise<boolean> {
  return await db.write(['jobs'], (em) => assignSupervisor(em, jobId, supervisor));
}

/** What {@link recordSupervisor} does, in the caller's transaction. */
export async function assignSupervisor(
  em: SqlEntityManager,
  jobId: number,
  supervisor: SupervisorIdentity,
): Promise<boolean> {
  const won = await em.nativeUpdate(
    Job,
    { id: jobId, state: { $in: ['starting', 'stopping'] }, supervisor: null },
    { supervisor, supervision: currentSupervision, revision: raw<number>('revision + 1') },
  );
  if (won === 1) return true;
  const job = await em.findOne(Job, { id: jobId, state: { $in: ['starting', 'stopping'] } });
  return job?.supervisor != null && isSame(job.supervisor, supervisor);
}
