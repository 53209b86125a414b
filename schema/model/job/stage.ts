// Owns when a job reached each stage of its deployment, and how much of it scap waited for people. Not which status begins a stage (schema/text/stage.ts).
import { defineEntity, p, raw } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { type StageName, stageNames } from '../../text/stage.ts';
import { partialIndexes, time, word } from '../store/column.ts';
import type { Database } from '../store/database.ts';
import { Interaction } from './interaction.ts';
import { Job, lockJob } from './job.ts';
import { activeStates } from './state.ts';

const JobStageSchema = defineEntity({
  name: 'JobStage',
  tableName: 'job_stage',
  properties: {
    id: p.integer().primary(),
    job: () => p.manyToOne(Job).mapToPk().deleteRule('cascade'),
    name: word(stageNames),
    startedAt: time(),
    /** When the next stage began or the job ended; null while it lasts. */
    finishedAt: time().nullable(),
    /** How long scap waited for answers in it, in milliseconds; 0 while it lasts. */
    waited: p.bigint('number').default(0),
  },
  uniques: [{ name: 'job_stage_name', properties: ['job', 'name'] }],
  // For lists of jobs that went through a stage (job-filter.ts).
  indexes: partialIndexes('job_stage', {
    job_stage_ended: ['"name", "job_id", "finished_at"', '"finished_at" is not null'],
  }),
});
/** A stage that a job has reached. */
export class JobStage extends JobStageSchema.class {}
JobStageSchema.setClass(JobStage);

/** Records that an active job has reached a stage, which ends the one before. Idempotent. One transaction. */
export async function recordStage(db: Database, jobId: number, name: StageName, at: number): Promise<void> {
  await db.write(['jobs'], async (em) => {
    await lockJob(db, em, jobId);
    await beginStage(em, jobId, name, at);
  });
}

/** The statements of {@link recordStage}, in the caller's transaction, which has locked the job. */
export async function beginStage(
  em: SqlEntityManager,
  jobId: number,
  name: StageName,
  at: number,
): Promise<void> {
  if ((await em.count(JobStage, { job: jobId, name })) > 0) return;
  const changed = await em.nativeUpdate(
    Job,
    { id: jobId, state: { $in: [...activeStates] } },
    { revision: raw<number>('revision + 1') },
  );
  if (changed === 0) return;
  await finishStage(em, jobId, at);
  await em.insert(JobStage, { job: jobId, name, startedAt: at, waited: 0 });
}

/** Ends the stage that lasts, if there is one. Runs in the caller's transaction, which has locked the job. */
export async function finishStage(em: SqlEntityManager, jobId: number, at: number): Promise<void> {
  const stage = await em.findOne(JobStage, { job: jobId, finishedAt: null });
  if (!stage) return;
  const finishedAt = Math.max(at, stage.startedAt);
  // A question that was closed before the stage began took none of its time.
  const questions = await em.find(Interaction, {
    job: jobId,
    askedAt: { $lte: finishedAt },
    $and: [
      { $or: [{ answeredAt: null }, { answeredAt: { $gt: stage.startedAt } }] },
      { $or: [{ closedAt: null }, { closedAt: { $gt: stage.startedAt } }] },
    ],
  });
  await em.nativeUpdate(
    JobStage,
    { id: stage.id },
    { finishedAt, waited: waitedBetween(questions, stage.startedAt, finishedAt) },
  );
}

/** How long questions were open between two moments, in milliseconds. At most one question of a job is open at a time. Pure. */
export function waitedBetween(
  questions: readonly Pick<Interaction, 'askedAt' | 'answeredAt' | 'closedAt'>[],
  from: number,
  to: number,
): number {
  let waited = 0;
  for (const { askedAt, answeredAt, closedAt } of questions) {
    const end = Math.min(answeredAt ?? closedAt ?? to, to);
    waited += Math.max(0, end - Math.max(askedAt, from));
  }
  return waited;
}
