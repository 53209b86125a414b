// Owns the interface of an open database: reading, writing in a transaction, single statements. Not opening it (open.ts), not the tables.
import type { Options } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { ConnectionShortage } from './connection.ts';
import type { Continuity } from './continuity.ts';
import type { Doorbell, Topic } from './doorbell.ts';
import type { Reserve } from './reserve.ts';

export type Dialect = 'sqlite' | 'postgresql';

/** A value that both drivers bind without conversion. */
export type Bindable = string | number | null | Uint8Array;

/** The dialect of a database URL; `null` for an unknown scheme. A SQLite URL is `sqlite:PATH` or `file:PATH`. */
export function dialectOf(url: string): Dialect | null {
  if (/^postgres(ql)?:\/\//.test(url)) return 'postgresql';
  if (/^(sqlite|file):/.test(url)) return 'sqlite';
  return null;
}

/** The path of the file that a SQLite URL names. */
export const sqliteFile = (url: string): string => url.replace(/^(sqlite|file):(\/\/)?/, '');

/** Rewrites `?` placeholders as PostgreSQL's `$1`, `$2` … No statement of ours contains a question mark for anything else. */
export function numbered(sql: string): string {
  let n = 0;
  return sql.replaceAll('?', () => `$${++n}`);
}

/** The open database of one process. */
export interface Database extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly url: string;
  /** Notifies this and other processes that something was committed. */
  readonly doorbell: Doorbell;
  /** Disk space kept for small urgent writes; `null` on PostgreSQL, whose disk this process does not manage. */
  readonly reserve: Reserve | null;
  /** Whether PostgreSQL refuses further connections; `null` on SQLite. */
  readonly shortage: ConnectionShortage | null;
  /** Recognises a database that was restored, rewound or replaced. */
  readonly continuity: Continuity;
  /** A new entity manager, for reading and for single statements. */
  em(): SqlEntityManager;
  /**
   * Runs `work` in one transaction and rings `topics` after the commit. `work` must await each statement before the next. It may run more than
   * once: while another process is writing, when the disk is full (then in the space of the {@link Reserve}), and when the database turns out
   * to have lost commits. An `order` is added to the ledger (continuity.ts); by default, what rings `orders` is one.
   * Throws {@link DatabaseProblem}, which says whether anything was recorded, and any error of `work`.
   */
  write<T>(
    topics: readonly Topic[],
    work: (em: SqlEntityManager) => Promise<T>,
    options?: { readonly order?: boolean },
  ): Promise<T>;
  /**
   * Runs one SQL statement with bound parameters (`?`), bypassing the ORM, which would inline values into the statement: unsuitable for blobs.
   * Runs in the transaction of `em` if given. Column values are as the driver returns them (64-bit integers are strings on PostgreSQL).
   */
  execute(
    sql: string,
    values: readonly Bindable[],
    em?: SqlEntityManager,
  ): Promise<Record<string, unknown>[]>;
  /** Whether rings are part of the transaction (PostgreSQL) or follow the commit (SQLite), see {@link Doorbell.ring}. */
  readonly ringsInTransaction: boolean;
}

/** Classes of entities. */
export type Entities = NonNullable<Options['entities']>;

/** How a database is opened. */
export interface OpenOptions {
  /** The entities that the process uses; default: all. */
  readonly entities?: Entities;
  /** The directory in which the high-water mark is kept; a SQLite database also has one beside it. */
  readonly marks?: string;
  /** How often listeners are woken although nothing has rung, in milliseconds: see doorbell.ts. */
  readonly doorbellFallback?: number;
  /** How long a write is retried while another process holds the lock of SQLite, in milliseconds: see busy.ts. */
  readonly busyLimit?: number;
}
