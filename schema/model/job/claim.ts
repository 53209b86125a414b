// Owns taking jobs out of the queue: a jobrunner claims one, a supervisor takes it over. Not running it (jobrunner/supervisor/supervisor.ts).
import { raw, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { isSame } from '../runner/process.ts';
import { currentSupervision } from '../runner/supervision.ts';
import type { Database } from '../store/database.ts';
import { lockHolds, notHeldCondition } from './hold.ts';
import { Job, type SupervisorIdentity } from './job.ts';
import { jobKinds } from './kind/list.ts';
import { queuePlaceSql } from './queue.ts';
import { activeStateList } from './state.ts';

/** As many SQL placeholders as there are words. */
const marks = (words: readonly string[]): string => words.map(() => '?').join(', ');

/** Whether a job is queued in one of these lanes whose kind this version knows. */
export async function hasQueuedJob(db: Database, lanes: readonly string[]): Promise<boolean> {
  if (lanes.length === 0) return false;
  const rows = await db.execute(
    `select 1 from job where state = 'queued' and lane in (${marks(lanes)}) and kind in (${marks(jobKinds)}) limit 1`,
    [...lanes, ...jobKinds],
  );
  return rows.length > 0;
}

/** Whether {@link claimJob} would claim a job now, apart from holds. */
export async function hasClaimableJob(db: Database, lanes: readonly string[]): Promise<boolean> {
  if (lanes.length === 0) return false;
  const rows = await db.execute(`${nextQueued(lanes)} limit 1`, [...lanes, ...jobKinds, ...jobKinds]);
  return rows.length > 0;
}

/** The numbers of the queued jobs that come next in their lanes. Its values: the lanes, and twice the kinds. */
const nextQueued = (lanes: readonly string[]): string =>
  `select q.id from job q where q.state = 'queued' and q.lane in (${marks(lanes)}) and q.kind in (${marks(jobKinds)})
     and not exists (select 1 from job a where a.lane = q.lane and (a.state in (${activeStateList})
       or (a.state = 'queued' and ${queuePlaceSql('a')} < ${queuePlaceSql('q')} and a.kind in (${marks(jobKinds)}))))
   order by ${queuePlaceSql('q')}`;

/**
 * Claims the first queued job of a free lane: *queued* becomes *starting*. Returns its number, or `null` if none exists. Jobs of one
 * lane start in the order of their queue (queue.ts), also while another jobrunner is claiming the one before. A kind that this version does not know is left for
 * a newer jobrunner. Claims nothing while deployments are held, nor in the first seconds after a failover of PostgreSQL. One transaction.
 */
export async function claimJob(
  db: Database,
  runner: string,
  lanes: readonly string[],
  now = Date.now(),
): Promise<number | null> {
  if (lanes.length === 0) return null;
  try {
    return await db.write(['jobs'], (em) => takeQueued(db, em, runner, lanes, now), { order: true });
  } catch (error) {
    // Another jobrunner claimed a job of this lane at the same time; the unique index allowed only one.
    if (isUniqueViolation(error)) return null;
    throw error;
  }
}

/** The statement of {@link claimJob}, in the caller's transaction. */
async function takeQueued(
  db: Database,
  em: SqlEntityManager,
  runner: string,
  lanes: readonly string[],
  now: number,
): Promise<number | null> {
  await lockHolds(db, em, 'start');
  if (!(await db.continuity.isSettled(db, em))) return null;
  const rows = await db.execute(
    `update job set state = 'starting', runner = ?, revision = revision + 1
     where state = 'queued' and id = (
       ${nextQueued(lanes)} limit 1 ${db.dialect === 'postgresql' ? 'for update skip locked' : ''})
       and ${notHeldCondition(db.dialect)}
     returning id`,
    [runner, ...lanes, ...jobKinds, ...jobKinds, now],
    em,
  );
  return rows.length === 0 ? null : Number(rows[0]?.['id']);
}

/** Claims from a lane that cannot exist, to warm up statement caches so that the next real claim is fast (decision 12). Rings nothing. */
export async function warmUpClaim(db: Database): Promise<void> {
  for (let times = 0; times < 3; times++)
    await db.write([], (em) => takeQueued(db, em, '', [''], Date.now()));
}

/** Also checks the drivers' own codes, because the ORM does not translate errors of statements that bypass it. */
function isUniqueViolation(error: unknown): boolean {
  if (error instanceof UniqueConstraintViolationException) return true;
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === '23505' || error.code === 'SQLITE_CONSTRAINT_UNIQUE')
  );
}

/**
 * Records the supervisor of a job before it starts scap. If several supervisors were given the same job, one wins; the others get `false`,
 * and so does the supervisor of a job that must no longer be started. Idempotent for the winner. One transaction.
 */
export async function recordSupervisor(
  db: Database,
  jobId: number,
  supervisor: SupervisorIdentity,
): Promise<boolean> {
  return await db.write(['jobs'], (em) => assignSupervisor(em, jobId, supervisor));
}

/** The update of {@link recordSupervisor}, in the caller's transaction. */
export async function assignSupervisor(
  em: SqlEntityManager,
  jobId: number,
  supervisor: SupervisorIdentity,
): Promise<boolean> {
  const won = await em.nativeUpdate(
    Job,
    { id: jobId, state: { $in: ['starting', 'stopping'] }, supervisor: null },
    {
      supervisor,
      supervision: currentSupervision,
      leaseAt: Date.now(),
      revision: raw<number>('revision + 1'),
    },
  );
  if (won === 1) return true;
  const job = await em.findOne(Job, { id: jobId, state: { $in: ['starting', 'stopping'] } });
  return job?.supervisor != null && isSame(job.supervisor, supervisor);
}
