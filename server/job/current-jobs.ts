// Owns the jobs that have not ended, as far as they are shown: the active ones, and the head of the queue. Not following them (job.ts, ../system.ts).
import { maxQueuedJobs } from '../../schema/graphql/context.ts';
import { Job } from '../../schema/model/job/job.ts';
import { inQueueOrder, queuePlaceSql } from '../../schema/model/job/queue.ts';
import { activeStateList, hasEnded } from '../../schema/model/job/state.ts';
import type { Database } from '../../schema/model/store/database.ts';

/** The active jobs by number, and the first {@link maxQueuedJobs} of the queue in its order. */
export interface CurrentJobs {
  readonly active: readonly Job[];
  readonly queued: readonly Job[];
}

/**
 * Reads the current jobs. The rows are kept by their revisions, so a look loads only those that changed since the last one: a row contains the commit
 * messages, and is looked at with each ring and every three seconds (bench: queue).
 */
export class CurrentJobReader {
  readonly #db: Database;
  #kept: ReadonlyMap<number, Job> = new Map();

  constructor(db: Database) {
    this.#db = db;
  }

  /** One look. The jobs are shared with later looks: nobody may change them. */
  async read(): Promise<CurrentJobs> {
    const rows = await this.#db.execute(
      `select id, revision from job where state in (${activeStateList})
       union all select id, revision from (select id, revision from job where state = 'queued'
         order by ${queuePlaceSql('job')}, id limit ?) head`,
      [maxQueuedJobs],
    );
    const kept = new Map<number, Job>();
    const changed: number[] = [];
    for (const row of rows) {
      const job = this.#kept.get(Number(row['id']));
      if (job && job.revision === Number(row['revision'])) kept.set(job.id, job);
      else changed.push(Number(row['id']));
    }
    if (changed.length > 0)
      for (const job of await this.#db.em().find(Job, { id: { $in: changed } })) kept.set(job.id, job);
    this.#kept = kept;
    // A job may have started or ended since the first statement.
    const jobs = [...kept.values()].sort((one, other) => one.id - other.id);
    return {
      active: jobs.filter(({ state }) => state !== 'queued' && !hasEnded(state)),
      queued: inQueueOrder(jobs.filter(({ state }) => state === 'queued')),
    };
  }
}
