// Owns the GraphQL types of the stages of a job, of its time left, and the fields of jobs that have them. Not how they are computed (schema/model/statistics/usual-time.ts).
import { Job } from '../../model/job/job.ts';
import type { JobStage } from '../../model/job/stage.ts';
import { hasEnded } from '../../model/job/state.ts';
import { type TimeLeft, timeLeftOf, type UsualTime } from '../../model/statistics/usual-time.ts';
import { type StageName, stageNames } from '../../text/stage.ts';
import { builder } from '../builder.ts';

const second = 1_000;

export const StageNameType = builder.enumType('StageName', {
  description: 'A stage of a deployment, recognized from the status of scap. Further values may be added.',
  values: {
    CHECK: { value: 'check', description: 'Everything before the merge: checks and the first questions.' },
    MERGE: { value: 'merge', description: 'The changes are merged.' },
    PREPARE: { value: 'prepare', description: 'Code, translations and images are prepared.' },
    TESTSERVERS: { value: 'testservers', description: 'The test servers are updated and checked.' },
    CANARIES: { value: 'canaries', description: 'The canaries are updated and checked.' },
    PRODUCTION: { value: 'production', description: 'All other servers are updated.' },
  } satisfies Record<Uppercase<StageName>, { value: StageName; description: string }>,
});

const UsualTimeType = builder.objectRef<UsualTime>('UsualTime').implement({
  authScopes: { read: true },
  description:
    'How long something took in the last 50 deployed jobs of the same kind and lane, in seconds, without the time in which scap waited for answers. Only given for 5 or more jobs.',
  fields: (t) => ({
    median: t.float({
      description: 'Half of them took at most this long.',
      resolve: (time) => time.median / second,
    }),
    p90: t.float({
      description: 'Nine of ten took at most this long; of fewer than ten jobs, the longest.',
      resolve: (time) => time.p90 / second,
    }),
    count: t.exposeInt('count', { description: 'The number of jobs: 5 to 50.' }),
  }),
});

const JobStageType = builder
  .objectRef<{ readonly stage: JobStage; readonly job: Job }>('JobStage')
  .implement({
    authScopes: { read: true },
    description: 'A stage that a job has reached.',
    fields: (t) => ({
      name: t.field({ type: StageNameType, description: 'Which stage.', resolve: ({ stage }) => stage.name }),
      startedAt: t.field({
        type: 'DateTime',
        description: 'When it began.',
        resolve: ({ stage }) => stage.startedAt,
      }),
      finishedAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the next stage began or the job ended; null while it lasts.',
        resolve: ({ stage }) => stage.finishedAt,
      }),
      waited: t.float({
        description: 'How long scap waited for answers in it, in seconds; 0 while it lasts.',
        resolve: ({ stage }) => stage.waited / second,
      }),
      usual: t.field({
        type: UsualTimeType,
        nullable: true,
        description: 'How long this stage usually takes; null if fewer than 5 comparable jobs are known.',
        resolve: async ({ stage, job }, _args, { times }) => (await times.usual(job)).own.get(stage.name),
      }),
    }),
  });

const TimeLeftType = builder.objectRef<TimeLeft>('TimeLeft').implement({
  authScopes: { read: true },
  description:
    'How much time a running job still needs, from the last 50 deployed jobs of the same kind and lane, in seconds, without the time in which scap waits for answers.',
  fields: (t) => ({
    median: t.float({
      description: 'Half of the comparable jobs needed at most this long from here; 0 if all took less.',
      resolve: (left) => left.median / second,
    }),
    p90: t.float({
      description: 'Nine of ten needed at most this long from here; 0 if it takes longer than they did.',
      resolve: (left) => left.p90 / second,
    }),
    at: t.field({ type: 'DateTime', description: 'The moment of the estimate.', resolve: ({ at }) => at }),
    late: t.exposeBoolean('isLate', {
      description: 'Whether the current stage has already taken longer than in nine of ten comparable jobs.',
    }),
    lateAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When that begins or began; null while scap waits for an answer, because the estimate does not change then.',
      resolve: ({ lateAt }) => lateAt,
    }),
    count: t.exposeInt('count', { description: 'The number of comparable jobs: 5 to 50.' }),
  }),
});

builder.objectFields(Job, (t) => ({
  stages: t.field({
    type: [JobStageType],
    description: `The stages that the job has reached, in order, at most ${stageNames.length}; empty for jobs that an earlier version ran.`,
    extensions: { maximum: stageNames.length },
    resolve: async (job, _args, { times }) =>
      (await times.timing(job.id)).stages.map((stage) => ({ stage, job })),
  }),
  usualTime: t.field({
    type: UsualTimeType,
    nullable: true,
    description:
      'How long such jobs usually take from the start of scap to the end; null if fewer than 5 are known.',
    resolve: async (job, _args, { times }) => (await times.usual(job)).rest.get('check'),
  }),
  timeLeft: t.field({
    type: TimeLeftType,
    nullable: true,
    description:
      'How much time the job still needs; null unless scap runs, and if fewer than 5 comparable jobs are known.',
    resolve: async (job, _args, { times, now }) => {
      if (job.startedAt == null || hasEnded(job.state)) return null;
      return timeLeftOf(await times.timing(job.id), await times.usual(job), now());
    },
  }),
  expectedStartAt: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When a queued job starts if the jobs before it need as long as usual and open questions are answered now. Null if it is not queued, deployments are held, fewer than 5 comparable jobs are known, or it is not among the first 100 of its lane.',
    resolve: (job, _args, { times }) => (job.state === 'queued' ? times.expectedStart(job) : null),
  }),
}));
