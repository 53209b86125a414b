// Owns one round: a job that runs over the public API while faults are injected, and a record of what happened. invariant.ts checks the record.
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { jobMarkOf } from '../../jobrunner/process/environment.ts';
import { processesOf } from '../../jobrunner/process/process.ts';
import { killJob } from '../../jobrunner/process/signal.ts';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { Stop } from '../../schema/model/job/stop.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { readLines } from '../../schema/model/log/log.ts';
import { isAlive } from '../../schema/model/runner/process.ts';
import type { World } from '../support/world.ts';
import { request, subscribe } from './client.ts';
import { type FaultInjector, retryUntilAnswered } from './fault-injector.ts';
import { answerOf, type FaultKind, type Plan, type Trigger, triggers } from './plan.ts';
import type { RestartedProcess } from './restarted-process.ts';

/** What all rounds share. */
export interface RoundContext {
  readonly world: World;
  readonly servers: readonly RestartedProcess[];
  readonly injector: FaultInjector;
  /** A token of each person. */
  readonly tokens: readonly string[];
  /** The ended job that the round retries. Null if the round starts a new backport. */
  jobToRetry(round: number): number | null;
}

/** An answer that one person sent, and its result. */
export interface AnswerAttempt {
  readonly nonce: string;
  readonly answer: string;
  /** `unknown`: there was no response, or an error. */
  readonly outcome: 'accepted' | 'too late' | 'gone' | 'refused' | 'unknown';
  /** The answer that the server reported as accepted before. */
  readonly acceptedAnswer: string | null;
}

/** A log line as a subscriber received it. */
export interface FollowedLine {
  readonly number: number;
  readonly kind: string;
  readonly text: string | null;
  readonly continues: boolean;
}

/** Everything that was observed in a round. */
export interface RoundRecord {
  readonly plan: Plan;
  /** What the round still waited for at its timeout. Null if it finished. */
  readonly waitingFor: string | null;
  readonly job: Job | null;
  readonly interactions: readonly Interaction[];
  readonly stops: readonly Stop[];
  readonly log: readonly LogLine[];
  readonly followed: readonly FollowedLine[];
  /** Whether each batch of log lines began right after the previous one. */
  readonly contiguous: boolean;
  /** The bytes that the program printed. */
  readonly printed: Buffer;
  /** The events that the program noted. */
  readonly events: ReadonlySet<ProgramEvent>;
  /** The answers that the program read. */
  readonly read: readonly { readonly nonce: string; readonly answer: string }[];
  readonly attempts: readonly AnswerAttempt[];
  /** When the supervisor was killed, in milliseconds since 1970. Null if it was not. */
  readonly supervisorKilledAt: number | null;
  /** When a subscriber saw the end of the job, by the clock of the test. Null if it did not. */
  readonly endSeenAt: number | null;
  /** The number of processes of the job that were still running after its end. */
  readonly leftOver: number;
}

const programEvents = ['started', 'started-again', 'two-in-lane', 'interrupted', 'end'] as const;
export type ProgramEvent = (typeof programEvents)[number];

/** The timeout of a round in milliseconds. It includes waiting for the previous job in its lane. */
const roundLimit = 400_000;
/** The delay before a failed request or subscription is retried, in milliseconds. */
const retryDelay = 50;

const documents = {
  start: `mutation ($input: StartBackportInput!) { started: startBackport(input: $input) {
    ... on StartBackportSuccess { job { id } }
  } }`,
  retry: `mutation ($input: RetryJobInput!) { started: retryJob(input: $input) {
    ... on RetryJobSuccess { job { id } }
  } }`,
  answer: `mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) {
    __typename
    ... on InteractionAlreadyAnswered { interaction { answer } }
  } }`,
  stop: `mutation ($input: StopJobInput!) { stopJob(input: $input) { __typename } }`,
  stops: 'query ($id: ID!) { job(id: $id) { stops { id } } }',
  updates: `subscription ($id: ID!) { jobUpdates(id: $id) { state finishedAt pendingInteraction { id prompt } } }`,
  log: `subscription ($id: ID!, $after: Int!) { jobLog(jobId: $id, after: $after) {
    lines { number kind text continues } cursor complete
  } }`,
};

const outcomes: { readonly [typename: string]: AnswerAttempt['outcome'] } = {
  AnswerInteractionSuccess: 'accepted',
  InteractionAlreadyAnswered: 'too late',
  InteractionGone: 'gone',
  AnswerNotAccepted: 'refused',
};

/** The faults that kill the supervisor of the job. */
const killsSupervisor = new Set<FaultKind>(['supervisor killed', 'everything killed', 'everything together']);

/** Runs a round until it finishes or times out. */
export async function runRound(context: RoundContext, plan: Plan): Promise<RoundRecord> {
  const round = new Round(context, plan);
  return await round.run();
}

