// Owns the GraphQL types of stops, and the mutation `stopJob`. Not what a stop does (schema/model/job/stop.ts, jobrunner/).
import { User } from '../../model/account/user.ts';
import { Job, JobAlreadyEnded, JobNotFound } from '../../model/job/job.ts';
import { Stop, type StopMode } from '../../model/job/stop.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';

const StopModeType = builder.enumType('StopMode', {
  description: 'How to stop a job, from the mildest to the strongest way. Further values may be added.',
  values: {
    INTERRUPT: {
      value: 'interrupt',
      description: 'Sends SIGINT, like Ctrl-C. Stronger signals follow only with the option `--stop-grace`.',
    },
    TERMINATE: {
      value: 'terminate',
      description:
        'Sends SIGTERM to all processes of the job. SIGKILL follows only with the option `--stop-grace`.',
    },
    KILL: { value: 'kill', description: 'Sends SIGKILL immediately: the deployment may be left incomplete.' },
  } satisfies Record<Uppercase<StopMode>, { value: StopMode; description: string }>,
});

builder.objectType(Stop, {
  name: 'Stop',
  authScopes: { read: true },
  description: 'A request to stop a job.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the stop.' }),
    mode: t.field({
      type: StopModeType,
      description: 'How the job is stopped.',
      resolve: ({ mode }) => mode,
    }),
    requestedBy: t.field({
      type: User,
      description: 'Who requested the stop.',
      resolve: (stop, _args, { users }) => users.load(stop.requestedBy),
    }),
    requestedAt: t.field({
      type: 'DateTime',
      description: 'When the stop was requested.',
      resolve: (stop) => stop.requestedAt,
    }),
    handledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When its first signal was sent; null before that.',
      resolve: (stop) => stop.handledAt,
    }),
  }),
});

const StopJobInput = builder.inputType('StopJobInput', {
  description: 'Which job to stop, and how.',
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The number of the job.' }),
    how: t.field({
      type: StopModeType,
      defaultValue: 'interrupt',
      description: 'How to stop it. A later stop can only be stronger.',
    }),
  }),
});

builder.mutationField('stopJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Stops a job, no matter who started it: a queued job is cancelled, a running one gets signals. A later stop can only be stronger.',
    args: {
      input: t.arg({ type: StopJobInput, required: true, description: 'Which job to stop, and how.' }),
    },
    errors: {
      types: [JobAlreadyEnded, JobNotFound],
      union: { name: 'StopJobResult', description: 'The result of `stopJob`.' },
      result: {
        name: 'StopJobSuccess',
        description: 'The stop was requested; the job may not have ended yet.',
      },
      dataField: { name: 'job', description: 'The job after the request.' },
    },
    resolve: (_root, { input }, { jobs, viewer }) => {
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const { user, through } = viewer;
      return jobs.stop({ jobId, mode: input.how ?? 'interrupt', user, through });
    },
  }),
);
