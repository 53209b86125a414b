// Owns the health of the database as seen from outside: disk space, SQLite's write lock, whether it responds. Not errors of single writes (problem.ts).
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { type Database, sqliteFile } from './database.ts';
import { databaseProblemOf } from './problem.ts';
import { DiskFull, type Reserve, reserveStep } from './reserve.ts';

/** States of the database, from best to worst. When several hold at once, the worst is reported. */
export const databaseStates = ['ok', 'low', 'busy', 'full', 'unavailable'] as const;
export type DatabaseState = (typeof databaseStates)[number];

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

const messages: Record<Exclude<DatabaseState, 'ok'>, string> = {
  low: 'The disk of the database has less than 256 MiB left. Free some space before it is full.',
  busy: 'Another program has locked the database. Running deployments continue, but their output is not saved until the lock is released.',
  full: 'The disk of the database is full. The output of running deployments is not saved until there is space: free some. You can still answer questions and stop jobs.',
  unavailable:
    'The database does not respond. Running deployments continue, but their output is not saved until it is back.',
};

/** How long the lock may be held before the state is `busy`, the delay between attempts to take it, and the pause between two checks, in milliseconds. */
const lockLimit = 5_000;
const lockRetry = 50;
const lockPause = 3_000;

/** Tracks the health of one database. Its owner reads the database regularly and reports the result by `failed` or `answered`. */
export class Health implements Disposable {
  readonly #db: Database;
  readonly #changed: () => void;
  readonly #since = new Map<DatabaseState, number>();
  readonly #over = new AbortController();
  #isCheckingLock = false;

  /** @param changed called when the state of the lock changed between two reports */
  constructor(db: Database, changed: () => void) {
    this.#db = db;
    this.#changed = changed;
  }

  /** The health at the last check. */
  get now(): DatabaseHealth {
    const state = databaseStates.findLast((each) => this.#since.has(each));
    if (state === undefined || state === 'ok') return { state: 'ok', since: null, message: null };
    return { state, since: this.#since.get(state) ?? null, message: messages[state] };
  }

  /** Reports that reading failed, for any reason. */
  failed(): void {
    this.#set('unavailable', true);
  }

  /** Reports that reading succeeded, and checks disk space and lock. `active`: a job is running, so a lock held by another program matters. */
  answered(active: boolean): void {
    this.#set('unavailable', false);
    const { reserve } = this.#db;
    if (!reserve) return;
    const full = isFull(reserve);
    this.#set('full', full);
    this.#set('low', !full && reserve.freeBytes() < lowLimit);
    if (active) void this.#checkLock();
    else this.#set('busy', false);
  }

  #set(state: DatabaseState, holds: boolean): void {
    if (!holds) this.#since.delete(state);
    else if (!this.#since.has(state)) this.#since.set(state, Date.now());
  }

  /** Checks the lock repeatedly until it is free. */
  async #checkLock(): Promise<void> {
    const { signal } = this.#over;
    if (this.#isCheckingLock || signal.aborted) return;
    this.#isCheckingLock = true;
    try {
      let free = false;
      while (!free) {
        free = await canBeLocked(sqliteFile(this.#db.url), signal);
        if (free === this.#since.has('busy')) {
          this.#set('busy', !free);
          this.#changed();
        }
      }
      await wait(lockPause, undefined, { signal, ref: false });
    } catch {
      // The process is exiting, or the file cannot be opened. In the latter case reading fails too, and that is reported.
    }
    this.#isCheckingLock = false;
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

/** Whether SQLite's write lock can be taken within the limit. A separate connection takes and releases it without writing. Rejects when aborted. */
async function canBeLocked(file: string, signal: AbortSignal): Promise<boolean> {
  const probe = new SqliteDatabase(file, { timeout: 0, fileMustExist: true });
  try {
    for (
      const limit = performance.now() + lockLimit;
      ;
      await wait(lockRetry, undefined, { signal, ref: false })
    ) {
      try {
        probe.exec('begin immediate; rollback');
        return true;
      } catch (error) {
        if (databaseProblemOf(error)?.kind !== 'busy') throw error;
        if (performance.now() > limit) return false;
      }
    }
  } finally {
    probe.close();
  }
}
