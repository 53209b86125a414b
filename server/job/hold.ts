// Owns holds for resolvers. Not their effect (schema/model/job/hold.ts).
import type { Logger } from 'pino';
import type { Holds } from '../../schema/graphql/context.ts';
import {
  currentHold,
  deploymentsHeld,
  type Hold,
  holdDeployments,
  releaseHold,
} from '../../schema/model/job/hold.ts';
import type { Database } from '../../schema/model/store/database.ts';

export class DatabaseHolds implements Holds {
  readonly #db: Database;
  readonly #logger: Logger;

  constructor(db: Database, logger: Logger) {
    this.#db = db;
    this.#logger = logger;
  }

  async check(): Promise<void> {
    const em = this.#db.em();
    const hold = await currentHold(em);
    if (hold) throw await deploymentsHeld(em, hold);
  }

  async begin({ by, ...request }: Parameters<Holds['begin']>[0]): Promise<Hold> {
    const hold = await holdDeployments(this.#db, { ...request, user: by });
    this.#logger.info({ user: by.name, hold: hold.id, endsAt: hold.endsAt }, 'deployments held');
    return hold;
  }

  async release({ by, ...request }: Parameters<Holds['release']>[0]): Promise<Hold> {
    const hold = await releaseHold(this.#db, { ...request, user: by });
    this.#logger.info({ user: by.name, hold: hold.id }, 'deployments released');
    return hold;
  }
}
