// Owns how it is shown how long jobs are kept, and what was removed. Not the removing (schema/model/job/removal.ts).
import { CleanUp } from '../model/job/clean-up.ts';
import { builder } from './builder.ts';
import type { SystemNow } from './context.ts';

builder.objectType(CleanUp, {
  name: 'CleanUp',
  authScopes: { read: true },
  description: 'What was removed at one time, because it was old.',
  fields: (t) => ({
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it began.',
      resolve: ({ startedAt }) => startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When it was done; null while it goes on, or until one that was broken off is gone on with.',
      resolve: ({ finishedAt }) => finishedAt,
    }),
    jobs: t.exposeInt('jobs', { description: 'How many jobs were removed.' }),
    lines: t.exposeFloat('lines', {
      description: 'How many log lines: a whole number, which can be more than an `Int` holds.',
    }),
    bytes: t.exposeFloat('bytes', { description: 'How many bytes they took: a whole number, likewise.' }),
  }),
});

/** What is known of it is part of the whole. */
export const RetentionType = builder
  .objectRef<Pick<SystemNow, 'retention' | 'lastCleanUp'>>('Retention')
  .implement({
    authScopes: { read: true },
    description:
      'How long ended jobs are kept, as this server was told; then they are removed with all that belongs to them. Those that have not ended are always kept.',
    fields: (t) => ({
      days: t.int({
        nullable: true,
        description: 'For how many days after they ended; null: for ever.',
        resolve: ({ retention }) => retention.days || null,
      }),
      jobs: t.int({
        nullable: true,
        description: 'How many of them, those with the highest numbers; null: any number.',
        resolve: ({ retention }) => retention.jobs || null,
      }),
      lastCleanUp: t.field({
        type: CleanUp,
        nullable: true,
        description: 'The last time that something was removed; null before the first.',
        resolve: ({ lastCleanUp }) => lastCleanUp,
      }),
    }),
  });
