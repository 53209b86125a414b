// Owns the mutation that starts a backport or a revert. Not retrying (retry-job.ts) or reverting (revert-job.ts) an earlier job.
import { GerritUnavailable, InvalidChanges } from '../../model/job/change.ts';
import { DeploymentsHeld } from '../../model/job/hold.ts';
import { Job } from '../../model/job/job.ts';
import { laneFor, UnknownLane } from '../../model/runner/lane.ts';
import { builder } from '../builder.ts';
import { checkedKey, keyDescription } from './idempotency-key.ts';
import { verifiedChanges } from './verified-change.ts';

const StartBackportInput = builder.inputType('StartBackportInput', {
  description: 'What to deploy.',
  fields: (t) => ({
    changes: t.stringList({
      required: true,
      description: 'The changes: 1 to 50 change numbers or Gerrit URLs.',
    }),
    revert: t.boolean({
      defaultValue: false,
      description: 'Whether to revert the changes instead. They must be merged.',
    }),
    acceptUnverified: t.boolean({
      defaultValue: false,
      description:
        'Whether to start the job even if changes cannot be verified, because Gerrit is unavailable or does not show them.',
    }),
    lane: t.string({
      description:
        'One of `System.lanes`. Optional if there is a lane `default`, which is then used, or only one lane.',
    }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

builder.mutationField('startBackport', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description: 'Queues a backport or a revert, after checking in Gerrit that the changes can be deployed.',
    args: { input: t.arg({ type: StartBackportInput, required: true, description: 'What to deploy.' }) },
    errors: {
      types: [InvalidChanges, UnknownLane, GerritUnavailable, DeploymentsHeld],
      union: { name: 'StartBackportResult', description: 'The result of `startBackport`.' },
      result: { name: 'StartBackportSuccess', description: 'The job was queued.' },
      dataField: {
        name: 'job',
        description: 'The new job, or the job that this idempotency key created before.',
      },
    },
    resolve: async (_root, { input }, { jobs, changes, holds, system, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      if (idempotencyKey !== null) {
        // Before Gerrit is asked: it may be unavailable now, or the existing job may have merged the change.
        const existing = await jobs.withIdempotencyKey(viewer.user, idempotencyKey);
        if (existing) return existing;
      }
      // Fails early, without waiting for Gerrit. The transaction that queues the job checks it again.
      await holds.check();
      const kind = input.revert ? 'revert' : 'backport';
      const options = { kind, acceptUnverified: input.acceptUnverified ?? false } as const;
      const lane = laneFor(input.lane ?? null, await system.lanes());
      return await jobs.enqueue({
        kind,
        changes: await verifiedChanges(input.changes, options, changes),
        owner: viewer.user,
        through: viewer.through,
        lane,
        idempotencyKey,
      });
    },
  }),
);
