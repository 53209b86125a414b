// Owns where tests put their databases and data directories: in memory where that is possible, because tests wait for the disk otherwise.
import { readFileSync, statfsSync } from 'node:fs';

/** A file system in memory, which Linux has. A container often allows it only 64 MB, or no programs on it. */
const memory = '/dev/shm';
/** Bytes that a run of all tests needs at most, with several times as much in reserve. */
const neededBytes = 4 * 2 ** 30;

/** A directory in memory for the temporary files of tests; null where the machine has none that is large enough and may hold programs. */
export function memoryDirectory(): string | null {
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .findLast(([, directory]) => directory === memory);
    if (mount?.[2] !== 'tmpfs' || mount[3]?.split(',').includes('noexec') !== false) return null;
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= neededBytes ? memory : null;
  } catch {
    // Another operating system.
    return null;
  }
}
