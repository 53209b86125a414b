// Owns the identity of a process, which distinguishes it from a later one with the same pid. Reads /proc; without it (not Linux) only the pid is compared.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process: `startTime` is in clock ticks since boot, `boot` is the kernel's boot id. */
export interface ProcessIdentity {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly startTime: number;
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'ascii').trim();
  } catch {
    return '';
  }
}

/** A process in the process table. */
export interface Stat {
  readonly parent: number;
  readonly group: number;
  /** Clock ticks between boot and the start of the process. */
  readonly startTime: number;
}

/** The entry of a process (/proc/PID/stat); `null` if there is none, or it is dead but not yet reaped. */
export function statOf(pid: number): Stat | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses, and can itself contain parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return { parent: Number(fields[1]), group: Number(fields[2]), startTime: Number(fields[19]) };
}

const startTimeOf = (pid: number): number | null => statOf(pid)?.startTime ?? null;

/** Whether /proc can be read. */
export const hasProc = startTimeOf(process.pid) !== null;

/** The identity of a running process. A process that has just ended gets start time 0, which no later process can have. */
export function identify(pid: number): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pid, startTime: startTimeOf(pid) ?? 0 };
}

/** Whether both are the same process. Pure. */
export const isSame = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.host === other.host &&
  one.boot === other.boot &&
  one.pid === other.pid &&
  one.startTime === other.startTime;

/** Whether exactly this process is running on this host. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname() || identity.boot !== bootId()) return false;
  if (hasProc) return identity.startTime !== 0 && startTimeOf(identity.pid) === identity.startTime;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch {
    return false;
  }
}
