// Owns how the database's health is shown. Not how it is found out (schema/model/store/health.ts).
import type { DatabaseHealth, DatabaseState } from '../model/store/health.ts';
import { builder } from './builder.ts';

const DatabaseStateType = builder.enumType('DatabaseState', {
  description: 'How the database is. More may come.',
  values: {
    OK: { value: 'ok', description: 'All is well.' },
    LOW: { value: 'low', description: 'Its disk has little room left. Nothing waits yet.' },
    BUSY: { value: 'busy', description: 'Another program holds it: what is to be written waits.' },
    FULL: {
      value: 'full',
      description: 'Its disk is full: log lines wait; answers, stops and ends are written all the same.',
    },
    UNAVAILABLE: { value: 'unavailable', description: 'It does not answer: everything waits.' },
  } satisfies Record<Uppercase<DatabaseState>, { value: DatabaseState; description: string }>,
});

export const DatabaseHealthType = builder.objectRef<DatabaseHealth>('DatabaseHealth').implement({
  authScopes: { read: true },
  description: 'How the database is. Running deployments go on in any state, and nothing of them is lost.',
  fields: (t) => ({
    state: t.field({ type: DatabaseStateType, description: 'How it is.', resolve: ({ state }) => state }),
    since: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when, as this server saw it; null when all is well.',
      resolve: ({ since }) => since,
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What that means and what to do, fit to be shown; null when all is well.',
    }),
  }),
});
