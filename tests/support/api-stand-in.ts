// Owns a server with the public schema and one scripted job, for testing clients with connections that break on demand.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { buildSchema, execute, GraphQLError, graphql, subscribe, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const amina = { id: '1', name: 'amina' };
const at = '2026-11-20T12:03:04.567Z';

const databaseProblem = () =>
  new GraphQLError('The database does not answer.', { extensions: { code: 'DATABASE_UNAVAILABLE' } });

/** A question of the scripted job. */
interface Question {
  readonly id: string;
  readonly kind: 'CHOICES' | 'TEXT';
  readonly prompt: string;
  readonly choices: readonly { readonly label: string; readonly code: string }[];
}

/** A line of the log; a text of null is hidden. */
const logLine = (number: number, kind: string, text: string | null) => ({
  number,
  at,
  kind,
  text,
  sensitive: text === null,
  continues: false,
});

/** Starts the server. Job 7 is running and has an empty log. `socket`: the path of a Unix socket to listen on; null: on a port. */
export async function openApiStandIn(socket: string | null = null) {
  const schema = buildSchema(
    await readFile(new URL('../../schema/graphql/schema.graphql', import.meta.url), 'utf8'),
  );
  const token = 'test-token';
  const lines: ReturnType<typeof logLine>[] = [];
  const asked: object[] = [];
  const job = {
    id: '7',
    kind: 'BACKPORT',
    state: 'RUNNING',
    outcome: null as string | null,
    command: null,
    ended: false,
    lane: 'default',
    host: 'deploy1',
    title: 'Backport 1102340',
    owner: amina,
    responsible: amina,
    changes: [{ number: '1102340', url: null, subject: 'A subject', project: null, branch: null }],
    status: null as string | null,
    progress: null as object | null,
    pendingInteraction: null as object | null,
    queuedAt: at,
    startedAt: at,
    finishedAt: null as string | null,
    exitStatus: null as number | null,
    exitSignal: null,
    reason: null as string | null,
    behindSince: null as string | null,
    lastStatus: null,
    lastError: null,
    retryOfJob: null,
    remaining: [],
    interactions: ({ after, first }: { after?: string; first: number }) => {
      const from =
        after === undefined || after === null
          ? 0
          : asked.findIndex((each) => Reflect.get(each, 'id') === after) + 1;
      return asked.slice(from, from + first);
    },
    get logLineCount() {
      return lines.length;
    },
    log: ({ after, first, last }: { after: number; first: number; last?: number }) =>
      last ? batch(Math.max(0, lines.length - last)) : batch(after, first),
  };
  const answers: { interactionId: string; answer: string }[] = [];
  const cursors: number[] = [];
  const started: object[] = [];
  let complete = false;
  let problems = 0;
  let stops = 0;
  let held: string | null = null;
  let lostReplies = 0;
  let winner = amina.name;
  let before: object | null = null;
  let wake: () => void = () => {};
  let changed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const ring = () => {
    wake();
    changed = new Promise((resolve) => {
      wake = resolve;
    });
  };

  function batch(after: number, first = 500) {
    const found = lines.slice(after, after + first);
    const cursor = after + found.length;
    return { lines: found, partial: null, cursor, complete: complete && cursor === lines.length };
  }

  const system = {
    version: '0',
    simulated: true,
    gerritUrl: '',
    lanes: ['default'],
    hold: null,
    runners: [
      {
        id: 'r',
        host: 'deploy1',
        lanes: ['default'],
        online: true,
        simulated: true,
        startedAt: at,
        seenAt: at,
      },
    ],
    get activeJobs() {
      return before === null ? (job.state === 'QUEUED' || job.ended ? [] : [job]) : [before];
    },
    get queuedJobs() {
      return job.state === 'QUEUED' ? [job] : [];
    },
  };

  const query = {
    system,
    viewer: { user: amina, role: 'DEPLOYER', canDeploy: true },
    job: ({ id }: { id: string }) => (id === job.id ? job : null),
    jobs: { nodes: [job], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 1 },
    startBackport: ({ input }: { input: { changes: string[] } }) => {
      started.push(input);
      if (held !== null)
        return {
          __typename: 'DeploymentsHeld',
          code: 'DEPLOYMENTS_HELD',
          message: held,
          hold: { id: '1', reason: '', by: amina, since: at, endsAt: null },
        };
      const problems = input.changes
        .filter((change) => !/^[0-9]+$/.test(change))
        .map((change) => ({ input: change, code: 'NOT_A_NUMBER', message: 'This is no change number.' }));
      return problems.length > 0
        ? {
            __typename: 'InvalidChanges',
            code: 'INVALID_CHANGES',
            message: 'Some changes cannot be deployed.',
            problems,
          }
        : { __typename: 'StartBackportSuccess', job };
    },
    answerInteraction: ({ input }: { input: { interactionId: string; answer: string } }) => {
      const answered = asked.find((each) => Reflect.get(each, 'id') === input.interactionId);
      if (answered !== undefined)
        return {
          __typename: 'InteractionAlreadyAnswered',
          code: 'INTERACTION_ALREADY_ANSWERED',
          message: `${winner} was first.`,
          interaction: answered,
        };
      const offered: unknown = Reflect.get(job.pendingInteraction ?? {}, 'choices');
      if (Array.isArray(offered) && offered.length > 0 && !offered.some(({ code }) => code === input.answer))
        return {
          __typename: 'AnswerNotAccepted',
          code: 'ANSWER_NOT_ACCEPTED',
          message: 'This answer was not offered.',
        };
      if (job.pendingInteraction === null)
        return {
          __typename: 'InteractionGone',
          code: 'INTERACTION_GONE',
          message: 'Nobody waits for an answer to this any more.',
        };
      answers.push(input);
      const interaction = { ...job.pendingInteraction, answer: input.answer, answeredBy: amina };
      job.pendingInteraction = null;
      asked.push(interaction);
      ring();
      return { __typename: 'AnswerInteractionSuccess', interaction };
    },
    stopJob: ({ input }: { input: { jobId: string } }) => {
      if (input.jobId !== job.id)
        return {
          __typename: 'JobNotFound',
          code: 'JOB_NOT_FOUND',
          message: `There is no job ${input.jobId}.`,
        };
      stops++;
      job.state = 'STOPPING';
      return { __typename: 'StopJobSuccess', job };
    },
  };

  const subscription = {
    async *jobUpdates() {
      for (;;) {
        const next = changed;
        if (problems-- > 0) throw databaseProblem();
        yield { jobUpdates: { ...job } };
        await next;
      }
    },
    async *systemUpdates() {
      for (;;) {
        const next = changed;
        yield { systemUpdates: system };
        await next;
      }
    },
    async *jobLog({ after }: { after: number }) {
      cursors.push(after);
      for (let cursor = after; ; ) {
        const next = changed;
        const found = batch(cursor);
        cursor = found.cursor;
        if (found.lines.length > 0 || found.complete) yield { jobLog: found };
        if (found.complete) return;
        await next;
      }
    },
  };

  const server = createServer(async (request, response) => {
    const { authorization } = request.headers;
    const allowed = authorization === `Bearer ${token}`;
    const { query: source, variables } = JSON.parse(await text(request));
    const body = allowed
      ? await graphql({ schema, source, rootValue: query, variableValues: variables })
      : { errors: [{ message: 'Who are you?', extensions: { code: 'UNAUTHENTICATED' } }] };
    if (lostReplies > 0) {
      lostReplies--;
      request.socket.destroy();
      return;
    }
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  const graphqlSocket = useServer(
    {
      schema,
      // Vitest may load another build of graphql for this file than Node does for graphql-ws, and they are incompatible.
      execute,
      subscribe,
      validate,
      roots: { query, mutation: query, subscription },
      onConnect: ({ connectionParams }) => connectionParams?.['authorization'] === `Bearer ${token}`,
    },
    sockets,
  );
  await new Promise<void>((resolve) => {
    if (socket === null) server.listen(0, '127.0.0.1', resolve);
    else server.listen(socket, resolve);
  });
  const address = server.address();
  if (address === null) throw new Error('the stand-in does not listen');

  return {
    url: typeof address === 'string' ? `unix:${address}` : `http://127.0.0.1:${address.port}`,
    token,
    /** The answers, in order. */
    answers,
    /** The `after` argument of each log subscription, in order. */
    cursors,
    /** The input of each startBackport, in order. */
    started,
    print(...texts: readonly (string | null)[]) {
      for (const line of texts) lines.push(logLine(lines.length + 1, 'OUTPUT', line));
      ring();
    },
    /** Executes the next `count` requests, but drops their connection instead of the reply. */
    loseReplies(count: number) {
      lostReplies = count;
    },
    /** Adds `count` questions that were asked and answered before. */
    haveAsked(count: number) {
      for (let id = 1; id <= count; id++)
        asked.push({ id: String(id), kind: 'TEXT', key: null, prompt: '?', choices: [], askedAt: at });
    },
    /** The number of accepted stops. */
    get stops() {
      return stops;
    },
    /** Queues job 7 behind job 6 of bob. */
    queue() {
      job.state = 'QUEUED';
      const bob = { id: '2', name: 'bob' };
      before = { ...job, id: '6', state: 'RUNNING', owner: bob, responsible: bob };
    },
    /** Ends job 6 and starts job 7. */
    startQueued() {
      before = null;
      job.state = 'RUNNING';
      ring();
    },
    /** Refuses every start from now on, with this message. */
    hold(message: string) {
      held = message;
    },
    /** Reports delayed recording from now on. */
    fallBehind() {
      job.behindSince = at;
      ring();
    },
    /** Lets the next `count` job queries fail with a database error. */
    fail(times: number) {
      problems = times;
      ring();
    },
    ask(question: Question) {
      const unanswered = { default: null, askedAt: at, answer: null, answeredBy: null, answeredAt: null };
      job.pendingInteraction = { ...question, ...unanswered };
      ring();
    },
    /** Another user answers the open question. `announce` false: clients that watch the job do not hear of it yet. */
    answer(answer: string, name: string, { announce = true } = {}) {
      winner = name;
      const answered = { ...job.pendingInteraction, answer, answeredBy: { id: '2', name }, answeredAt: at };
      asked.push(answered);
      job.pendingInteraction = null;
      if (!announce) return;
      lines.push(logLine(lines.length + 1, 'ANSWER', `${name} answered “Yes” (${answer})`));
      ring();
    },
    /** Reports a status and the progress of a step. */
    report(status: string, { finished, total }: { readonly finished: number; readonly total: number }) {
      job.status = status;
      const counts = {
        total,
        ok: finished,
        failed: 0,
        finished,
        remaining: total - finished,
        inFlight: null,
      };
      job.progress = { name: 'sync-apaches', ...counts, percent: (finished / total) * 100, done: false };
      ring();
    },
    end(state: string, reason: string, outcome = state === 'SUCCEEDED' ? 'DEPLOYED' : state) {
      Object.assign(job, { state, outcome, ended: true, reason, finishedAt: at });
      complete = true;
      ring();
    },
    /** Drops every WebSocket without a close frame, as a network failure does. */
    cut() {
      for (const socket of sockets.clients) socket.terminate();
    },
    /** Closes every WebSocket with a close frame, as a restarting server does. */
    restart(code = 1001) {
      for (const socket of sockets.clients) socket.close(code, 'Going away');
    },
    async [Symbol.asyncDispose]() {
      ring();
      await graphqlSocket.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
