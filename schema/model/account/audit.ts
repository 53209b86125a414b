// Owns the audit log: who did what. Entries are added, never changed or removed. Not who may read it (schema/graphql/account/audit.ts).
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { beginningOf } from '../../text/beginning.ts';
import { partialIndexes, storableText, text, time, word } from '../store/column.ts';
import type { Bindable, Database } from '../store/database.ts';
import { User } from './user.ts';

/**
 * The recorded actions. `reveal`: sensitive log lines were shown. `link made`: a command on the host created a sign-in link. `claim`:
 * a user said that they handle a question. `webhook`: a webhook was created, changed, disabled, tested or deleted, or a delivery was sent again.
 * `notifications`: a browser asked for messages, or for none. `lose`: an operator closed a job whose host did not respond.
 */
export const auditActions = [
  'link made',
  'sign-in',
  'sign-in refused',
  'second factor',
  'second factor refused',
  'second factor changed',
  'sign-out',
  'sign-out of all',
  'start',
  'answer',
  'claim',
  'stop',
  'move',
  'hand over',
  'retry',
  'lose',
  'reveal',
  'hold',
  'release',
  'ban',
  'unban',
  'rebind',
  'token made',
  'token revoked',
  'download',
  'backup',
  'webhook',
  'notifications',
] as const;
export type AuditAction = (typeof auditActions)[number];

const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    id: p.integer().primary(),
    at: time(),
    /** Null if the user is unknown, for example when a sign-in was refused. */
    user: () => p.manyToOne(User).mapToPk().nullable(),
    action: word(auditActions),
    /** The job's number, kept when the job is removed. Null if the action concerns no job. */
    jobId: p.integer().nullable(),
    /** Details as text, shown to users. */
    detail: text(),
    /** `page`, `host` (a command on the deployment host), `provider` (the identity provider itself), `terminal` (one that gets a token), or `token NAME`. Null if unknown. */
    channel: text().nullable(),
    /** The client's address; null if none, or unknown. */
    address: text().nullable(),
  },
  indexes: [
    { name: 'audit_entry_action', properties: ['action', 'id'] },
    { name: 'audit_entry_user', properties: ['user', 'id'] },
    { name: 'audit_entry_at', properties: ['at'] },
    ...partialIndexes('audit_entry', { audit_entry_job: ['"job_id", "id"', '"job_id" is not null'] }),
  ],
});
/** Where an action came from; see the columns of the same names. */
export interface ActionSource {
  readonly channel: string;
  readonly address: string | null;
}

/** The source of commands on the deployment host. */
export const hostSource: ActionSource = { channel: 'host', address: null };

/** The maximum stored length of a detail, in UTF-16 units. */
const maxDetailLength = 2_000;

/** A recorded action. */
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);

/** Adds an entry in the caller's transaction, so that an action that cannot be recorded does not happen. */
export async function recordAudit(
  em: SqlEntityManager,
  entry: {
    readonly at: number;
    readonly user: User | null;
    readonly action: AuditAction;
    readonly jobId?: number | null;
    readonly detail: string;
    readonly through?: ActionSource | undefined;
  },
): Promise<void> {
  const { at, user, action, jobId = null, detail, through } = entry;
  await em.insert(AuditEntry, {
    at,
    user: user?.id ?? null,
    action,
    jobId,
    detail: storableText(detail, maxDetailLength),
    channel: through?.channel ?? null,
    address: through?.address ?? null,
  });
}

/** Quotes text of others for a detail: on one line, shortened to `limit` UTF-16 units. Pure. */
export function quoted(text: string, limit = 200): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return `“${line.length > limit ? `${beginningOf(line, limit)}…` : line}”`;
}

/** Selects entries. All given conditions must hold. */
export interface AuditFilter {
  readonly actions?: readonly AuditAction[];
  /** The exact name of the user. */
  readonly user?: string;
  readonly jobId?: number;
  /** From this time on, in milliseconds since 1970 UTC … */
  readonly since?: number;
  /** … and before this one. */
  readonly until?: number;
}

