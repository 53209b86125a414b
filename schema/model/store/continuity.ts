// Owns whether the open database still has what it had: it recognises a restored, rewound or replaced database. What then happens to jobs is in runner/rewind.ts.
import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { HighWater } from './high-water.ts';
import {
  addToLedger,
  compareLedger,
  type Execute,
  homeOf,
  type LedgerKind,
  type Mark,
  pruneLedger,
  recordedHome,
  recordHome,
} from './ledger.ts';
import { DatabaseReplaced, databaseProblemOf } from './problem.ts';

/** The database does not have the row of the ledger that this process knows. The transaction was rolled back. */
export class CommitsLost extends Error {
  constructor() {
    super('the database has lost commits that this process knows of');
  }
}

/** What this needs of a database. */
interface Connection {
  readonly execute: Execute;
}

/** What a database has lost. `another`: it is another database than the one that was used here before. */
export interface Rewind {
  readonly state: 'rewound' | 'another' | 'restored';
  /** The last mark that was known outside of the database; `null` if none was found. */
  readonly known: Mark | null;
  /** The last mark of the database. */
  readonly last: Mark;
  /** Where a database of PostgreSQL is now. `onRewind` records it in its transaction, so that no other process recognises the same restoring again. */
  readonly home?: string | null;
}

/** How often an idle process compares, in milliseconds. */
const compareInterval = 3_000;
/** How long no job is claimed from another server of PostgreSQL than before, in milliseconds: until every process has compared once. */
const settleTime = 4_000;
/** After how many orders a long-running process removes old rows of the ledger. */
const pruneEvery = 500;

/** The position of one process in the ledger, in memory and in the high-water mark. */
export class Continuity implements Disposable {
  readonly #highWater: HighWater | null;
  readonly #file: string | null;
  readonly #inode: string | null;
  #known: Mark | null = null;
  #onRewind: ((rewind: Rewind) => Promise<void>) | null = null;
  /** When the server of PostgreSQL was started, which distinguishes it from others, and until when claims wait, on the monotonic clock. */
  #server: string | null = null;
  #settlesAt = 0;
  readonly #closed = new AbortController();

  /**
   * @param highWater where marks are kept; null: only in memory
   * @param file of a SQLite database, which exists; null on PostgreSQL
   */
  constructor(highWater: HighWater | null, file: string | null) {
    this.#highWater = highWater;
    this.#file = file;
    this.#inode = file === null ? null : inodeOf(file);
  }

  /** Whether another file has the name of the SQLite database that this process has open, or none has. One system call. */
  get isReplaced(): boolean {
    return this.#file !== null && inodeOf(this.#file) !== this.#inode;
  }

  /**
   * Throws {@link DatabaseReplaced} if another file has the name of the SQLite database that this process has open. One system call. Does nothing
   * in a supervisor, which must record the end of its job all the same.
   */
  checkFile(): void {
    if (this.#onRewind !== null && this.#file !== null && this.isReplaced)
      throw new DatabaseReplaced(this.#file);
  }

  /**
   * Compares the database with the marks outside of it, and from then on each order with what this process knows. `onRewind` is called
   * before anything is ordered in a database that has lost commits; it must add a `rewound` row to the ledger.
   */
  async begin(db: Connection, onRewind: (rewind: Rewind) => Promise<void>): Promise<void> {
    this.#onRewind = onRewind;
    const { last } = await compareLedger(db.execute, null);
    this.#known = this.#highWater?.highest(last.origin) ?? null;
    const hasMark = this.#known !== null;
    const home = await this.#home(db);
    if (await this.#isRestored(db, home, last))
      await this.#recognize(db, { state: 'restored', known: this.#markOf(last), last, home });
    await this.compare(db);
    // A SQLite database that was used has a mark beside it, unless the file was copied to another place.
    if (!hasMark && this.#file !== null && (await hasOrders(db)))
      await this.#recognize(db, { state: 'restored', known: null, last });
    this.#highWater?.removeStale();
    // A standby of PostgreSQL can be read; the health says that it cannot be written.
    await this.#tidy(db, home).catch((error: unknown) => {
      if (databaseProblemOf(error)?.kind !== 'read-only') throw error;
    });
  }

  /** Where a database of PostgreSQL is; null on SQLite. */
  async #home(db: Connection): Promise<string | null> {
    return this.#file === null ? await homeOf(db.execute) : null;
  }

  async #tidy(db: Connection, home: string | null): Promise<void> {
    if (home !== null) await recordHome(db.execute, home);
    await pruneLedger(db.execute);
  }

