// Owns how values that every table has are stored: times and text. Not the tables.
import { p } from '@mikro-orm/core';

/** A point in time: milliseconds since 1970 UTC in a 64-bit integer, the same on both databases (PostgreSQL's default timestamps drop the milliseconds). */
export const time = () => p.bigint('number');

/** Unbounded text (a plain string column is varchar(255) on PostgreSQL only). */
export const text = () => p.text();

/**
 * One word of a closed list, stored as text. No check constraint: growing the list would rebuild the table on SQLite, and the types hold the list.
 */
export const word = <Word extends string>(_words: readonly Word[]) => p.text().$type<Word>();

/**
 * Text as both databases can hold it: no NUL (PostgreSQL refuses it in text columns) and no lone surrogates; both become U+FFFD.
 * At most `limit` UTF-16 units are kept.
 */
export function storableText(value: string, limit = 65_536): string {
  const cut = value.length > limit ? `${value.slice(0, limit)}…` : value;
  return cut.toWellFormed().replaceAll('\0', '\uFFFD');
}
