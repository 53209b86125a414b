// Owns how the database's health is shown. Not how it is found out (schema/model/store/health.ts).
import type { DatabaseHealth, DatabaseState } from '../model/store/health.ts';
import { builder } from './builder.ts';

/** The name of a state in the API: upper case, with underscores. */
type EnumName<State extends string> = State extends `${infer First}-${infer Rest}`
  ? `${Uppercase<First>}_${Uppercase<Rest>}`
  : Uppercase<State>;

const DatabaseStateType = builder.enumType('DatabaseState', {
  description: 'The state of the database. Further values may be added.',
  values: {
    OK: { value: 'ok', description: 'The database works normally.' },
    LOW: { value: 'low', description: 'Disk space is low. Nothing is delayed yet.' },
    BUSY: { value: 'busy', description: 'Another process has locked the database: writes are delayed.' },
    FULL: {
      value: 'full',
      description:
        'The disk is full: log lines are delayed; answers, stops and the ends of jobs are still stored.',
    },
    READ_ONLY: {
      value: 'read-only',
      description: 'The database can be read but not written: nothing can be recorded.',
    },
    UNAVAILABLE: {
      value: 'unavailable',
      description: 'The database does not respond: everything is delayed.',
    },
    REPLACED: {
      value: 'replaced',
      description: 'The file of the database was replaced: nothing is accepted until a restart.',
    },
  } satisfies Record<EnumName<DatabaseState>, { value: DatabaseState; description: string }>,
});

export const DatabaseHealthType = builder.objectRef<DatabaseHealth>('DatabaseHealth').implement({
  authScopes: { read: true },
  description:
    'The health of the database. Running deployments continue in every state, without loss of data.',
  fields: (t) => ({
    state: t.field({
      type: DatabaseStateType,
      description: 'The current state.',
      resolve: ({ state }) => state,
    }),
    since: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the state began, as this server saw it; null when it is OK.',
      resolve: ({ since }) => since,
    }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What the state means and what to do, for the user; null when it is OK.',
    }),
  }),
});
