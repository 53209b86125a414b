// Owns the GraphQL types of statistics, and their query. Not the figures (schema/model/statistics/statistics.ts).
import { type EndedJob, maxStatisticsJobs } from '../../model/statistics/row.ts';
import type {
  DayFigures,
  DeliveryFigures,
  FailureFigures,
  HourFigures,
  QuestionFigures,
  Spread,
  StageFigures,
  Statistics,
} from '../../model/statistics/statistics.ts';
import { durationLimit, listLimit } from '../../model/statistics/statistics.ts';
import { builder } from '../builder.ts';
import { badInput, checkedText } from '../refusal.ts';
import { JobOutcomeType } from './job-state.ts';
import { StageNameType } from './job-time.ts';

const day = 86_400_000;
const second = 1_000;
/** The longest period, in days. */
const longestPeriod = 100;
/** How many calendar days it can touch: the first and the last one in part, also when the clocks go forward in between. */
const maxDays = longestPeriod + 2;

const SpreadType = builder.objectRef<Spread>('DurationSpread').implement({
  authScopes: { read: true },
  description: 'How durations are spread, in seconds.',
  fields: (t) => ({
    median: t.float({ description: 'Half are at most this long.', resolve: ({ median }) => median / second }),
    p90: t.float({ description: 'Nine of ten are at most this long.', resolve: ({ p90 }) => p90 / second }),
    count: t.exposeInt('count', { description: 'How many there are.' }),
  }),
});

const OutcomeCountType = builder.objectRef<DayFigures['outcomes'][number]>('OutcomeCount').implement({
  authScopes: { read: true },
  description: 'How many jobs ended with an outcome.',
  fields: (t) => ({
    outcome: t.field({
      type: JobOutcomeType,
      description: 'The outcome.',
      resolve: ({ outcome }) => outcome,
    }),
    count: t.exposeInt('count', { description: 'How many jobs.' }),
  }),
});

const DayType = builder.objectRef<DayFigures>('DayStatistics').implement({
  authScopes: { read: true },
  description: 'The jobs that ended on a day.',
  fields: (t) => ({
    day: t.exposeString('day', { description: 'The day in the time zone of the query: `2026-11-23`.' }),
    outcomes: t.field({
      type: [OutcomeCountType],
      description: 'How many ended with each outcome that occurred: at most 20.',
      resolve: ({ outcomes }) => outcomes,
    }),
  }),
});

const HourType = builder.objectRef<HourFigures>('HourStatistics').implement({
  authScopes: { read: true },
  description: 'The jobs that started in an hour of a weekday.',
  fields: (t) => ({
    weekday: t.exposeInt('weekday', {
      description: '1 (Monday) to 7 (Sunday), in the time zone of the query.',
    }),
    hour: t.exposeInt('hour', { description: '0 to 23, in the time zone of the query.' }),
    count: t.exposeInt('count', { description: 'How many jobs.' }),
  }),
});

const StageType = builder.objectRef<StageFigures>('StageStatistics').implement({
  authScopes: { read: true },
  description: 'How long a stage took.',
  fields: (t) => ({
    name: t.field({ type: StageNameType, description: 'The stage.', resolve: ({ name }) => name }),
    machines: t.field({
      type: SpreadType,
      description: 'Without the time in which scap waited for answers.',
      resolve: ({ machines }) => machines,
    }),
    people: t.field({
      type: SpreadType,
      description: 'How long scap waited for answers.',
      resolve: ({ people }) => people,
    }),
  }),
});

const QuestionType = builder.objectRef<QuestionFigures>('QuestionStatistics').implement({
  authScopes: { read: true },
  description: 'How long questions of one kind waited for their answers.',
  fields: (t) => ({
    key: t.exposeString('key', {
      nullable: true,
      description: 'The stable name of the question, see `Interaction.key`; null for all others.',
    }),
    waited: t.field({ type: SpreadType, description: 'How long.', resolve: ({ waited }) => waited }),
  }),
});

const FailureType = builder.objectRef<FailureFigures>('FailureStatistics').implement({
  authScopes: { read: true },
  description:
    'Jobs that failed with the same error, apart from its numbers, or without an error line in the same stage.',
  fields: (t) => ({
    stage: t.field({
      type: StageNameType,
      nullable: true,
      description: 'The last stage of the newest of these jobs; null if none was recorded.',
      resolve: ({ stage }) => stage,
    }),
    error: t.exposeString('error', {
      nullable: true,
      description: 'The error line of the newest of them, see `Job.lastError`; null if none exists.',
    }),
    count: t.exposeInt('count', { description: 'How many jobs.' }),
    jobs: t.idList({
      description: 'The numbers of the newest of them, at most 5.',
      resolve: ({ jobs }) => jobs.map(String),
    }),
  }),
});

const EndedJobType = builder.objectRef<EndedJob>('EndedJob').implement({
  authScopes: { read: true },
  description: 'What statistics say about one job.',
  fields: (t) => ({
    id: t.id({ description: 'The job number.', resolve: ({ id }) => String(id) }),
    outcome: t.field({
      type: JobOutcomeType,
      description: 'Its outcome.',
      resolve: ({ outcome }) => outcome,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      description: 'When it ended.',
      resolve: ({ finishedAt }) => finishedAt,
    }),
    duration: t.float({
      nullable: true,
      description: 'From the start of scap to the end, in seconds; null if scap was not started.',
      resolve: ({ startedAt, finishedAt }) => (startedAt === null ? null : (finishedAt - startedAt) / second),
    }),
    reason: t.exposeString('reason', { description: 'Why it ended so, see `Job.reason`.' }),
  }),
});

