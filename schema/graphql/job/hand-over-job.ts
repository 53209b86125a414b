// Owns the mutation that hands a job over, and the field that says who is responsible. Not the rule (schema/model/job/handover.ts).
import { User } from '../../model/account/user.ts';
import { JobNotHandedOver, responsibleFor } from '../../model/job/handover.ts';
import { Job, JobAlreadyEnded, JobNotFound } from '../../model/job/job.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';
import { checkedText } from '../refusal.ts';
import { refusal } from '../refusal-type.ts';

builder.objectType(JobNotHandedOver, {
  interfaces: refusal(JobNotHandedOver, 'JOB_NOT_HANDED_OVER'),
  name: 'JobNotHandedOver',
  authScopes: { read: true },
  description:
    'The other user may not deploy, or the viewer may only take the job over. Nothing was changed.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

builder.objectField(Job, 'responsible', (t) =>
  t.field({
    type: User,
    description:
      'The deployer who is responsible for the job: its owner, or the one to whom it was handed over. Every deployer may answer and stop it.',
    resolve: (job, _args, { users }) => users.load(responsibleFor(job)),
  }),
);

const HandOverJobInput = builder.inputType('HandOverJobInput', {
  description: 'Which job to hand over, and to whom.',
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The number of a job that has not ended.' }),
    to: t.string({
      description: 'The name of a deployer. Without it, the viewer takes the job over.',
    }),
  }),
});

builder.mutationField('handOverJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Makes another deployer responsible for a job: its owner and the responsible deployer hand it over, an admin any job, and every deployer can take it over. The owner stays the owner.',
    args: {
      input: t.arg({ type: HandOverJobInput, required: true, description: 'Which job, and to whom.' }),
    },
    errors: {
      types: [JobNotFound, JobAlreadyEnded, JobNotHandedOver],
      union: { name: 'HandOverJobResult', description: 'The result of `handOverJob`.' },
      result: { name: 'HandOverJobSuccess', description: 'The deployer is responsible, or was already.' },
      dataField: { name: 'job', description: 'The job.' },
    },
    resolve: async (_root, { input }, { jobs, viewer: { user, role, through } }) => {
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const to = input.to == null ? null : checkedText('to', input.to);
      return await jobs.handOver({ jobId, to, user, handsOverAny: role === 'admin', through });
    },
  }),
);
