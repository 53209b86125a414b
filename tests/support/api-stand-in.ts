// Owns a server with the public schema and one scripted job, for testing clients with connections that break on demand.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  buildSchema,
  execute,
  GraphQLError,
  type GraphQLSchema,
  graphql,
  subscribe,
  validate,
} from 'graphql';
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

/** The scripted job 7, which is running and has an empty log at first, and what tests let happen to it. */
class ScriptedJob {
  /** The answers, in order. */
  readonly answers: { interactionId: string; answer: string }[] = [];
  /** The `after` argument of each log subscription, in order. */
  readonly cursors: number[] = [];
  /** The input of each startBackport, in order. */
  readonly started: object[] = [];
  /** The number of accepted stops. */
  stops = 0;
  readonly #lines: ReturnType<typeof logLine>[] = [];
  readonly #asked: object[] = [];
  readonly #job = this.#firstState();
  #complete = false;
  #problems = 0;
  #held: string | null = null;
  #winner = amina.name;
  #before: object | null = null;
  #change = Promise.withResolvers<void>();

  print(...texts: readonly (string | null)[]): void {
    for (const line of texts) this.#lines.push(logLine(this.#lines.length + 1, 'OUTPUT', line));
    this.ring();
  }

  /** Adds `count` questions that were asked and answered before. */
  haveAsked(count: number): void {
    for (let id = 1; id <= count; id++)
      this.#asked.push({ id: String(id), kind: 'TEXT', key: null, prompt: '?', choices: [], askedAt: at });
  }

  /** Queues job 7 behind job 6 of bob. */
  queue(): void {
    this.#job.state = 'QUEUED';
    const bob = { id: '2', name: 'bob' };
    this.#before = { ...this.#job, id: '6', state: 'RUNNING', owner: bob, responsible: bob };
  }

  /** Ends job 6 and starts job 7. */
  startQueued(): void {
    this.#before = null;
    this.#job.state = 'RUNNING';
    this.ring();
  }

  /** Refuses every start from now on, with this message. */
  hold(message: string): void {
    this.#held = message;
  }

  /** Reports delayed recording from now on. */
  fallBehind(): void {
    this.#job.behindSince = at;
    this.ring();
  }

  /** Lets the next `count` job queries fail with a database error. */
  fail(count: number): void {
    this.#problems = count;
    this.ring();
  }

  ask(question: Question): void {
    const unanswered = { default: null, askedAt: at, answer: null, answeredBy: null, answeredAt: null };
    this.#job.pendingInteraction = { ...question, ...unanswered };
    this.ring();
  }

  /** Another user answers the open question. `announce` false: clients that watch the job are not notified yet. */
  answer(answer: string, name: string, { announce = true } = {}): void {
    this.#winner = name;
    const by = { answer, answeredBy: { id: '2', name }, answeredAt: at };
    this.#asked.push({ ...this.#job.pendingInteraction, ...by });
    this.#job.pendingInteraction = null;
    if (!announce) return;
    this.#lines.push(logLine(this.#lines.length + 1, 'ANSWER', `${name} answered “Yes” (${answer})`));
    this.ring();
  }

  /** Reports a status and the progress of a step. */
  report(status: string, { finished, total }: { readonly finished: number; readonly total: number }): void {
    this.#job.status = status;
    const counts = { total, ok: finished, failed: 0, finished, remaining: total - finished, inFlight: null };
    const percent = (finished / total) * 100;
    this.#job.progress = { name: 'sync-apaches', ...counts, percent, done: false };
    this.ring();
  }

