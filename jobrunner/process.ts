// Owns which processes belong to a job. Reads /proc; on systems without it, a job's processes are its process group.
import { readdirSync, readFileSync } from 'node:fs';
import { hasProc, type ProcessIdentity, type Stat, statOf } from '../schema/model/job/process.ts';
import { cgroupMembers } from './cgroup.ts';

/** The environment variable that every process of a job inherits. Its value is the job's tag. */
export const tagVariable = 'SPIDERPIG_JOB';

/** A process of a job, and its process group. */
export interface Member {
  readonly pid: number;
  readonly group: number;
}

/** How the processes of a job are found. */
export interface JobProcesses {
  /** The value of {@link tagVariable} in their environment. */
  readonly tag: string;
  /** scap, if it was started and recorded. */
  readonly leader: ProcessIdentity | null;
  /** The control group of their supervisor; null where it has none. */
  readonly cgroup: string | null;
}

/**
 * The living processes of a job, with their process groups: those of scap's process group `group`, those of the control group, those with the
 * tag (even if they have left the process group and their parents have exited), and all their descendants. Never this process itself.
 * Empty where there is no /proc.
 */
export function processesOf({ tag, cgroup }: JobProcesses, group: number | null): Member[] {
  if (!hasProc) return [];
  const table = new Map<number, Stat>();
  const found = new Set<number>(cgroup === null ? [] : cgroupMembers(cgroup));
  found.delete(process.pid);
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) && pid !== process.pid ? statOf(pid) : null;
    if (!stat) continue;
    table.set(pid, stat);
    if (stat.group === group || hasTag(pid, tag)) found.add(pid);
  }
  // A parent can come after its children in the table, so this repeats until nothing is added.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [pid, { parent }] of table) if (found.has(parent)) found.add(pid);
  }
  return [...found].flatMap((pid) => {
    const stat = table.get(pid);
    return stat ? [{ pid, group: stat.group }] : [];
  });
}

function hasTag(pid: number, tag: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${tagVariable}=${tag}\0`);
  } catch {
    return false; // another user's process, or one that has just ended
  }
}
