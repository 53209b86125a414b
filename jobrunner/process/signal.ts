// Owns sending signals to all processes of a job, also to those that have left its process group. Not when they are sent (stop-sequence.ts, loss.ts).
import { setTimeout as wait } from 'node:timers/promises';
import type { LeftoverProcess } from '../../schema/model/job/job.ts';
import { hasProc, isAlive, placeOf, statOf } from '../../schema/model/runner/process.ts';
import { describeProcesses, type JobProcesses, type Member, processesOf } from './process.ts';

/** How long to wait for killed processes, and how often to check, in milliseconds. A process that the kernel cannot kill is not waited for longer. */
const deathLimit = 5_000;
const deathInterval = 10;

/**
 * Signals a job's processes: scap's process group with one call while scap lives, then each other process. Only processes that are proved to
 * be the job's are signalled. Returns how many there were.
 */
export function signalJob(job: JobProcesses, signal: NodeJS.Signals): number {
  const group = livingGroup(job);
  // Looked up before the first signal: a process that exits leaves children that only their job mark identifies.
  const { own } = processesOf(job);
  if (group !== null) send(-group, signal);
  for (const other of own) if (other.group !== group) sendTo(other, signal);
  return own.length;
}

/** Sends SIGINT to scap's process group and to nothing else: a process that has left the group must not be interrupted. */
export function interruptGroup(job: JobProcesses): void {
  const group = livingGroup(job);
  if (group !== null) send(-group, 'SIGINT');
  else
    for (const member of processesOf(job).own) if (member.group === job.leader?.pid) sendTo(member, 'SIGINT');
}

/** What {@link killJob} has found. */
export interface KilledJob {
  /** How many processes of the job there were at first. */
  readonly killed: number;
  /** Processes that could not be proved to be the job's, and were left alone. */
  readonly leftAlone: readonly LeftoverProcess[];
}

/** Kills a job's processes and waits until all have exited, at most {@link deathLimit}. */
export async function killJob(job: JobProcesses): Promise<KilledJob> {
  const killed = signalJob(job, 'SIGKILL');
  for (let waited = 0; waited < deathLimit && isJobAlive(job); waited += deathInterval) {
    await wait(deathInterval);
    // Each time, because a process may have forked between the lookup and the signal.
    signalJob(job, 'SIGKILL');
  }
  return { killed, leftAlone: describeProcesses(processesOf(job).doubtful) };
}

const isJobAlive = (job: JobProcesses): boolean =>
  (job.leader !== null && isAlive(job.leader)) || processesOf(job).own.length > 0;

/** The process group of scap while it lives: its number cannot belong to another group then. Null afterwards. */
function livingGroup({ leader }: JobProcesses): number | null {
  if (leader === null) return null;
  // Without /proc a process is only known by its pid.
  return isAlive(leader) || (!hasProc && placeOf(leader) === 'here') ? leader.pid : null;
}

/** Signals a process unless its pid belongs to another one by now. */
function sendTo({ pid, startTime }: Member, signal: NodeJS.Signals): void {
  if (statOf(pid)?.startTime === startTime) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited, or belongs to another user.
  }
}
