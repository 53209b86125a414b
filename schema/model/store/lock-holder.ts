// Owns naming the process that holds the write lock of a SQLite database. Reads /proc; without it (not Linux) the holder is not known.
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** The byte of the file `-shm` that the writer locks (SQLite's WAL_WRITE_LOCK). */
const writeLockByte = '120';

/** Our own processes, by what is in their command line. */
const own: readonly { readonly name: string; readonly file: RegExp }[] = [
  { name: 'the supervisor of a job', file: /jobrunner\/main-supervisor\.ts|dist\/supervisor\.js/ },
  { name: 'the jobrunner', file: /jobrunner\/main\.ts|dist\/jobrunner\.js/ },
  { name: 'a server', file: /server\/main\.ts|dist\/server\.js/ },
];

/** The process that holds the write lock of this SQLite file, as in `sqlite3 (process 123)`; `null` if none, or it is not known. */
export function lockHolderOf(file: string): string | null {
  try {
    const inode = statSync(`${file}-shm`).ino;
    const pid = writerOf(readFileSync('/proc/locks', 'latin1'), inode);
    if (pid === null) return null;
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const known = own.find((each) => each.file.test(args.join(' ')));
    return `${known?.name ?? basename(args[0] ?? '')} (process ${pid})`;
  } catch {
    return null; // it has released the lock and exited, or is in another container
  }
}

/** The pid that holds the write lock in the file with this inode, from the text of /proc/locks; `null` if none. Pure. */
export function writerOf(locks: string, inode: number): number | null {
  for (const line of locks.split('\n')) {
    // 1: POSIX  ADVISORY  WRITE 1234 fe:01:5678 120 120
    const [, , , access, pid, place, from] = line.trim().split(/\s+/);
    if (access === 'WRITE' && place?.endsWith(`:${inode}`) && from === writeLockByte && Number(pid) > 0)
      return Number(pid);
  }
  return null;
}
