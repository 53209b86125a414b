// Owns the times of jobs for resolvers: their stages, the time left, the expected start. Not how they are computed (schema/model/statistics/usual-time.ts).
import type { JobTimes } from '../../schema/graphql/context.ts';
import type { Job } from '../../schema/model/job/job.ts';
import type { JobKind } from '../../schema/model/job/kind/list.ts';
import {
  type JobTiming,
  readExpectedStarts,
  readTimings,
  readUsualTimes,
  type UsualTimes,
} from '../../schema/model/statistics/usual-time.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { Batch } from '../graphql/batch.ts';

/** How long usual times are used before they are read again, in milliseconds. One more job changes them little. */
const freshTime = 30_000;
/** How many lanes and kinds are kept. */
const maxKept = 200;

export class DatabaseJobTimes implements JobTimes {
  readonly #db: Database;
  readonly #timings: Batch<number, JobTiming>;
  readonly #starts: Batch<string, ReadonlyMap<number, number>>;
  readonly #usual = new Map<string, { readonly at: number; readonly times: Promise<UsualTimes> }>();

  constructor(db: Database) {
    this.#db = db;
    this.#timings = new Batch((ids) => readTimings(db, ids));
    this.#starts = new Batch(async (lanes) => {
      const starts = new Map<string, ReadonlyMap<number, number>>();
      for (const lane of lanes) {
        const usual = (kind: JobKind) => this.usual({ lane, kind });
        starts.set(lane, await readExpectedStarts(db, lane, usual, Date.now()));
      }
      return starts;
    });
  }

  async timing(jobId: number): Promise<JobTiming> {
    return (await this.#timings.load(jobId)) ?? { stages: [], questions: [] };
  }

  usual({ lane, kind }: Pick<Job, 'lane' | 'kind'>): Promise<UsualTimes> {
    const key = `${kind} ${lane}`;
    const kept = this.#usual.get(key);
    if (kept && performance.now() - kept.at < freshTime) return kept.times;
    if (this.#usual.size >= maxKept) this.#usual.clear();
    const times = readUsualTimes(this.#db, lane, kind);
    this.#usual.set(key, { at: performance.now(), times });
    // A failed read is not kept.
    times.catch(() => this.#usual.delete(key));
    return times;
  }

  async expectedStart({ id, lane }: Pick<Job, 'id' | 'lane'>): Promise<number | null> {
    return (await this.#starts.load(lane))?.get(id) ?? null;
  }
}
