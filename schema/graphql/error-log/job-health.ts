// Owns the GraphQL types of errors during and after a job, and the fields of jobs that have them. Not how they are counted (server/error-log/).
import { Job } from '../../model/job/job.ts';
import { selectMessages } from '../../text/error-log/error-message.ts';
import type {
  ErrorWatch,
  JobHealth,
  StageHealth,
  TargetHealth,
  WatchState,
} from '../../text/error-log/job-health.ts';
import { builder } from '../builder.ts';
import { rowNumber } from '../id.ts';
import { StageNameType } from '../job/job-time.ts';
import { inRange } from '../refusal.ts';
import { ErrorMessageType, ErrorTargetType, intCount, maxTrend } from './error-message.ts';
import { ErrorLogSourceType, ErrorRateType, ErrorVerdictType } from './error-rate.ts';

const maxMessages = 100;

const StageHealthType = builder.objectRef<StageHealth>('JobStageHealth').implement({
  authScopes: { read: true },
  description: 'Errors since a stage of a job began, until the next one.',
  fields: (t) => ({
    name: t.field({ type: StageNameType, description: 'Which stage.', resolve: ({ name }) => name }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began.',
      resolve: ({ startedAt }) => startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next stage began or the job ended; null while it lasts.',
      resolve: ({ finishedAt }) => finishedAt,
    }),
    rate: t.field({
      type: ErrorRateType,
      nullable: true,
      description: 'All errors in it; null while they are not known.',
      resolve: ({ rate }) => rate,
    }),
    verdict: t.field({
      type: ErrorVerdictType,
      description: 'The rate compared with the hour before the job.',
      resolve: ({ verdict }) => verdict,
    }),
  }),
});

const TargetHealthType = builder.objectRef<TargetHealth>('TargetHealth').implement({
  authScopes: { read: true },
  description: 'Errors of one target during a job.',
  fields: (t) => ({
    target: t.field({ type: ErrorTargetType, description: 'Which one.', resolve: ({ target }) => target }),
    before: t.field({
      type: ErrorRateType,
      nullable: true,
      description: 'In the hour before the job; null while it is not known.',
      resolve: ({ before }) => before,
    }),
    since: t.field({
      type: ErrorRateType,
      nullable: true,
      description: 'Since the job reached this target; null if it has not, or while it is not known.',
      resolve: ({ since }) => since,
    }),
    now: t.field({
      type: ErrorRateType,
      nullable: true,
      description: 'In the last 5 minutes; null while it is not known.',
      resolve: ({ now }) => now,
    }),
    verdict: t.field({
      type: ErrorVerdictType,
      description: 'The rate since the job reached it, compared with the hour before the job.',
      resolve: ({ verdict }) => verdict,
    }),
  }),
});

const WatchStateType = builder.enumType('ErrorWatchState', {
  description: 'What is known about errors after the end of a job. Further values may be added.',
  values: {
    WATCHING: { value: 'watching', description: 'Errors are still being watched.' },
    QUIET: { value: 'quiet', description: 'Errors did not rise.' },
    ROSE: { value: 'rose', description: 'Errors rose.' },
    UNKNOWN: {
      value: 'unknown',
      description: 'The error log did not answer, or the errors before the job were not known.',
    },
  } satisfies Record<Uppercase<WatchState>, { value: WatchState; description: string }>,
});

const ErrorWatchType = builder.objectRef<ErrorWatch>('ErrorWatch').implement({
  authScopes: { read: true },
  description: 'The watch over production errors after the end of a job.',
  fields: (t) => ({
    state: t.field({ type: WatchStateType, description: 'What is known.', resolve: ({ state }) => state }),
    at: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was decided; null while errors are watched.',
      resolve: ({ at }) => at,
    }),
    until: t.field({
      type: 'DateTime',
      description: 'When the watch ends or ended at the latest.',
      resolve: ({ until }) => until,
    }),
    text: t.exposeString('text', {
      description:
        'What is known as a sentence, for example `Errors rose after the deployment: 3.4× the usual rate; 2 new messages.`',
    }),
  }),
});

