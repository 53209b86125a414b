// Owns the mutation that retries an ended job. Not the other ways to start one (start-job.ts, revert-job.ts).
import { type Change, GerritUnavailable, InvalidChanges } from '../../model/job/change.ts';
import { DeploymentsHeld } from '../../model/job/hold.ts';
import { Job, JobNotEnded, JobNotFound, JobNotRetryable } from '../../model/job/job.ts';
import { hasEnded } from '../../model/job/state.ts';
import { builder } from '../builder.ts';
import type { Changes } from '../context.ts';
import { rowNumber, shownId } from '../id.ts';
import { checkedKey, keyDescription } from './idempotency-key.ts';
import { verifiedChanges } from './verified-change.ts';

/**
 * The changes of an ended job as Gerrit knows them now; as they were if Gerrit is unavailable, so that an interrupted deployment can be
 * repeated. Throws {@link InvalidChanges} if one was abandoned since.
 */
async function currentChanges({ kind, changes }: Job, gerrit: Changes): Promise<readonly Change[]> {
  if (changes.length === 0) return changes;
  // What was started unverified may be repeated unverified.
  const acceptUnverified = changes.some((change) => !change.verified);
  try {
    const numbers = changes.map(({ number }) => number);
    return await verifiedChanges(numbers, { kind, acceptUnverified }, gerrit);
  } catch (error) {
    if (error instanceof GerritUnavailable) return changes;
    throw error;
  }
}

const RetryJobInput = builder.inputType('RetryJobInput', {
  description: 'Which job to retry.',
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The number of the ended job.' }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

builder.mutationField('retryJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Queues a new job of the viewer with the changes of an ended job, after checking in Gerrit that they can still be deployed. If Gerrit is unavailable, the data of the ended job is used.',
    args: { input: t.arg({ type: RetryJobInput, required: true, description: 'Which job to retry.' }) },
    errors: {
      types: [JobNotFound, JobNotEnded, JobNotRetryable, InvalidChanges, DeploymentsHeld],
      union: { name: 'RetryJobResult', description: 'The result of `retryJob`.' },
      result: { name: 'RetryJobSuccess', description: 'The new job was queued.' },
      dataField: { name: 'job', description: 'The new job.' },
    },
    resolve: async (_root, { input }, { jobs, changes, holds, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const { user, through } = viewer;
      const existing = idempotencyKey === null ? null : await jobs.withIdempotencyKey(user, idempotencyKey);
      if (existing) return existing;
      await holds.check();
      const job = await jobs.load(jobId);
      const current = job && hasEnded(job.state) ? await currentChanges(job, changes) : undefined;
      return await jobs.retry({ jobId, owner: user, changes: current, idempotencyKey, through });
    },
  }),
);
