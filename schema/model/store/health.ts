// Owns how the database is, as far as it can be seen from outside: room on its disk, its lock, whether it answers. Not what fails because of it (problem.ts).
import { setTimeout as wait } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { type Database, sqliteFile } from './database.ts';
import { databaseProblemOf } from './problem.ts';
import { DiskFull, type Reserve, reserveStep } from './reserve.ts';

/** How the database is, from the best: of several troubles the last one here is told. */
export const databaseStates = ['ok', 'low', 'busy', 'full', 'unavailable'] as const;
export type DatabaseState = (typeof databaseStates)[number];

/** How the database is, fit to be shown. */
export interface DatabaseHealth {
  readonly state: DatabaseState;
  /** Since when, in milliseconds since 1970 UTC; null when all is well. */
  readonly since: number | null;
  /** What that means and what to do; null when all is well. */
  readonly message: string | null;
}

/** With less than this on its disk the database has little room, in bytes. */
const lowLimit = 268_435_456;

const messages: Record<Exclude<DatabaseState, 'ok'>, string> = {
  low: 'The disk of the database has less than 256 MiB left. Make room before it is full.',
  busy: 'Another program holds the database. Running deployments go on and wait with what they print; it is recorded once the database is free.',
  full: 'The disk of the database is full. Running deployments wait with what they print until there is room: make some. Questions can be answered and jobs stopped all the same.',
  unavailable:
    'The database does not answer. Running deployments go on and wait with what they print; it is recorded once the database is back.',
};

/** How long the lock may be taken before the database counts as busy, how often that is tried meanwhile, and the pause between two such looks, in milliseconds. */
const lockLimit = 5_000;
const lockRetry = 50;
const lockPause = 3_000;

/** What is seen of one database. Whoever reads it says how that went. */
export class Health implements Disposable {
  readonly #db: Database;
  readonly #changed: () => void;
  readonly #since = new Map<DatabaseState, number>();
  readonly #over = new AbortController();
  #lookingAtLock = false;

  /** @param changed called when something was seen between two looks */
  constructor(db: Database, changed: () => void) {
    this.#db = db;
    this.#changed = changed;
  }

  /** How it was when it was looked at last. */
  get now(): DatabaseHealth {
    const state = databaseStates.findLast((each) => this.#since.has(each));
    if (state === undefined || state === 'ok') return { state: 'ok', since: null, message: null };
    return { state, since: this.#since.get(state) ?? null, message: messages[state] };
  }

  /** Reading has failed, for whatever reason. */
  failed(): void {
    this.#set('unavailable', true);
  }

  /** Reading went well; looks at the rest. `active`: a job runs, so that a lock that somebody else holds matters. */
  answered(active: boolean): void {
    this.#set('unavailable', false);
    const { reserve } = this.#db;
    if (!reserve) return;
    const full = isFull(reserve);
    this.#set('full', full);
    this.#set('low', !full && reserve.freeBytes() < lowLimit);
    if (active) void this.#lookAtLock();
    else this.#set('busy', false);
  }

  #set(state: DatabaseState, holds: boolean): void {
    if (!holds) this.#since.delete(state);
    else if (!this.#since.has(state)) this.#since.set(state, Date.now());
  }

  /** Goes on by itself until the lock is free again. */
  async #lookAtLock(): Promise<void> {
    const { signal } = this.#over;
    if (this.#lookingAtLock || signal.aborted) return;
    this.#lookingAtLock = true;
    try {
      let free = false;
      while (!free) {
        free = await canBeWritten(sqliteFile(this.#db.url), signal);
        if (free === this.#since.has('busy')) {
          this.#set('busy', !free);
          this.#changed();
        }
      }
      await wait(lockPause, undefined, { signal, ref: false });
    } catch {
      // The process ends, or the file cannot be opened: then reading fails as well, which is told.
    }
    this.#lookingAtLock = false;
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}

/** Takes the room for the reserve again where there is some. */
function isFull(reserve: Reserve): boolean {
  try {
    reserve.refill();
    return reserve.freeBytes() < reserveStep;
  } catch (error) {
    if (error instanceof DiskFull) return true;
    throw error;
  }
}

/** Whether SQLite's write lock can be had within the limit. It is taken and given back by a connection of its own: nothing is written. Rejects when aborted. */
async function canBeWritten(file: string, signal: AbortSignal): Promise<boolean> {
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