const DeliveryType = builder.objectRef<DeliveryFigures>('DeliveryStatistics').implement({
  authScopes: { read: true },
  description: 'The four measures of DORA, as far as SpiderPig knows them.',
  fields: (t) => ({
    deploymentsPerDay: t.exposeFloat('deploymentsPerDay', {
      description:
        'Deployment frequency: jobs that were deployed, also with errors, for each day of the period.',
    }),
    leadTime: t.field({
      type: SpreadType,
      nullable: true,
      description:
        'Lead time, from the request of a job to its end, for deployed jobs; null if there were none.',
      resolve: ({ leadTime }) => leadTime,
    }),
    changeFailureRate: t.exposeFloat('changeFailureRate', {
      nullable: true,
      description:
        'Change failure rate, 0 to 1: jobs that failed, were rolled back or lost, of these and the deployed ones; null with fewer than ten.',
    }),
    timeToRestore: t.field({
      type: SpreadType,
      nullable: true,
      description:
        'Time to restore: from the end of such a job to the end of the next deployed one in its lane; null if there was none.',
      resolve: ({ timeToRestore }) => timeToRestore,
    }),
  }),
});

const StatisticsType = builder.objectRef<Statistics>('Statistics').implement({
  authScopes: { read: true },
  description:
    'Figures of the jobs that ended in a period, from their rows and never from logs. Jobs that the clean-up has removed are missing.',
  fields: (t) => ({
    complete: t.exposeBoolean('isComplete', {
      description: `Whether these are all jobs of the period; otherwise they are its newest ${maxStatisticsJobs}.`,
    }),
    from: t.field({
      type: 'DateTime',
      description: 'From when on all jobs are counted: the beginning of the period if `complete`.',
      resolve: ({ period }) => period.from,
    }),
    to: t.field({
      type: 'DateTime',
      description: 'The end of the period.',
      resolve: ({ period }) => period.to,
    }),
    timeZone: t.exposeString('zone', { description: 'The time zone of days and hours.' }),
    days: t.field({
      type: [DayType],
      description: `The days on which jobs ended, in order: at most ${maxDays}.`,
      extensions: { maximum: maxDays },
      resolve: ({ days }) => days,
    }),
    hours: t.field({
      type: [HourType],
      description: 'The hours of the week in which jobs started, from Monday: at most 168.',
      extensions: { maximum: 168 },
      resolve: ({ hours }) => hours,
    }),
    stages: t.field({
      type: [StageType],
      description: 'The stages, in order: at most 20.',
      resolve: ({ stages }) => stages,
    }),
    questions: t.field({
      type: [QuestionType],
      description: 'The kinds of questions, the most frequent first, at most 50.',
      extensions: { maximum: listLimit },
      resolve: ({ questions }) => questions,
    }),
    failures: t.field({
      type: [FailureType],
      description: 'The failures, the most frequent first, at most 50.',
      extensions: { maximum: listLimit },
      resolve: ({ failures }) => failures,
    }),
    stopped: t.field({
      type: [EndedJobType],
      description: 'The jobs that were stopped or rolled back, newest first, at most 50.',
      extensions: { maximum: listLimit },
      resolve: ({ stopped }) => stopped,
    }),
    durations: t.field({
      type: [EndedJobType],
      description: 'The newest jobs in which scap was started, oldest first, at most 500.',
      extensions: { maximum: durationLimit },
      resolve: ({ durations }) => durations,
    }),
    delivery: t.field({
      type: DeliveryType,
      description: 'The four measures of DORA.',
      resolve: ({ delivery }) => delivery,
    }),
  }),
});

/** Throws BAD_USER_INPUT if the runtime does not know the time zone. */
function checkedZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: checkedText('timeZone', zone, 60) }).resolvedOptions()
      .timeZone;
  } catch {
    throw badInput('“timeZone” must be the name of an IANA time zone, such as Europe/Berlin.');
  }
}

builder.queryField('statistics', (t) =>
  t.field({
    type: StatisticsType,
    authScopes: { read: true },
    description: 'Figures of the jobs that ended in a period of at most 100 days. They may be a minute old.',
    args: {
      from: t.arg({ type: 'DateTime', required: true, description: 'The beginning of the period.' }),
      to: t.arg({ type: 'DateTime', required: true, description: 'Its end, which is no longer part of it.' }),
      timeZone: t.arg.string({
        defaultValue: 'UTC',
        description: 'The IANA time zone of days and hours.',
      }),
    },
    extensions: { heavy: true },
    resolve: (_root, { from, to, timeZone }, { statistics, viewer }) => {
      if (!(from < to) || to - from > longestPeriod * day)
        throw badInput(`“to” must be after “from”, by at most ${longestPeriod} days.`);
      return statistics.of({ from, to }, checkedZone(timeZone ?? 'UTC'), viewer.user.id);
    },
  }),
);
