// Owns the GraphQL types of jobs, and listing, starting and retrying them. Not what a job is (schema/model/job/job.ts).

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
import {
  type ErrorLine,
  Job,
  JobAlreadyEnded,
  JobNotEnded,
  JobNotFound,
  type LeftoverProcess,
  type Progress,
} from '../model/job/job.ts';
import { laneFor, UnknownLane } from '../model/job/lane.ts';
import type { JobFilter } from '../model/job/listing.ts';
import { type JobOutcome, outcomeOfState } from '../model/job/outcome.ts';
import { hasEnded, type JobKind, type JobState } from '../model/job/state.ts';
import { Stop } from '../model/job/stop.ts';
import { builder } from './builder.ts';
import { ChangeType } from './change.ts';
import type { Changes, JobPage } from './context.ts';
import { rowNumber, shownId } from './id.ts';
import { checkedCursor, LogBatchType, maxLogLines } from './log.ts';
import { endCursor, listArgs, listPart, maxPart, PageInfoType, rowOfCursor } from './pagination.ts';
import { badInput, checkedText, inRange, notFound } from './refusal.ts';
import { refusal } from './refusal-type.ts';

const JobKindType = builder.enumType('JobKind', {
  description: 'What a job does with its changes.',
  values: {
    BACKPORT: { value: 'backport', description: 'Merges and deploys the changes: `scap backport`.' },
    REVERT: {
      value: 'revert',
      description: 'Reverts the changes and deploys the result: `scap backport --revert`.',
    },
  } satisfies Record<Uppercase<JobKind>, { value: JobKind; description: string }>,
});

const JobStateType = builder.enumType('JobState', {
  description:
    'The state of a job. Further values may be added: use `Job.ended` to find out whether it has ended.',
  values: {
    QUEUED: { value: 'queued', description: 'Waiting in the queue of its lane.' },
    STARTING: { value: 'starting', description: 'Claimed by a jobrunner; scap is not running yet.' },
    RUNNING: { value: 'running', description: 'scap is running.' },
    WAITING: { value: 'waiting', description: 'scap is waiting for an answer: see `pendingInteraction`.' },
    STOPPING: {
      value: 'stopping',
      description: 'A stop was requested; scap, or processes that it started, still run: see `remaining`.',
    },
    SUCCEEDED: { value: 'succeeded', description: 'Ended with exit status 0.' },
    FAILED: { value: 'failed', description: 'Ended with another exit status, or scap could not be started.' },
    STOPPED: { value: 'stopped', description: 'Ended by a stop.' },
    LOST: { value: 'lost', description: 'Ended with an unknown result: see `reason`.' },
    CANCELLED: { value: 'cancelled', description: 'Ended by a stop before it was started.' },
  } satisfies Record<Uppercase<JobState>, { value: JobState; description: string }>,
});

const JobOutcomeType = builder.enumType('JobOutcome', {
  description:
    'What a job meant for production. Further values may be added. `Job.reason` says why it is so, as a message for the user.',
  values: {
    DEPLOYED: { value: 'deployed', description: 'The changes are deployed.' },
    DEPLOYED_WITH_ERRORS: {
      value: 'deployed_with_errors',
      description:
        'The changes are deployed, but a failed check was ignored, the final check failed, or hosts were not updated.',
    },
    ROLLED_BACK: {
      value: 'rolled_back',
      description: 'The deployment was rolled back. The changes are still merged.',
    },
    DECLINED: {
      value: 'declined',
      description: 'A question was answered with “No” before anything was deployed.',
    },
    NOTHING_TO_DO: {
      value: 'nothing_to_do',
      description: 'There was nothing to deploy, for example because the changes concern only beta.',
    },
    FAILED: { value: 'failed', description: 'The deployment failed; it may be incomplete.' },
    STOPPED: { value: 'stopped', description: 'A stop ended the job; the deployment may be incomplete.' },
    LOST: { value: 'lost', description: 'Unknown: see `reason`.' },
    CANCELLED: { value: 'cancelled', description: 'The job was stopped before it was started.' },
  } satisfies Record<Uppercase<JobOutcome>, { value: JobOutcome; description: string }>,
});

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

