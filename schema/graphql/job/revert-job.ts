// Owns the mutation that reverts an ended job. Not the other ways to start one (start-job.ts, retry-job.ts).
import { GerritUnavailable, InvalidChanges } from '../../model/job/change.ts';
import { DeploymentsHeld } from '../../model/job/hold.ts';
import { Job, JobNotEnded, JobNotFound } from '../../model/job/job.ts';
import { hasEnded } from '../../model/job/state.ts';
import { laneFor, UnknownLane } from '../../model/runner/lane.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';
import { checkedKey, keyDescription } from './idempotency-key.ts';
import { verifiedChanges } from './verified-change.ts';

const RevertJobInput = builder.inputType('RevertJobInput', {
  description: 'Which job to revert.',
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The number of the ended job.' }),
    changes: t.idList({
      description:
        'The numbers of the changes to revert, which the job deployed. Without it, all changes of the job.',
    }),
    acceptUnverified: t.boolean({
      defaultValue: false,
      description:
        'Whether to start the job even if changes cannot be verified, because Gerrit is unavailable or does not show them.',
    }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

/** The numbers of the changes to revert. Throws {@link InvalidChanges} for those that the job did not deploy. */
function chosenChanges(job: Job, chosen: readonly (string | number)[] | null | undefined): string[] {
  const deployed = job.changes.map(({ number }) => number);
  if (chosen == null) return deployed;
  const problems = chosen
    .map(String)
    .filter((number) => !deployed.includes(number))
    .map((number) => ({
      code: 'not-deployed' as const,
      input: shownId(number),
      message: `Job ${job.id} did not deploy change ${shownId(number)}.`,
      unverifiable: false,
    }));
  if (problems.length > 0) throw new InvalidChanges(problems);
  return chosen.map(String);
}

builder.mutationField('revertJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Queues a new job of the viewer, in the same lane, that reverts changes of an ended job and deploys the result. Gerrit must show them as merged.',
    args: { input: t.arg({ type: RevertJobInput, required: true, description: 'Which job to revert.' }) },
    errors: {
      types: [JobNotFound, JobNotEnded, InvalidChanges, UnknownLane, GerritUnavailable, DeploymentsHeld],
      union: { name: 'RevertJobResult', description: 'The result of `revertJob`.' },
      result: { name: 'RevertJobSuccess', description: 'The new job was queued.' },
      dataField: {
        name: 'job',
        description: 'The new job, or the job that this idempotency key created before.',
      },
    },
    resolve: async (_root, { input }, { jobs, changes, holds, system, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      const { user: owner, through } = viewer;
      const existing = idempotencyKey === null ? null : await jobs.withIdempotencyKey(owner, idempotencyKey);
      if (existing) return existing;
      await holds.check();
      const jobId = rowNumber(input.jobId);
      const job = jobId === null ? null : await jobs.load(jobId);
      if (job === null) throw new JobNotFound(shownId(input.jobId));
      if (!hasEnded(job.state)) throw new JobNotEnded(job);
      const lane = laneFor(job.lane, await system.lanes());
      const options = { kind: 'revert', acceptUnverified: input.acceptUnverified ?? false } as const;
      const verified = await verifiedChanges(chosenChanges(job, input.changes), options, changes);
      return await jobs.enqueue({ kind: 'revert', changes: verified, owner, through, lane, idempotencyKey });
    },
  }),
);
