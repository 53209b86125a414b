// Owns telling one process from another that got its number later. Reads /proc; where there is none (not Linux) a process is its number.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../schema/model/job.ts';

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'ascii').trim();
  } catch {
    return '';
  }
}

/** Clock ticks between boot and the start of a process (field 22 of /proc/PID/stat); `null`: there is no such process, or it is dead and not yet reaped. */
function startTimeOf(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses and may hold anything, parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return Number(fields[19]);
}

const hasProc = startTimeOf(process.pid) !== null;

/** Who a running process is. A process that has just ended gets start time 0, which no later one can have. */
export function identify(pid: number): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pid, startTime: startTimeOf(pid) ?? 0 };
}

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
