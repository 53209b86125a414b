// Owns the audit log for resolvers. Not who may read it (schema/graphql/account/audit.ts), not the download (audit-export.ts).
import type { Audit, Page } from '../../schema/graphql/context.ts';
import { type AuditRecord, countAudit, readAudit } from '../../schema/model/account/audit.ts';
import type { LongReads } from '../../schema/model/store/long-read.ts';

/** The audit log in the database. */
export class DatabaseAudit implements Audit {
  readonly #longReads: LongReads;

  constructor(longReads: LongReads) {
    this.#longReads = longReads;
  }

  async list({ first, before, filter }: Parameters<Audit['list']>[0]): Promise<Page<AuditRecord>> {
    const found = await readAudit(this.#longReads, { filter, before, first: first + 1 });
    return {
      nodes: found.slice(0, first),
      hasNextPage: found.length > first,
      count: () => countAudit(this.#longReads, filter),
    };
  }
}