const JobHealthType = builder.objectRef<JobHealth>('JobHealth').implement({
  authScopes: { read: true },
  description:
    'Production errors during a job and for some minutes after it, compared with the hour before it. Causes other than the job are not ruled out.',
  fields: (t) => ({
    source: t.field({
      type: ErrorLogSourceType,
      description: 'How current this is.',
      resolve: ({ source }) => source,
    }),
    verdict: t.field({
      type: ErrorVerdictType,
      description: 'All errors since the job first reached a server, or else since its start.',
      resolve: ({ verdict }) => verdict,
    }),
    before: t.field({
      type: ErrorRateType,
      nullable: true,
      description: 'Errors in the hour before its start; null while they are not known.',
      resolve: ({ before }) => before,
    }),
    since: t.field({
      type: ErrorRateType,
      nullable: true,
      description:
        'Errors since it first reached a server, or else since its start; null while they are not known.',
      resolve: ({ since }) => since,
    }),
    now: t.field({
      type: ErrorRateType,
      nullable: true,
      description: 'Errors in the last 5 minutes; null while they are not known.',
      resolve: ({ now }) => now,
    }),
    newMessageCount: t.int({
      description: 'How many messages the hour before its start did not have.',
      resolve: ({ messages }) => messages.filter(({ isNew }) => isNew).length,
    }),
    stages: t.field({
      type: [StageHealthType],
      description: 'Errors in each stage that the job has reached, in order: at most 10.',
      resolve: ({ stages }) => [...stages],
    }),
    targets: t.field({
      type: [TargetHealthType],
      description: 'Errors of test servers, canaries and production: at most 10 targets.',
      resolve: ({ targets }) => [...targets],
    }),
    trend: t.intList({
      description: 'Errors in each minute since `trendFrom`, oldest first: at most 90.',
      extensions: { maximum: maxTrend },
      resolve: ({ trend }) => trend.map(intCount),
    }),
    trendFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first minute of the trend begins; null while nothing is known.',
      resolve: ({ trendFrom }) => trendFrom,
    }),
    messages: t.field({
      type: [ErrorMessageType],
      description: 'The messages since the job first reached a server: new ones first, then by errors.',
      args: {
        first: t.arg.int({ defaultValue: 10, description: 'The maximum number of messages: 1 to 100.' }),
      },
      extensions: { maximum: maxMessages },
      resolve: ({ messages }, { first }) =>
        selectMessages(messages, {
          text: null,
          version: null,
          target: null,
          onlyNew: false,
          sort: 'new-first',
        }).slice(0, inRange('first', first ?? 10, 1, maxMessages)),
    }),
    watchedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it is no longer watched; null while the job runs.',
      resolve: ({ watchedUntil }) => watchedUntil,
    }),
    watch: t.field({
      type: ErrorWatchType,
      nullable: true,
      description: 'As `Job.errorWatch`.',
      resolve: ({ watch }) => watch,
    }),
    dashboardUrl: t.string({
      nullable: true,
      description: 'The dashboard; null if none is configured.',
      resolve: (_health, _args, { errorLog }) => errorLog.dashboardUrl(null),
    }),
  }),
});

builder.objectFields(Job, (t) => ({
  health: t.field({
    type: JobHealthType,
    nullable: true,
    description:
      'Production errors during the job, as they were read last; null if no error log is configured, the job has not started, or it is not watched any more.',
    resolve: (job, _args, { errorLog }) => errorLog.ofJob(job),
  }),
  errorWatch: t.field({
    type: ErrorWatchType,
    nullable: true,
    description:
      'What is known about errors after the end of the job; null before its end, if it reached no server, and if no error log was configured.',
    resolve: (job, _args, { errorLog }) => errorLog.watchOf(job),
  }),
}));

builder.subscriptionField('jobHealthUpdates', (t) =>
  t.field({
    type: JobHealthType,
    authScopes: { read: true },
    description:
      'Production errors during a job: now, after each search, every 15 seconds, and when the job reaches another stage, until it is no longer watched. Nothing is sent before it starts, or if no error log is configured.',
    args: { jobId: t.arg.id({ required: true, description: 'The job number.' }) },
    subscribe: (_root, { jobId }, { errorLog }) => errorLog.followJob(rowNumber(jobId) ?? 0),
    resolve: (health: JobHealth) => health,
  }),
);
