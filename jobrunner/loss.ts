// Owns the end of a job whose supervisor is gone: ending what is left of scap, and saying so. Not noticing it (runner.ts).
import type { Database } from '../schema/model/database.ts';
import { endJob, hasUncertainAnswer } from '../schema/model/ending.ts';
import type { Job } from '../schema/model/job.ts';
import { appendLines, countLines } from '../schema/model/log.ts';
import { markOf } from './command.ts';
import { killJob } from './signal.ts';

/** Ends what is left of a job's processes and closes it as *lost*. Nobody else writes its log any more. */
export async function loseJob(database: Database, job: Job): Promise<void> {
  // The lane is free only when nobody deploys in it any more. A scap that was started but not yet recorded is found by its mark.
  const killed = (await killJob(markOf(database.url, job.id), job.child ?? null)) > 0;
  const uncertainAnswer = await hasUncertainAnswer(database, job.id);
  const reason = lossReason({ started: killed || Boolean(job.child), uncertainAnswer, killed });
  const number = (await countLines(database, job.id)) + 1;
  const at = Date.now();
  await appendLines(database, job.id, number, [
    { at, kind: 'exit', text: reason, sensitive: false, continues: false },
  ]);
  await endJob(database, job.id, { state: 'lost', reason, exit: { status: null, signal: null } });
}

/** What a lost job says: what is known, and what to do. Pure. */
export function lossReason(loss: { started: boolean; uncertainAnswer: boolean; killed: boolean }): string {
  const what = 'The supervisor of this job ended unexpectedly';
  if (!loss.started) return `${what} before scap was started. Nothing was deployed. Retry the job.`;
  const answer = loss.uncertainAnswer ? ' The last answer may or may not have reached scap.' : '';
  const rest = loss.killed ? ' and scap was ended with it' : '';
  return `${what}${rest}: the deployment may be half done.${answer} Look at what is live, then retry or revert.`;
}
