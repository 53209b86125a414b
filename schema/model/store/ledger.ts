// Owns the ledger: a row for each order that was committed, by which a database that lost commits is recognised. Not what follows from that (continuity.ts).
import { randomBytes } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { text, time, word } from './column.ts';
import { databaseProblemOf } from './problem.ts';

/**
 * `origin`: the first row, which identifies the database · `order`: a queued, claimed or ended job, an answer, a stop, a hold · `rewound`: the
 * database was found to have lost commits.
 */
export const ledgerKinds = ['origin', 'order', 'rewound'] as const;
export type LedgerKind = (typeof ledgerKinds)[number];

const LedgerRowSchema = defineEntity({
  name: 'LedgerRow',
  tableName: 'ledger',
  properties: {
    /** The position: it increases with each row, and can have gaps. */
    id: p.integer().primary(),
    /** Random: a row that was lost and written again has the same position and another token. */
    token: text(),
    kind: word(ledgerKinds),
    /** The highest job number so far; 0: there was no job. */
    jobId: p.integer(),
    /** By the clock of the process, in milliseconds since 1970 UTC. */
    at: time(),
    /** In the first row: where the database was last used, see {@link homeOf}. Null on SQLite, and if it is not known. */
    home: text().nullable(),
  },
});
/** One committed order. */
export class LedgerRow extends LedgerRowSchema.class {}
LedgerRowSchema.setClass(LedgerRow);

/** A position in the ledger of one database, as a process remembers it outside of the database. */
export interface Mark {
  /** The token of the first row, which identifies the database. */
  readonly origin: string;
  readonly position: number;
  readonly token: string;
  /** The highest job number that was given out. */
  readonly job: number;
}

/** How many rows are kept. A process that was stopped while more were written cannot be sure, and trusts the database. */
const keptRows = 1_000;

/** Runs one statement, as the database (database.ts) does. Its type is repeated here, because a database has a ledger. */
export type Execute = (
  sql: string,
  values: readonly (string | number | null)[],
  em?: SqlEntityManager,
) => Promise<Record<string, unknown>[]>;

/** The last mark of the database, and whether it has lost `known`. `another`: `known` belongs to another database. Reads only. */
export async function compareLedger(
  execute: Execute,
  known: Mark | null,
  em?: SqlEntityManager,
): Promise<{ readonly last: Mark; readonly state: 'intact' | 'rewound' | 'another' }> {
  const rows = await execute(
    `select id, token, kind, job_id from ledger
     where id = ? or kind <> 'order' or id = (select max(id) from ledger) order by id`,
    [known?.position ?? 0],
    em,
  );
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last) throw new Error('the ledger of the database is empty');
  const origin = String(first['token']);
  const mark: Mark = {
    origin,
    position: Number(last['id']),
    token: String(last['token']),
    job: Number(last['job_id']),
  };
  if (known === null) return { last: mark, state: 'intact' };
  if (known.origin !== origin) return { last: mark, state: 'another' };
  const isThere = rows.some((row) => Number(row['id']) === known.position && row['token'] === known.token);
  const isPruned = mark.position > known.position + keptRows;
  // Another process has noticed the same loss, and wrote its row after all positions that it knew of.
  const isNoticed = rows.some((row) => row['kind'] === 'rewound' && Number(row['id']) > known.position);
  return { last: mark, state: isThere || isPruned || isNoticed ? 'intact' : 'rewound' };
}

/**
 * Which database of which cluster of PostgreSQL this is: a restored dump has another number, a promoted standby has the same. Null where
 * this user cannot read it.
 */
export async function homeOf(execute: Execute): Promise<string | null> {
  const [row] = await execute(
    `select concat(system_identifier, '/', (select oid from pg_database where datname = current_database())) as home from pg_control_system()`,
    [],
  ).catch((error: unknown) => {
    if (databaseProblemOf(error)) throw error;
    return [];
  });
  return typeof row?.['home'] === 'string' ? row['home'] : null;
}

/** Where the database was last used; null if that was not recorded. */
export async function recordedHome(execute: Execute): Promise<string | null> {
  const [row] = await execute('select home from ledger order by id limit 1', []);
  return typeof row?.['home'] === 'string' ? row['home'] : null;
}

/** Records where the database is used now. One statement, in the transaction of `em` if it is given. */
export async function recordHome(execute: Execute, home: string, em?: SqlEntityManager): Promise<void> {
  await execute(
    'update ledger set home = ? where id = (select min(id) from ledger) and home is distinct from ?',
    [home, home],
    em,
  );
}

/** Adds a row in the caller's transaction. With `known`, only if the database still has that row: `null` if it has not. */
export async function addToLedger(
  execute: Execute,
  em: SqlEntityManager,
  row: { readonly kind: LedgerKind; readonly known: Mark | null; readonly at: number },
): Promise<Mark | null> {
  const token = randomBytes(12).toString('base64url');
  const values: (string | number)[] = [token, row.kind, row.at];
  const condition =
    row.known === null ? '' : ' where exists (select 1 from ledger where id = ? and token = ?)';
  if (row.known) values.push(row.known.position, row.known.token);
  const [added] = await execute(
    `insert into ledger (token, kind, at, job_id)
     select ?, ?, cast(? as bigint), coalesce((select max(id) from job), 0)${condition}
     returning id, job_id, (select token from ledger order by id limit 1) as origin`,
    values,
    em,
  );
  if (!added) return null;
  return {
    origin: String(added['origin']),
    position: Number(added['id']),
    token,
    job: Number(added['job_id']),
  };
}

/** Whether the database has been marked as rewound after a position. In the caller's transaction. */
export async function wasMarkedAfter(
  execute: Execute,
  position: number,
  em: SqlEntityManager,
): Promise<boolean> {
  const rows = await execute(
    "select 1 as one from ledger where kind = 'rewound' and id > ? limit 1",
    [position],
    em,
  );
  return rows.length > 0;
}

/** Whether the database was found to have lost commits at or after a time, in milliseconds since 1970 UTC. */
export async function wasRewoundSince(execute: Execute, at: number): Promise<boolean> {
  const rows = await execute("select 1 as one from ledger where kind = 'rewound' and at >= ? limit 1", [at]);
  return rows.length > 0;
}

/** Removes old rows. One statement. */
export async function pruneLedger(execute: Execute): Promise<void> {
  await execute(`delete from ledger where kind = 'order' and id < (select max(id) from ledger) - ?`, [
    keptRows,
  ]);
}
