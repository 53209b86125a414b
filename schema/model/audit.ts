// Owns the audit log: who did what that others must be able to look up later. Rows are added and never changed. Not who may read it.
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { storableText, text, time, word } from './column.ts';
import { User } from './user.ts';

/** What is recorded. `reveal`: somebody was shown sensitive lines of a log. */
export const auditActions = [
  'sign-in',
  'sign-in refused',
  'second factor',
  'second factor refused',
  'second factor changed',
  'sign-out',
  'sign-out of all',
  'start',
  'answer',
  'stop',
  'retry',
  'reveal',
  'hold',
  'release',
  'ban',
  'unban',
  'token made',
  'token revoked',
] as const;
export type AuditAction = (typeof auditActions)[number];

const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.integer().primary(),
    at: time(),
    /** Null: nobody who is known, as when a sign-in was refused. */
    user: () => p.manyToOne(User).mapToPk().nullable().index(),
    action: word(auditActions),
    /** The job's number; it stays when the job is removed. Null: it was about no job. */
    jobId: p.integer().nullable(),
    /** What exactly, in words fit to be shown. */
    detail: text(),
    /** What it came through: `page`, `host` (a command on the deployment host), `provider` (the identity provider itself), or `token NAME`. Null: not known. */
    channel: text().nullable(),
    /** The address it came from; null: none, or not known. */
    address: text().nullable(),
  },
});
/** What something came through; see the columns of the same names. */
export interface Through {
  readonly channel: string;
  readonly address: string | null;
}

/** The longest detail that is kept, in UTF-16 units. */
const longestDetail = 2_000;

/** Something that somebody did. */
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);

/** Records it, in the caller's transaction: what cannot be recorded is not done. */
export async function recordAudit(
  em: SqlEntityManager,
  entry: {
    readonly at: number;
    readonly user: User | null;
    readonly action: AuditAction;
    readonly jobId?: number | null;
    readonly detail: string;
    readonly through?: Through;
  },
): Promise<void> {
  const { at, user, action, jobId = null, detail, through } = entry;
  await em.insert(AuditEntry, {
    at,
    user: user?.id ?? null,
    action,
    jobId,
    detail: storableText(detail, longestDetail),
    channel: through?.channel ?? null,
    address: through?.address ?? null,
  });
}
