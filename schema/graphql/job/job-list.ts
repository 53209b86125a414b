// Owns the queries and the subscription that read jobs: one job, the list with its filter, updates. Not the type of a job (job.ts).
import { Job } from '../../model/job/job.ts';
import type { JobFilter } from '../../model/job/job-filter.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';
import { connectionType, pageAfter, pageArgs } from '../pagination.ts';
import { badInput, checkedText, inRange, notFound } from '../refusal.ts';
import { JobType } from './job.ts';
import { cursorOfJob, JobOrderType, positionOfCursor } from './job-order.ts';
import { JobKindType, JobOutcomeType, JobStateType } from './job-state.ts';
import { StageNameType } from './job-time.ts';

const JobFilterInput = builder.inputType('JobFilter', {
  description: 'Selects jobs that meet all given conditions.',
  fields: (t) => ({
    states: t.field({
      type: [JobStateType],
      description: 'The state is one of these. An empty list matches all states.',
    }),
    outcomes: t.field({
      type: [JobOutcomeType],
      description: 'The outcome is one of these. An empty list matches all jobs.',
    }),
    owner: t.string({ description: 'The exact name of the owner.' }),
    text: t.string({
      description:
        'A part of the title, a whole change number, or the whole name of the owner. Ignores the case of titles, and of the first letter of a name. At most 200 characters.',
    }),
    kinds: t.field({
      type: [JobKindType],
      description: 'The kind is one of these. An empty list matches all jobs.',
    }),
    lane: t.string({ description: 'The exact name of the lane. At most 200 characters.' }),
    project: t.string({
      description: 'The exact name of the Gerrit project of one of its changes. At most 200 characters.',
    }),
    change: t.string({ description: 'The number of one of its changes: 1 to 10 digits.' }),
    since: t.field({ type: 'DateTime', description: 'Queued at or after this time.' }),
    until: t.field({ type: 'DateTime', description: 'Queued before this time.' }),
    endedSince: t.field({ type: 'DateTime', description: 'Ended at or after this time.' }),
    endedUntil: t.field({ type: 'DateTime', description: 'Ended before this time.' }),
    stage: t.field({ type: StageNameType, description: 'It went through this stage.' }),
    question: t.string({
      description:
        'The stable name of a question that was answered in it, see `Interaction.key`; empty: a question without one. At most 200 characters.',
    }),
    startHour: t.int({
      description: 'The hour of the week in which scap was started: 0 (Monday, 00:00 UTC) to 167.',
    }),
    endedLike: t.id({
      description:
        'The number of a job: it ended with the same error line as that job, apart from its numbers, or both without one and after the same stage.',
    }),
  }),
});

/** Throws BAD_USER_INPUT for a text that is too long, or a change that is not a number. */
function filterOf(input: typeof JobFilterInput.$inferInput): JobFilter {
  if (input.change != null && !/^[0-9]{1,10}$/.test(input.change))
    throw badInput('“change” is not the number of a change.');
  const text = (name: 'owner' | 'text' | 'lane' | 'project') =>
    input[name] ? { [name]: checkedText(name, input[name]) } : {};
  return {
    ...(input.states?.length ? { states: input.states } : {}),
    ...(input.outcomes?.length ? { outcomes: input.outcomes } : {}),
    ...(input.kinds?.length ? { kinds: input.kinds } : {}),
    ...(input.change == null ? {} : { change: input.change }),
    ...timesOf(input),
    ...(input.endedLike == null ? {} : { endedLike: rowNumber(input.endedLike) ?? 0 }),
    ...(input.stage == null ? {} : { stage: input.stage }),
    ...(input.question == null ? {} : { question: checkedText('question', input.question) }),
    ...(input.startHour == null ? {} : { startHour: inRange('startHour', input.startHour, 0, 167) }),
    ...text('owner'),
    ...text('text'),
    ...text('lane'),
    ...text('project'),
  };
}

const timesOf = ({ since, until, endedSince, endedUntil }: typeof JobFilterInput.$inferInput) => ({
  ...(since == null ? {} : { since }),
  ...(until == null ? {} : { until }),
  ...(endedSince == null ? {} : { endedSince }),
  ...(endedUntil == null ? {} : { endedUntil }),
});

const JobConnectionType = connectionType('Job', JobType, {
  scope: 'read',
  description: 'A page of jobs in the order that was asked for.',
  one: 'job',
  many: 'jobs',
  rowOf: ({ id }) => id,
});

builder.queryFields((t) => ({
  job: t.field({
    type: Job,
    nullable: true,
    authScopes: { read: true },
    description: 'The job with this number; null if it does not exist.',
    args: { id: t.arg.id({ required: true, description: 'The job number.' }) },
    resolve: (_root, args, { jobs }) => {
      const id = rowNumber(args.id);
      return id === null ? null : jobs.load(id);
    },
  }),
  jobs: t.field({
    type: JobConnectionType,
    authScopes: { read: true },
    description: 'Jobs, newest first.',
    args: {
      ...pageArgs(t.arg, { size: 20, max: 100 }),
      filter: t.arg({ type: JobFilterInput, description: 'Returns only matching jobs.' }),
      order: t.arg({
        type: JobOrderType,
        defaultValue: 'queued',
        description: 'The order. A cursor is valid in the order in which it was returned.',
      }),
    },
    resolve: async (_root, args, { jobs, viewer }) => {
      const first = inRange('first', args.first ?? 20, 1, 100);
      const order = args.order ?? 'queued';
      const after = positionOfCursor(order, args.after);
      const filter = filterOf(args.filter ?? {});
      const page = await jobs.list({ first, after, order, filter, userId: viewer.user.id });
      return { ...pageAfter(page, args.after), cursorOf: (job) => cursorOfJob(order, job) };
    },
  }),
}));

builder.subscriptionField('jobUpdates', (t) =>
  t.field({
    type: Job,
    authScopes: { read: true },
    description:
      'The job, now and after each change, until it has ended. Without `id`: the active jobs and the next 20 of the queue, then each job that changes; this does not end. A slow client gets only the latest state of each job.',
    args: { id: t.arg.id({ description: 'The job number. Without it all jobs are sent.' }) },
    subscribe: async (_root, args, { jobs }) => {
      if (args.id == null) return jobs.followAll();
      const id = rowNumber(args.id);
      const updates = id === null ? null : await jobs.follow(id);
      if (!updates) throw notFound(`There is no job ${shownId(args.id)}.`);
      return updates;
    },
    resolve: (job) => job,
  }),
);
