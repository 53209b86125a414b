// Owns the GraphQL type of a user who looks at a job, and how clients say and see that. Not the rows (schema/model/job/job-watcher.ts).
import { User } from '../../model/account/user.ts';
import { Job } from '../../model/job/job.ts';
import { JobWatcher } from '../../model/job/job-watcher.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';
import { notFound } from '../refusal.ts';

/** How many watchers of a job are returned. */
const maxWatchers = 100;

builder.objectType(JobWatcher, {
  name: 'JobWatcher',
  authScopes: { read: true },
  description: 'A user who looks at a job.',
  fields: (t) => ({
    user: t.field({
      type: User,
      description: 'The user.',
      resolve: (watcher, _args, { users }) => users.load(watcher.user),
    }),
    since: t.field({
      type: 'DateTime',
      description: 'Since when, without interruption.',
      resolve: ({ since }) => since,
    }),
  }),
});

builder.objectField(Job, 'watchers', (t) =>
  t.field({
    type: [JobWatcher],
    description:
      'The users who look at the job now, each once, at most 100: clients that subscribe to `jobWatchers`. A user whose connection is lost is shown for up to a minute.',
    extensions: { maximum: maxWatchers },
    resolve: async (job, _args, { watchers }) => (await watchers.of(job.id)).slice(0, maxWatchers),
  }),
);

builder.subscriptionField('jobWatchers', (t) =>
  t.field({
    type: [JobWatcher],
    authScopes: { read: true },
    description:
      'The users who look at the job, now and after each change, at most 100. A client that subscribes says that its user looks at the job, so subscribe only while they do. Never ends.',
    extensions: { maximum: maxWatchers },
    args: { jobId: t.arg.id({ required: true, description: 'The job number.' }) },
    subscribe: async (_root, args, { jobs, watchers, viewer }) => {
      const id = rowNumber(args.jobId);
      if (id === null || !(await jobs.load(id))) throw notFound(`There is no job ${shownId(args.jobId)}.`);
      return watchers.follow(id, viewer.user);
    },
    resolve: (watching) => watching.slice(0, maxWatchers),
  }),
);
