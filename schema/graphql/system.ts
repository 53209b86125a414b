// Owns the GraphQL type of the system: version, jobrunners, active and queued jobs. Not where the data comes from (server/system.ts).
import { Hold } from '../model/job/hold.ts';
import { Job } from '../model/job/job.ts';
import { lanesOf } from '../model/runner/presence.ts';
import { builder } from './builder.ts';
import { RetentionType } from './clean-up.ts';
import type { SystemNow } from './context.ts';
import { DatabaseHealthType } from './health.ts';
import { ChangeType } from './job/change.ts';
import { RunnerType } from './job/runner.ts';

/** How many jobrunners, lanes and active jobs are shown; usually there are a few. */
const maxShown = 200;

const SystemType = builder.objectRef<SystemNow>('System').implement({
  authScopes: { read: true },
  description: 'The state of SpiderPig.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'The version of SpiderPig, for example `0.1.0`.' }),
    simulated: t.exposeBoolean('simulated', {
      description: 'Whether scap and Gerrit are simulated: nothing is deployed.',
    }),
    runners: t.field({
      type: [RunnerType],
      description: 'The jobrunners that are online or were within the last day, by name, at most 200.',
      resolve: ({ runners }) => runners.slice(0, maxShown),
    }),
    lanes: t.stringList({
      description: 'The lanes that the `runners` serve, by name, at most 200. Jobs can be started in them.',
      resolve: ({ runners }) => lanesOf(runners).slice(0, maxShown),
    }),
    activeJobs: t.field({
      type: [Job],
      description: 'Jobs that were started and have not ended, oldest first, at most 200.',
      resolve: ({ activeJobs }) => activeJobs.slice(0, maxShown),
    }),
    queuedJobs: t.field({
      type: [Job],
      description:
        'The next jobs of the queue, the first one first, at most 20; `queuedCount` is the number of all. `jobs(filter: { states: [QUEUED] })` lists all.',
      resolve: ({ queuedJobs }) => queuedJobs,
    }),
    queuedCount: t.exposeInt('queuedCount', { description: 'How many jobs are queued.' }),
    hold: t.field({
      type: Hold,
      nullable: true,
      description: 'The active hold, which prevents deployments from starting; null if none.',
      resolve: ({ hold }) => hold,
    }),
    database: t.field({
      type: DatabaseHealthType,
      description:
        'The health of the database. `systemUpdates` sends it even while the database is unavailable; request it in a separate subscription, because jobs cannot be loaded then.',
      resolve: ({ database }) => database,
    }),
    hasTrain: t.boolean({
      description: 'Whether the server knows the MediaWiki train: see `Query.train`.',
      resolve: (_now, _args, { train }) => train.isConfigured,
    }),
    gerritUrl: t.exposeString('gerritUrl', {
      description: 'The base URL of Gerrit with a trailing slash; empty if none is configured.',
    }),
    retention: t.field({
      type: RetentionType,
      description: 'How long jobs are kept.',
      resolve: (now) => now,
    }),
    sampleChanges: t.field({
      type: [ChangeType],
      description: 'In simulated mode, some changes to try, at most 20; otherwise empty.',
      resolve: ({ simulated }, _args, { changes }) => (simulated ? changes.samples() : []),
    }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    type: SystemType,
    authScopes: { read: true },
    description: 'The current state of SpiderPig.',
    resolve: (_root, _args, { system }) => system.now(),
  }),
);

builder.subscriptionField('systemUpdates', (t) =>
  t.field({
    type: SystemType,
    authScopes: { read: true },
    description:
      'The state of SpiderPig, now and after each change. A slow client gets only the latest state.',
    subscribe: (_root, _args, { system }) => system.follow(),
    resolve: (now) => now,
  }),
);
