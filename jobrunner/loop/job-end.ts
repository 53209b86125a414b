// Owns the line that the jobrunner logs when a job has ended. It contains no text of people, Gerrit or scap.
import { Job } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import type { RunnerContext } from './context.ts';

/** Logs how a job ended; nothing if it has not ended, or does not exist. */
export async function logEnd(
  { database, logger }: Pick<RunnerContext, 'database' | 'logger'>,
  jobId: number,
): Promise<void> {
  const job = await database.em().findOne(Job, { id: jobId });
  if (!job || !hasEnded(job.state)) return;
  const { kind, lane, state, outcome, startedAt, finishedAt } = job;
  const seconds = startedAt && finishedAt ? (finishedAt - startedAt) / 1_000 : null;
  logger.info({ job: jobId, kind, lane, state, outcome, seconds }, 'job ended');
}