builder.objectType(Job, {
  name: 'Job',
  authScopes: { read: true },
  description: 'A deployment: queued, running or ended.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The job number.' }),
    kind: t.field({ type: JobKindType, description: 'What the job does.', resolve: ({ kind }) => kind }),
    state: t.field({
      type: JobStateType,
      description: 'The current state.',
      resolve: ({ state }) => state,
    }),
    ended: t.boolean({
      description: 'Whether the job has ended. Its state does not change any more.',
      resolve: ({ state }) => hasEnded(state),
    }),
    outcome: t.field({
      type: JobOutcomeType,
      nullable: true,
      description:
        'What the job meant for production; null until it has ended. Not the same as the state: scap exits with status 0 after a “No”, which is `SUCCEEDED` and `DECLINED`.',
      resolve: ({ state, outcome }) => outcome ?? outcomeOfState(state),
    }),
    command: t.stringList({
      nullable: true,
      description:
        'The program and the arguments with which scap was started, without a shell; null before that, and if it was started by an earlier version. At most 1,000 arguments; known secrets are masked.',
      resolve: ({ command }) => command?.slice(0, maxArguments),
    }),
    lane: t.exposeString('lane', {
      description:
        'The lane in which the job runs, usually a deployment host. Each lane runs one job at a time.',
    }),
    host: t.string({
      nullable: true,
      description: 'The name of the host on which it runs or ran; null before it starts.',
      resolve: ({ supervisor }) => supervisor?.host,
    }),
    title: t.exposeString('title', {
      description:
        'The subject of the first change, or its number if Gerrit was unavailable. At most 301 characters.',
    }),
    owner: t.field({
      type: User,
      description: 'The user who started the job. Every deployer may answer and stop it.',
      resolve: (job, _args, { users }) => users.load(job.owner),
    }),
    changes: t.field({
      type: [ChangeType],
      description: 'The changes in the order in which scap gets them: 1 to 50.',
      resolve: ({ changes }) => changes,
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
    pendingInteraction: t.field({
      type: Interaction,
      nullable: true,
      description: 'The open question; null if there is none.',
      resolve: (job, _args, { interactions }) => (hasEnded(job.state) ? null : interactions.pending(job.id)),
    }),
    interactions: t.field({
      type: [Interaction],
      description:
        'The questions of the job in the order in which they were asked: the first 100, or the part that the arguments select.',
      args: listArgs(t.arg, 'questions'),
      extensions: { maximum: maxPart },
      resolve: async (job, args, { interactions }) => [...(await interactions.ofJob(job.id, listPart(args)))],
    }),
    stops: t.field({
      type: [Stop],
      description:
        'The stops of the job, oldest first: the first 100, or the part that the arguments select.',
      args: listArgs(t.arg, 'stops'),
      extensions: { maximum: maxPart },
      resolve: async (job, args, { stops }) => [...(await stops.ofJob(job.id, listPart(args)))],
    }),
    remaining: t.field({
      type: [LeftoverProcessType],
      description:
        'The processes of a stopped job that still run after scap has exited, at most 100. The job stays `STOPPING` until they have ended.',
      resolve: ({ remaining }) => remaining ?? [],
    }),
    queuedAt: t.field({
      type: 'DateTime',
      description: 'When the job was queued.',
      resolve: (j) => j.queuedAt,
    }),
    startedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When scap was started; null before that.',
      resolve: (job) => job.startedAt,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the job ended; null before that.',
      resolve: (job) => job.finishedAt,
    }),
    exitStatus: t.exposeInt('exitStatus', {
      nullable: true,
      description: 'The exit status of scap, 0 to 255; null before the end, or if a signal ended it.',
    }),
    exitSignal: t.exposeString('exitSignal', {
      nullable: true,
      description: 'The signal that ended scap, for example `SIGKILL`; null if none did.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why the job ended with this state, as a message for the user; null before the end.',
    }),
    lastError: t.field({
      type: ErrorLineType,
      nullable: true,
      description:
        'The last of the last 200 lines of the log that looks like an error; null before the end, if there is none, and if the job did what it was asked for.',
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
    retryOf: t.id({
      nullable: true,
      description: 'The number of the job that this one retries; null if it is not a retry.',
      resolve: (job) => job.retryOf,
    }),
    logLineCount: t.int({
      description: 'The number of lines in the log, which is also the number of the last line.',
      resolve: (job, _args, { logs }) => logs.count(job.id),
    }),
    log: t.field({
      type: LogBatchType,
      description:
        'A part of the log: at most 5,000 lines, or fewer if they are long (1 MiB is read at once).',
      args: {
        after: t.arg.int({ defaultValue: 0, description: 'Returns only lines after this number.' }),
        first: t.arg.int({ defaultValue: 500, description: 'The maximum number of lines: 1 to 5,000.' }),
        last: t.arg.int({
          description:
            'Returns this many lines from the end of the log, 1 to 5,000; used instead of `after` and `first`.',
        }),
      },
      extensions: { maximum: maxLogLines, heavy: true },
      resolve: async (job, { after, first, last }, { logs }) => {
        if (last == null)
          return logs.read(job, checkedCursor(after), inRange('first', first ?? 500, 1, maxLogLines));
        const count = inRange('last', last, 1, maxLogLines);
        return logs.read(job, Math.max(0, (await logs.count(job.id)) - count), count);
      },
    }),
  }),
});

