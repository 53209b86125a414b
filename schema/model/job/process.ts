// Owns who a process is, told apart from a later one with the same number. Reads /proc; where there is none (not Linux) a process is its number.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process: `startTime` is in clock ticks since boot, `boot` the kernel's boot id. */
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

/** A process as the table has it. */
export interface Stat {
  readonly parent: number;
  readonly group: number;
  /** Clock ticks between boot and the start of the process. */
  readonly startTime: number;
}

/** A process of the table (/proc/PID/stat); `null`: there is no such process, or it is dead and not yet reaped. */
export function statOf(pid: number): Stat | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses and may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return { parent: Number(fields[1]), group: Number(fields[2]), startTime: Number(fields[19]) };
}

const startTimeOf = (pid: number): number | null => statOf(pid)?.startTime ?? null;

/** Whether there is a /proc to read. */
export const hasProc = startTimeOf(process.pid) !== null;

/** Who a running process is. A process that has just ended gets start time 0, which no later one can have. */
export function identify(pid: number): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pid, startTime: startTimeOf(pid) ?? 0 };
}

/** Whether both are the same process. Pure. */
export const isSame = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.host === other.host &&
  one.boot === other.boot &&
  one.pid === other.pid &&
  one.startTime === other.startTime;

/** Whether that very process still runs on this host. */
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
