// Owns recording refused sign-ins in the audit log, with a rate limit. Not the decision to refuse (sign-in.ts).
import type { Logger } from 'pino';
import { recordAudit } from '../../schema/model/account/audit.ts';
import type { User } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';

/** The rate limit: this many entries per period (in milliseconds). Without it anyone could fill the audit log or block other writers. */
const entriesPerPeriod = 60;
const period = 60_000;

/** A sign-in that was refused. */
export interface Refusal {
  /** The user of the sign-in link; null: unknown. */
  readonly user: User | null;
  readonly address: string | null;
  readonly why: string;
}

/** Records the refused sign-ins of this server. */
export class RefusedSignIns {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #now: () => number;
  /** When the period began, in milliseconds since 1970. */
  #begin = Number.NEGATIVE_INFINITY;
  /** How many were recorded in this period. */
  #recorded = 0;
  /** How many were not recorded since the last entry. */
  #skipped = 0;

  constructor(db: Database, logger: Logger, now: () => number = Date.now) {
    this.#db = db;
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * Records a refusal. Above the rate limit refusals are only counted; the next entry contains the count. Never throws: the sign-in stays refused
   * even if it cannot be recorded.
   */
  async record({ user, address, why }: Refusal): Promise<void> {
    const at = this.#now();
    if (at - this.#begin >= period) {
      this.#begin = at;
      this.#recorded = 0;
    }
    if (this.#recorded >= entriesPerPeriod) {
      this.#skipped++;
      return;
    }
    this.#recorded++;
    const skipped = this.#skipped;
    this.#skipped = 0;
    const detail = skipped === 0 ? why : `${why}; ${skipped} earlier refusals were not recorded separately`;
    try {
      const through = { channel: 'page', address };
      await this.#db.write([], (em) =>
        recordAudit(em, { at, user, action: 'sign-in refused', detail, through }),
      );
    } catch (error) {
      this.#skipped += skipped + 1;
      this.#logger.error({ err: error }, 'could not record a refused sign-in');
    }
  }
}