builder.objectType(JobNotFound, {
  interfaces: refusal(JobNotFound, 'JOB_NOT_FOUND'),
  name: 'JobNotFound',
  authScopes: { read: true },
  description: 'The job does not exist.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(JobAlreadyEnded, {
  interfaces: refusal(JobAlreadyEnded, 'JOB_ALREADY_ENDED'),
  name: 'JobAlreadyEnded',
  authScopes: { read: true },
  description: 'The job has already ended.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'How and when it ended. A message for the user.' }),
    job: t.field({ type: Job, description: 'The ended job.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(JobNotEnded, {
  interfaces: refusal(JobNotEnded, 'JOB_NOT_ENDED'),
  name: 'JobNotEnded',
  authScopes: { read: true },
  description: 'The job has not ended, so it can be neither retried nor reverted.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'A message for the user.' }),
    job: t.field({ type: Job, description: 'The current job.', resolve: ({ job }) => job }),
  }),
});
builder.objectType(UnknownLane, {
  interfaces: refusal(UnknownLane, 'UNKNOWN_LANE'),
  name: 'UnknownLane',
  authScopes: { read: true },
  description: 'The lane does not exist, or no lane was given although there are several.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user, with the names of all lanes.',
    }),
    lanes: t.exposeStringList('lanes', { description: 'The existing lanes, by name, at most 200.' }),
  }),
});

// ── reading

const JobFilterInput = builder.inputType('JobFilter', {
  description: 'Selects jobs that meet all given conditions.',
  fields: (t) => ({
    states: t.field({
      type: [JobStateType],
      description: 'The state is one of these. An empty list matches all states.',
    }),
    outcomes: t.field({
      type: [JobOutcomeType],
      description: 'The outcome is one of these. An empty list matches all jobs.',
    }),
    owner: t.string({ description: 'The exact name of the owner.' }),
    text: t.string({
      description: 'A part of the title, ignoring case, or a whole change number. At most 200 characters.',
    }),
  }),
});

const JobEdgeType = builder.objectRef<Job>('JobEdge').implement({
  authScopes: { read: true },
  description: 'A job with its cursor.',
  fields: (t) => ({
    node: t.field({ type: Job, description: 'The job.', resolve: (job) => job }),
    cursor: t.string({
      description: 'Pass it as `after` to continue after this one.',
      resolve: (job) => cursorOf(job),
    }),
  }),
});

const JobConnectionType = builder.objectRef<JobPage>('JobConnection').implement({
  authScopes: { read: true },
  description: 'A page of jobs, newest first.',
  fields: (t) => ({
    edges: t.field({
      type: [JobEdgeType],
      description: 'The jobs with their cursors.',
      resolve: ({ jobs }) => jobs,
    }),
    nodes: t.field({ type: [Job], description: 'The jobs.', resolve: ({ jobs }) => jobs }),
    pageInfo: t.field({
      type: PageInfoType,
      description: 'How to get the next page.',
      resolve: ({ jobs, hasNextPage }) => ({ hasNextPage, endCursor: endCursor(jobs) }),
    }),
    totalCount: t.int({
      description: 'The total number of jobs that match the filter.',
      resolve: (page) => page.count(),
    }),
  }),
});

