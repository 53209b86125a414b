// Owns what the process table says: who is who although numbers come again, and which processes belong to a job. Reads /proc; where there is none
// (not Linux) a process is its number and a job's processes are its group.
import { readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../schema/model/job.ts';

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'ascii').trim();
  } catch {
    return '';
  }
}

interface Stat {
  readonly parent: number;
  readonly group: number;
  /** Clock ticks between boot and the start of the process. */
  readonly startTime: number;
}

/** A process of the table (/proc/PID/stat); `null`: there is no such process, or it is dead and not yet reaped. */
function statOf(pid: number): Stat | null {
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

/** The variable that every process of a job inherits, and that names the job. */
export const markVariable = 'SPIDERPIG_JOB';

/**
 * The living processes of a job, with their groups: those of its own group, those that carry its mark in their environment (also when they
 * have left the group and their parents are gone), and all that descend from them. Empty where there is no /proc.
 */
export function processesOf(mark: string, group: number | null): { pid: number; group: number }[] {
  if (!hasProc) return [];
  const table = new Map<number, Stat>();
  const found = new Set<number>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) && pid !== process.pid ? statOf(pid) : null;
    if (!stat) continue;
    table.set(pid, stat);
    if (stat.group === group || carriesMark(pid, mark)) found.add(pid);
  }
  // Parents may come after their children in the table: until nothing is added.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [pid, { parent }] of table) if (found.has(parent)) found.add(pid);
  }
  return [...found].map((pid) => ({ pid, group: table.get(pid)?.group ?? 0 }));
}

function carriesMark(pid: number, mark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${markVariable}=${mark}\0`);
  } catch {
    return false; // somebody else's process, or one that has just ended
  }
}
