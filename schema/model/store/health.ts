// Owns the health of the database as seen from outside: whether it responds and can be written, disk space, SQLite's write lock. Not errors of single writes (problem.ts).
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { type Database, type Dialect, sqliteFile } from './database.ts';
import { lockHolderOf } from './lock-holder.ts';
import { type DatabaseProblemKind, databaseProblemOf } from './problem.ts';
import { DiskFull, type Reserve, reserveStep } from './reserve.ts';

/** States of the database, from best to worst. When several hold at the same time, the worst is reported. */
export const databaseStates = ['ok', 'low', 'busy', 'full', 'read-only', 'unavailable', 'replaced'] as const;
export type DatabaseState = (typeof databaseStates)[number];

/** The states in which nothing can be recorded, so that a server must not get requests. */
export const isUnusable = (state: DatabaseState): state is 'read-only' | 'unavailable' | 'replaced' =>
  state === 'read-only' || state === 'unavailable' || state === 'replaced';

/** The health of the database, as shown to users. */
export interface DatabaseHealth {
  readonly state: DatabaseState;
  /** When this state began, in milliseconds since 1970 UTC; `null` while the state is `ok`. */
  readonly since: number | null;
  /** What the state means and what to do about it; `null` while the state is `ok`. */
  readonly message: string | null;
}

/** With less free disk space than this the state is `low`, in bytes. */
const lowLimit = 268_435_456;

const messages: Record<Exclude<DatabaseState, 'ok' | 'busy' | 'read-only'>, string> = {
  low: 'The disk of the database has less than 256 MiB left. Free some space before it is full.',
  full: 'The disk of the database is full. The output of running deployments is not saved until there is space: free some. You can still answer questions and stop jobs.',
  unavailable:
    'The database does not respond. Running deployments continue, but their output is not saved until it is back.',
  replaced:
    'The file of the database was replaced while SpiderPig had it open, so nothing is accepted. An admin must restart the server and the jobrunner.',
};

/** What is said of a database that can only be read, with what may be the reason. Pure. */
export function readOnlyText(dialect: Dialect): string {
  const reason =
    dialect === 'postgresql'
      ? 'Is it a standby of PostgreSQL, or set to default_transaction_read_only?'
      : 'May the user of SpiderPig write its file and the directory of the file, or is the file system read-only?';
  return `The database is read-only: it can be read, but nothing can be recorded. Running deployments continue, but their output is not saved until the database can be written. ${reason}`;
}

/** What is said of an unavailable database that refuses connections because there are too many. */
const noConnection =
  'PostgreSQL accepts no further connection, and this process has none that is free. Running deployments continue, but their output is not saved until there is one. An operator must raise max_connections or the limit of the role or database, or close other connections.';

/** That PostgreSQL refuses connections to this process, as a sentence for operators; null if it does not. */
export function shortageText({ shortage }: Pick<Database, 'shortage'>): string | null {
  const since = shortage?.since();
  if (since == null) return null;
  return `PostgreSQL has accepted no further connection since ${new Date(since).toISOString()}: queries wait for those that this server has. Raise max_connections or the limit of the role or database, or close other connections.`;
}

/** The pause between two looks at the database, in milliseconds: normally, and while its lock is held. */
const lookInterval = { idle: 1_000, locked: 40 };
/** How long the lock may be held before the state is `busy`, and how long a look may take before it is `unavailable`, in milliseconds. */
const lockLimit = 2_000;
const lookLimit = 4_000;

/** Looks at one database in the background, so that reading its health never waits. */
export class Health implements Disposable {
  readonly #db: Database;
  readonly #changed: () => void;
  readonly #since = new Map<DatabaseState, number>();
  readonly #over = new AbortController();
  /** When the pending look began; null if none is pending. */
  #lookBegan: number | null = null;
  #pending: Promise<void> | null = null;
  #lockedSince: number | null = null;
  #lockHolder: string | null = null;

  /** @param changed called when a look found another state */
  constructor(db: Database, changed: () => void) {
    this.#db = db;
    this.#changed = changed;
    void this.#watch();
  }

