// Owns the reserve: disk space kept beside a SQLite database for urgent writes when the disk is full. Not what is written in it (transaction.ts).
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, statfsSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The size of the reserve, in bytes. It exceeds what one checkpoint can need; after that small writes take no more space, because SQLite
 * reuses the write-ahead log from its start, about 4 MiB and one chunk.
 */
export const reserveSize = 16_777_216;
/** How much is released at a time, and how much space must remain free when the reserve is refilled, in bytes. */
export const reserveStep = 1_048_576;

/** The reserve was used, and there is no space to refill it: only small urgent writes are allowed. */
export class DiskFull extends Error {
  readonly code = 'ENOSPC';
  constructor(cause?: unknown) {
    super('the disk is full', { cause });
  }
}

/** Whether the reserve in this directory was used and not refilled. Reads only; false if the reserve does not exist. */
export function isReserveUsed(directory: string): boolean {
  const size = statSync(join(directory, 'reserve'), { throwIfNoEntry: false })?.size ?? reserveSize;
  return size < reserveSize;
}

/** The file `reserve` beside a SQLite database. All processes share it. Its methods are synchronous and short. */
export class Reserve {
  readonly #directory: string;
  readonly #file: string;

  /** @param directory where the database is */
  constructor(directory: string) {
    this.#directory = directory;
    this.#file = join(directory, 'reserve');
  }

  /** Creates the file if it does not exist. Throws {@link DiskFull}. */
  create(): void {
    closeSync(openSync(this.#file, 'a', 0o600));
    this.refill();
  }

  /** Refills the file if it was used. Throws {@link DiskFull} if there is no space: then nothing large may be written. */
  refill(): void {
    const size = this.#size();
    if (size === null || size >= reserveSize) return;
    if (this.freeBytes() < reserveSize - size + reserveStep) throw new DiskFull();
    try {
      this.#fill(size);
    } catch (error) {
      // There was less space than the file system reported, for example because of a quota.
      throw new DiskFull(error);
    }
  }

  /** Releases part of the file to the disk. `false`: nothing is left. */
  release(): boolean {
    const size = this.#size();
    if (size === null || size === 0) return false;
    try {
      truncateSync(this.#file, Math.max(0, size - reserveStep));
      return true;
    } catch {
      return false; // it belongs to another user
    }
  }

  /** The free disk space beside the reserve, in bytes. */
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
      // Random bytes: a compressing file system would store zeros as nothing.
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
