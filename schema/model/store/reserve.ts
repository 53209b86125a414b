// Owns the reserve: room on the disk of a SQLite database, kept for what must be written when there is no other. Not what is written in it (database.ts).
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, statfsSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How much is kept, in bytes. It is more than a checkpoint can ask for at once, after which small writes take no more room: SQLite's
 * write-ahead log is written from its beginning again, and that is about 4 MiB and a chunk long.
 */
export const reserveSize = 16_777_216;
/** How much is given back at once, and how much must be left over when it is taken again, in bytes. */
export const reserveStep = 1_048_576;

/** The reserve was drawn on, and there is no room to take it again: only what is small and cannot wait may be written. */
export class DiskFull extends Error {
  readonly code = 'ENOSPC';
  constructor(cause?: unknown) {
    super('the disk is full', { cause });
  }
}

/** The file `reserve` beside a SQLite database. Every process of ours may draw on it and fill it; all of it is synchronous and short. */
export class Reserve {
  readonly #directory: string;
  readonly #file: string;

  /** @param directory where the database is */
  constructor(directory: string) {
    this.#directory = directory;
    this.#file = join(directory, 'reserve');
  }

  /** Makes it where there is none. Throws {@link DiskFull}. */
  create(): void {
    closeSync(openSync(this.#file, 'a', 0o600));
    this.refill();
  }

  /** Fills it again when it was drawn on. Throws {@link DiskFull} when there is no room for that: then nothing large may be written. */
  refill(): void {
    const size = this.#size();
    if (size === null || size >= reserveSize) return;
    if (this.freeBytes() < reserveSize - size + reserveStep) throw new DiskFull();
    try {
      this.#fill(size);
    } catch (error) {
      // There was less room than the file system said, for this user say.
      throw new DiskFull(error);
    }
  }

  /** Gives a part of it back to the disk. `false`: nothing is left of it. */
  release(): boolean {
    const size = this.#size();
    if (size === null || size === 0) return false;
    try {
      truncateSync(this.#file, Math.max(0, size - reserveStep));
      return true;
    } catch {
      return false; // it is not ours: another user has made it
    }
  }

  /** How much room there is beside it, in bytes. */
  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#directory);
    return bavail * bsize;
  }

  #size(): number | null {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? null;
  }

  #fill(size: number): void {
    const file = openSync(this.#file, 'r+');
    try {
      // Not zeros: a file system that compresses would store them as nothing.
      const part = randomBytes(reserveStep);
      for (let at = size; at < reserveSize; ) {
        at += writeSync(file, part, 0, Math.min(reserveStep, reserveSize - at), at);
      }
    } catch (error) {
      ftruncateSync(file, size);
      throw error;
    } finally {
      closeSync(file);
    }
  }
}
