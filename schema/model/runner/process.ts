// Owns the identity of a process, which distinguishes it from a later one with the same pid. Reads /proc; without it (not Linux) only the pid is compared.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * A process. It is identified by the boot of its machine, the pid namespace (a container has its own), the pid, and the start time. The host name
 * can change: it only says whether a process of another boot ran on this machine. `machine` and `pidNamespace` are missing in rows of earlier versions, and where the system has none.
 */
export interface ProcessIdentity {
  readonly host: string;
  /** The machine id of systemd. */
  readonly machine?: string;
  /** The kernel's boot id. */
  readonly boot: string;
  readonly pidNamespace?: string;
  readonly pid: number;
  /** In clock ticks since boot. */
  readonly startTime: number;
}

/** A file of the system without its newline; empty if it cannot be read. */
function systemText(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

const bootId = systemText(() => readFileSync('/proc/sys/kernel/random/boot_id', 'ascii'));
const machineId = systemText(() => readFileSync('/etc/machine-id', 'ascii'));
const pidNamespace = systemText(() => readlinkSync('/proc/self/ns/pid'));

/** A process in the process table. */
export interface Stat {
  readonly parent: number;
  readonly group: number;
  /** Clock ticks between boot and the start of the process. */
  readonly startTime: number;
}

/** The entry of a process (/proc/PID/stat); `null` if none exists, or it is dead but not yet reaped. */
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
  return {
    host: hostname(),
    ...(machineId === '' ? {} : { machine: machineId }),
    boot: bootId,
    ...(pidNamespace === '' ? {} : { pidNamespace }),
    pid,
    startTime: startTimeOf(pid) ?? 0,
  };
}

/** Whether both are the same process. Pure. */
export const isSame = (one: ProcessIdentity, other: ProcessIdentity): boolean =>
  one.boot === other.boot &&
  one.pidNamespace === other.pidNamespace &&
  one.pid === other.pid &&
  one.startTime === other.startTime;

/**
 * Where a process is or was: `here`, where it can be looked up; `rebooted`: on this machine before its last boot, so it has ended;
 * `elsewhere`: on another machine or in another container, so nothing is known about it.
 */
export function placeOf(identity: ProcessIdentity): 'here' | 'rebooted' | 'elsewhere' {
  const isThisHost = identity.host === hostname();
  if (identity.boot === bootId) {
    const { pidNamespace: recorded } = identity;
    return (recorded === undefined ? isThisHost : recorded === pidNamespace) ? 'here' : 'elsewhere';
  }
  // Copies of a machine can share its id, so the name must agree, too.
  const isThisMachine = identity.machine === undefined || identity.machine === machineId;
  return isThisMachine && isThisHost ? 'rebooted' : 'elsewhere';
}

/** Whether a process has this pid, perhaps a later one. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs for another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Whether exactly this process is running here. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (placeOf(identity) !== 'here') return false;
  if (hasProc) return identity.startTime !== 0 && startTimeOf(identity.pid) === identity.startTime;
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch {
    return false;
  }
}
