// Owns how jobs are shown, listed, started and retried. Not what a job is (schema/model/job/job.ts).

import { User } from '../model/account/user.ts';
import {
  type Change,
  type ChangeProblem,
  deploymentProblem,
  GerritUnavailable,
  InvalidChanges,
  parseChanges,
  printableInput,
  unverifiedChange,
} from '../model/job/change.ts';
import { DeploymentsHeld } from '../model/job/hold.ts';
import { Interaction } from '../model/job/interaction.ts';
import { Job, JobAlreadyEnded, JobNotEnded, JobNotFound, type Progress } from '../model/job/job.ts';
import { laneFor, UnknownLane } from '../model/job/lane.ts';
import { hasEnded, type JobKind, type JobState } from '../model/job/state.ts';
import { Stop } from '../model/job/stop.ts';
import { builder } from './builder.ts';
import { ChangeType } from './change.ts';
import type { Changes, JobFilter, JobPage } from './context.ts';
import { rowNumber, shownId } from './id.ts';
import { checkedCursor, LogBatchType, mostLogLines } from './log.ts';
import { endCursor, PageInfoType } from './pagination.ts';
import { badInput, checkedText, inRange, notFound } from './refusal.ts';

const JobKindType = builder.enumType('JobKind', {
  description: 'What a job does with its changes.',
  values: {
    BACKPORT: { value: 'backport', description: 'Merges and deploys them: `scap backport`.' },
    REVERT: { value: 'revert', description: 'Reverts them and deploys that: `scap backport --revert`.' },
  } satisfies Record<Uppercase<JobKind>, { value: JobKind; description: string }>,
});

const JobStateType = builder.enumType('JobState', {
  description: 'Where a job is in its life. More may come: treat an unknown one as not ended.',
  values: {
    QUEUED: { value: 'queued', description: 'Waits for its turn: one job runs at a time.' },
    STARTING: { value: 'starting', description: 'A jobrunner has it; scap does not run yet.' },
    RUNNING: { value: 'running', description: 'scap runs.' },
    WAITING: { value: 'waiting', description: 'scap waits for an answer: see `pendingInteraction`.' },
    STOPPING: { value: 'stopping', description: 'Somebody asked for a stop; scap has not ended yet.' },
    SUCCEEDED: { value: 'succeeded', description: 'Ended: exit status 0.' },
    FAILED: { value: 'failed', description: 'Ended: another exit status, or it could not be started.' },
    STOPPED: { value: 'stopped', description: 'Ended because somebody stopped it.' },
    LOST: { value: 'lost', description: 'Ended: nobody can say how. `reason` says why.' },
    CANCELLED: { value: 'cancelled', description: 'Ended before it was started.' },
  } satisfies Record<Uppercase<JobState>, { value: JobState; description: string }>,
});

const ProgressType = builder.objectRef<Progress>('Progress').implement({
  authScopes: { read: true },
  description: 'A measured step, as scap reports it. The counts are of targets.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What is done, as in `sync-apaches`.' }),
    total: t.exposeInt('total', {}),
    inFlight: t.exposeInt('inFlight', {
      nullable: true,
      description: 'Begun and not finished, where scap says so.',
    }),
    ok: t.exposeInt('ok', {}),
    failed: t.exposeInt('failed', {}),
    finished: t.exposeInt('finished', { description: '`ok` and `failed` together.' }),
    remaining: t.exposeInt('remaining', {}),
    percent: t.exposeFloat('percent', { description: '0 to 100.' }),
    done: t.exposeBoolean('done', { description: 'Whether this step is over.' }),
  }),
});

