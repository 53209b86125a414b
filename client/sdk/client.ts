// Owns the typed client for other programs: requests, and subscriptions that resume after a lost connection.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import type {
  ToolAnswerInteractionMutation as AnswerData,
  AnswerInteractionInput,
  JobFilter,
  ToolJobsQuery as JobsData,
  ToolJobLogSubscription as LogData,
  ToolRetryJobMutation as RetryData,
  RetryJobInput,
  StartBackportInput,
  ToolStartBackportMutation as StartData,
  ToolStopJobMutation as StopData,
  StopJobInput,
  ToolJobFragment,
  ToolQuestionFragment,
  ToolViewerQuery as ViewerData,
} from '../generated/graphql.ts';
import { resumeIteration } from '../subscription/resume.ts';
import { fromGraphQLErrors, fromSubscription, memberOf, SpiderPigError } from './error.ts';
import {
  ToolAnswerInteractionMutation,
  ToolJobLogSubscription,
  ToolJobQuery,
  ToolJobsQuery,
  ToolJobUpdatesSubscription,
  ToolLogQuery,
  ToolRetryJobMutation,
  ToolStartBackportMutation,
  ToolStopJobMutation,
  ToolViewerQuery,
} from './operation.graphql.ts';

/** A job, with the fields that tools get. */
export type Job = ToolJobFragment;
/** A question of a job. */
export type Interaction = ToolQuestionFragment;
/** Lines of a log, the number of the last one, and whether none will follow. */
export type LogBatch = LogData['jobLog'];
/** One line; `text` is null while it is hidden. */
export type LogLine = LogBatch['lines'][number];
export type JobPage = JobsData['jobs'];
export type Viewer = NonNullable<ViewerData['viewer']>;
export type StartBackportResult = StartData['startBackport'];
export type AnswerInteractionResult = AnswerData['answerInteraction'];
export type StopJobResult = StopData['stopJob'];
export type RetryJobResult = RetryData['retryJob'];

export interface SpiderPigOptions {
  /** The URL of the server without `/graphql`, such as `http://127.0.0.1:8888`. */
  readonly url: string;
  /** The API token that `spiderpig token create` printed. */
  readonly token: string;
  /** The name of the calling program, for the server's usage metrics. */
  readonly clientName: string;
  readonly clientVersion?: string;
  /** The timeout of a request in milliseconds; default 30,000. Subscriptions have no timeout. */
  readonly timeout?: number;
  /** Milliseconds before a lost subscription is opened again for the first time, at most; doubles up to ten seconds. Default 250. */
  readonly retryDelay?: number;
  /** Told when a subscription loses its connection and when it has one again. */
  readonly onConnection?: (state: 'live' | 'lost') => void;
}

/** Every method may reject with a SpiderPigError, or with the reason of an aborted signal. */
export interface SpiderPigClient extends AsyncDisposable {
  /** Whose token it is and what it may do; null when the server knows no viewer. */
  viewer(signal?: AbortSignal): Promise<Viewer | null>;
  /** The job as it is now; null when the job does not exist. */
  job(id: string, signal?: AbortSignal): Promise<Job | null>;
  /** Jobs, newest first; `after` is a page's `endCursor`. */
  jobs(page?: { first?: number; after?: string; filter?: JobFilter }, signal?: AbortSignal): Promise<JobPage>;
  /** Up to `first` (default 500) lines after number `after` (default 0); null when there is no such job. */
  log(
    jobId: string,
    range?: { after?: number; first?: number },
    signal?: AbortSignal,
  ): Promise<LogBatch | null>;
  startBackport(input: StartBackportInput, signal?: AbortSignal): Promise<StartBackportResult>;
  answerInteraction(input: AnswerInteractionInput, signal?: AbortSignal): Promise<AnswerInteractionResult>;
  stopJob(input: StopJobInput, signal?: AbortSignal): Promise<StopJobResult>;
  retryJob(input: RetryJobInput, signal?: AbortSignal): Promise<RetryJobResult>;
  /** The job now and after each change, until it has ended. Reconnects without limit. */
  watchJob(id: string, signal?: AbortSignal): AsyncGenerator<Job, void>;
  /** All lines after number `after`, then new lines as they are written, until the log is complete. Resumes after a lost connection without gaps or duplicates. */
  followLog(jobId: string, after?: number, signal?: AbortSignal): AsyncGenerator<LogBatch, void>;
  /** Ends every subscription. */
  close(): Promise<void>;
}

