// Owns which processes belong to a job. Reads /proc; where there is none (not Linux) a job's processes are its process group.
import { readdirSync, readFileSync } from 'node:fs';
import { hasProc, type ProcessIdentity, type Stat, statOf } from '../schema/model/job/process.ts';
import { cgroupMembers } from './cgroup.ts';

/** The variable that every process of a job inherits, and that names the job. */
export const tagVariable = 'SPIDERPIG_JOB';

/** A process of a job, and its process group. */
export interface Member {
  readonly pid: number;
  readonly group: number;
}

/** How the processes of a job are found. */
export interface JobProcesses {
  /** What they carry in their environment, see {@link tagVariable}. */
  readonly tag: string;
  /** scap, if it was started and is known. */
  readonly leader: ProcessIdentity | null;
  /** The control group of their supervisor, if it has one. */
  readonly cgroup: string | null;
}

/**
 * The living processes of a job, with their process groups: those of scap's group, those of the control group, those that carry the mark
 * (also when they have left the process group and their parents are gone), and all that descend from them. Never
 * this process itself. Empty where there is no /proc.
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
  // Parents may come after their children in the table: until nothing is added.
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
    return false; // somebody else's process, or one that has just ended
  }
}
