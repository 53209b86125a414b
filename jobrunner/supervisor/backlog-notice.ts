// Owns that the job's row says since when recording is late, and that it is no longer late.
import { recordBacklog } from '../../schema/model/job/report.ts';
import type { Database } from '../../schema/model/store/database.ts';

/** How long something may wait to be written before it is late, in milliseconds. */
const lateAfter = 2_000;

/** Notifies people whether the recording of one job is late. */
export class BacklogNotice {
  readonly #database: Database;
  readonly #jobId: number;
  /** What the job's row says; `unknown`: a write was tried, and may have failed. */
  #recorded: 'in time' | 'unknown' | 'late' = 'in time';

  constructor(database: Database, jobId: number) {
    this.#database = database;
    this.#jobId = jobId;
  }

  /**
   * Updates the row when it is no longer right. `waitingSince`: when the oldest waiting entry arrived, in milliseconds since 1970; undefined
   * when nothing waits. `persist` retries until the database takes it.
   */
  async update(
    waitingSince: number | undefined,
    persist: (task: () => Promise<unknown>) => Promise<unknown>,
  ): Promise<void> {
    const waited = waitingSince === undefined ? 0 : Date.now() - waitingSince;
    if (waited > lateAfter && this.#recorded !== 'late') {
      this.#recorded = 'unknown';
      try {
        await recordBacklog(this.#database, this.#jobId, waitingSince ?? null);
        this.#recorded = 'late';
      } catch {
        // The database failed, which is why recording is late. The next update tries again.
      }
    } else if (waited < lateAfter / 2 && this.#recorded !== 'in time') {
      this.#recorded = 'in time';
      await persist(() => recordBacklog(this.#database, this.#jobId, null));
    }
  }
}