builder.objectType(Job, {
  name: 'Job',
  authScopes: { read: true },
  description: 'A deployment: wished for, running or ended.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The job’s number, as people say it.' }),
    kind: t.field({ type: JobKindType, description: 'What it does.', resolve: ({ kind }) => kind }),
    state: t.field({
      type: JobStateType,
      description: 'Where it is in its life.',
      resolve: ({ state }) => state,
    }),
    lane: t.exposeString('lane', {
      description: 'The lane it runs in: a deployment host. In a lane one job runs at a time.',
    }),
    host: t.string({
      nullable: true,
      description: 'The name of the machine that it runs or ran on; null before it is started.',
      resolve: ({ supervisor }) => supervisor?.host,
    }),
    title: t.exposeString('title', {
      description:
        'The first change’s subject, or its number where Gerrit was not asked. At most 301 characters.',
    }),
    owner: t.field({
      type: User,
      description: 'Who started it. Anybody allowed may answer and stop it.',
      resolve: (job, _args, { users }) => users.load(job.owner),
    }),
    changes: t.field({
      type: [ChangeType],
      description: 'What is deployed, in the order scap gets them: 1 to 50.',
      resolve: ({ changes }) => changes,
    }),
    status: t.exposeString('status', {
      nullable: true,
      description: 'What scap says it is doing; null before it says anything and after the end.',
    }),
    progress: t.field({
      type: ProgressType,
      nullable: true,
      description: 'The step that scap measured last.',
      resolve: ({ progress }) => progress,
    }),
    pendingInteraction: t.field({
      type: Interaction,
      nullable: true,
      description: 'The question that waits for an answer.',
      resolve: (job, _args, { interactions }) => (hasEnded(job.state) ? null : interactions.pending(job.id)),
    }),
    interactions: t.field({
      type: [Interaction],
      description: 'All its questions, in the order they were asked.',
      resolve: (job, _args, { interactions }) => interactions.ofJob(job.id),
    }),
    stops: t.field({
      type: [Stop],
      description: 'All requests to stop it, oldest first.',
      resolve: (job, _args, { stops }) => stops.ofJob(job.id),
    }),
    queuedAt: t.field({
      type: 'DateTime',
      description: 'When it was wished for.',
      resolve: (j) => j.queuedAt,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When scap was started.',
      resolve: (job) => job.startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended.',
      resolve: (job) => job.finishedAt,
    }),
    exitStatus: t.exposeInt('exitStatus', {
      nullable: true,
      description: '0 to 255, once scap has exited by itself.',
    }),
    exitSignal: t.exposeString('exitSignal', {
      nullable: true,
      description: 'The signal that ended scap, as in `SIGKILL`.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it ended as it did, in words fit to be shown; null until then.',
    }),
    behindSince: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Since when the database does not take what scap prints as it comes; null while it does, and after the end. Nothing is lost: scap waits.',
      resolve: (job) => job.behindSince,
    }),
    retryOf: t.id({
      nullable: true,
      description: 'The job whose wish this one repeats.',
      resolve: (job) => job.retryOf,
    }),
    logLineCount: t.int({
      description: 'How many lines the log has: the number of the last one.',
      resolve: (job, _args, { logs }) => logs.count(job.id),
    }),
    log: t.field({
      type: LogBatchType,
      description:
        'Part of the log: at most 5,000 lines, and fewer when they are long (1 MiB is read at once).',
      args: {
        after: t.arg.int({ defaultValue: 0, description: 'Only lines after this number.' }),
        first: t.arg.int({ defaultValue: 500, description: '1 to 5,000.' }),
        last: t.arg.int({
          description: 'Instead of `after` and `first`: the last so many lines, 1 to 5,000.',
        }),
      },
      extensions: { most: mostLogLines },
      resolve: async (job, { after, first, last }, { logs }) => {
        if (last == null)
          return logs.read(job, checkedCursor(after), inRange('first', first ?? 500, 1, mostLogLines));
        const most = inRange('last', last, 1, mostLogLines);
        return logs.read(job, Math.max(0, (await logs.count(job.id)) - most), most);
      },
    }),
  }),
});

