// Owns the column types and the form of indexes that all tables share. Not the tables.
import { p } from '@mikro-orm/core';
import { beginningOf } from '../../text/beginning.ts';

/**
 * A point in time: milliseconds since 1970 UTC as a 64-bit integer, identical on both databases (PostgreSQL's default timestamps drop the
 * milliseconds).
 */
export const time = () => p.bigint('number');

/** Unbounded text (a plain string column is varchar(255) on PostgreSQL only). */
export const text = () => p.text();

/**
 * One word of a fixed list, stored as text. There is no check constraint, because extending the list would rebuild the table on SQLite;
 * types enforce the list.
 */
export const word = <Word extends string>(_words: readonly Word[]) => p.text().$type<Word>();

/**
 * Text that both databases can store: NUL (which PostgreSQL refuses) and lone surrogates become U+FFFD. At most `limit` UTF-16 units are
 * kept. Pure.
 */
export function storableText(value: string, limit = 65_536): string {
  const cut = value.length > limit ? `${beginningOf(value, limit)}…` : value;
  return cut.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Partial indexes of a table in the form that both databases understand. `indexes`: columns and condition by name. Pure. */
export const partialIndexes = (table: string, indexes: Readonly<Record<string, readonly [string, string]>>) =>
  Object.entries(indexes).map(([name, [columns, condition]]) => ({
    name,
    expression: `create index "${name}" on "${table}" (${columns}) where ${condition}`,
  }));
