// Owns signals to all processes of a job, also to those that left its process group. Not when they are sent (supervisor.ts, loss.ts).
import { setTimeout as wait } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from '../schema/model/job/process.ts';
import { type JobProcesses, processesOf } from './process.ts';

/** How long killed processes are awaited, and how often it is looked, in milliseconds. One that the kernel cannot end is not waited for longer. */
const deathLimit = 5_000;
const deathInterval = 10;

/**
 * Signals a job's processes: scap's group in one go, then whoever left it. A leader whose number now belongs to another process is left
 * alone. Returns how many there were.
 */
export function signalJob(job: JobProcesses, signal: NodeJS.Signals): number {
  const group = groupOf(job.leader);
  // Looked up before anybody is signalled: who dies leaves children that nothing but their mark tells.
  const processes = processesOf(job, group);
  if (group !== null) send(-group, signal);
  for (const other of processes) if (other.group !== group) send(other.pid, signal);
  return processes.length;
}

/** Kills a job's processes and waits until none is left. Returns how many there were at first. */
export async function killJob(job: JobProcesses): Promise<number> {
  const count = signalJob(job, 'SIGKILL');
  for (let waited = 0; waited < deathLimit && isJobAlive(job); waited += deathInterval) {
    await wait(deathInterval);
    // Again each time: somebody may have forked between the look and the signal.
    signalJob(job, 'SIGKILL');
  }
  return count;
}

const isJobAlive = (job: JobProcesses): boolean =>
  (job.leader !== null && isAlive(job.leader)) || processesOf(job, groupOf(job.leader)).length > 0;

/** The group that a leader leads or led: it lives on after its leader, and its number is not given to another process until it is empty. */
function groupOf(leader: ProcessIdentity | null): number | null {
  if (!leader) return null;
  const now = identify(leader.pid);
  if (now.boot !== leader.boot || now.host !== leader.host) return null;
  return now.startTime === 0 || isAlive(leader) ? leader.pid : null;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, or is somebody else's.
  }
}
