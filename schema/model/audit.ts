// Owns the audit log: who did what that others must be able to look up later. Rows are added and never changed. Not who may read it.
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { text, time, word } from './column.ts';
import { User } from './user.ts';

/** What is recorded. `reveal`: somebody was shown sensitive lines of a log. */
export const auditActions = ['reveal'] as const;
export type AuditAction = (typeof auditActions)[number];

const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.integer().primary(),
    at: time(),
    user: () => p.manyToOne(User).mapToPk().index(),
    action: word(auditActions),
    /** The job's number; it stays when the job is removed. Null: it was about no job. */
    jobId: p.integer().nullable(),
    /** What exactly, in words fit to be shown. */
    detail: text(),
  },
});
/** Something that somebody did. */
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);

/** Records it, in the caller's transaction: what cannot be recorded is not done. */
export async function recordAudit(
  em: SqlEntityManager,
  entry: { at: number; user: User; action: AuditAction; jobId: number | null; detail: string },
): Promise<void> {
  await em.insert(AuditEntry, { ...entry, user: entry.user.id });
}
