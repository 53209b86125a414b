// Owns the record of who uses the API, for resolvers. Not the counting (graphql/usage.ts).
import type { Page, RecordedUse, Uses } from '../schema/graphql/context.ts';
import { listUses } from '../schema/model/account/operation-use.ts';
import { ApiToken } from '../schema/model/account/token.ts';
import type { Database } from '../schema/model/store/database.ts';
import { byKey } from './graphql/batch.ts';

/** The record in the database. */
export class DatabaseUses implements Uses {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list({ first, after, fields }: Parameters<Uses['list']>[0]): Promise<Page<RecordedUse>> {
    const { rows, total } = await listUses(this.#db, { first: first + 1, after, fields });
    const ids = [...new Set(rows.map(({ tokenId }) => tokenId))];
    const tokens = byKey(await this.#db.em().find(ApiToken, { id: { $in: ids } }), ({ id }) => id);
    return {
      nodes: rows.slice(0, first).map((use) => ({ use, token: tokens.get(use.tokenId) ?? null })),
      hasNextPage: rows.length > first,
      count: async () => total,
    };
  }
}
