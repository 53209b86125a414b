// Owns the line that the jobrunner logs when a job has ended. It contains no text of people, Gerrit or scap.
import { Job } from '../../schema/model/job/job.ts';
import { hasEnded } from '../../schema/model/job/state.ts';
import type { RunnerContext } from './context.ts';

/** Logs how the followed jobs ended that have, each once. `active`: the jobs that are known to be active. */
export async function logEnds(
  { database, followed, logger }: RunnerContext,
  active: readonly Job[],
): Promise<void> {
  const open = [...followed].filter((id) => !active.some((job) => job.id === id));
  if (open.length === 0) return;
  const jobs = await database.em().find(Job, { id: { $in: open } });
  for (const id of open) {
    const job = jobs.find((each) => each.id === id);
    // It was claimed after the active jobs were read, or another check has logged its end meanwhile.
    if ((job && !hasEnded(job.state)) || !followed.delete(id) || !job) continue;
    const { kind, lane, state, outcome, startedAt, finishedAt } = job;
    const seconds = startedAt && finishedAt ? (finishedAt - startedAt) / 1_000 : null;
    logger.info({ job: id, kind, lane, state, outcome, seconds }, 'job ended');
  }
}
