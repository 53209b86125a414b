// Owns the GraphQL types of refusals about jobs and lanes. Not when a request is refused (schema/model/job).
import { Job, JobAlreadyEnded, JobNotEnded, JobNotFound, JobNotRetryable } from '../../model/job/job.ts';
import { UnknownLane } from '../../model/runner/lane.ts';
import { builder } from '../builder.ts';
import { refusal } from '../refusal-type.ts';

builder.objectType(JobNotFound, {
  interfaces: refusal(JobNotFound, 'JOB_NOT_FOUND'),
  name: 'JobNotFound',
  authScopes: { read: true },
  description: 'The job does not exist.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(JobAlreadyEnded, {
  interfaces: refusal(JobAlreadyEnded, 'JOB_ALREADY_ENDED'),
  name: 'JobAlreadyEnded',
  authScopes: { read: true },
  description: 'The job has already ended.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'How and when it ended. A message for the user.' }),
    job: t.field({ type: Job, description: 'The ended job.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(JobNotEnded, {
  interfaces: refusal(JobNotEnded, 'JOB_NOT_ENDED'),
  name: 'JobNotEnded',
  authScopes: { read: true },
  description: 'The job has not ended, so it can be neither retried nor reverted.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A message for the user.' }),
    job: t.field({ type: Job, description: 'The current job.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(JobNotRetryable, {
  interfaces: refusal(JobNotRetryable, 'JOB_NOT_RETRYABLE'),
  name: 'JobNotRetryable',
  authScopes: { read: true },
  description: 'Jobs of this kind cannot be queued again as they were.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user, which says what to do instead.',
    }),
    job: t.field({ type: Job, description: 'The ended job.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(UnknownLane, {
  interfaces: refusal(UnknownLane, 'UNKNOWN_LANE'),
  name: 'UnknownLane',
  authScopes: { read: true },
  description: 'The lane does not exist, or no lane was given although there are several.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user, with the names of all lanes.',
    }),
    lanes: t.exposeStringList('lanes', { description: 'The existing lanes, by name, at most 200.' }),
  }),
});
