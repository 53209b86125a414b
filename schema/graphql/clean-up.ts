// Owns the GraphQL types of retention and clean-ups. Not the removal (schema/model/job/removal.ts).
import { CleanUp } from '../model/job/clean-up.ts';
import { builder } from './builder.ts';
import type { SystemNow } from './context.ts';

builder.objectType(CleanUp, {
  name: 'CleanUp',
  authScopes: { read: true },
  description: 'One clean-up: the removal of jobs that exceeded the retention.',
  fields: (t) => ({
    startedAt: t.field({
      type: 'DateTime',
      description: 'When the clean-up began.',
      resolve: ({ startedAt }) => startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the clean-up finished; null while it is running or interrupted.',
      resolve: ({ finishedAt }) => finishedAt,
    }),
    jobs: t.exposeInt('jobs', { description: 'The number of removed jobs.' }),
    lines: t.exposeFloat('lines', {
      description: 'The number of removed log lines: a whole number that may exceed the range of `Int`.',
    }),
    bytes: t.exposeFloat('bytes', {
      description:
        'The size of the removed log lines in bytes: a whole number that may exceed the range of `Int`.',
    }),
  }),
});

export const RetentionType = builder
  .objectRef<Pick<SystemNow, 'retention' | 'lastCleanUp'>>('Retention')
  .implement({
    authScopes: { read: true },
    description:
      'How long ended jobs are kept, as configured on this server. After that they are removed with all their data. Jobs that have not ended are always kept.',
    fields: (t) => ({
      days: t.int({
        nullable: true,
        description: 'The number of days after the end; null for no limit.',
        resolve: ({ retention }) => retention.days || null,
      }),
      jobs: t.int({
        nullable: true,
        description: 'The number of ended jobs that are kept, the newest ones; null for no limit.',
        resolve: ({ retention }) => retention.jobs || null,
      }),
      lastCleanUp: t.field({
        type: CleanUp,
        nullable: true,
        description: 'The last clean-up that removed anything; null if there was none.',
        resolve: ({ lastCleanUp }) => lastCleanUp,
      }),
    }),
  });
