// Owns what a supervisor records about a running job: its start, its backlog, what scap reports. Not questions (interaction.ts), not the end (ending.ts).
import { raw } from '@mikro-orm/core';
import { recordJobEvent } from '../notification/event.ts';
import type { ProcessIdentity } from '../runner/process.ts';
import type { Database } from '../store/database.ts';
import { changeState, Job, type JobChange, lockJob } from './job.ts';
import { beginStage } from './stage.ts';
import { activeStates } from './state.ts';

/** Records that scap was started: *starting* becomes *running*; a job that is already *stopping* stays so. One transaction. */
export async function recordStart(
  db: Database,
  jobId: number,
  child: ProcessIdentity,
  options: { readonly now?: number; readonly command?: readonly string[] } = {},
): Promise<void> {
  await db.write(['jobs', 'events'], async (em) => {
    const { now = Date.now(), command } = options;
    const started = { child, startedAt: now, ...(command ? { command } : {}) };
    await lockJob(db, em, jobId);
    const recorded =
      (await changeState(em, jobId, ['starting'], { ...started, state: 'running' })) ||
      (await changeState(em, jobId, ['stopping'], started));
    await beginStage(em, jobId, 'check', now);
    if (recorded) await recordJobEvent(em, 'started', { jobId, at: now });
  });
}

/**
 * Records since when events of an active job cannot be recorded immediately; `null` if they can again. Does nothing if the job has ended or
 * the row says so already. One transaction.
 */
export async function recordBacklog(db: Database, jobId: number, since: number | null): Promise<void> {
  await db.write(['jobs'], async (em) => {
    const other = since === null ? { $ne: null } : null;
    await em.nativeUpdate(
      Job,
      { id: jobId, state: { $in: [...activeStates] }, behindSince: other },
      { behindSince: since, revision: raw<number>('revision + 1') },
    );
  });
}

/** Records what scap reports about itself. These columns never determine the state. One transaction. */
export async function recordReport(
  db: Database,
  jobId: number,
  report: Pick<JobChange, 'status' | 'lastStatus' | 'progress' | 'remaining'>,
): Promise<void> {
  await db.write(['jobs'], (em) => changeState(em, jobId, activeStates, report));
}
