// Owns statistics for resolvers: they are computed once for all who ask for the same period and time zone. Not the figures (schema/model/statistics/statistics.ts).
import type { StatisticsSource } from '../../schema/graphql/context.ts';
import { readStatisticsRows, type StatisticsRows } from '../../schema/model/statistics/row.ts';
import { type Statistics, statisticsOf } from '../../schema/model/statistics/statistics.ts';
import type { LongReads } from '../../schema/model/store/long-read.ts';
import type { Period } from '../../schema/text/week.ts';
import { FairQueue } from '../live/fair-queue.ts';

/** How long a period is kept, in milliseconds. */
const freshTime = 60_000;
/** How many periods are kept, and how many time zones of each. */
const maxKept = 20;

const keyOf = ({ from, to }: Period): string => `${from} ${to}`;

/** A period with the figures that were computed of it, by the time zone. */
interface KeptPeriod {
  readonly at: number;
  readonly rows: Promise<StatisticsRows>;
  readonly figures: Map<string, Promise<Statistics>>;
}

/** How many periods are read and computed at the same time. */
const maxAtOnce = 2;

/** Statistics from the database. Users take turns: many periods of one user delay mostly that user. */
export class DatabaseStatistics implements StatisticsSource {
  readonly #longReads: LongReads;
  readonly #turns = new FairQueue<number>(maxAtOnce);
  readonly #kept = new Map<string, KeptPeriod>();
  /** Computing takes turns: the parts of several computations would be one turn of the event loop. */
  #computing: Promise<unknown> = Promise.resolve();

  constructor(longReads: LongReads) {
    this.#longReads = longReads;
  }

  async of(period: Period, zone: string, userId: number): Promise<Statistics> {
    return (
      this.#knownOf(period)?.figures.get(zone) ??
      (await this.#turns.run(userId, () => this.#figuresOf(period, zone)))
    );
  }

  #figuresOf(period: Period, zone: string): Promise<Statistics> {
    const { rows, figures } = this.#periodOf(period);
    const known = figures.get(zone);
    if (known) return known;
    if (figures.size >= maxKept) figures.clear();
    const computed = rows.then((read) => this.#compute(read, period, zone));
    figures.set(zone, computed);
    return computed;
  }

  #compute(rows: StatisticsRows, period: Period, zone: string): Promise<Statistics> {
    const computed = this.#computing.then(() => statisticsOf(rows, period, zone));
    this.#computing = computed.catch(() => {});
    return computed;
  }

  /** A period that was read a short time ago, or is being read. */
  #knownOf(period: Period): KeptPeriod | undefined {
    const known = this.#kept.get(keyOf(period));
    return known && performance.now() - known.at < freshTime ? known : undefined;
  }

  #periodOf(period: Period): KeptPeriod {
    const known = this.#knownOf(period);
    if (known) return known;
    const key = keyOf(period);
    if (this.#kept.size >= maxKept) this.#kept.clear();
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
