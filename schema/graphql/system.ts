// Owns how the whole is shown: version, runners, what runs and what waits. Not how it is found out (server/system.ts).
import { Hold } from '../model/job/hold.ts';
import { Job } from '../model/job/job.ts';
import { lanesOf } from '../model/job/presence.ts';
import { builder } from './builder.ts';
import { ChangeType } from './change.ts';
import { RetentionType } from './clean-up.ts';
import type { SystemNow } from './context.ts';
import { DatabaseHealthType } from './health.ts';
import { RunnerType } from './runner.ts';

const SystemType = builder.objectRef<SystemNow>('System').implement({
  authScopes: { read: true },
  description: 'SpiderPig as a whole.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Of SpiderPig, as in `0.1.0`.' }),
    simulated: t.exposeBoolean('simulated', {
      description: 'scap and Gerrit are the bundled stand-ins: nothing is really deployed.',
    }),
    runners: t.field({
      type: [RunnerType],
      description: 'The jobrunners, those that went less than a day ago among them; by name.',
      resolve: ({ runners }) => runners,
    }),
    lanes: t.stringList({
      description: 'The lanes that these jobrunners serve, by name: where a job can be started.',
      resolve: ({ runners }) => lanesOf(runners),
    }),
    activeJobs: t.field({
      type: [Job],
      description: 'Started and not ended, oldest first.',
      resolve: ({ activeJobs }) => activeJobs,
    }),
    queuedJobs: t.field({
      type: [Job],
      description: 'Not started yet, the next one first. At most 500.',
      resolve: ({ queuedJobs }) => queuedJobs,
    }),
    hold: t.field({
      type: Hold,
      nullable: true,
      description: 'The hold that keeps deployments from starting; null: none does.',
      resolve: ({ hold }) => hold,
    }),
    database: t.field({
      type: DatabaseHealthType,
      description:
        'How the database is. `systemUpdates` tells it also while the database cannot be read: then ask for it in a subscription of its own, since jobs cannot be loaded.',
      resolve: ({ database }) => database,
    }),
    gerritUrl: t.exposeString('gerritUrl', {
      description: 'Gerrit’s base URL with a slash at its end; empty when there is none.',
    }),
    retention: t.field({
      type: RetentionType,
      description: 'How long jobs are kept.',
      resolve: (now) => now,
    }),
    sampleChanges: t.field({
      type: [ChangeType],
      description: 'In simulated mode a few changes worth trying; else empty.',
      resolve: ({ simulated }, _args, { changes }) => (simulated ? changes.samples() : []),
    }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    type: SystemType,
    authScopes: { read: true },
    description: 'The whole as it is now.',
    resolve: (_root, _args, { system }) => system.now(),
  }),
);

builder.subscriptionField('systemUpdates', (t) =>
  t.field({
    type: SystemType,
    authScopes: { read: true },
    description: 'The whole as it is now, then again after each change. Whoever is slow gets the latest.',
    subscribe: (_root, _args, { system }) => system.follow(),
    resolve: (now) => now,
  }),
);