/** An entry as read, with the current name of its user. */
export interface AuditRecord {
  readonly id: number;
  readonly at: number;
  /** Null if unknown. */
  readonly user: { readonly id: number; readonly name: string } | null;
  /** An {@link AuditAction}, or one that only a newer version knows. */
  readonly action: string;
  readonly jobId: number | null;
  readonly detail: string;
  readonly channel: string | null;
  readonly address: string | null;
}

interface Conditions {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

/** The conditions of a filter over `audit_entry`, without its actions. Pure. */
function conditionsOf({ user, jobId, since, until }: AuditFilter): Conditions {
  const conditions: Conditions[] = [{ sql: 'true', values: [] }];
  if (user !== undefined)
    conditions.push({ sql: 'user_id = (select id from account where name = ?)', values: [user] });
  if (jobId !== undefined) conditions.push({ sql: 'job_id = ?', values: [jobId] });
  if (since !== undefined) conditions.push({ sql: 'at >= ?', values: [since] });
  if (until !== undefined) conditions.push({ sql: 'at < ?', values: [until] });
  return {
    sql: conditions.map(({ sql }) => sql).join(' and '),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** What reads: the database, or its long reads. */
type Reader = Pick<Database, 'execute'>;

/** Reads `first` entries before or after a number, nearest first; without either, the newest. */
export async function readAudit(
  reader: Reader,
  query: { filter: AuditFilter; first: number; before?: number | null; after?: number },
): Promise<AuditRecord[]> {
  const { filter, first, before, after } = query;
  const { sql, values } = conditionsOf(filter);
  const [place, order] = after !== undefined ? ['id > ?', 'asc'] : ['id < ?', 'desc'];
  const bound = [...values, after ?? before ?? afterLast, first];
  // One select for each action: an index has the entries of one action in their order, but not those of several. SQLite refuses more than 500 selects.
  const selects = [...new Set(filter.actions ?? [null])].map((action, index) => ({
    sql: `select * from (select * from audit_entry where ${action === null ? '' : 'action = ? and '}${sql} and ${place}
       order by id ${order} limit ?) part${index}`,
    values: action === null ? bound : [action, ...bound],
  }));
  if (selects.length === 0) return [];
  const rows = await reader.execute(
    `select e.id as id, e.at as at, e.action as action, e.job_id as job_id, e.detail as detail, e.channel as channel,
       e.address as address, a.id as user_id, a.name as user_name
     from (${selects.map((select) => select.sql).join(' union all ')}) e left join account a on a.id = e.user_id
     order by e.id ${order} limit ?`,
    [...selects.flatMap((select) => select.values), first],
  );
  return rows.map((row) => ({
    id: Number(row['id']),
    at: Number(row['at']),
    user: row['user_id'] == null ? null : { id: Number(row['user_id']), name: String(row['user_name']) },
    action: String(row['action']),
    jobId: row['job_id'] == null ? null : Number(row['job_id']),
    detail: String(row['detail']),
    channel: row['channel'] == null ? null : String(row['channel']),
    address: row['address'] == null ? null : String(row['address']),
  }));
}

/** A number greater than any entry's: the largest that both databases can store. */
const afterLast = 2_147_483_647;

/** How many entries match the filter. */
export async function countAudit(reader: Reader, filter: AuditFilter): Promise<number> {
  const { sql, values } = conditionsOf(filter);
  const { actions } = filter;
  const among = actions === undefined ? '' : ` and action in (${actions.map(() => '?').join(', ')})`;
  const [row] = await reader.execute(`select count(*) as total from audit_entry where ${sql}${among}`, [
    ...values,
    ...(actions ?? []),
  ]);
  return Number(row?.['total'] ?? 0);
}

/** The number of the newest entry; 0 if none exists. */
export async function lastAudit(db: Database): Promise<number> {
  const [row] = await db.execute('select max(id) as last from audit_entry', []);
  return Number(row?.['last'] ?? 0);
}