  end(state: string, reason: string, outcome = state === 'SUCCEEDED' ? 'DEPLOYED' : state): void {
    Object.assign(this.#job, { state, outcome, ended: true, reason, finishedAt: at });
    this.#complete = true;
    this.ring();
  }

  /** Notifies all subscriptions that something has changed. */
  ring(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** The roots of queries and mutations. */
  get query() {
    return {
      system: () => this.#system,
      viewer: { user: amina, role: 'DEPLOYER', canDeploy: true },
      job: ({ id }: { id: string }) => (id === this.#job.id ? this.#job : null),
      jobs: { nodes: [this.#job], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 1 },
      startBackport: ({ input }: { input: { changes: string[] } }) => this.#start(input),
      answerInteraction: ({ input }: { input: { interactionId: string; answer: string } }) =>
        this.#accept(input),
      stopJob: ({ input }: { input: { jobId: string } }) => this.#stop(input),
    };
  }

  /** The roots of subscriptions. */
  get subscription() {
    return {
      jobUpdates: () => this.#jobUpdates(),
      systemUpdates: () => this.#systemUpdates(),
      jobLog: ({ after }: { after: number }) => this.#jobLog(after),
    };
  }

  #firstState() {
    const script = this;
    return {
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
      sameErrorBefore: null,
      lastError: null,
      retryOfJob: null,
      remaining: [],
      interactions: ({ after, first }: { after?: string | null; first: number }) => {
        const from =
          after == null ? 0 : script.#asked.findIndex((each) => Reflect.get(each, 'id') === after) + 1;
        return script.#asked.slice(from, from + first);
      },
      get logLineCount() {
        return script.#lines.length;
      },
      log: ({ after, first, last }: { after: number; first: number; last?: number }) =>
        last ? script.#batch(Math.max(0, script.#lines.length - last)) : script.#batch(after, first),
    };
  }

  get #system() {
    const job = this.#job;
    const running = job.state === 'QUEUED' || job.ended ? [] : [job];
    const runner = { id: 'r', host: 'deploy1', lanes: ['default'], online: true, simulated: true };
    return {
      version: '0',
      simulated: true,
      gerritUrl: '',
      lanes: ['default'],
      hold: null,
      runners: [{ ...runner, startedAt: at, seenAt: at }],
      activeJobs: this.#before === null ? running : [this.#before],
      queuedJobs: job.state === 'QUEUED' ? [job] : [],
    };
  }

  #batch(after: number, first = 500) {
    const found = this.#lines.slice(after, after + first);
    const cursor = after + found.length;
    return { lines: found, partial: null, cursor, complete: this.#complete && cursor === this.#lines.length };
  }

  #start(input: { changes: string[] }) {
    this.started.push(input);
    if (this.#held !== null)
      return {
        __typename: 'DeploymentsHeld',
        code: 'DEPLOYMENTS_HELD',
        message: this.#held,
        hold: { id: '1', reason: '', by: amina, since: at, endsAt: null },
      };
    const problems = input.changes
      .filter((change) => !/^[0-9]+$/.test(change))
      .map((change) => ({
        input: change,
        code: 'NOT_A_NUMBER',
        message: `“${change}” is not a change number.`,
      }));
    const [problem, ...more] = problems;
    if (problem === undefined) return { __typename: 'StartBackportSuccess', job: this.#job };
    const message = more.length === 0 ? problem.message : 'Some changes cannot be deployed.';
    return { __typename: 'InvalidChanges', code: 'INVALID_CHANGES', message, problems };
  }

  #accept(input: { interactionId: string; answer: string }) {
    const job = this.#job;
    const refused = (__typename: string, code: string, message: string) => ({ __typename, code, message });
    const answered = this.#asked.find((each) => Reflect.get(each, 'id') === input.interactionId);
    if (answered !== undefined)
      return {
        ...refused(
          'InteractionAlreadyAnswered',
          'INTERACTION_ALREADY_ANSWERED',
          `${this.#winner} was first.`,
        ),
        interaction: answered,
      };
    const offered: unknown = Reflect.get(job.pendingInteraction ?? {}, 'choices');
    if (Array.isArray(offered) && offered.length > 0 && !offered.some(({ code }) => code === input.answer))
      return refused('AnswerNotAccepted', 'ANSWER_NOT_ACCEPTED', 'This answer was not offered.');
    if (job.pendingInteraction === null)
      return refused('InteractionGone', 'INTERACTION_GONE', 'Nobody waits for an answer to this.');
    this.answers.push(input);
    const interaction = { ...job.pendingInteraction, answer: input.answer, answeredBy: amina };
    job.pendingInteraction = null;
    this.#asked.push(interaction);
    this.ring();
    return { __typename: 'AnswerInteractionSuccess', interaction };
  }

  #stop({ jobId }: { jobId: string }) {
    if (jobId !== this.#job.id)
      return { __typename: 'JobNotFound', code: 'JOB_NOT_FOUND', message: `There is no job ${jobId}.` };
    this.stops++;
    this.#job.state = 'STOPPING';
    return { __typename: 'StopJobSuccess', job: this.#job };
  }

  async *#jobUpdates() {
    for (;;) {
      const next = this.#change.promise;
      if (this.#problems-- > 0) throw databaseProblem();
      yield { jobUpdates: { ...this.#job } };
      await next;
    }
  }

  async *#systemUpdates() {
    for (;;) {
      const next = this.#change.promise;
      yield { systemUpdates: this.#system };
      await next;
    }
  }

  async *#jobLog(after: number) {
    this.cursors.push(after);
    for (let cursor = after; ; ) {
      const next = this.#change.promise;
      const found = this.#batch(cursor);
      cursor = found.cursor;
      if (found.lines.length > 0 || found.complete) yield { jobLog: found };
      if (found.complete) return;
      await next;
    }
  }
}

/** A server with one scripted job. */
export class ApiStandIn extends ScriptedJob implements AsyncDisposable {
  readonly token = 'test-token';
  /** Whether a client has revoked the token. It is accepted all the same. */
  revoked = false;
  /** Its address, also after it was closed. Empty before it listens. */
  url = '';
  readonly #schema: GraphQLSchema;
  readonly #server = createServer((request, response) => this.#respond(request, response));
  readonly #sockets = new WebSocketServer({ server: this.#server, path: '/graphql' });
  readonly #graphqlSocket: { dispose(): Promise<void> | void };
  #lostReplies = 0;

  constructor(schema: GraphQLSchema) {
    super();
    this.#schema = schema;
    this.#graphqlSocket = useServer(
      {
        schema,
        // Vitest may load another build of graphql for this file than Node does for graphql-ws, and they are incompatible.
        execute,
        subscribe,
        validate,
        roots: { query: this.query, mutation: this.query, subscription: this.subscription },
        onConnect: ({ connectionParams }) => connectionParams?.['authorization'] === `Bearer ${this.token}`,
      },
      this.#sockets,
    );
  }

  async listen(socket: string | null): Promise<void> {
    await new Promise<void>((resolve) => {
      if (socket === null) this.#server.listen(0, '127.0.0.1', resolve);
      else this.#server.listen(socket, resolve);
    });
    const address = this.#server.address();
    if (address === null) throw new Error('the stand-in does not listen');
    this.url = typeof address === 'string' ? `unix:${address}` : `http://127.0.0.1:${address.port}`;
  }

  /** Executes the next `count` requests, but drops their connection instead of the reply. */
  loseReplies(count: number): void {
    this.#lostReplies = count;
  }

  /** Drops every WebSocket without a close frame, as a network failure does. */
  cut(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  /** Closes every WebSocket with a close frame, as a restarting server does. */
  restart(code = 1001): void {
    for (const socket of this.#sockets.clients) socket.close(code, 'Going away');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ring();
    await this.#graphqlSocket.dispose();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const allowed = request.headers.authorization === `Bearer ${this.token}`;
    const received = JSON.parse(await text(request));
    if (request.url === '/sign-out') {
      if (allowed) this.revoked = true;
      response
        .writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' })
        .end(JSON.stringify({ revoked: allowed }));
      return;
    }
    const { query: source, variables } = received;
    const body = allowed
      ? await graphql({
          schema: this.#schema,
          source,
          rootValue: this.query,
          variableValues: variables,
        })
      : { errors: [{ message: 'Who are you?', extensions: { code: 'UNAUTHENTICATED' } }] };
    if (this.#lostReplies > 0) {
      this.#lostReplies--;
      request.socket.destroy();
      return;
    }
    response.writeHead(allowed ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

/** Starts the server. `socket`: the path of a Unix socket to listen on; null: on a port. */
export async function openApiStandIn(socket: string | null = null): Promise<ApiStandIn> {
  const file = new URL('../../schema/graphql/schema.graphql', import.meta.url);
  const standIn = new ApiStandIn(buildSchema(await readFile(file, 'utf8')));
  await standIn.listen(socket);
  return standIn;
}
