// Owns the GraphQL type of a job: what it deploys, for whom, where, and its state. Not its process (job-run.ts), what belongs to it (job-part.ts),
// and what a job is (schema/model/job/job.ts).
import { User } from '../../model/account/user.ts';
import { Job } from '../../model/job/job.ts';
import { findKind } from '../../model/job/kind/list.ts';
import { type JobOutcome, outcomeOfState } from '../../model/job/outcome.ts';
import { hasEnded } from '../../model/job/state.ts';
import { builder } from '../builder.ts';
import { deprecated } from '../deprecation.ts';
import { ChangeType } from './change.ts';
import { JobParametersType } from './job-parameters.ts';
import { JobKindType, JobOutcomeType, JobStateType } from './job-state.ts';

/** Whether what a job deployed can still be merged. */
const isRevertible = (outcome: JobOutcome | null): boolean =>
  outcome === 'deployed' || outcome === 'deployed_with_errors' || outcome === 'rolled_back';

export const JobType = builder.objectType(Job, {
  name: 'Job',
  authScopes: { read: true },
  description: 'A deployment: queued, running or ended.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The job number.' }),
    kind: t.field({ type: JobKindType, description: 'What the job does.', resolve: ({ kind }) => kind }),
    state: t.field({
      type: JobStateType,
      description: 'The current state.',
      resolve: ({ state }) => state,
    }),
    ended: t.boolean({
      description: 'Whether the job has ended. Its state no longer changes.',
      resolve: ({ state }) => hasEnded(state),
    }),
    outcome: t.field({
      type: JobOutcomeType,
      nullable: true,
      description:
        'What the job meant for production; null until it has ended. Not the same as the state: scap exits with status 0 after a “No”, which is `SUCCEEDED` and `DECLINED`.',
      resolve: ({ state, outcome }) => outcome ?? outcomeOfState(state),
    }),
    lane: t.exposeString('lane', {
      description:
        'The lane in which the job runs, usually a deployment host. Each lane runs one job at a time.',
    }),
    host: t.string({
      nullable: true,
      description: 'The name of the host on which it runs or ran; null before it starts.',
      resolve: ({ supervisor }) => supervisor?.host,
    }),
    title: t.exposeString('title', {
      description:
        'The subject of the first change, or its number if Gerrit was unavailable. At most 301 characters.',
    }),
    owner: t.field({
      type: User,
      description: 'The user who started the job. Every deployer may answer and stop it.',
      resolve: (job, _args, { users }) => users.load(job.owner),
    }),
    changes: t.field({
      type: [ChangeType],
      description:
        'The changes in the order in which scap gets them: at most 50. Empty for a kind of job without changes.',
      resolve: ({ changes }) => changes,
    }),
    parameters: t.field({
      type: JobParametersType,
      nullable: true,
      description:
        'What was asked for, by the kind of the job; null for a kind that this version does not know.',
      resolve: (job) => (findKind(job.kind) === null ? null : job),
    }),
    canRetry: t.boolean({
      description:
        'Whether a job of this kind can be queued again as it was, by `retryJob`, once it has ended.',
      resolve: ({ kind }) => findKind(kind)?.retry === true,
    }),
    canRevert: t.boolean({
      description:
        'Whether the job has deployed changes that `revertJob` can revert. Gerrit decides whether they are still merged.',
      resolve: ({ kind, state, outcome }) =>
        findKind(kind)?.canRevert === true && isRevertible(outcome ?? outcomeOfState(state)),
    }),
    queuedAt: t.field({
      type: 'DateTime',
      description: 'When the job was queued.',
      resolve: (j) => j.queuedAt,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When scap was started; null before that.',
      resolve: (job) => job.startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the job ended; null before that.',
      resolve: (job) => job.finishedAt,
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why the job ended with this state, as a message for the user; null before the end.',
    }),
    retryOf: t.id({
      nullable: true,
      deprecationReason: deprecated({
        use: '`retryOfJob { id }`',
        since: '2026-11-29',
        removedAfter: '2027-03-01',
      }),
      description: 'The number of the job that this one retries; null if it is not a retry.',
      resolve: (job) => job.retryOf,
    }),
    sameErrorBefore: t.field({
      type: Job,
      nullable: true,
      description:
        'The last job before it that ended with the same error line, apart from its numbers, see `lastError`; null if none exists.',
      resolve: ({ id, errorFingerprint }, _args, { jobs }) =>
        errorFingerprint == null ? null : jobs.sameErrorBefore(id),
    }),
    retryOfJob: t.field({
      type: Job,
      nullable: true,
      description: 'The job that this one retries; null if it is not a retry, or if that job was removed.',
      resolve: ({ retryOf }, _args, { jobs }) => (retryOf == null ? null : jobs.load(retryOf)),
    }),
  }),
});
