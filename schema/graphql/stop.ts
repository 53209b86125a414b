// Owns how stops are shown and asked for. Not what a stop does (schema/model/job/stop.ts, jobrunner/).

import { User } from '../model/account/user.ts';
import { Job, JobAlreadyEnded, JobNotFound } from '../model/job/job.ts';
import { Stop, type StopMode } from '../model/job/stop.ts';
import { builder } from './builder.ts';
import { rowNumber, shownId } from './id.ts';

const StopModeType = builder.enumType('StopMode', {
  description: 'How a job is stopped, from the gentlest.',
  values: {
    INTERRUPT: {
      value: 'interrupt',
      description: 'SIGINT: scap cleans up. SIGTERM and SIGKILL follow when it does not end.',
    },
    TERMINATE: { value: 'terminate', description: 'SIGTERM, then SIGKILL when it does not end.' },
    KILL: { value: 'kill', description: 'SIGKILL at once: a deployment can be left half done.' },
  } satisfies Record<Uppercase<StopMode>, { value: StopMode; description: string }>,
});

builder.objectType(Stop, {
  name: 'Stop',
  authScopes: { read: true },
  description: 'A request to stop a job.',
  fields: (t) => ({
    id: t.exposeID('id', {}),
    mode: t.field({ type: StopModeType, description: 'How.', resolve: ({ mode }) => mode }),
    requestedBy: t.field({
      type: User,
      description: 'By whom.',
      resolve: (stop, _args, { users }) => users.load(stop.requestedBy),
    }),
    requestedAt: t.field({ type: 'DateTime', description: 'When.', resolve: (stop) => stop.requestedAt }),
    handledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first signal for it was sent; null until then.',
      resolve: (stop) => stop.handledAt,
    }),
  }),
});

const StopJobInput = builder.inputType('StopJobInput', {
  description: 'Which job to stop, and how.',
  fields: (t) => ({
    jobId: t.id({ required: true }),
    how: t.field({ type: StopModeType, defaultValue: 'interrupt' }),
  }),
});

builder.mutationField('stopJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Stops a job that anyone started: a queued one is cancelled, a started one is sent signals. A further stop can only be harsher.',
    args: { input: t.arg({ type: StopJobInput, required: true }) },
    errors: {
      types: [JobAlreadyEnded, JobNotFound],
      union: { name: 'StopJobResult', description: 'What came of asking for a stop.' },
      result: {
        name: 'StopJobSuccess',
        description: 'The stop was asked for; the job may not have ended yet.',
      },
      dataField: { name: 'job', description: 'As it is now.' },
    },
    resolve: (_root, { input }, { jobs, viewer }) => {
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const { user, through } = viewer;
      return jobs.stop({ jobId, mode: input.how ?? 'interrupt', user, through });
    },
  }),
);
