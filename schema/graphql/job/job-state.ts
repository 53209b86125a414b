// Owns the GraphQL enums of a job: kind, state, outcome. Not when they change (schema/model/job).
import { jobKinds, kindOf } from '../../model/job/kind/list.ts';
import type { JobOutcome } from '../../model/job/outcome.ts';
import type { JobState } from '../../model/job/state.ts';
import { builder } from '../builder.ts';

/** What a job does. */
export const JobKindType = builder.enumType('JobKind', {
  description: 'What a job does. Further values may be added.',
  values: Object.fromEntries(
    jobKinds.map((kind) => [kind.toUpperCase(), { value: kind, description: kindOf(kind).description }]),
  ),
});

export const JobStateType = builder.enumType('JobState', {
  description:
    'The state of a job. Further values may be added: use `Job.ended` to find out whether it has ended.',
  values: {
    QUEUED: { value: 'queued', description: 'Waiting in the queue of its lane.' },
    STARTING: { value: 'starting', description: 'Claimed by a jobrunner; scap is not running yet.' },
    RUNNING: { value: 'running', description: 'scap is running.' },
    WAITING: { value: 'waiting', description: 'scap is waiting for an answer: see `pendingInteraction`.' },
    STOPPING: {
      value: 'stopping',
      description: 'A stop was requested; scap, or processes that it started, still run: see `remaining`.',
    },
    SUCCEEDED: { value: 'succeeded', description: 'Ended with exit status 0.' },
    FAILED: { value: 'failed', description: 'Ended with another exit status, or scap could not be started.' },
    STOPPED: { value: 'stopped', description: 'Ended by a stop.' },
    LOST: { value: 'lost', description: 'Ended with an unknown result: see `reason`.' },
    CANCELLED: { value: 'cancelled', description: 'Ended by a stop before it was started.' },
  } satisfies Record<Uppercase<JobState>, { value: JobState; description: string }>,
});

/** What a job meant for production. */
export const JobOutcomeType = builder.enumType('JobOutcome', {
  description:
    'What a job meant for production. Further values may be added. `Job.reason` says why it is so, as a message for the user.',
  values: {
    DEPLOYED: { value: 'deployed', description: 'The changes are deployed.' },
    DEPLOYED_WITH_ERRORS: {
      value: 'deployed_with_errors',
      description:
        'The changes are deployed, but a failed check was ignored, the final check failed, or hosts were not updated.',
    },
    ROLLED_BACK: {
      value: 'rolled_back',
      description: 'The deployment was rolled back. The changes are still merged.',
    },
    DECLINED: {
      value: 'declined',
      description: 'A question was answered with “No” before anything was deployed.',
    },
    NOTHING_TO_DO: {
      value: 'nothing_to_do',
      description: 'There was nothing to deploy, for example because the changes concern only beta.',
    },
    FAILED: { value: 'failed', description: 'The deployment failed; it may be incomplete.' },
    STOPPED: { value: 'stopped', description: 'A stop ended the job; the deployment may be incomplete.' },
    LOST: { value: 'lost', description: 'Unknown: see `reason`.' },
    CANCELLED: { value: 'cancelled', description: 'The job was stopped before it was started.' },
  } satisfies Record<Uppercase<JobOutcome>, { value: JobOutcome; description: string }>,
});
