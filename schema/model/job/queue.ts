// Owns the order of a queue, and moving a job within it. Not taking the next job (claim.ts).
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type ActionSource, recordAudit } from '../account/audit.ts';
import type { User } from '../account/user.ts';
import { DomainError } from '../error.ts';
import type { Database } from '../store/database.ts';
import { Job, JobNotFound } from './job.ts';

/** What decides the order of a queue. */
type QueuedJob = Pick<Job, 'id' | 'queuePlace'>;

/** The place of a job in the order of its lane: its number, unless it was moved. */
const queuePlace = ({ id, queuePlace: moved }: QueuedJob): number => moved ?? id;

/** The same in SQL. @param alias of the table `job` */
export const queuePlaceSql = (alias: string): string => `coalesce(${alias}.queue_place, ${alias}.id)`;

/** The jobs in the order in which they start. */
export const inQueueOrder = <Queued extends QueuedJob>(jobs: readonly Queued[]): Queued[] =>
  jobs.toSorted((one, other) => queuePlace(one) - queuePlace(other));

/** The job cannot be moved there: it has started, or the other job has, or it belongs to another user. */
export class JobNotMoved extends DomainError {}

/** Where to move which job, and who asks. */
export interface MoveRequest {
  readonly jobId: number;
  /** The queued job of the same lane before which it is to start; null: at the end. */
  readonly before: number | null;
  readonly user: User;
  /** Whether the user may move jobs of others. */
  readonly movesAny: boolean;
  readonly through?: ActionSource | undefined;
}

/** How many places one statement sets. */
const movedAtOnce = 500;

/** In one statement: one for each job of a long queue would hold the write lock for seconds. In the caller's transaction. */
async function setPlaces(
  db: Database,
  em: SqlEntityManager,
  moved: readonly { readonly id: number; readonly place: number }[],
): Promise<void> {
  const rows = moved.map(() => '(cast(? as bigint), cast(? as bigint))').join(', ');
  await db.execute(
    `update job set queue_place = moved.column2, revision = revision + 1 from (values ${rows}) moved
     where job.id = moved.column1 and job.state = 'queued'`,
    moved.flatMap(({ id, place }) => [id, place]),
    em,
  );
}

/**
 * Moves a queued job within the queue of its lane. The places of the queued jobs are dealt out again in the new order, so a job that is
 * queued later still comes last. One transaction. Throws {@link JobNotFound}, {@link JobNotMoved}.
 */
export async function moveJob(db: Database, request: MoveRequest, now = Date.now()): Promise<Job> {
  const { jobId, before, user, movesAny, through } = request;
  const known = await db.em().findOne(Job, { id: jobId, removedAt: null });
  if (!known) throw new JobNotFound(jobId);
  if (known.owner !== user.id && !movesAny)
    throw new JobNotMoved(`Job ${jobId} was queued by another user. Only they or an admin can move it.`);
  return await db.write(['jobs'], async (em) => {
    // In the order of their numbers, so that two simultaneous moves do not wait for each other.
    const lock = db.dialect === 'postgresql' ? ' for update' : '';
    // Without the other columns, which have the commit messages of all changes.
    const rows = await db.execute(
      `select id, queue_place from job where state = 'queued' and lane = ? order by id${lock}`,
      [known.lane],
      em,
    );
    const queue = inQueueOrder(
      rows.map((row) => ({
        id: Number(row['id']),
        queuePlace: row['queue_place'] == null ? null : Number(row['queue_place']),
      })),
    );
    const job = queue.find(({ id }) => id === jobId);
    if (job === undefined) throw new JobNotMoved(`Job ${jobId} is no longer queued, so it cannot be moved.`);
    const others = queue.filter(({ id }) => id !== jobId);
    const at = before === null ? others.length : others.findIndex(({ id }) => id === before);
    if (at < 0)
      throw new JobNotMoved(
        `Job ${before} is not queued in lane ${known.lane}, so nothing can be moved before it.`,
      );
    const places = queue.map(queuePlace);
    const moved = others.toSpliced(at, 0, job).flatMap((each, index) => {
      const place = places[index];
      return place === undefined || queuePlace(each) === place ? [] : [{ id: each.id, place }];
    });
    for (let first = 0; first < moved.length; first += movedAtOnce)
      await setPlaces(db, em, moved.slice(first, first + movedAtOnce));
    const detail = before === null ? 'to the end of the queue' : `before job ${before}`;
    await recordAudit(em, { at: now, user, action: 'move', jobId, detail, through });
    return await em.findOneOrFail(Job, { id: jobId }, { refresh: true });
  });
}
