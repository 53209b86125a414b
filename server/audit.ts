// Owns the audit log for resolvers. Not who may read it (schema/graphql/audit.ts), not the download (audit-export.ts).
import type { Audit, Page } from '../schema/graphql/context.ts';
import { type AuditRecord, countAudit, readAudit } from '../schema/model/account/audit.ts';
import type { Database } from '../schema/model/store/database.ts';

/** The audit log in the database. */
export class DatabaseAudit implements Audit {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list({ first, before, filter }: Parameters<Audit['list']>[0]): Promise<Page<AuditRecord>> {
    const found = await readAudit(this.#db, { filter, before, first: first + 1 });
    return {
      nodes: found.slice(0, first),
      hasNextPage: found.length > first,
      count: () => countAudit(this.#db, filter),
    };
  }
}
