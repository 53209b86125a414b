// Owns the kept counts of jobs: triggers of the database add to them (migration "growth"), so that counting does not read the jobs. Not the lists (listing.ts).
import type { Bindable, Database } from '../store/database.ts';
import type { JobKind } from './kind/list.ts';
import type { JobOutcome } from './outcome.ts';
import { endedStateList, type JobState } from './state.ts';

/** Jobs of one kind with one state and outcome. */
export interface JobCount {
  readonly kind: JobKind | string;
  readonly state: JobState | string;
  /** Null if not ended, or ended by a supervisor that did not know outcomes. */
  readonly outcome: JobOutcome | string | null;
  /** How many there are now, without those that are being removed. */
  readonly total: number;
  /** How many have ended so since the database exists, also those that were removed since. */
  readonly ended: number;
}

/** All counts by kind, state and outcome. One read whose duration does not depend on the number of jobs. */
export async function countJobs(db: Database): Promise<readonly JobCount[]> {
  const rows = await db.execute(
    'select kind, state, outcome, sum(total) as total, sum(ended) as ended from job_count group by kind, state, outcome',
    [],
  );
  return rows.map((row) => ({
    kind: String(row['kind']),
    state: String(row['state']),
    outcome: row['outcome'] === '' ? null : String(row['outcome']),
    total: Number(row['total']),
    ended: Number(row['ended']),
  }));
}

/** How many jobs match an SQL condition over the columns `owner_id`, `kind`, `state` and `outcome` (empty instead of null). */
export async function countJobsWhere(
  db: Database,
  condition: string,
  values: readonly Bindable[],
): Promise<number> {
  const [row] = await db.execute(
    `select coalesce(sum(total), 0) as total from job_count where ${condition}`,
    values,
  );
  return Number(row?.['total'] ?? 0);
}

/** How many jobs have ended and are not being removed. */
export const countEndedJobs = (db: Database): Promise<number> =>
  countJobsWhere(db, `state in (${endedStateList})`, []);

/**
 * Adds up the rows of the counts on PostgreSQL, where each change of a job adds up to two. Concurrent changes and reads lose nothing: the
 * statement replaces the rows that it sees. On SQLite there is one row for each count.
 */
export async function foldJobCounts(db: Database): Promise<void> {
  if (db.dialect !== 'postgresql') return;
  await db.execute(
    `with folded as (delete from job_count returning owner_id, kind, state, outcome, total, ended)
     insert into job_count select owner_id, kind, state, outcome, sum(total), sum(ended) from folded
     group by owner_id, kind, state, outcome having sum(total) <> 0 or sum(ended) <> 0`,
    [],
  );
}
