// Owns how jobrunners are shown. Not their heartbeat (schema/model/runner.ts).
import { isOnline, Runner } from '../model/runner.ts';
import { builder } from './builder.ts';

builder.objectType(Runner, {
  name: 'Runner',
  description: 'A jobrunner: the process on a deployment host that starts jobs.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its host and lanes: a restarted jobrunner keeps it.' }),
    host: t.exposeString('host', { description: 'The name of the machine.' }),
    lanes: t.exposeStringList('lanes', {
      description: 'The lanes it serves. In a lane one job runs at a time.',
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it was started.',
      resolve: (r) => r.startedAt,
    }),
    seenAt: t.field({
      type: 'DateTime',
      description: 'Its last heartbeat, five seconds old at most while all is well.',
      resolve: (r) => r.seenAt,
    }),
    online: t.boolean({
      description:
        'Whether it is there: it has not left, and its last heartbeat is less than 16 seconds old.',
      resolve: (runner, _args, { now }) => isOnline(runner, now()),
    }),
    scap: t.exposeString('scap', { description: 'The command that deploys, as it is run.' }),
    simulated: t.exposeBoolean('simulated', {
      description: 'Whether that is the bundled stand-in for scap.',
    }),
  }),
});
