// Owns the GraphQL types of the parameters of jobs, one for each kind. Not the kinds themselves (schema/model/job/kind/).
import type { Job } from '../../model/job/job.ts';
import {
  isRollBack,
  parseTrain,
  type TrainParameters,
  type VersionCount,
} from '../../model/job/kind/train.ts';
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
  description: 'What a revert reverts.',
  fields: (t) => ({
    changes: t.field({
      type: [ChangeType],
      description: 'The changes to revert, in the order in which scap gets them: 1 to 50.',
      resolve: ({ changes }) => changes,
    }),
  }),
});

const VersionCountType = builder.objectRef<VersionCount>('TrainVersionCount').implement({
  authScopes: { read: true },
  description: 'How many wikis of a group ran a version.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version.' }),
    wikiCount: t.exposeInt('count', { description: 'How many wikis ran it.' }),
  }),
});

const GroupBeforeType = builder.objectRef<TrainParameters['before'][number]>('TrainGroupBefore').implement({
  authScopes: { read: true },
  description: 'What a group ran when a train job was started.',
  fields: (t) => ({
    name: t.exposeString('group', { description: 'The name of the group.' }),
    versions: t.field({
      type: [VersionCountType],
      description: 'The versions, the newest first: at most 100.',
      resolve: ({ versions }) => versions.slice(0, 100),
    }),
  }),
});

/** The parameters of a train job, checked again: its row may have been edited. */
const trainOf = (job: Job): TrainParameters =>
  parseTrain({ changes: job.changes, parameters: job.parameters ?? null });

const TrainParametersType = builder.objectRef<Job>('TrainParameters').implement({
  authScopes: { read: true },
  description: 'Where a train job moves the train.',
  fields: (t) => ({
    group: t.string({
      description: 'The station to which it goes: `start` or the name of a group.',
      resolve: (job) => trainOf(job).station,
    }),
    from: t.string({
      description: 'The station where the train was when the job was started.',
      resolve: (job) => trainOf(job).from,
    }),
    isRollBack: t.boolean({
      description: 'Whether it goes back.',
      resolve: (job) => isRollBack(trainOf(job)),
    }),
    version: t.string({ description: 'The version of the train.', resolve: (job) => trainOf(job).version }),
    oldVersion: t.string({
      description: 'The version to which wikis go back.',
      resolve: (job) => trainOf(job).oldVersion,
    }),
    excludedWikis: t.stringList({
      description: 'The wikis that keep their version, at most 200.',
      resolve: (job) => [...trainOf(job).excludedWikis],
    }),
    wikiCount: t.int({
      description: 'How many wikis change their version.',
      resolve: (job) => trainOf(job).wikiCount,
    }),
    before: t.field({
      type: [GroupBeforeType],
      description:
        'What the groups, at most 4, ran when the job was started. The files change before the deployment is done.',
      resolve: (job) => trainOf(job).before,
    }),
  }),
});

const types = {
  backport: BackportParametersType,
  revert: RevertParametersType,
  train: TrainParametersType,
} as const;

/** The parameters of a job, by its kind. */
export const JobParametersType = builder.unionType('JobParameters', {
  description: 'What was asked for, by the kind of the job. Further members may be added.',
  types: Object.values(types),
  resolveType: ({ kind }) => types[kind],
});
