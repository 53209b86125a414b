// Owns the record of who uses which part of the API: one row for each client, token and operation. Not the counting (server/graphql/usage.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time } from '../store/column.ts';
import type { Database } from '../store/database.ts';

const OperationUseSchema = defineEntity({
  name: 'OperationUse',
  tableName: 'operation_use',
  uniques: [{ name: 'operation_use_key', properties: ['client', 'version', 'tokenId', 'operation'] }],
  properties: {
    id: p.integer().primary(),
    /** The name and version of the client, as it sends them; empty if it sends none. */
    client: text(),
    version: text(),
    /** The id of the token; 0: a browser session. */
    tokenId: p.integer(),
    /** The name of the operation; empty if it has none. */
    operation: text(),
    uses: p.bigint('number'),
    lastUsedAt: time().index(),
    /** JSON: when each field was last used, in milliseconds since 1970 UTC, by its coordinate (`Job.retryOf`). */
    fields: text(),
  },
});
/** The uses of one operation by one client. */
export class OperationUse extends OperationUseSchema.class {}
OperationUseSchema.setClass(OperationUse);

/** What identifies a row. */
export interface UseKey {
  readonly client: string;
  readonly version: string;
  readonly tokenId: number;
  readonly operation: string;
}

/** Uses since the last time that they were stored. */
export interface NewUses {
  readonly key: UseKey;
  readonly uses: number;
  /** In milliseconds since 1970 UTC. */
  readonly at: number;
  /** Coordinates of fields, arguments and values. */
  readonly fields: readonly string[];
}

/** The maximum number of rows. A client can invent names, so further ones share the row {@link otherUses}. */
export const maxUseRows = 5_000;
/** The row of uses for which there was no room. */
export const otherUses: UseKey = { client: '(other)', version: '', tokenId: 0, operation: '' };
/** The first key of the advisory lock: "uses" in ASCII, as for the other locks (lock.ts). */
const lockKey = 0x75_73_65_73;
/** How long an unused row is kept, in milliseconds. */
const keptUnused = 90 * 24 * 3_600_000;

/** When each field of a row was last used, by its coordinate. */
export const usedFields = ({ fields }: Pick<OperationUse, 'fields'>): ReadonlyMap<string, number> =>
  new Map(Object.entries(JSON.parse(fields)));

/** Deletes rows that were not used for 90 days. The caller has checked the clock. At most one transaction. */
export async function removeUnusedUses(db: Database, now = Date.now()): Promise<void> {
  const unused = { lastUsedAt: { $lt: now - keptUnused } };
  if ((await db.em().count(OperationUse, unused)) === 0) return;
  await db.write([], (em) => em.nativeDelete(OperationUse, unused));
}

/** Adds uses to the record. One transaction; of several servers one after the other, so that none overwrites what another has added. */
export async function recordUses(db: Database, added: readonly NewUses[]): Promise<void> {
  await db.write([], async (em) => {
    if (db.dialect === 'postgresql') await db.execute('select pg_advisory_xact_lock(?, 0)', [lockKey], em);
    let rows = await em.count(OperationUse);
    for (const { key, uses, at, fields } of added) {
      const known = await em.findOne(OperationUse, key);
      const used = known ?? (rows < maxUseRows ? null : await em.findOne(OperationUse, otherUses));
      const merged = new Map(used ? usedFields(used) : []);
      for (const field of fields) merged.set(field, Math.max(at, merged.get(field) ?? 0));
      const stored = { lastUsedAt: at, fields: JSON.stringify(Object.fromEntries(merged)) };
      if (used) {
        await em.nativeUpdate(OperationUse, { id: used.id }, { ...stored, uses: used.uses + uses });
        em.clear();
      } else {
        await em.insert(OperationUse, { ...(rows < maxUseRows ? key : otherUses), ...stored, uses });
        rows++;
      }
    }
  });
}

/** A page of the record, by id. `fields`: only rows that have used one of these coordinates; null for all rows. */
export async function listUses(
  db: Database,
  request: { readonly first: number; readonly after: number; readonly fields: readonly string[] | null },
): Promise<{ readonly rows: readonly OperationUse[]; readonly total: number }> {
  const { first, after, fields } = request;
  if (fields?.length === 0) return { rows: [], total: 0 };
  // Not `like`: `_`, which a coordinate can contain, matches any character there.
  const contains = db.dialect === 'postgresql' ? 'strpos' : 'instr';
  const wanted =
    fields === null ? 'true' : `(${fields.map(() => `${contains}(fields, ?) > 0`).join(' or ')})`;
  const values = (fields ?? []).map((field) => `"${field}":`);
  const ids = await db.execute(
    `select id from operation_use where ${wanted} and id > ? order by id limit ?`,
    [...values, after, first],
  );
  const found = { id: { $in: ids.map(({ id }) => Number(id)) } };
  const [all] = await db.execute(`select count(*) as total from operation_use where ${wanted}`, values);
  return {
    rows: await db.em().find(OperationUse, found, { orderBy: { id: 'asc' } }),
    total: Number(all?.['total'] ?? 0),
  };
}
