// Owns statistics for resolvers: they are computed once for all who ask for the same period. Not the figures (schema/model/job/statistics.ts).
import type { StatisticsSource } from '../schema/graphql/context.ts';
import { type Statistics, statisticsOf } from '../schema/model/job/statistics.ts';
import { type Period, readStatisticsRows, type StatisticsRows } from '../schema/model/job/statistics-row.ts';
import type { LongReads } from '../schema/model/store/long-read.ts';

/** How long the rows of a period are kept, in milliseconds, and of how many periods. */
const freshTime = 60_000;
const mostKept = 20;

/** Statistics from the database. */
export class DatabaseStatistics implements StatisticsSource {
  readonly #longReads: LongReads;
  readonly #kept = new Map<string, { readonly at: number; readonly rows: Promise<StatisticsRows> }>();

  constructor(longReads: LongReads) {
    this.#longReads = longReads;
  }

  async of(period: Period, zone: string): Promise<Statistics> {
    return statisticsOf(await this.#rows(period), period, zone);
  }

  #rows(period: Period): Promise<StatisticsRows> {
    const key = `${period.from} ${period.to}`;
    const kept = this.#kept.get(key);
    if (kept && performance.now() - kept.at < freshTime) return kept.rows;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const rows = readStatisticsRows(this.#longReads, period);
    this.#kept.set(key, { at: performance.now(), rows });
    // A failed read is not kept.
    rows.catch(() => this.#kept.delete(key));
    return rows;
  }
}
