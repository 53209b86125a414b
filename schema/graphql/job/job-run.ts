// Owns the fields of a job about its process: command, status, progress, exit. Not its state (job.ts).
import { type ErrorLine, Job, type LeftoverProcess, type Progress } from '../../model/job/job.ts';
import { builder } from '../builder.ts';

const ErrorLineType = builder.objectRef<ErrorLine>('ErrorLine').implement({
  authScopes: { read: true },
  description: 'A line of a log that looks like an error.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'The number of the line.' }),
    text: t.exposeString('text', { description: 'Its visible text, at most 201 characters.' }),
  }),
});

const ProgressType = builder.objectRef<Progress>('Progress').implement({
  authScopes: { read: true },
  description: 'The progress of a step, as scap reports it. The counts are numbers of targets.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of the step, for example `sync-apaches`.' }),
    total: t.exposeInt('total', { description: 'The number of targets.' }),
    inFlight: t.exposeInt('inFlight', {
      nullable: true,
      description: 'The number of targets in progress; null if scap does not report it.',
    }),
    ok: t.exposeInt('ok', { description: 'The number of targets that succeeded.' }),
    failed: t.exposeInt('failed', { description: 'The number of targets that failed.' }),
    finished: t.exposeInt('finished', { description: 'The sum of `ok` and `failed`.' }),
    remaining: t.exposeInt('remaining', { description: 'The number of targets that are not finished.' }),
    percent: t.exposeFloat('percent', { description: 'The finished share of the targets: 0 to 100.' }),
    done: t.exposeBoolean('done', { description: 'Whether the step is finished.' }),
  }),
});

const LeftoverProcessType = builder.objectRef<LeftoverProcess>('LeftoverProcess').implement({
  authScopes: { read: true },
  description: 'A process of a stopped job that still runs after scap has exited.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name of its program, at most 15 characters: `helm`.' }),
    pid: t.exposeInt('pid', { description: 'Its process ID on the deployment host.' }),
    since: t.field({
      type: 'DateTime',
      description: 'When it was started.',
      resolve: ({ since }) => since,
    }),
  }),
});

/** How many arguments of a command are shown. */
const maxArguments = 1_000;

builder.objectFields(Job, (t) => ({
  command: t.stringList({
    nullable: true,
    description:
      'The program and the arguments with which scap was started, without a shell; null before that, and if it was started by an earlier version. At most 1,000 arguments; known secrets are masked.',
    resolve: ({ command }) => command?.slice(0, maxArguments),
  }),
  status: t.exposeString('status', {
    nullable: true,
    description: 'What scap is doing, in its own words; null if unknown, and after the end.',
  }),
  lastStatus: t.exposeString('lastStatus', {
    nullable: true,
    description:
      'The last status that scap reported, also after it was cleared and after the end; null if there was none.',
  }),
  progress: t.field({
    type: ProgressType,
    nullable: true,
    description: 'The progress that scap reported last; null before that.',
    resolve: ({ progress }) => progress,
  }),
  remaining: t.field({
    type: [LeftoverProcessType],
    description:
      'The processes of a stopped job that still run after scap has exited, at most 100. The job stays `STOPPING` until they have ended.',
    resolve: ({ remaining }) => remaining ?? [],
  }),
  exitStatus: t.exposeInt('exitStatus', {
    nullable: true,
    description: 'The exit status of scap, 0 to 255; null before the end, or if a signal ended it.',
  }),
  exitSignal: t.exposeString('exitSignal', {
    nullable: true,
    description: 'The signal that ended scap, for example `SIGKILL`; null if none did.',
  }),
  lastError: t.field({
    type: ErrorLineType,
    nullable: true,
    description:
      'The last of the last 200 lines of the log that looks like an error; null before the end, if none exists, and if the job did what it was asked for.',
    resolve: ({ lastError }) => lastError,
  }),
  behindSince: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'Since when the database stores the output of scap with delay (back-pressure: scap waits, and nothing is lost); null while there is no delay, and after the end.',
    resolve: (job) => job.behindSince,
  }),
  notRespondingSince: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'Since when its supervisor has not handled answers and stops, for example because it is paused or its host is not reachable; noticed after 15 to 20 seconds. Null while it does, and after the end.',
    resolve: (job) => job.notRespondingSince,
  }),
}));
