// Owns closing a job whose supervisor has died: kills what is left of scap and records the end. Not noticing it (supervisor-check.ts).
import { endJob, type ReasonContext } from '../schema/model/job/ending.ts';
import type { Job } from '../schema/model/job/job.ts';
import type { Database } from '../schema/model/store/database.ts';
import { removeCgroup } from './cgroup.ts';
import { processTagOf } from './command.ts';
import { killJob } from './signal.ts';

/** Kills the remaining processes of a job and closes it as *lost*. Idempotent: several jobrunners may call it at once. No other process writes the job's log any more. */
export async function loseJob(database: Database, job: Job): Promise<void> {
  // The lane must not be freed while a process still deploys. A scap that was started but not recorded yet is found by its tag.
  const cgroup = job.supervisor?.cgroup ?? null;
  const tag = processTagOf(database.url, job.id);
  const killed =
    (await killJob({ tag, leader: job.child ?? null, cgroup, launcher: job.supervisor?.launcher })) > 0;
  if (cgroup !== null) removeCgroup(cgroup);
  const started = killed || Boolean(job.child);
  const reason = (context: ReasonContext): string => lossReason({ started, killed, ...context });
  const ending = { state: 'lost', reason, exit: { status: null, signal: null } } as const;
  await endJob(database, job.id, ending, { intoLog: true });
}

/** The reason of a lost job: what is known, and what to do. Pure. */
function lossReason(
  loss: {
    /** Whether scap was started. */
    readonly started: boolean;
    /** Whether processes of the job were still running. */
    readonly killed: boolean;
  } & ReasonContext,
): string {
  const what = `The supervisor of this job ended unexpectedly${loss.phase}`;
  if (!loss.started) return `${what} before scap was started. Nothing was deployed. Retry the job.`;
  const rest = loss.killed ? ' and scap was ended with it' : '';
  return `${what}${rest}: the deployment may be half done.${loss.uncertain} Look at what is live, then retry or revert.`;
}
