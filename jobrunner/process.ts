// Owns which processes belong to a job. Reads /proc; on systems without it, a job's processes are its process group.
import { readdirSync, readFileSync } from 'node:fs';
import type { LeftoverProcess } from '../schema/model/job/job.ts';
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
  /** The pid of the launcher, which is in the control group but is no process of the job. */
  readonly launcher?: number | undefined;
}

/**
 * The living processes of a job, with their process groups: those of scap's process group `group`, those of the control group, those with the
 * tag (even if they have left the process group and their parents have exited), and all their descendants. Never this process itself.
 * Empty where there is no /proc.
 */
export function processesOf({ tag, cgroup, launcher = 0 }: JobProcesses, group: number | null): Member[] {
  if (!hasProc) return [];
  const table = new Map<number, Stat>();
  const found = new Set<number>(cgroup === null ? [] : cgroupMembers(cgroup));
  found.delete(process.pid);
  found.delete(launcher);
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

/** Clock ticks in a second, as /proc counts them on Linux. */
const ticksPerSecond = 100;

/** When the machine was booted, in milliseconds since 1970; null where there is no /proc. */
function bootTime(): number | null {
  try {
    const seconds = /^btime ([0-9]+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1];
    return seconds === undefined ? null : Number(seconds) * 1_000;
  } catch {
    return null;
  }
}

/** The living processes of a job as people know them: name, pid, start time. Empty where there is no /proc. */
export function describeProcesses(job: JobProcesses, group: number | null): LeftoverProcess[] {
  const boot = bootTime() ?? 0;
  return processesOf(job, group).flatMap(({ pid }) => {
    const stat = statOf(pid);
    const name = nameOf(pid);
    if (!stat || name === null) return [];
    return [{ name, pid, since: Math.round(boot + (stat.startTime * 1_000) / ticksPerSecond) }];
  });
}

/** The name of a process, at most 15 characters; null: it has ended. Control characters become spaces: a process can choose its name. */
function nameOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd().replaceAll(/\p{C}/gu, ' ');
  } catch {
    return null;
  }
}

function hasTag(pid: number, tag: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${tagVariable}=${tag}\0`);
  } catch {
    return false; // another user's process, or one that has just ended
  }
}
