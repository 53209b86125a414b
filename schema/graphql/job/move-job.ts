// Owns the mutation that moves a job within its queue. Not the order of a queue (schema/model/job/queue.ts).
import { Job, JobNotFound } from '../../model/job/job.ts';
import { JobNotMoved } from '../../model/job/queue.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';
import { refusal } from '../refusal-type.ts';

builder.objectType(JobNotMoved, {
  interfaces: refusal(JobNotMoved, 'JOB_NOT_MOVED'),
  name: 'JobNotMoved',
  authScopes: { read: true },
  description:
    'The job is no longer queued, the other job is not queued in the same lane, or the job belongs to another user. Nothing was changed.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

const MoveJobInput = builder.inputType('MoveJobInput', {
  description: 'Which job to move, and where.',
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The number of the queued job.' }),
    before: t.id({
      description:
        'The number of the queued job of the same lane before which it is to start. Without it, the job moves to the end.',
    }),
  }),
});

builder.mutationField('moveJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Moves a queued job within the queue of its lane. Users can move their own jobs, admins any.',
    args: { input: t.arg({ type: MoveJobInput, required: true, description: 'Which job, and where.' }) },
    errors: {
      types: [JobNotFound, JobNotMoved],
      union: { name: 'MoveJobResult', description: 'The result of `moveJob`.' },
      result: { name: 'MoveJobSuccess', description: 'The job was moved, or was there already.' },
      dataField: { name: 'job', description: 'The moved job.' },
    },
    resolve: async (_root, { input }, { jobs, viewer: { user, role, through } }) => {
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const before = input.before == null ? null : rowNumber(input.before);
      if (input.before != null && before === null) throw new JobNotFound(shownId(input.before));
      return await jobs.move({ jobId, before, user, movesAny: role === 'admin', through });
    },
  }),
);
