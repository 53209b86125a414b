// Owns the high-water mark: files outside of a database that remember its last known position, one for each process. Not comparing it (continuity.ts).
import {
  closeSync,
  constants,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../runner/process.ts';
import type { Mark } from './ledger.ts';

/** The size of a slot, in bytes: one sector, which a disk writes as a whole. */
const slotBytes = 512;
/** The file of a process that has ended is removed when it was not written for this long, in milliseconds. */
const staleAfter = 60_000;

/** The directory of the marks, inside another one. */
const highWaterDirectory = (parent: string): string => join(parent, 'high-water');

/**
 * The marks in some directories. Each process writes a separate file, so that none overwrites the mark of another: in two slots, in turns, so
 * that an interrupted write leaves the one before. Writing takes no further disk space once the file exists.
 */
export class HighWater implements Disposable {
  readonly #directories: readonly string[];
  #files: number[] | null = null;
  #turn = 0;
  #written: Mark | null = null;

  /** @param parents where the marks are kept, each in a directory {@link highWaterDirectory} */
  constructor(parents: readonly string[]) {
    this.#directories = [...new Set(parents.map(highWaterDirectory))];
  }

  /** The highest mark of all processes of the database `origin`, else the highest of another database; `null` if none exists. */
  highest(origin: string): Mark | null {
    const marks = this.#directories.flatMap(marksIn).toSorted((a, b) => b.position - a.position);
    return marks.find((mark) => mark.origin === origin) ?? marks[0] ?? null;
  }

  /** Records a mark. It is on the disk when this returns. Throws errors of the file system. */
  write(mark: Mark): void {
    if (this.#written?.token === mark.token) return;
    this.#files ??= this.#directories.map(openOwn);
    const slot = Buffer.alloc(slotBytes, ' ');
    slot.write(JSON.stringify(mark));
    slot[slotBytes - 1] = 0x0a;
    for (const file of this.#files) {
      writeSync(file, slot, 0, slotBytes, (this.#turn % 2) * slotBytes);
      fdatasyncSync(file);
    }
    this.#turn++;
    this.#written = mark;
  }

  /** Forgets all marks of other processes that have ended: of another database, or lower ones. Call it after {@link write}. */
  removeStale(): void {
    for (const directory of this.#directories) {
      for (const name of namesIn(directory)) {
        const path = join(directory, name);
        const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
        if (name !== String(process.pid) && age > staleAfter && !isRunning(Number(name))) unlinkSync(path);
      }
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.#files ?? []) closeSync(file);
    this.#files = null;
  }
}

function openOwn(directory: string): number {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return openSync(join(directory, String(process.pid)), constants.O_RDWR | constants.O_CREAT, 0o600);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter((name) => /^[0-9]+$/.test(name));
  } catch {
    return []; // there is no mark yet
  }
}

const marksIn = (directory: string): Mark[] =>
  namesIn(directory).flatMap((name) => {
    try {
      return readFileSync(join(directory, name), 'latin1').split('\n').flatMap(parseMark);
    } catch {
      return []; // another process has removed it in the meantime
    }
  });

/** The mark in a slot; none if it is empty or was written in part. Pure. */
function parseMark(slot: string): Mark[] {
  let found: unknown;
  try {
    found = JSON.parse(slot);
  } catch {
    return [];
  }
  if (typeof found !== 'object' || found === null) return [];
  const { origin, position, token, job }: { [name: string]: unknown } = { ...found };
  return typeof origin === 'string' &&
    typeof token === 'string' &&
    typeof position === 'number' &&
    typeof job === 'number'
    ? [{ origin, position, token, job }]
    : [];
}
