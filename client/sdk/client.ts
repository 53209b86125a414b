// Owns the typed client for other programs (`spiderpig/client`): each operation as a method. Runs in Node and in browsers.
import { newIdempotencyKey } from '../core/idempotency-key.ts';
import type {
  ToolAnswerInteractionMutation as AnswerData,
  AnswerInteractionInput,
  ToolErrorLogQuery as ErrorLogData,
  ToolErrorLogQueryVariables as ErrorLogSelection,
  ToolHandOverJobMutation as HandOverData,
  HandOverJobInput,
  ToolHealthQuery as HealthData,
  JobFilter,
  JobOrder,
  ToolJobsQuery as JobsData,
  LogSearchInput,
  ToolMarksSubscription as MarksData,
  ToolRetryJobMutation as RetryData,
  RetryJobInput,
  ToolRevealMutation as RevealData,
  RevealLinesInput,
  ToolRevertJobMutation as RevertData,
  RevertJobInput,
  ToolSearchSubscription as SearchData,
  StartBackportInput,
  ToolStartBackportMutation as StartData,
  ToolStartPreviewQuery as StartPreviewData,
  ToolStartTrainMutation as StartTrainData,
  StartTrainInput,
  ToolStopJobMutation as StopData,
  StopJobInput,
  ToolJobFragment,
  ToolLogBatchFragment,
  ToolQuestionFragment,
  ToolQueuedJobFragment,
  ToolSystemFragment,
  ToolTrainQuery as TrainData,
  ToolViewerQuery as ViewerData,
} from '../generated/graphql.ts';
import {
  ToolAllJobsSubscription,
  ToolAnswerInteractionMutation,
  ToolErrorLogQuery,
  ToolHandOverJobMutation,
  ToolHealthQuery,
  ToolInteractionsQuery,
  ToolJobLogSubscription,
  ToolJobQuery,
  ToolJobsQuery,
  ToolJobUpdatesSubscription,
  ToolLogQuery,
  ToolMarksSubscription,
  ToolRetryJobMutation,
  ToolRevealMutation,
  ToolRevertJobMutation,
  ToolSearchSubscription,
  ToolStartBackportMutation,
  ToolStartPreviewQuery,
  ToolStartTrainMutation,
  ToolStopJobMutation,
  ToolSystemQuery,
  ToolSystemSubscription,
  ToolTrainQuery,
  ToolViewerQuery,
} from './operation.graphql.ts';
import { type ClientOptions, endpointOf } from './options.ts';
import { send, untilReply } from './request.ts';
import { openSubscriptions, type Subscribe } from './socket.ts';

export type { FailureKind } from '../core/failure.ts';
export { SpiderPigError } from './error.ts';
export { type ClientOptions, jobUrl } from './options.ts';

/** A job. */
export type Job = ToolJobFragment;
/** A job in the queue, with fewer fields. */
export type QueuedJob = ToolQueuedJobFragment;
/** A question of a job. */
export type Interaction = ToolQuestionFragment;
/** Lines of a log, the number of the last one, and whether none will follow. */
export type LogBatch = ToolLogBatchFragment;
/** One line; `text` is null while it is hidden. */
export type LogLine = LogBatch['lines'][number];
/** Marks of a log, the last line that was searched for marks, and whether none will follow. */
export type MarkBatch = MarksData['jobLogMarks'];
/** The lines found since the previous batch. */
export type SearchBatch = SearchData['jobLogSearch'];
/** Which page of which jobs: `first` is 20 unless given. */
export interface JobRequest {
  readonly first?: number;
  readonly after?: string;
  readonly filter?: JobFilter;
  readonly order?: JobOrder;
}
/** A page of jobs. */
export type JobPage = JobsData['jobs'];
/** The user of the token, and what the token may do. */
export type Viewer = NonNullable<ViewerData['viewer']>;
/** Lanes, jobrunners, the hold, running and queued jobs. */
export type System = ToolSystemFragment;
/** The health of the database. */
export type Health = HealthData['system']['database'];
/** The MediaWiki train: versions, wikis, stations, blockers and the age of each source. */
export type Train = NonNullable<TrainData['train']>;
/** What is known about changes before a start: the answer of Gerrit for each, their order, and the changes that they depend on. */
export type StartPreview = Readonly<StartPreviewData>;
/** Production errors: counts, messages and the state of the last search. */
export type ErrorLog = NonNullable<ErrorLogData['errorLog']>;
/** Which errors: those of the last `minutes` (1 to 60), with up to `first` messages (1 to 200). */
export type ErrorSelection = ErrorLogSelection;
/** The result of `startTrain`. */
export type StartTrainResult = StartTrainData['startTrain'];
/** The result of `startBackport`. */
export type StartBackportResult = StartData['startBackport'];
/** The result of `answerInteraction`. */
export type AnswerInteractionResult = AnswerData['answerInteraction'];
/** The result of `stopJob`. */
export type StopJobResult = StopData['stopJob'];
/** The result of `handOverJob`. */
export type HandOverJobResult = HandOverData['handOverJob'];
/** The result of `retryJob`. */
export type RetryJobResult = RetryData['retryJob'];
/** The result of `revertJob`. */
export type RevertJobResult = RevertData['revertJob'];
/** The result of `revealLines`. */
export type RevealLinesResult = RevealData['revealLines'];