  /** The health at the last look. */
  get now(): DatabaseHealth {
    const state = databaseStates.findLast((each) => this.#since.has(each));
    // A look that takes long is itself an answer.
    const pending = this.#lookBegan !== null && Date.now() - this.#lookBegan > lookLimit;
    if (pending && state !== 'replaced' && state !== 'unavailable')
      return { state: 'unavailable', since: this.#lookBegan, message: this.#messageOf('unavailable') };
    if (state === undefined || state === 'ok') return { state: 'ok', since: null, message: null };
    return { state, since: this.#since.get(state) ?? null, message: this.#messageOf(state) };
  }

  /** Reports that reading failed, for any reason. */
  failed(): void {
    this.#set('unavailable', true);
  }

  /** Reports that reading succeeded. */
  answered(): void {
    this.#set('unavailable', false);
  }

  #messageOf(state: Exclude<DatabaseState, 'ok'>): string {
    if (state === 'unavailable' && this.#db.shortage?.since() != null) return noConnection;
    if (state === 'read-only') return readOnlyText(this.#db.dialect);
    if (state !== 'busy') return messages[state];
    const holder = this.#lockHolder ?? 'another process';
    return `The database is locked by ${holder}. Running deployments continue, but their output is not saved until the lock is released.`;
  }

  #set(state: DatabaseState, holds: boolean, since = Date.now()): void {
    if (!holds) this.#since.delete(state);
    else if (!this.#since.has(state)) this.#since.set(state, since);
  }

  async #watch(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const before = this.now.state;
      await this.look();
      if (!signal.aborted && this.now.state !== before) this.#changed();
      const pause = this.#lockedSince === null ? lookInterval.idle : lookInterval.locked;
      await wait(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Looks at the database now. It can take as long as the database takes to respond; {@link now} does not wait for it. */
  look(): Promise<void> {
    this.#pending ??= this.#lookOnce().finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #lookOnce(): Promise<void> {
    const began = Date.now();
    this.#lookBegan = began;
    const slow = setTimeout(this.#changed, lookLimit + 1);
    slow.unref();
    const problem = await this.#problem();
    clearTimeout(slow);
    this.#lookBegan = null;
    for (const state of ['read-only', 'unavailable', 'replaced'] as const)
      this.#set(state, problem === state, began);
  }

  /** The problem that one look finds. */
  async #problem(): Promise<DatabaseProblemKind | null> {
    try {
      this.#db.continuity.checkFile();
      const { reserve } = this.#db;
      await this.#db.execute('select 1', []);
      if (reserve === null) return (await isReadOnly(this.#db)) ? 'read-only' : null;
      const full = isFull(reserve);
      this.#set('full', full);
      this.#set('low', !full && reserve.freeBytes() < lowLimit);
      this.#checkLock(sqliteFile(this.#db.url));
      return null;
    } catch (error) {
      const kind = databaseProblemOf(error)?.kind ?? 'unavailable';
      return kind === 'busy' || kind === 'full' ? null : kind;
    }
  }

  /** Tries to take SQLite's write lock, on a separate connection and without writing. */
  #checkLock(file: string): void {
    const free = canBeLocked(file);
    if (free) this.#lockedSince = null;
    else this.#lockedSince ??= Date.now();
    const since = this.#lockedSince;
    const busy = since !== null && Date.now() - since >= lockLimit;
    if (busy) this.#lockHolder = lockHolderOf(file) ?? this.#lockHolder;
    else this.#lockHolder = null;
    this.#set('busy', busy, since ?? undefined);
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}

/** Whether the disk is full. Refills the reserve if there is space for it. */
function isFull(reserve: Reserve): boolean {
  try {
    reserve.refill();
    return reserve.freeBytes() < reserveStep;
  } catch (error) {
    if (error instanceof DiskFull) return true;
    throw error;
  }
}

/** Whether a PostgreSQL database refuses writes: a standby, or a session that is read-only. */
async function isReadOnly(db: Database): Promise<boolean> {
  const [row] = await db.execute("select current_setting('transaction_read_only') as read_only", []);
  return row?.['read_only'] === 'on';
}

/** Whether SQLite's write lock is free. */
function canBeLocked(file: string): boolean {
  const probe = new SqliteDatabase(file, { timeout: 0, fileMustExist: true });
  try {
    probe.exec('begin immediate; rollback');
    return true;
  } catch (error) {
    if (databaseProblemOf(error)?.kind !== 'busy') throw error;
    return false;
  } finally {
    probe.close();
  }
}
