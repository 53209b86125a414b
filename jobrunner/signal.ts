// Owns sending signals to all processes of a job, also to those that have left its process group. Not when they are sent (stop-sequence.ts, loss.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from '../schema/model/job/process.ts';
import { type JobProcesses, processesOf } from './process.ts';

/** How long to wait for killed processes, and how often to check, in milliseconds. A process that the kernel cannot kill is not waited for longer. */
const deathLimit = 5_000;
const deathInterval = 10;

/**
 * Signals a job's processes: scap's process group with one call, then each process outside of it. A leader whose pid now belongs to another
 * process is not signalled. Returns how many processes there were.
 */
export function signalJob(job: JobProcesses, signal: NodeJS.Signals): number {
  const group = groupOf(job.leader);
  // Looked up before the first signal: a process that exits leaves children that only their tag identifies.
  const processes = processesOf(job, group);
  if (group !== null) send(-group, signal);
  for (const other of processes) if (other.group !== group) send(other.pid, signal);
  return processes.length;
}

/** Sends SIGINT to scap's process group and to nothing else: a process that has left the group shall not be interrupted. */
export function interruptGroup(leader: ProcessIdentity): void {
  const group = groupOf(leader);
  if (group !== null) send(-group, 'SIGINT');
}

/** Kills a job's processes and waits until all have exited, at most {@link deathLimit}. Returns how many there were at first. */
export async function killJob(job: JobProcesses): Promise<number> {
  const count = signalJob(job, 'SIGKILL');
  for (let waited = 0; waited < deathLimit && isJobAlive(job); waited += deathInterval) {
    await wait(deathInterval);
    // Each time, because a process may have forked between the lookup and the signal.
    signalJob(job, 'SIGKILL');
  }
  return count;
}

const isJobAlive = (job: JobProcesses): boolean =>
  (job.leader !== null && isAlive(job.leader)) || processesOf(job, groupOf(job.leader)).length > 0;

/** The process group of a leader. The group outlives its leader, and its id is not reused until it is empty. */
export function groupOf(leader: ProcessIdentity | null): number | null {
  if (!leader) return null;
  const now = identify(leader.pid);
  if (now.boot !== leader.boot || now.host !== leader.host) return null;
  return now.startTime === 0 || isAlive(leader) ? leader.pid : null;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited, or belongs to another user.
  }
}
