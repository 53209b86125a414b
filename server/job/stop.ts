// Owns stops for resolvers.
import type { ListPart, Stops } from '../../schema/graphql/context.ts';
import { Stop } from '../../schema/model/job/stop.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { PartBatch } from '../graphql/batch.ts';

export class DatabaseStops implements Stops {
  readonly #ofJob: PartBatch<Stop>;

  constructor(db: Database) {
    this.#ofJob = new PartBatch(({ jobs, part, limit }) =>
      db
        .em()
        .find(
          Stop,
          { job: { $in: [...jobs] }, id: { $gt: part.after } },
          { orderBy: { id: part.last ? 'desc' : 'asc' }, limit },
        ),
    );
  }

  ofJob(jobId: number, part: ListPart): Promise<readonly Stop[]> {
    return this.#ofJob.load(jobId, part);
  }
}
