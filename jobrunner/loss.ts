// Owns the end of a job whose supervisor is gone: ending what is left of scap, and saying so. Not noticing it (runner.ts).

import { endJob } from '../schema/model/job/ending.ts';
import type { Job } from '../schema/model/job/job.ts';
import type { Database } from '../schema/model/store/database.ts';
import { removeCgroup } from './cgroup.ts';
import { processTagOf } from './command.ts';
import { killJob } from './signal.ts';

/** Ends what is left of a job's processes and closes it as *lost*, once: several may notice at the same time. Nobody else writes its log any more. */
export async function loseJob(database: Database, job: Job): Promise<void> {
  // The lane is free only when nobody deploys in it any more. A scap that was started but not yet recorded is found by its mark.
  const cgroup = job.supervisor?.cgroup ?? null;
  const tag = processTagOf(database.url, job.id);
  const killed = (await killJob({ tag, leader: job.child ?? null, cgroup })) > 0;
  if (cgroup !== null) removeCgroup(cgroup);
  const started = killed || Boolean(job.child);
  const reason = (uncertain: string): string => lossReason({ started, uncertain, killed });
  const ending = { state: 'lost', reason, exit: { status: null, signal: null } } as const;
  await endJob(database, job.id, ending, { intoLog: true });
}

/** What a lost job says: what is known, and what to do. Pure. */
function lossReason(loss: {
  /** Whether scap was started. */
  started: boolean;
  /** Whether processes of it were still there. */
  killed: boolean;
  /** What is to be said of answers of which nobody knows whether scap read them. */
  uncertain: string;
}): string {
  const what = 'The supervisor of this job ended unexpectedly';
  if (!loss.started) return `${what} before scap was started. Nothing was deployed. Retry the job.`;
  const rest = loss.killed ? ' and scap was ended with it' : '';
  return `${what}${rest}: the deployment may be half done.${loss.uncertain} Look at what is live, then retry or revert.`;
}