/** Which lines of a log: up to `first` (default 500) after number `after` (default 0), or the `last` ones. */
export type LogRange = { readonly after?: number; readonly first?: number } | { readonly last: number };

/**
 * Every method may reject with a `SpiderPigError`, or with the reason of an aborted signal. What a user can cause is not an error but a
 * member of a result union: look at `__typename`. Mutations are idempotent: if a reply is lost, they are repeated without a second effect.
 */
export interface Client extends AsyncDisposable {
  /** The user of the token, and what the token may do; null without a user. */
  viewer(signal?: AbortSignal): Promise<Viewer | null>;
  /** The job as it is now; null when the job does not exist. */
  job(id: string, signal?: AbortSignal): Promise<Job | null>;
  /**
   * Jobs, the one that was queued last first; with the order `ENDED` those that have ended, the one that ended last first. `after` is the `endCursor` of a
   * page in the same order.
   */
  jobs(page?: JobRequest, signal?: AbortSignal): Promise<JobPage>;
  /** Every matching job, the one that was queued last first, read page by page. */
  allJobs(filter?: JobFilter, signal?: AbortSignal): AsyncGenerator<Job, void>;
  /** All questions of a job, in the order in which they were asked; null when the job does not exist. */
  interactions(jobId: string, signal?: AbortSignal): Promise<readonly Interaction[] | null>;
  /** A part of a log; null when the job does not exist. */
  log(jobId: string, range?: LogRange, signal?: AbortSignal): Promise<LogBatch | null>;
  /** Lanes, jobrunners, the hold, running and queued jobs. */
  system(signal?: AbortSignal): Promise<System>;
  /** The health of the database. */
  health(signal?: AbortSignal): Promise<Health>;
  /** Queues a job. Without an `idempotencyKey`, each call has a new one. */
  startBackport(input: StartBackportInput, signal?: AbortSignal): Promise<StartBackportResult>;
  /** Looks up 1 to 50 changes by number, as before a start. Starts nothing. */
  startPreview(changes: readonly string[], signal?: AbortSignal): Promise<StartPreview>;
  /** The MediaWiki train; null if none is configured. */
  train(signal?: AbortSignal): Promise<Train | null>;
  /**
   * Production errors, as of the server's last search; null if no error log is configured. The server searches only while clients ask at least
   * every two minutes: look at `source.readAt`.
   */
  errorLog(selection?: ErrorSelection, signal?: AbortSignal): Promise<ErrorLog | null>;
  /** Queues a job that moves the train. Without an `idempotencyKey`, each call has a new one. */
  startTrain(input: StartTrainInput, signal?: AbortSignal): Promise<StartTrainResult>;
  /** Queues the changes of an ended job again. Without an `idempotencyKey`, each call has a new one. */
  retryJob(input: RetryJobInput, signal?: AbortSignal): Promise<RetryJobResult>;
  /** Queues a revert of the changes of an ended job. Without an `idempotencyKey`, each call has a new one. */
  revertJob(input: RevertJobInput, signal?: AbortSignal): Promise<RevertJobResult>;
  /** Answers a question. Only the first answer of all clients is accepted. */
  answerInteraction(input: AnswerInteractionInput, signal?: AbortSignal): Promise<AnswerInteractionResult>;
  /** Requests the end of a job. */
  stopJob(input: StopJobInput, signal?: AbortSignal): Promise<StopJobResult>;
  /** Makes another deployer responsible for a job; without `to`, the user of the token. */
  handOverJob(input: HandOverJobInput, signal?: AbortSignal): Promise<HandOverJobResult>;
  /** The sensitive lines in a range. The server records who read them, so a lost reply is not repeated. */
  revealLines(input: RevealLinesInput, signal?: AbortSignal): Promise<RevealLinesResult>;
  /** The job now and after each change, until it has ended. Reconnects without limit, as all subscriptions do. */
  watchJob(id: string, signal?: AbortSignal): AsyncGenerator<Job, void>;
  /** The active jobs and the next 20 of the queue, then every job that changes. Does not end. */
  watchJobs(signal?: AbortSignal): AsyncGenerator<Job, void>;
  /** The system now and after each change. Does not end. */
  watchSystem(signal?: AbortSignal): AsyncGenerator<System, void>;
  /** All lines after number `after`, then new lines as they are written, until the log is complete. Resumes after a lost connection without gaps or duplicates. */
  followLog(jobId: string, after?: number, signal?: AbortSignal): AsyncGenerator<LogBatch, void>;
  /** The marks after line `after`, then new ones, until the log is complete. Resumes like `followLog`. */
  followMarks(jobId: string, after?: number, signal?: AbortSignal): AsyncGenerator<MarkBatch, void>;
  /** Searches the whole log and new lines until it is complete. After a lost connection, lines that were already returned are left out. */
  searchLog(jobId: string, search: LogSearchInput, signal?: AbortSignal): AsyncGenerator<SearchBatch, void>;
  /** Ends every subscription. */
  close(): Promise<void>;
}

