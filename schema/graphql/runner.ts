// Owns how jobrunners are shown. Not how it is known whether they are there (schema/model/job/presence.ts).
import type { RunnerStatus } from '../model/job/presence.ts';
import { builder } from './builder.ts';

export const RunnerType = builder.objectRef<RunnerStatus>('Runner').implement({
  authScopes: { read: true },
  description: 'A jobrunner: the process on a deployment host that starts jobs.',
  fields: (t) => ({
    id: t.id({
      description: 'Its host, lanes and process number: another process is another runner.',
      resolve: ({ runner }) => runner.id,
    }),
    host: t.string({ description: 'The name of the machine.', resolve: ({ runner }) => runner.host }),
    lanes: t.stringList({
      description: 'The lanes it serves. In a lane one job runs at a time.',
      resolve: ({ runner }) => runner.lanes,
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it was started.',
      resolve: ({ runner }) => runner.startedAt,
    }),
    seenAt: t.field({
      type: 'DateTime',
      description:
        'Now, while it is there; else when it left or was first missed. Until somebody has missed it, when it last registered.',
      resolve: ({ runner, online }, _args, { now }) => (online ? now() : (runner.leftAt ?? runner.seenAt)),
    }),
    online: t.exposeBoolean('online', {
      description:
        'Whether it is there, as its process or its connection to the database tells: at most 16 seconds late when its host vanishes.',
    }),
    scap: t.string({
      description: 'The command that deploys, as it is run.',
      resolve: ({ runner }) => runner.scap,
    }),
    simulated: t.boolean({
      description: 'Whether that is the bundled stand-in for scap.',
      resolve: ({ runner }) => runner.simulated,
    }),
  }),
});
