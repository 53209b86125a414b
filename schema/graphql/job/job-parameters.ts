// Owns the GraphQL types of the parameters of jobs, one for each kind. Not the kinds themselves (schema/model/job/kind/).
import type { Job } from '../../model/job/job.ts';
import { builder } from '../builder.ts';
import { ChangeType } from './change.ts';

const BackportParametersType = builder.objectRef<Job>('BackportParameters').implement({
  authScopes: { read: true },
  description: 'What a backport deploys.',
  fields: (t) => ({
    changes: t.field({
      type: [ChangeType],
      description: 'The changes in the order in which scap gets them: 1 to 50.',
      resolve: ({ changes }) => changes,
    }),
  }),
});

const RevertParametersType = builder.objectRef<Job>('RevertParameters').implement({
  authScopes: { read: true },
  description: 'What a revert takes back.',
  fields: (t) => ({
    changes: t.field({
      type: [ChangeType],
      description: 'The changes to revert, in the order in which scap gets them: 1 to 50.',
      resolve: ({ changes }) => changes,
    }),
  }),
});

const types = { backport: BackportParametersType, revert: RevertParametersType } as const;

/** The parameters of a job, by its kind. */
export const JobParametersType = builder.unionType('JobParameters', {
  description: 'What was asked for, by the kind of the job. Further members may be added.',
  types: Object.values(types),
  resolveType: ({ kind }) => types[kind],
});
