// Owns which jobs are watched for errors in production. Not the errors (server/error-log/).
import type { Database } from '../store/database.ts';
import { Job } from './job.ts';
import { activeStates } from './state.ts';

/** How many of the last jobs can be watched. */
const lastJobs = 200;

/** The active jobs that scap runs, and those of the last jobs that ended since a moment. Newest first. */
export async function watchableJobs(db: Database, since: number): Promise<readonly Job[]> {
  const rows = await db.execute(
    `select id from (select id, started_at, finished_at from job order by id desc limit ${lastJobs}) as last
     where started_at is not null and finished_at >= ?`,
    [since],
  );
  const ended = rows.map(({ id }) => Number(id));
  return await db.em().find(
    Job,
    {
      removedAt: null,
      startedAt: { $ne: null },
      $or: [{ id: { $in: ended } }, { state: { $in: [...activeStates] } }],
    },
    { orderBy: { id: 'desc' } },
  );
}
