// Owns which processes belong to a job. Reads /proc; on systems without it, a job's processes are its process group.
import { readdirSync, readFileSync } from 'node:fs';
import type { LeftoverProcess } from '../../schema/model/job/job.ts';
import {
  hasProc,
  isAlive,
  type ProcessIdentity,
  placeOf,
  type Stat,
  statOf,
} from '../../schema/model/runner/process.ts';
import { cgroupMembers } from './cgroup.ts';

/** The environment variable that every process of a job inherits. Its value is the job mark. */
export const jobMarkVariable = 'SPIDERPIG_JOB';

/** A process, as it was found in the process table. */
export interface Member {
  readonly pid: number;
  readonly group: number;
  /** Clock ticks between boot and its start. */
  readonly startTime: number;
}

/** How the processes of a job are found. */
export interface JobProcesses {
  /** The value of {@link jobMarkVariable} in their environment. */
  readonly jobMark: string;
  /** scap, if it was started and recorded. */
  readonly leader: ProcessIdentity | null;
  /** When the leader exited, in clock ticks since boot; undefined if it has not, or that is not known. */
  readonly leaderExitedAt?: number | undefined;
  /** The control group of their supervisor; null where it has none. */
  readonly cgroup: string | null;
  /** The pid of the launcher, which is in the control group but is not a process of the job. */
  readonly launcher?: number | undefined;
}

/** The living processes that may belong to a job. */
export interface FoundProcesses {
  /** They are proved to belong to it. */
  readonly own: readonly Member[];
  /** They have the number of its process group, but the group may be another one: the kernel reuses numbers. */
  readonly doubtful: readonly Member[];
}

/** The members of the process group that had the leader's pid. Pure. */
function groupMembers(table: ReadonlyMap<number, Stat>, { leader }: JobProcesses): Member[] {
  if (leader === null || placeOf(leader) !== 'here') return [];
  return [...table].flatMap(([pid, { group, startTime }]) =>
    group === leader.pid ? [{ pid, group, startTime }] : [],
  );
}

/**
 * Whether a process group with the leader's pid is the job's: the leader lives, a process of the job is in it, or one that is older than the
 * leader's exit. A number is reused only after its group is empty.
 */
function isOwnGroup(
  members: readonly Member[],
  own: ReadonlySet<number>,
  { leader, leaderExitedAt = 0 }: JobProcesses,
): boolean {
  if (leader !== null && isAlive(leader)) return true;
  return members.some(({ pid, startTime }) => own.has(pid) || startTime <= leaderExitedAt);
}

/**
 * The living processes of a job: those of its control group, those with the job mark (even if they have left the process group and their parents
 * have exited), those of scap's process group, and all their descendants. Never this process itself. Empty where there is no /proc.
 */
export function processesOf(job: JobProcesses): FoundProcesses {
  if (!hasProc) return { own: [], doubtful: [] };
  const { jobMark, cgroup, launcher = 0 } = job;
  const table = new Map<number, Stat>();
  const found = new Set<number>(cgroup === null ? [] : cgroupMembers(cgroup));
  found.delete(process.pid);
  found.delete(launcher);
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const stat = Number.isInteger(pid) && pid !== process.pid ? statOf(pid) : null;
    if (!stat) continue;
    table.set(pid, stat);
    if (hasJobMark(pid, jobMark)) found.add(pid);
  }
  const members = groupMembers(table, job);
  if (isOwnGroup(members, found, job)) for (const { pid } of members) found.add(pid);
  // A parent can come after its children in the table, so this repeats until nothing is added.
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [pid, { parent }] of table) if (found.has(parent)) found.add(pid);
  }
  const own = [...found].flatMap((pid) => {
    const stat = table.get(pid);
    return stat ? [{ pid, group: stat.group, startTime: stat.startTime }] : [];
  });
  return { own, doubtful: members.filter(({ pid }) => !found.has(pid)) };
}

/** How long ago the machine was booted, in clock ticks; 0 where there is no /proc. */
export function ticksSinceBoot(): number {
  try {
    return Math.floor(Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * ticksPerSecond);
  } catch {
    return 0;
  }
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

/** Processes as people know them: name, pid, start time. Those that have ended since are left out. */
export function describeProcesses(members: readonly Member[]): LeftoverProcess[] {
  const boot = bootTime() ?? 0;
  return members.flatMap(({ pid, startTime }) => {
    const name = nameOf(pid);
    if (name === null || statOf(pid)?.startTime !== startTime) return [];
    return [{ name, pid, since: Math.round(boot + (startTime * 1_000) / ticksPerSecond) }];
  });
}

/** The name of a process, at most 15 characters; null if it has ended. Control characters become spaces: a process can choose its name. */
function nameOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd().replaceAll(/\p{C}/gu, ' ');
  } catch {
    return null;
  }
}

function hasJobMark(pid: number, jobMark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(
      `\0${jobMarkVariable}=${jobMark}\0`,
    );
  } catch {
    return false; // another user's process, or one that has just ended
  }
}