class Round {
  readonly #context: RoundContext;
  readonly #plan: Plan;
  /** The directory in which the program finds its plan and notes events. */
  readonly #directory: string;
  /** Aborted when the job has ended, or at the timeout. */
  readonly #finished = new AbortController();
  readonly #reached = new Map(triggers.map((trigger) => [trigger, Promise.withResolvers<void>()]));
  readonly #attempts: AnswerAttempt[] = [];
  readonly #followed: FollowedLine[] = [];
  #contiguous = true;
  #jobId: number | null = null;
  #supervisorKilledAt: number | null = null;
  #endSeenAt: number | null = null;
  /** The number of requests so far. They alternate between the servers, so a retry goes to the other one. */
  #requests: number;

  constructor(context: RoundContext, plan: Plan) {
    this.#context = context;
    this.#plan = plan;
    this.#directory = join(context.world.directory, 'rounds', String(plan.round));
    this.#requests = plan.round;
  }

  async run(): Promise<RoundRecord> {
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(join(this.#directory, 'plan.json'), JSON.stringify(this.#plan));
    const files = watch(this.#directory, (_, file) => {
      for (const trigger of ['started', 'flood', 'end'] as const) if (file === trigger) this.#reach(trigger);
    });
    const { signal } = this.#finished;
    const timeout = setTimeout(() => this.#finished.abort(), roundLimit);
    const faults = this.#plan.faults.map((fault) =>
      this.#after(fault, async () => {
        const injected = await this.#context.injector.inject(fault, this.#jobId, signal);
        if (injected && killsSupervisor.has(fault.kind)) this.#supervisorKilledAt = Date.now();
      }),
    );
    const pending = new Set(['the start']);
    this.#jobId = await this.#start();
    const jobId = this.#jobId;
    if (jobId !== null) {
      pending.delete('the start');
      this.#reach('queued');
      const stop = this.#plan.stop && this.#after(this.#plan.stop, () => this.#stop(jobId));
      const track = async (name: string, task: Promise<void>): Promise<void> => {
        pending.add(name);
        await task;
        if (!signal.aborted) pending.delete(name);
      };
      await Promise.all([
        track('the end', this.#answerQuestions(jobId)),
        track('the log', this.#follow(jobId)),
      ]);
      if (pending.size === 0) this.#finished.abort();
      await stop;
    }
    clearTimeout(timeout);
    this.#finished.abort();
    await Promise.all(faults);
    files.close();
    return await this.#record(pending.size === 0 ? null : [...pending].join(' and '));
  }

  #reach(trigger: Trigger): void {
    this.#reached.get(trigger)?.resolve();
  }

  /** Runs a task after its trigger, unless the job has ended before. */
  async #after(when: { trigger: Trigger; delay: number }, task: () => Promise<void>): Promise<void> {
    const { signal } = this.#finished;
    await Promise.race([this.#reached.get(when.trigger)?.promise, aborted(signal)]);
    if (when.delay > 0) await wait(when.delay, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await task();
  }

  /** The server for the next request. */
  #url(): string {
    return this.#context.servers[this.#requests++ % this.#context.servers.length]?.url ?? '';
  }

  #token(person: number): string {
    return this.#context.tokens[person] ?? '';
  }

  /** Waits before a retry. Returns false if the round is over. */
  async #delayRetry(): Promise<boolean> {
    await wait(retryDelay, undefined, { signal: this.#finished.signal }).catch(() => {});
    return !this.#finished.signal.aborted;
  }

  /** Starts the job. The idempotency key makes retries safe. Returns null at the timeout. */
  async #start(): Promise<number | null> {
    const { round } = this.#plan;
    const retried = this.#context.jobToRetry(round);
    const idempotencyKey = `round ${round}`;
    const [document, input] =
      retried === null
        ? [documents.start, { changes: [String(round)], acceptUnverified: true, idempotencyKey }]
        : [documents.retry, { jobId: String(retried), idempotencyKey }];
    do {
      const response = request<{ started: { job?: { id: string } } }>(this.#url(), this.#token(0), document, {
        input,
      });
      this.#reach('sent');
      const job = (await response)?.started.job;
      if (job) return Number(job.id);
    } while (await this.#delayRetry());
    return null;
  }