builder.objectType(JobNotFound, {
  name: 'JobNotFound',
  authScopes: { read: true },
  description: 'There is no such job.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
builder.objectType(JobAlreadyEnded, {
  name: 'JobAlreadyEnded',
  authScopes: { read: true },
  description: 'There is nothing left to stop.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'How and when it ended. Fit to be shown.' }),
    job: t.field({ type: Job, description: 'As it ended.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(JobNotEnded, {
  name: 'JobNotEnded',
  authScopes: { read: true },
  description: 'Only a job that has ended can be retried.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'Fit to be shown.' }),
    job: t.field({ type: Job, description: 'As it is now.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(UnknownLane, {
  name: 'UnknownLane',
  authScopes: { read: true },
  description: 'No jobrunner serves the lane that was named, or none was named where there are several.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'Names the lanes there are. Fit to be shown.' }),
    lanes: t.exposeStringList('lanes', { description: 'The lanes there are, by name.' }),
  }),
});

// ── reading

const JobFilterInput = builder.inputType('JobFilter', {
  description: 'Which jobs of the history are wanted; all conditions hold together.',
  fields: (t) => ({
    states: t.field({
      type: [JobStateType],
      description: 'One of these states. An empty list is no condition.',
    }),
    owner: t.string({ description: 'The owner’s whole name.' }),
    text: t.string({
      description: 'Part of the title in any case, or a whole change number. At most 200 characters.',
    }),
  }),
});

const JobEdgeType = builder.objectRef<Job>('JobEdge').implement({
  authScopes: { read: true },
  description: 'A job in a page of the history.',
  fields: (t) => ({
    node: t.field({ type: Job, description: 'The job.', resolve: (job) => job }),
    cursor: t.string({
      description: 'What to give as `after` to go on behind it.',
      resolve: (job) => cursorOf(job),
    }),
  }),
});

const JobConnectionType = builder.objectRef<JobPage>('JobConnection').implement({
  authScopes: { read: true },
  description: 'A page of the history, newest first.',
  fields: (t) => ({
    edges: t.field({ type: [JobEdgeType], description: 'With cursors.', resolve: ({ jobs }) => jobs }),
    nodes: t.field({ type: [Job], description: 'Without.', resolve: ({ jobs }) => jobs }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'How it goes on.',
      resolve: ({ jobs, hasNextPage }) => ({ hasNextPage, endCursor: endCursor(jobs) }),
    }),
    totalCount: t.int({
      description: 'How many jobs the filter lets through in all.',
      resolve: (p) => p.count(),
    }),
  }),
});

const cursorOf = (job: Job): string => String(job.id);

builder.queryFields((t) => ({
  job: t.field({
    type: Job,
    nullable: true,
    authScopes: { read: true },
    description: 'The job of this number; null when there is none.',
    args: { id: t.arg.id({ required: true }) },
    resolve: (_root, args, { jobs }) => {
      const id = rowNumber(args.id);
      return id === null ? null : jobs.load(id);
    },
  }),
  jobs: t.field({
    type: JobConnectionType,
    authScopes: { read: true },
    description: 'The history, newest first.',
    args: {
      first: t.arg.int({ defaultValue: 20, description: '1 to 100.' }),
      after: t.arg.string({ description: 'The cursor of the last job already seen.' }),
      filter: t.arg({ type: JobFilterInput }),
    },
    resolve: (_root, args, { jobs }) => {
      const first = inRange('first', args.first ?? 20, 1, 100);
      const before = args.after == null ? null : rowNumber(args.after);
      if (args.after != null && before === null)
        throw badInput('“after” is not a cursor that came from this list.');
      const filter: JobFilter = {
        ...(args.filter?.states?.length ? { states: args.filter.states } : {}),
        ...(args.filter?.owner ? { owner: checkedText('owner', args.filter.owner) } : {}),
        ...(args.filter?.text ? { text: checkedText('text', args.filter.text) } : {}),
      };
      return jobs.list({ first, before, filter });
    },
  }),
}));

builder.subscriptionField('jobUpdates', (t) =>
  t.field({
    type: Job,
    authScopes: { read: true },
    description:
      'The job as it is now, then again after each change; it ends after the job has ended and was sent so. Without id: every job that has not ended, then every job that changes, without end. Whoever is slow gets the latest, not each change.',
    args: { id: t.arg.id({}) },
    subscribe: async (_root, args, { jobs }) => {
      if (args.id == null) return jobs.followAll();
      const id = rowNumber(args.id);
      const updates = id === null ? null : await jobs.follow(id);
      if (!updates) throw notFound(`There is no job ${shownId(args.id)}.`);
      return updates;
    },
    resolve: (job) => job,
  }),
);

// ── starting

/** The longest idempotency key, in UTF-16 units. */
const longestKey = 200;

function checkedKey(key: string | null | undefined): string | null {
  if (key == null) return null;
  if (key === '' || key.length > longestKey) {
    throw badInput(`“idempotencyKey” must have 1 to ${longestKey} characters.`);
  }
  return key.toWellFormed().replaceAll('\0', '\uFFFD');
}

const keyDescription =
  'The caller’s own name for this wish, 1 to 200 characters: the same key of the same person gives the same job, however often it is sent.';

const StartBackportInput = builder.inputType('StartBackportInput', {
  description: 'What to deploy.',
  fields: (t) => ({
    changes: t.stringList({ required: true, description: '1 to 50 change numbers or Gerrit URLs.' }),
    revert: t.boolean({ defaultValue: false, description: 'Revert them instead; they must be merged.' }),
    acceptUnverified: t.boolean({
      defaultValue: false,
      description: 'Start with the plain numbers when Gerrit cannot be asked.',
    }),
    lane: t.string({
      description:
        'One of `System.lanes`. Without it `default`, or the only lane there is; where there are several others, one must be named.',
    }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

/** The changes as Gerrit knows them. Throws {@link InvalidChanges} with one problem for each that cannot be deployed, and {@link GerritUnavailable}. */
async function verifiedChanges(
  inputs: readonly string[],
  wish: { kind: JobKind; acceptUnverified: boolean },
  gerrit: Changes,
): Promise<readonly Change[]> {
  const numbers = parseChanges(inputs);
  let found: ReadonlyMap<string, Change | null>;
  try {
    found = await gerrit.lookUp(numbers);
  } catch (error) {
    if (!(error instanceof GerritUnavailable) || !wish.acceptUnverified) throw error;
    return numbers.map(unverifiedChange);
  }
  const problems: ChangeProblem[] = [];
  const changes: Change[] = [];
  for (const [index, number] of numbers.entries()) {
    const change = found.get(number) ?? null;
    const message = deploymentProblem(number, change, wish.kind);
    if (message !== null) problems.push({ input: printableInput(inputs[index] ?? number), message });
    else if (change) changes.push(change);
  }
  if (problems.length > 0) throw new InvalidChanges(problems);
  return changes;
}

builder.mutationField('startBackport', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Puts a backport (or a revert) into the queue. Gerrit is asked first whether the changes can be deployed.',
    args: { input: t.arg({ type: StartBackportInput, required: true }) },
    errors: {
      types: [InvalidChanges, UnknownLane, GerritUnavailable, DeploymentsHeld],
      union: { name: 'StartBackportResult', description: 'What came of starting a backport.' },
      result: { name: 'StartBackportSuccess', description: 'The job is in the queue.' },
      dataField: {
        name: 'job',
        description: 'The new job, or the one that this idempotency key made before.',
      },
    },
    resolve: async (_root, { input }, { jobs, changes, holds, system, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      if (idempotencyKey !== null) {
        // A repeated wish is answered without Gerrit: it may have gone away since, or the change be merged by this very job.
        const made = await jobs.withIdempotencyKey(viewer.user, idempotencyKey);
        if (made) return made;
      }
      // What decides is the transaction that queues; who would be refused there need not wait for Gerrit.
      await holds.check();
      const kind = input.revert ? 'revert' : 'backport';
      const wish = { kind, acceptUnverified: input.acceptUnverified ?? false } as const;
      const lane = laneFor(input.lane ?? null, await system.lanes());
      return await jobs.enqueue({
        kind,
        changes: await verifiedChanges(input.changes, wish, changes),
        owner: viewer.user,
        through: viewer.through,
        lane,
        idempotencyKey,
      });
    },
  }),
);

const RetryJobInput = builder.inputType('RetryJobInput', {
  description: 'Which job to run again.',
  fields: (t) => ({
    jobId: t.id({ required: true }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

builder.mutationField('retryJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description: 'Puts the wish of an ended job into the queue again, as a new job of the caller.',
    args: { input: t.arg({ type: RetryJobInput, required: true }) },
    errors: {
      types: [JobNotFound, JobNotEnded, DeploymentsHeld],
      union: { name: 'RetryJobResult', description: 'What came of retrying.' },
      result: { name: 'RetryJobSuccess', description: 'The new job is in the queue.' },
      dataField: { name: 'job', description: 'The new job.' },
    },
    resolve: (_root, { input }, { jobs, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const { user, through } = viewer;
      return jobs.retry({ jobId, owner: user, idempotencyKey, through });
    },
  }),
);
