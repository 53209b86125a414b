// Owns recording refused sign-ins in the audit log, with a rate limit. Not the decision to refuse (sign-in.ts).
import type { Logger } from 'pino';
import { recordAudit } from '../../schema/model/account/audit.ts';
import type { User } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import { isSharedAddress, networkOf } from '../http/origin.ts';

/**
 * The rate limits: this many entries per period (in milliseconds). Without them anyone could fill the audit log or block other writers. Refusals of
 * known users have a separate budget, so that strangers cannot hide them; and no user and no address can use up a budget alone. A proxy on this host
 * stands for many people, so its address is not limited.
 */
const period = 60_000;
const perSource = 10;
const budgets = { known: 60, strangers: 60 } as const;
type Budget = keyof typeof budgets;

/** A sign-in that was refused. */
export interface Refusal {
  /** The user of the sign-in link; null if unknown. */
  readonly user: User | null;
  readonly address: string | null;
  readonly why: string;
}

/** Who a stranger's refusal is counted for; null if many people have this address. */
const sourceOf = (address: string | null): string | null =>
  isSharedAddress(address ?? '') ? null : `address ${networkOf(address ?? '')}`;

/** Records the refused sign-ins of this server. */
export class RefusedSignIns {
  readonly #db: Database;
  readonly #failure: RepeatedFailure;
  readonly #metrics: { countRefusal(): void };
  readonly #now: () => number;
  /** When the period began, in milliseconds since 1970. */
  #begin = Number.NEGATIVE_INFINITY;
  /** How many were recorded in this period: by budget, and by user or address. */
  #recorded: Record<Budget, number> = { known: 0, strangers: 0 };
  readonly #bySource = new Map<string, number>();
  /** How many were not recorded since the last entry of the same budget. */
  readonly #skipped: Record<Budget, number> = { known: 0, strangers: 0 };

  constructor(db: Database, logger: Logger, metrics: { countRefusal(): void }, now: () => number = Date.now) {
    this.#db = db;
    this.#failure = new RepeatedFailure(logger, 'could not record a refused sign-in');
    this.#metrics = metrics;
    this.#now = now;
  }

  /**
   * Records a refusal. Above the rate limit refusals are only counted; the next entry contains the count. Never throws: the sign-in stays refused
   * even if it cannot be recorded.
   */
  async record({ user, address, why }: Refusal): Promise<void> {
    this.#metrics.countRefusal();
    const at = this.#now();
    const budget = user === null ? 'strangers' : 'known';
    const source = user === null ? sourceOf(address) : `user ${user.id}`;
    if (!this.#admits(budget, source, at)) {
      this.#skipped[budget]++;
      return;
    }
    const skipped = this.#skipped[budget];
    this.#skipped[budget] = 0;
    const detail = skipped === 0 ? why : `${why}; ${skipped} earlier refusals were not recorded separately`;
    try {
      const through = { channel: 'page', address };
      await this.#db.write([], (em) =>
        recordAudit(em, { at, user, action: 'sign-in refused', detail, through }),
      );
      this.#failure.succeeded();
    } catch (error) {
      this.#skipped[budget] += skipped + 1;
      this.#failure.failed(error);
    }
  }

  /** Counts an entry; false: a limit is reached. */
  #admits(budget: Budget, source: string | null, at: number): boolean {
    // Also after the clock was set back: no refusal would be recorded until it has caught up.
    if (Math.abs(at - this.#begin) >= period) {
      this.#begin = at;
      this.#recorded = { known: 0, strangers: 0 };
      this.#bySource.clear();
    }
    const own = source === null ? 0 : (this.#bySource.get(source) ?? 0);
    if (this.#recorded[budget] >= budgets[budget] || own >= perSource) return false;
    this.#recorded[budget]++;
    if (source !== null) this.#bySource.set(source, own + 1);
    return true;
  }
}