  /** Whether a used database of PostgreSQL is at another place than before, unless this host knows that it has lost nothing on the way. */
  async #isRestored(db: Connection, home: string | null, last: Mark): Promise<boolean> {
    const before = home === null ? null : await recordedHome(db.execute);
    if (before === null || before === home || !(await hasOrders(db))) return false;
    const known = this.#markOf(last);
    return known === null || (await compareLedger(db.execute, known)).state !== 'intact';
  }

  /** What this process knows of the database of another mark; null if that is nothing. */
  #markOf({ origin }: Mark): Mark | null {
    return this.#known?.origin === origin ? this.#known : null;
  }

  /** Begins with a database that was just restored: it has lost what is known outside of it, even if that is nothing. */
  async beginRestored(db: Connection, onRewind: (rewind: Rewind) => Promise<void>): Promise<void> {
    this.#onRewind = onRewind;
    const { last } = await compareLedger(db.execute, null);
    this.#known = this.#highWater?.highest(last.origin) ?? null;
    const home = await this.#home(db);
    await this.#recognize(db, { state: 'restored', known: this.#markOf(last), last, home });
  }

  /** Compares the database with what this process knows, and remembers how far it has come. Calls `onRewind` if it has lost something. */
  async compare(db: Connection): Promise<void> {
    this.checkFile();
    const { last, state } = await compareLedger(db.execute, this.#known);
    if (state === 'intact') this.#remember(last);
    else await this.#recognize(db, { state, known: this.#known, last });
  }

  /** Compares repeatedly until this is disposed. An unavailable database is reported elsewhere. */
  async watch(db: Connection): Promise<void> {
    const { signal } = this.#closed;
    let pruned = this.#known?.position ?? 0;
    while (!signal.aborted) {
      await wait(compareInterval, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.compare(db);
        const position = this.#known?.position ?? 0;
        if (position > pruned + pruneEvery) await pruneLedger(db.execute);
        if (position > pruned + pruneEvery) pruned = position;
      } catch {
        // The next comparison tries again.
      }
    }
  }

  /** Adds an order to the ledger, in its transaction. Throws {@link CommitsLost} if the database has lost what this process knows. */
  async record(db: Connection, em: SqlEntityManager, kind: LedgerKind = 'order'): Promise<Mark> {
    const known = this.#onRewind === null || kind === 'rewound' ? null : this.#known;
    const added = await addToLedger(db.execute, em, { kind, known, at: Date.now() });
    if (added === null) throw new CommitsLost();
    return added;
  }

  /** Remembers an order that was committed, before anything else follows from it. */
  committed(mark: Mark): void {
    this.#remember(mark);
  }

  /**
   * Whether every process that knows of lost commits has had the time to notice them. After a failover or a restart of PostgreSQL, a job that looks
   * queued may have been claimed: by another process, which has not compared yet. In the transaction that claims.
   */
  async isSettled(db: Connection, em: SqlEntityManager): Promise<boolean> {
    if (this.#file !== null) return true;
    const [row] = await db.execute('select cast(pg_postmaster_start_time() as text) as server', [], em);
    const server = String(row?.['server']);
    if (this.#server !== null && this.#server !== server) this.#settlesAt = performance.now() + settleTime;
    this.#server = server;
    return performance.now() >= this.#settlesAt;
  }

  async #recognize(db: Connection, rewind: Rewind): Promise<void> {
    await this.#onRewind?.(rewind);
    this.#known = null;
    this.#remember((await compareLedger(db.execute, null)).last);
  }

  #remember(mark: Mark): void {
    if (this.#known?.origin === mark.origin && this.#known.position > mark.position) return;
    this.#known = mark;
    try {
      this.#highWater?.write(mark);
    } catch {
      // The mark in memory still protects while this process runs. A disk that cannot be written is reported elsewhere.
    }
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
    this.#highWater?.[Symbol.dispose]();
  }
}

async function hasOrders(db: Connection): Promise<boolean> {
  const rows = await db.execute("select 1 as one from ledger where kind <> 'origin' limit 1", []);
  return rows.length > 0;
}

/** The device and inode of a file; `null` if it does not exist. */
function inodeOf(file: string): string | null {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.dev}:${found.ino}` : null;
}