/** Creates a client, which connects when it is first used. Throws a TypeError for an invalid URL. */
export function createSpiderPigClient(options: SpiderPigOptions): SpiderPigClient {
  const endpoint = new URL('graphql', options.url.endsWith('/') ? options.url : `${options.url}/`);
  if (endpoint.protocol !== 'http:' && endpoint.protocol !== 'https:')
    throw new TypeError(`The URL of SpiderPig must begin with http:// or https://, not ${endpoint.protocol}`);
  const socket = openSocket(endpoint, options);

  async function request<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Data> {
    const timeout = AbortSignal.timeout(options.timeout ?? 30_000);
    let status: number;
    let body: unknown;
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        // A redirect would send the token to another server.
        redirect: 'error',
        headers: {
          accept: 'application/graphql-response+json, application/json',
          'content-type': 'application/json',
          authorization: `Bearer ${options.token}`,
          'x-graphql-client-name': options.clientName,
          ...(options.clientVersion === undefined
            ? {}
            : { 'x-graphql-client-version': options.clientVersion }),
        },
        body: JSON.stringify({ query: print(document), variables }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      status = response.status;
      const text = await response.text();
      body = parseJson(text);
    } catch (error) {
      signal?.throwIfAborted();
      const why = timeout.aborted ? 'does not answer' : 'cannot be reached';
      throw new SpiderPigError('unreachable', `${endpoint.origin} ${why}`, { cause: error });
    }
    const errors = memberOf(body, 'errors');
    if (Array.isArray(errors) && errors.length > 0) throw fromGraphQLErrors(errors);
    if (status === 401) throw new SpiderPigError('unauthenticated', 'The server refused the token');
    const data = memberOf(body, 'data');
    if (typeof data !== 'object' || data === null)
      throw new SpiderPigError(
        'failed',
        `${endpoint.origin} answered with status ${status} and no GraphQL result; is it a SpiderPig server?`,
      );
    // The decoding edge: the server has checked the document against its schema, and codegen made Data from the same.
    return data as Data;
  }

  /** Subscribes with fresh variables after each lost connection, until `isLast` accepts a result. */
  function subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: () => Variables,
    isLast: (data: Data) => boolean,
    signal?: AbortSignal,
  ): AsyncGenerator<Data, void> {
    const first = options.retryDelay ?? 250;
    return resumeIteration({
      open: () => socket.iterate({ query: print(document), variables: variables() }),
      read: ({ data, errors }) => {
        if (errors && errors.length > 0) throw fromGraphQLErrors(errors);
        // The same decoding edge as above.
        return data ? (data as Data) : undefined;
      },
      isLast,
      onError: (thrown) => {
        const error = fromSubscription(thrown);
        if (error.kind !== 'unreachable' && error.kind !== 'database') throw error;
      },
      onConnection: options.onConnection,
      backOff: { first, longest: Math.max(first, 10_000) },
      signal,
    });
  }

  const close = async () => {
    await socket.dispose();
  };

  return {
    viewer: async (signal) => (await request(ToolViewerQuery, {}, signal)).viewer,
    job: async (id, signal) => (await request(ToolJobQuery, { id }, signal)).job,
    jobs: async ({ first = 20, after, filter } = {}, signal) =>
      (await request(ToolJobsQuery, { first, after, filter }, signal)).jobs,
    log: async (jobId, { after = 0, first = 500 } = {}, signal) =>
      (await request(ToolLogQuery, { jobId, after, first }, signal)).job?.log ?? null,
    startBackport: async (input, signal) =>
      (await request(ToolStartBackportMutation, { input }, signal)).startBackport,
    answerInteraction: async (input, signal) =>
      (await request(ToolAnswerInteractionMutation, { input }, signal)).answerInteraction,
    stopJob: async (input, signal) => (await request(ToolStopJobMutation, { input }, signal)).stopJob,
    retryJob: async (input, signal) => (await request(ToolRetryJobMutation, { input }, signal)).retryJob,
    async *watchJob(id, signal) {
      const updates = subscribe(
        ToolJobUpdatesSubscription,
        () => ({ id }),
        ({ jobUpdates }) => jobUpdates.ended,
        signal,
      );
      for await (const { jobUpdates } of updates) yield jobUpdates;
    },
    async *followLog(jobId, after = 0, signal) {
      let cursor = after;
      const batches = subscribe(
        ToolJobLogSubscription,
        () => ({ jobId, after: cursor }),
        ({ jobLog }) => jobLog.complete,
        signal,
      );
      for await (const { jobLog } of batches) {
        cursor = jobLog.cursor;
        yield jobLog;
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A WebSocket that is opened when needed, shared by all subscriptions, and closed when the server stops answering pings. */
function openSocket(endpoint: URL, options: SpiderPigOptions): Client {
  const url = new URL(endpoint);
  url.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
  let pong: NodeJS.Timeout | undefined;
  const client = createClient({
    url: url.href,
    connectionParams: {
      authorization: `Bearer ${options.token}`,
      'x-graphql-client-name': options.clientName,
      'x-graphql-client-version': options.clientVersion ?? '',
    },
    // graphql-ws would retry with the original variables, which would repeat lines; resumeIteration retries with the current cursor.
    retryAttempts: 0,
    keepAlive: 10_000,
    on: {
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), 5_000);
      },
      pong: (received) => {
        if (received) clearTimeout(pong);
      },
      closed: () => clearTimeout(pong),
    },
  });
  return client;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
