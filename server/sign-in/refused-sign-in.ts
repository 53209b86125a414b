// Owns the record of sign-ins that were refused: in the audit log, and not more of them than a log bears. Not the refusing (sign-in.ts).
import type { Logger } from 'pino';
import { recordAudit } from '../../schema/model/account/audit.ts';
import type { User } from '../../schema/model/account/user.ts';
import type { Database } from '../../schema/model/store/database.ts';

/** How many are recorded one by one in how long (milliseconds): strangers must not be able to fill the audit log, nor to keep others from writing. */
const mostSingly = 60;
const period = 60_000;

/** A sign-in that was refused. */
export interface Refusal {
  /** Whose link it was; null: not known. */
  readonly user: User | null;
  readonly address: string | null;
  readonly why: string;
}

/** Records refused sign-ins of this server. */
export class RefusedSignIns {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #now: () => number;
  /** When the period began, how many were recorded in it, and how many were not since the last that was. */
  #begin = Number.NEGATIVE_INFINITY;
  #recorded = 0;
  #left = 0;

  constructor(db: Database, logger: Logger, now: () => number = Date.now) {
    this.#db = db;
    this.#logger = logger;
    this.#now = now;
  }

  /**
   * Records it. Beyond 60 in a minute refusals are only counted, and the next one that is recorded tells of them. Never throws: what was
   * refused stays refused, whether it can be recorded or not.
   */
  async record({ user, address, why }: Refusal): Promise<void> {
    const at = this.#now();
    if (at - this.#begin >= period) {
      this.#begin = at;
      this.#recorded = 0;
    }
    if (this.#recorded >= mostSingly) {
      this.#left++;
      return;
    }
    this.#recorded++;
    const left = this.#left;
    this.#left = 0;
    const detail = left === 0 ? why : `${why}; before it, ${left} more that were not recorded singly`;
    try {
      const through = { channel: 'page', address };
      await this.#db.write([], (em) =>
        recordAudit(em, { at, user, action: 'sign-in refused', detail, through }),
      );
    } catch (error) {
      this.#left += left + 1;
      this.#logger.error({ err: error }, 'a refused sign-in could not be recorded');
    }
  }
}