const cursorOf = (job: Job): string => String(job.id);

builder.queryFields((t) => ({
  job: t.field({
    type: Job,
    nullable: true,
    authScopes: { read: true },
    description: 'The job with this number; null if it does not exist.',
    args: { id: t.arg.id({ required: true, description: 'The job number.' }) },
    resolve: (_root, args, { jobs }) => {
      const id = rowNumber(args.id);
      return id === null ? null : jobs.load(id);
    },
  }),
  jobs: t.field({
    type: JobConnectionType,
    authScopes: { read: true },
    description: 'All jobs, newest first.',
    args: {
      first: t.arg.int({ defaultValue: 20, description: 'The page size: 1 to 100.' }),
      after: t.arg.string({
        description: 'The `endCursor` of the previous page. Without it the first page is returned.',
      }),
      filter: t.arg({ type: JobFilterInput, description: 'Returns only matching jobs.' }),
    },
    resolve: (_root, args, { jobs }) => {
      const first = inRange('first', args.first ?? 20, 1, 100);
      const before = rowOfCursor(args.after);
      const filter: JobFilter = {
        ...(args.filter?.states?.length ? { states: args.filter.states } : {}),
        ...(args.filter?.outcomes?.length ? { outcomes: args.filter.outcomes } : {}),
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
      'The job, now and after each change, until it has ended. Without `id`: the active jobs and the next 20 of the queue, then each job that changes, without an end. A slow client gets only the latest state of each job.',
    args: { id: t.arg.id({ description: 'The job number. Without it all jobs are sent.' }) },
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

/** The maximum length of an idempotency key, in UTF-16 units. */
const longestKey = 200;

export function checkedKey(key: string | null | undefined): string | null {
  if (key == null) return null;
  if (key === '' || key.length > longestKey) {
    throw badInput(`“idempotencyKey” must have 1 to ${longestKey} characters.`);
  }
  return key.toWellFormed().replaceAll('\0', '\uFFFD');
}

export const keyDescription =
  'A key of 1 to 200 characters that the client chooses. Requests of one user with the same key create only one job, so a request can be retried safely.';

const StartBackportInput = builder.inputType('StartBackportInput', {
  description: 'What to deploy.',
  fields: (t) => ({
    changes: t.stringList({
      required: true,
      description: 'The changes: 1 to 50 change numbers or Gerrit URLs.',
    }),
    revert: t.boolean({
      defaultValue: false,
      description: 'Whether to revert the changes instead. They must be merged.',
    }),
    acceptUnverified: t.boolean({
      defaultValue: false,
      description:
        'Whether to start the job even if changes cannot be verified, because Gerrit is unavailable or does not show them.',
    }),
    lane: t.string({
      description:
        'One of `System.lanes`. Optional if there is a lane `default`, which is then used, or only one lane.',
    }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

/** The changes with their data from Gerrit. Throws {@link InvalidChanges} with a problem for each change that cannot be deployed, and {@link GerritUnavailable}. */
export async function verifiedChanges(
  inputs: readonly string[],
  { kind, acceptUnverified }: { kind: JobKind; acceptUnverified: boolean },
  gerrit: Changes,
): Promise<readonly Change[]> {
  const numbers = parseChanges(inputs, gerrit.url);
  let found: ReadonlyMap<string, Change | null>;
  try {
    found = await gerrit.lookUp(numbers);
  } catch (error) {
    if (!(error instanceof GerritUnavailable) || !acceptUnverified) throw error;
    return numbers.map(unverifiedChange);
  }
  const problems: ChangeProblem[] = [];
  const changes: Change[] = [];
  for (const [index, number] of numbers.entries()) {
    const change = found.get(number) ?? null;
    const problem = deploymentProblem(number, change, kind);
    if (change === null && acceptUnverified) changes.push(unverifiedChange(number));
    else if (problem !== null)
      problems.push({
        ...problem,
        input: printableInput(inputs[index] ?? number),
        unverifiable: change === null,
      });
    else if (change) changes.push(change);
  }
  if (problems.length > 0) throw new InvalidChanges(problems);
  return changes;
}

/**
 * The changes of an ended job as Gerrit knows them now; as they were if Gerrit is unavailable, so that an interrupted deployment can be
 * repeated. Throws {@link InvalidChanges} if one was abandoned since.
 */
async function currentChanges({ kind, changes }: Job, gerrit: Changes): Promise<readonly Change[]> {
  // What was started unverified may be repeated unverified.
  const acceptUnverified = changes.some((change) => !change.verified);
  try {
    const numbers = changes.map(({ number }) => number);
    return await verifiedChanges(numbers, { kind, acceptUnverified }, gerrit);
  } catch (error) {
    if (error instanceof GerritUnavailable) return changes;
    throw error;
  }
}

builder.mutationField('startBackport', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description: 'Queues a backport or a revert, after checking in Gerrit that the changes can be deployed.',
    args: { input: t.arg({ type: StartBackportInput, required: true, description: 'What to deploy.' }) },
    errors: {
      types: [InvalidChanges, UnknownLane, GerritUnavailable, DeploymentsHeld],
      union: { name: 'StartBackportResult', description: 'The result of `startBackport`.' },
      result: { name: 'StartBackportSuccess', description: 'The job was queued.' },
      dataField: {
        name: 'job',
        description: 'The new job, or the job that this idempotency key created before.',
      },
    },
    resolve: async (_root, { input }, { jobs, changes, holds, system, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      if (idempotencyKey !== null) {
        // Before Gerrit is asked: it may be unavailable now, or the existing job may have merged the change.
        const existing = await jobs.withIdempotencyKey(viewer.user, idempotencyKey);
        if (existing) return existing;
      }
      // Fails early, without waiting for Gerrit. The transaction that queues the job checks it again.
      await holds.check();
      const kind = input.revert ? 'revert' : 'backport';
      const options = { kind, acceptUnverified: input.acceptUnverified ?? false } as const;
      const lane = laneFor(input.lane ?? null, await system.lanes());
      return await jobs.enqueue({
        kind,
        changes: await verifiedChanges(input.changes, options, changes),
        owner: viewer.user,
        through: viewer.through,
        lane,
        idempotencyKey,
      });
    },
  }),
);

const RetryJobInput = builder.inputType('RetryJobInput', {
  description: 'Which job to retry.',
  fields: (t) => ({
    jobId: t.id({ required: true, description: 'The number of the ended job.' }),
    idempotencyKey: t.string({ description: keyDescription }),
  }),
});

builder.mutationField('retryJob', (t) =>
  t.field({
    type: Job,
    authScopes: { deploy: true },
    description:
      'Queues a new job of the viewer with the changes of an ended job, after checking in Gerrit that they can still be deployed. If Gerrit is unavailable, the data of the ended job is used.',
    args: { input: t.arg({ type: RetryJobInput, required: true, description: 'Which job to retry.' }) },
    errors: {
      types: [JobNotFound, JobNotEnded, InvalidChanges, DeploymentsHeld],
      union: { name: 'RetryJobResult', description: 'The result of `retryJob`.' },
      result: { name: 'RetryJobSuccess', description: 'The new job was queued.' },
      dataField: { name: 'job', description: 'The new job.' },
    },
    resolve: async (_root, { input }, { jobs, changes, holds, viewer }) => {
      const idempotencyKey = checkedKey(input.idempotencyKey);
      const jobId = rowNumber(input.jobId);
      if (jobId === null) throw new JobNotFound(shownId(input.jobId));
      const { user, through } = viewer;
      const existing = idempotencyKey === null ? null : await jobs.withIdempotencyKey(user, idempotencyKey);
      if (existing) return existing;
      await holds.check();
      const job = await jobs.load(jobId);
      const current = job && hasEnded(job.state) ? await currentChanges(job, changes) : undefined;
      return await jobs.retry({ jobId, owner: user, changes: current, idempotencyKey, through });
    },
  }),
);
