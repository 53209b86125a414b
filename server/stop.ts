// Owns stops for resolvers.
import type { Stops } from '../schema/graphql/context.ts';
import { Stop } from '../schema/model/job/stop.ts';
import type { Database } from '../schema/model/store/database.ts';
import { Batch } from './graphql/batch.ts';

/** Stops in the database. */
export class DatabaseStops implements Stops {
  readonly #ofJob: Batch<number, Stop[]>;

  constructor(db: Database) {
    this.#ofJob = new Batch(async (jobIds) => {
      const stops = await db.em().find(Stop, { job: { $in: [...jobIds] } }, { orderBy: { id: 'asc' } });
      return Map.groupBy(stops, (stop) => stop.job);
    });
  }

  async ofJob(jobId: number): Promise<readonly Stop[]> {
    return (await this.#ofJob.load(jobId)) ?? [];
  }
}