  /** Follows the job to its end and answers each question. */
  async #answerQuestions(jobId: number): Promise<void> {
    const settled = new Set<string>();
    const { signal } = this.#finished;
    do {
      try {
        const updates = subscribe<{
          jobUpdates: {
            state: string;
            finishedAt: string | null;
            pendingInteraction: { id: string; prompt: string } | null;
          };
        }>(this.#url(), this.#token(0), documents.updates, { id: String(jobId) }, signal);
        for await (const { jobUpdates: job } of updates) {
          if (job.state !== 'QUEUED') this.#reach('claimed');
          if (job.finishedAt !== null) {
            this.#endSeenAt = Date.now();
            return;
          }
          const question = job.pendingInteraction;
          if (!question || settled.has(question.id)) continue;
          this.#reach('asked');
          // If every result is unknown, subscribe again and see whether the question is still open.
          if (!(await this.#answer(question))) break;
          settled.add(question.id);
        }
      } catch {
        // The connection was lost: retry with the other server.
      }
    } while (await this.#delayRetry());
  }

  /** Sends a different answer from each person at the same time, over both servers. Returns whether any result is known. */
  async #answer(question: { id: string; prompt: string }): Promise<boolean> {
    const nonce = question.prompt.replace('Question ', '');
    const people = Array.from({ length: this.#plan.people }, (_, person) => person);
    const attempts = await Promise.all(
      people.map(async (person): Promise<AnswerAttempt> => {
        const answer = answerOf(nonce, person);
        const data = await request<{
          answerInteraction: { __typename: string; interaction?: { answer: string } };
        }>(this.#url(), this.#token(person), documents.answer, {
          input: { interactionId: question.id, answer },
        });
        const result = data?.answerInteraction;
        const outcome = outcomes[result?.__typename ?? ''] ?? 'unknown';
        if (outcome === 'accepted') this.#reach('answered');
        return { nonce, answer, outcome, acceptedAnswer: result?.interaction?.answer ?? null };
      }),
    );
    this.#attempts.push(...attempts);
    return attempts.some(({ outcome }) => outcome !== 'unknown');
  }

  /** Requests the stop once, because a second request would escalate it. */
  async #stop(jobId: number): Promise<void> {
    const input = { jobId: String(jobId), how: this.#plan.stop?.how };
    let requested = false;
    do {
      // The result of the first request is unknown: look whether the stop was recorded.
      if (requested) {
        const data = await request<{ job: { stops: { id: string }[] } }>(
          this.#url(),
          this.#token(0),
          documents.stops,
          { id: String(jobId) },
        );
        if (!data) continue;
        if (data.job.stops.length > 0) break;
      }
      requested = true;
      if (await request<{ stopJob: object }>(this.#url(), this.#token(1), documents.stop, { input })) break;
    } while (await this.#delayRetry());
    this.#reach('stopped');
  }

  /** Follows the log to its end, and resumes after the last line when the connection is lost. */
  async #follow(jobId: number): Promise<void> {
    const { signal } = this.#finished;
    let cursor = 0;
    do {
      try {
        const batches = subscribe<{
          jobLog: { lines: FollowedLine[]; cursor: number; complete: boolean };
        }>(this.#url(), this.#token(1), documents.log, { id: String(jobId), after: cursor }, signal);
        for await (const { jobLog } of batches) {
          const [first] = jobLog.lines;
          this.#contiguous &&= first === undefined || first.number === cursor + 1;
          this.#followed.push(...jobLog.lines);
          cursor = jobLog.cursor;
          if (jobLog.complete) return;
        }
      } catch {
        // The connection was lost: retry with the other server.
      }
    } while (await this.#delayRetry());
  }

  async #record(waitingFor: string | null): Promise<RoundRecord> {
    const { database } = this.#context.world;
    const jobId = this.#jobId ?? 0;
    const processes = { jobMark: jobMarkOf(database.url, jobId), leader: null, cgroup: null };
    const leftOver = processesOf(processes).own.length;
    const never = new AbortController().signal;
    const job = await retryUntilAnswered(() => database.em().findOne(Job, { id: jobId }), never);
    if (waitingFor !== null) {
      // Free the lane for the next rounds.
      if (job?.supervisor && isAlive(job.supervisor)) process.kill(job.supervisor.pid, 'SIGKILL');
      await killJob(processes);
    }
    const text = (name: string): string => {
      const path = join(this.#directory, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    return {
      plan: this.#plan,
      waitingFor,
      job,
      interactions: await retryUntilAnswered(() => database.em().find(Interaction, { job: jobId }), never),
      stops: await retryUntilAnswered(() => database.em().find(Stop, { job: jobId }), never),
      log: await retryUntilAnswered(() => this.#wholeLog(jobId), never),
      followed: this.#followed,
      contiguous: this.#contiguous,
      printed: existsSync(join(this.#directory, 'printed'))
        ? readFileSync(join(this.#directory, 'printed'))
        : Buffer.alloc(0),
      events: new Set(programEvents.filter((name) => existsSync(join(this.#directory, name)))),
      read: text('answers')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
      attempts: this.#attempts,
      supervisorKilledAt: this.#supervisorKilledAt,
      endSeenAt: this.#endSeenAt,
      leftOver,
    };
  }

  async #wholeLog(jobId: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (;;) {
      const more = await readLines(this.#context.world.database, jobId, lines.at(-1)?.number ?? 0, 5_000);
      if (more.length === 0) return lines;
      lines.push(...more);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
