// Owns the GraphQL type of jobrunners. Not how their presence is detected (schema/model/runner/presence.ts).
import type { RunnerStatus } from '../../model/runner/presence.ts';
import { builder } from '../builder.ts';

export const RunnerType = builder.objectRef<RunnerStatus>('Runner').implement({
  authScopes: { read: true },
  description: 'A jobrunner: the process on a deployment host that starts jobs.',
  fields: (t) => ({
    id: t.id({
      description: 'Identifies the process: host, lanes and process id.',
      resolve: ({ runner }) => runner.id,
    }),
    host: t.string({ description: 'The host name.', resolve: ({ runner }) => runner.host }),
    lanes: t.stringList({
      description: 'The lanes it serves, at most 200. Each lane runs one job at a time.',
      resolve: ({ runner }) => runner.lanes.slice(0, 200),
    }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'When it started.',
      resolve: ({ runner }) => runner.startedAt,
    }),
    seenAt: t.field({
      type: 'DateTime',
      description:
        'The current time while it is online; otherwise when it exited or was first found missing.',
      resolve: ({ runner, online }, _args, { now }) => (online ? now() : (runner.leftAt ?? runner.seenAt)),
    }),
    online: t.exposeBoolean('online', {
      description: 'Whether its process is running. If its host disappears, this changes within 16 seconds.',
    }),
    notRespondingSince: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Since when it has not looked for jobs although jobs are queued for it, for example because it is paused: it is not online then. Null while it does.',
      resolve: ({ runner }) => runner.notRespondingSince,
    }),
    laneProblem: t.string({
      nullable: true,
      description:
        'Why its host may not deploy now, as the command of `--lane-check` says: queued jobs wait. Null if it may.',
      resolve: ({ runner }) => runner.laneProblem ?? null,
    }),
    cleanUpProblem: t.string({
      nullable: true,
      description:
        'Why it removes no jobs because of their age: its clock is implausible. Null if it removes them, if `--keep-days` is set.',
      resolve: ({ runner }) => runner.cleanUpProblem ?? null,
    }),
    scap: t.string({
      description: 'The scap command that it runs.',
      resolve: ({ runner }) => runner.scap,
    }),
    simulated: t.boolean({
      description: 'Whether it runs the bundled simulator instead of scap.',
      resolve: ({ runner }) => runner.simulated,
    }),
  }),
});