/** Creates a client, which connects when it is first used. Throws a TypeError for an invalid URL. */
export function createClient(options: ClientOptions): Client {
  endpointOf(options.url);
  const { subscribe, close } = openSubscriptions(options);
  return {
    ...queries(options),
    ...mutations(options),
    ...followers(subscribe),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Queries = Pick<
  Client,
  | 'viewer'
  | 'job'
  | 'jobs'
  | 'allJobs'
  | 'interactions'
  | 'log'
  | 'system'
  | 'health'
  | 'startPreview'
  | 'train'
  | 'errorLog'
>;

function queries(options: ClientOptions): Queries {
  const jobs: Client['jobs'] = async ({ first = 20, after, filter, order } = {}, signal) =>
    (await send(options, ToolJobsQuery, { first, after, filter, order }, signal)).jobs;
  return {
    viewer: async (signal) => (await send(options, ToolViewerQuery, {}, signal)).viewer,
    job: async (id, signal) => (await send(options, ToolJobQuery, { id }, signal)).job,
    jobs,
    async *allJobs(filter = {}, signal) {
      for (let after: string | null | undefined; after !== null; ) {
        const page = await jobs({ first: 100, filter, ...(after === undefined ? {} : { after }) }, signal);
        yield* page.nodes;
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      }
    },
    interactions: async (id, signal) => {
      const all: Interaction[] = [];
      for (;;) {
        const after = all.at(-1)?.id ?? null;
        const { job } = await send(options, ToolInteractionsQuery, { id, after }, signal);
        if (job === null) return null;
        all.push(...job.interactions);
        if (job.interactions.length < 100) return all;
      }
    },
    log: async (jobId, range = {}, signal) => {
      const lines = 'last' in range ? range : { after: range.after ?? 0, first: range.first ?? 500 };
      return (await send(options, ToolLogQuery, { jobId, ...lines }, signal)).job?.log ?? null;
    },
    system: async (signal) => (await send(options, ToolSystemQuery, {}, signal)).system,
    startPreview: async (changes, signal) =>
      await send(
        options,
        ToolStartPreviewQuery,
        { search: changes.join(' '), first: changes.length, changes: [...changes] },
        signal,
      ),
    train: async (signal) => (await send(options, ToolTrainQuery, {}, signal)).train,
    errorLog: async (selection = {}, signal) =>
      (await send(options, ToolErrorLogQuery, selection, signal)).errorLog,
    health: async (signal) => (await send(options, ToolHealthQuery, {}, signal)).system.database,
  };
}

type Mutations = Pick<
  Client,
  | 'startBackport'
  | 'startTrain'
  | 'retryJob'
  | 'revertJob'
  | 'answerInteraction'
  | 'stopJob'
  | 'handOverJob'
  | 'revealLines'
>;

function mutations(options: ClientOptions): Mutations {
  return {
    startBackport: async ({ idempotencyKey, ...rest }, signal) => {
      const input = { ...rest, idempotencyKey: idempotencyKey ?? newIdempotencyKey() };
      const start = () => send(options, ToolStartBackportMutation, { input }, signal);
      return (await untilReply(options, start, signal)).startBackport;
    },
    startTrain: async ({ idempotencyKey, ...rest }, signal) => {
      const input = { ...rest, idempotencyKey: idempotencyKey ?? newIdempotencyKey() };
      const start = () => send(options, ToolStartTrainMutation, { input }, signal);
      return (await untilReply(options, start, signal)).startTrain;
    },
    retryJob: async ({ idempotencyKey, ...rest }, signal) => {
      const input = { ...rest, idempotencyKey: idempotencyKey ?? newIdempotencyKey() };
      const retry = () => send(options, ToolRetryJobMutation, { input }, signal);
      return (await untilReply(options, retry, signal)).retryJob;
    },
    revertJob: async ({ idempotencyKey, ...rest }, signal) => {
      const input = { ...rest, idempotencyKey: idempotencyKey ?? newIdempotencyKey() };
      const revert = () => send(options, ToolRevertJobMutation, { input }, signal);
      return (await untilReply(options, revert, signal)).revertJob;
    },
    answerInteraction: (input, signal) =>
      untilReply(options, (mayHaveHadEffect) => answer(options, input, mayHaveHadEffect, signal), signal),
    stopJob: (input, signal) =>
      untilReply(options, (mayHaveHadEffect) => stop(options, input, mayHaveHadEffect, signal), signal),
    handOverJob: (input, signal) =>
      untilReply(
        options,
        async () => (await send(options, ToolHandOverJobMutation, { input }, signal)).handOverJob,
        signal,
      ),
    revealLines: async (input, signal) =>
      (await send(options, ToolRevealMutation, { input }, signal)).revealLines,
  };
}

/** Answers. If an answer whose reply was lost has won, that is a success, although the server says that the question was answered before. */
async function answer(
  options: ClientOptions,
  input: AnswerInteractionInput,
  mayHaveHadEffect: boolean,
  signal?: AbortSignal,
): Promise<AnswerInteractionResult> {
  const { answerInteraction: result } = await send(options, ToolAnswerInteractionMutation, { input }, signal);
  if (!mayHaveHadEffect || result.__typename !== 'InteractionAlreadyAnswered') return result;
  const { interaction } = result;
  const { viewer } = await send(options, ToolViewerQuery, {}, signal);
  const isOwn = interaction.answer === input.answer && interaction.answeredBy?.id === viewer?.user.id;
  return isOwn ? { __typename: 'AnswerInteractionSuccess', interaction } : result;
}

/** Stops. A stop whose reply was lost is not sent again once the job stops or has ended: the log would have a second one. */
async function stop(
  options: ClientOptions,
  input: StopJobInput,
  mayHaveHadEffect: boolean,
  signal?: AbortSignal,
): Promise<StopJobResult> {
  if (mayHaveHadEffect) {
    const { job } = await send(options, ToolJobQuery, { id: input.jobId }, signal);
    if (job !== null && (job.ended || job.state === 'STOPPING')) return { __typename: 'StopJobSuccess', job };
  }
  return (await send(options, ToolStopJobMutation, { input }, signal)).stopJob;
}

type Followers = Pick<
  Client,
  'watchJob' | 'watchJobs' | 'watchSystem' | 'followLog' | 'followMarks' | 'searchLog'
>;

function followers(subscribe: Subscribe): Followers {
  const never = (): boolean => false;
  return {
    async *watchJob(id, signal) {
      const isLast = ({ jobUpdates }: { readonly jobUpdates: Job }): boolean => jobUpdates.ended;
      const updates = subscribe(ToolJobUpdatesSubscription, () => ({ id }), isLast, signal);
      for await (const { jobUpdates } of updates) yield jobUpdates;
    },
    async *watchJobs(signal) {
      const updates = subscribe(ToolAllJobsSubscription, () => ({}), never, signal);
      for await (const { jobUpdates } of updates) yield jobUpdates;
    },
    async *watchSystem(signal) {
      const updates = subscribe(ToolSystemSubscription, () => ({}), never, signal);
      for await (const { systemUpdates } of updates) yield systemUpdates;
    },
    async *followLog(jobId, after = 0, signal) {
      let cursor = after;
      const isLast = ({ jobLog }: { readonly jobLog: LogBatch }): boolean => jobLog.complete;
      const batches = subscribe(ToolJobLogSubscription, () => ({ jobId, after: cursor }), isLast, signal);
      for await (const { jobLog } of batches) {
        cursor = jobLog.cursor;
        yield jobLog;
      }
    },
    async *followMarks(jobId, after = 0, signal) {
      let cursor = after;
      const isLast = ({ jobLogMarks }: { readonly jobLogMarks: MarkBatch }): boolean => jobLogMarks.complete;
      const batches = subscribe(ToolMarksSubscription, () => ({ jobId, after: cursor }), isLast, signal);
      for await (const { jobLogMarks } of batches) {
        cursor = jobLogMarks.cursor;
        yield jobLogMarks;
      }
    },
    async *searchLog(jobId, search, signal) {
      // The server begins each search at the first line.
      let cursor = 0;
      const isLast = ({ jobLogSearch }: { readonly jobLogSearch: SearchBatch }): boolean =>
        jobLogSearch.complete;
      const batches = subscribe(ToolSearchSubscription, () => ({ jobId, search }), isLast, signal);
      for await (const { jobLogSearch: batch } of batches) {
        if (batch.cursor < cursor) continue;
        const known = cursor;
        cursor = batch.cursor;
        yield { ...batch, lineNumbers: batch.lineNumbers.filter((number) => number > known) };
      }
    },
  };
}
