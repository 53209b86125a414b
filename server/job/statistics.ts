// Owns statistics for resolvers: they are computed once for all who ask for the same period and time zone. Not the figures (schema/model/statistics/statistics.ts).
import type { StatisticsSource } from '../../schema/graphql/context.ts';
import { type Period, readStatisticsRows, type StatisticsRows } from '../../schema/model/statistics/row.ts';
import { type Statistics, statisticsOf } from '../../schema/model/statistics/statistics.ts';
import type { LongReads } from '../../schema/model/store/long-read.ts';

/** How long a period is kept, in milliseconds. */
const freshTime = 60_000;
/** How many periods are kept, and how many time zones of each. */
const mostKept = 20;

/** A period with the figures that were computed of it, by the time zone. */
interface KeptPeriod {
  readonly at: number;
  readonly rows: Promise<StatisticsRows>;
  readonly figures: Map<string, Promise<Statistics>>;
}

/** Statistics from the database. */
export class DatabaseStatistics implements StatisticsSource {
  readonly #longReads: LongReads;
  readonly #kept = new Map<string, KeptPeriod>();
  /** Computing takes turns: the parts of several computations would be one turn of the event loop. */
  #computing: Promise<unknown> = Promise.resolve();

  constructor(longReads: LongReads) {
    this.#longReads = longReads;
  }

  of(period: Period, zone: string): Promise<Statistics> {
    const { rows, figures } = this.#periodOf(period);
    const known = figures.get(zone);
    if (known) return known;
    if (figures.size >= mostKept) figures.clear();
    const computed = rows.then((read) => this.#compute(read, period, zone));
    figures.set(zone, computed);
    return computed;
  }

  #compute(rows: StatisticsRows, period: Period, zone: string): Promise<Statistics> {
    const computed = this.#computing.then(() => statisticsOf(rows, period, zone));
    this.#computing = computed.catch(() => {});
    return computed;
  }

  #periodOf(period: Period): KeptPeriod {
    const key = `${period.from} ${period.to}`;
    const known = this.#kept.get(key);
    if (known && performance.now() - known.at < freshTime) return known;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const kept = {
      at: performance.now(),
      rows: readStatisticsRows(this.#longReads, period),
      figures: new Map(),
    };
    this.#kept.set(key, kept);
    // A failed read is not kept.
    kept.rows.catch(() => this.#kept.delete(key));
    return kept;
  }
}
