// Owns the machine of a crash test: its host name, the clock and the disk of its processes, which faults change. Not when (plan.ts). Without root some of it is impossible.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { World } from '../support/world.ts';

/** The size of the disk while it has space. It takes only as much memory as is used. */
const diskSize = '4g';

/** The machine on which the processes of a crash test run. */
export class Machine implements AsyncDisposable {
  /** The directory for the data of SpiderPig. */
  readonly data: string;
  /** The prefix of the commands of its processes. */
  readonly command: readonly string[];
  /** Variables of the processes, for the clock. */
  readonly environment: Readonly<Record<string, string>>;
  /** Why the host name cannot be changed; null if it can. */
  readonly whyNoRename: string | null;
  /** Why the disk cannot be filled; null if it can. */
  readonly whyNoDisk: string | null;
  readonly #directory: string;
  readonly #clock: number;
  readonly #names: Names | null;

  private constructor(directory: string, names: Names | null, hasDisk: boolean) {
    this.#directory = directory;
    this.#names = names;
    this.command = names?.command ?? [];
    this.whyNoRename = names ? null : 'another host name needs root and namespaces';
    this.whyNoDisk = hasDisk ? null : 'a small disk can be mounted by root only';
    this.data = join(directory, 'disk', 'data');
    mkdirSync(this.data, { recursive: true, mode: 0o700 });
    // The programs in place of scap note what happens on another disk.
    for (const notes of ['rounds', 'lanes']) {
      mkdirSync(join(directory, notes));
      symlinkSync(join(directory, notes), join(this.data, notes));
    }
    const clock = join(directory, 'clock');
    this.#clock = openSync(clock, 'w');
    this.shiftClock(0);
    this.environment = {
      CRASH_CLOCK: clock,
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'shifted-clock.ts')}`,
    };
  }

  static async open(): Promise<Machine> {
    const directory = mkdtempSync(join(tmpdir(), 'spiderpig-machine-'));
    return new Machine(directory, await openNames(), mountDisk(join(directory, 'disk')));
  }

  /** Gives the host another name, also for running processes. */
  rename(name: string): void {
    this.#names?.rename(name);
  }

  /** Shifts the clock of all processes of SpiderPig by so many milliseconds; 0: it is right. */
  shiftClock(milliseconds: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(milliseconds);
    writeSync(this.#clock, bytes, 0, 8, 0);
  }

  /** Moves the tables of a PostgreSQL database to the disk. Its write-ahead log stays where it is: without space for that, PostgreSQL stops. */
  async moveTables(world: World): Promise<void> {
    if (world.database.dialect !== 'postgresql' || this.whyNoDisk !== null) return;
    const client = new pg.Client({ connectionString: world.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ directory: string }>(
        "select current_setting('data_directory') as directory",
      );
      const space = join(this.#directory, 'disk', 'tables');
      mkdirSync(space, { mode: 0o700 });
      const { uid, gid } = statSync(rows[0]?.directory ?? '');
      chownSync(space, uid, gid);
      // PostgreSQL runs as another user.
      execFileSync('chmod', ['o+x', this.#directory, join(this.#directory, 'disk')]);
      await client.query(`create tablespace crash location '${space}'`);
      await client.query('alter table all in tablespace pg_default set tablespace crash');
      await client.query('alter index all in tablespace pg_default set tablespace crash');
    } finally {
      await client.end();
    }
  }

  /** Leaves no free space on the disk. */
  fillDisk(): void {
    const { bsize, blocks, bfree } = statfsSync(join(this.#directory, 'disk'));
    let used = (blocks - bfree) * bsize;
    // More was written meanwhile.
    while (!this.#resize(String(used))) used += 65_536;
  }

  freeDisk(): void {
    this.#resize(diskSize);
  }

  #resize(size: string): boolean {
    try {
      const options = ['-o', `remount,size=${size}`, join(this.#directory, 'disk')];
      execFileSync('mount', options, { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }

  /** Removes everything. The world must have ended, and PostgreSQL must have stopped or dropped its tables. */
  async [Symbol.asyncDispose](): Promise<void> {
    closeSync(this.#clock);
    await this.#names?.[Symbol.asyncDispose]();
    if (this.whyNoDisk === null) execFileSync('umount', ['--lazy', join(this.#directory, 'disk')]);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Mounts a disk. Returns false without the permission to do so. */
function mountDisk(path: string): boolean {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskSize}`, 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A namespace for the host name. */
interface Names extends AsyncDisposable {
  /** The prefix of a command that runs in it. */
  readonly command: readonly string[];
  rename(name: string): void;
}

/** Opens a namespace for the host name; null without the permission to do so. */
async function openNames(): Promise<Names | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  // It ends with this process, even after SIGKILL: then its stdin is closed.
  const keeper = spawn('unshare', ['--uts', 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(keeper, 'exit');
  keeper.stdin.on('error', () => {});
  keeper.stdin.write('ready\n');
  const isReady = await Promise.race([
    once(keeper.stdout, 'data').then(() => true),
    exited.then(() => false),
  ]);
  const space = `/proc/${keeper.pid}/ns/uts`;
  // Never rename the machine itself.
  if (!isReady || readlinkSync(space) === readlinkSync('/proc/self/ns/uts')) return null;
  const command = ['nsenter', `--uts=${space}`, '--'];
  return {
    command,
    rename(name) {
      execFileSync('nsenter', [`--uts=${space}`, '--', 'hostname', name]);
    },
    async [Symbol.asyncDispose]() {
      keeper.stdin.end();
      await exited;
    },
  };
}
