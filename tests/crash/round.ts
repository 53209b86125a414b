// Owns one round: a job through the public contract while its surroundings are struck, and the evidence of what happened. Not whether that is right (invariant.ts).
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { processTagOf } from '../../jobrunner/command.ts';
import { processesOf } from '../../jobrunner/process.ts';
import { killJob } from '../../jobrunner/signal.ts';
import { Interaction } from '../../schema/model/job/interaction.ts';
import { Job } from '../../schema/model/job/job.ts';
import { isAlive } from '../../schema/model/job/process.ts';
import { Stop } from '../../schema/model/job/stop.ts';
import type { LogLine } from '../../schema/model/log/line.ts';
import { readLines } from '../../schema/model/log/log.ts';
import type { World } from '../support/world.ts';
import { request, subscribe } from './client.ts';
import { patiently, type Storm } from './fault-injector.ts';
import { answerOf, type Moment, moments, type Plan } from './plan.ts';
import type { KeptPart } from './restarted-process.ts';

/** Where rounds are played. */
export interface Stage {
  readonly world: World;
  readonly servers: readonly KeptPart[];
  readonly storm: Storm;
  /** A token of each person. */
  readonly tokens: readonly string[];
  /** The ended job whose retry a round is; null: it is started as a backport. */
  wishOf(round: number): number | null;
}

/** What one person's answer came to. */
export interface Given {
  readonly nonce: string;
  readonly answer: string;
  /** `unknown`: no answer came, or the server could not say. */
  readonly outcome: 'accepted' | 'too late' | 'gone' | 'refused' | 'unknown';
  /** The answer that was said to count. */
  readonly counts: string | null;
}

/** A line as a follower got it. */
export interface Followed {
  readonly number: number;
  readonly kind: string;
  readonly text: string | null;
  readonly continues: boolean;
}

/** What happened in a round. */
export interface Evidence {
  readonly plan: Plan;
  /** What it still waited for when its time was over; null: it came to its end. */
  readonly stuck: string | null;
  readonly job: Job | null;
  readonly interactions: readonly Interaction[];
  readonly stops: readonly Stop[];
  readonly log: readonly LogLine[];
  readonly followed: readonly Followed[];
  /** Whether each follower's batch began where the one before had ended. */
  readonly seamless: boolean;
  /** What the program printed, byte for byte. */
  readonly truth: Buffer;
  /** What the program says has happened to it. */
  readonly marks: ReadonlySet<ProgramMark>;
  readonly read: readonly { readonly nonce: string; readonly answer: string }[];
  readonly given: readonly Given[];
  /** When its supervisor was killed, in milliseconds since 1970; null: it was not. */
  readonly supervisorKilledAt: number | null;
  /** Processes of the job that lived when it had ended. */
  readonly leftOver: number;
}

const programMarks = ['started', 'started-again', 'two-in-lane', 'interrupted', 'end'] as const;
export type ProgramMark = (typeof programMarks)[number];

/** How long a round may take, the job before it in its lane included, in milliseconds. */
const roundLimit = 180_000;
/** How long to wait before a request or a subscription that was cut off is tried again, in milliseconds. */
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

const outcomes: { readonly [typename: string]: Given['outcome'] } = {
  AnswerInteractionSuccess: 'accepted',
  InteractionAlreadyAnswered: 'too late',
  InteractionGone: 'gone',
  AnswerNotAccepted: 'refused',
};

/** Plays a round to its end, or to the end of its time. */
export async function playRound(stage: Stage, plan: Plan): Promise<Evidence> {
  const round = new Round(stage, plan);
  return await round.play();
}

class Round {
  readonly #stage: Stage;
  readonly #plan: Plan;
  /** Where the program finds its plan and keeps what happens. */
  readonly #directory: string;
  /** Over when the job has ended, or its time. */
  readonly #over = new AbortController();
  readonly #reached = new Map(moments.map((moment) => [moment, Promise.withResolvers<void>()]));
  readonly #given: Given[] = [];
  readonly #followed: Followed[] = [];
  #seamless = true;
  #jobId: number | null = null;
  #supervisorKilledAt: number | null = null;
  /** Which server is asked next: whoever was cut off goes to the other one. */
  #turn: number;

  constructor(stage: Stage, plan: Plan) {
    this.#stage = stage;
    this.#plan = plan;
    this.#directory = join(stage.world.directory, 'rounds', String(plan.round));
    this.#turn = plan.round;
  }

  async play(): Promise<Evidence> {
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(join(this.#directory, 'plan.json'), JSON.stringify(this.#plan));
    const files = watch(this.#directory, (_, file) => {
      for (const moment of ['started', 'flood', 'end'] as const) if (file === moment) this.#reach(moment);
    });
    const { signal } = this.#over;
    const limit = setTimeout(() => this.#over.abort(), roundLimit);
    const blows = this.#plan.blows.map((blow) =>
      this.#at(blow, async () => {
        const struck = await this.#stage.storm.strike(blow, this.#jobId, signal);
        if (struck && blow.kind === 'supervisor killed') this.#supervisorKilledAt = Date.now();
      }),
    );
    const waitsFor = new Set(['the start']);
    this.#jobId = await this.#start();
    const jobId = this.#jobId;
    if (jobId !== null) {
      waitsFor.delete('the start');
      this.#reach('queued');
      const stop = this.#plan.stop && this.#at(this.#plan.stop, () => this.#stop(jobId));
      const awaited = async (name: string, deed: Promise<void>): Promise<void> => {
        waitsFor.add(name);
        await deed;
        if (!signal.aborted) waitsFor.delete(name);
      };
      await Promise.all([awaited('the end', this.#attend(jobId)), awaited('the log', this.#follow(jobId))]);
      if (waitsFor.size === 0) this.#over.abort();
      await stop;
    }
    clearTimeout(limit);
    this.#over.abort();
    await Promise.all(blows);
    files.close();
    return await this.#evidence(waitsFor.size === 0 ? null : [...waitsFor].join(' and '));
  }

  #reach(moment: Moment): void {
    this.#reached.get(moment)?.resolve();
  }

  /** Does something at its moment, if that comes before the job's end. */
  async #at(when: { moment: Moment; delay: number }, deed: () => Promise<void>): Promise<void> {
    const { signal } = this.#over;
    await Promise.race([this.#reached.get(when.moment)?.promise, aborted(signal)]);
    if (when.delay > 0) await wait(when.delay, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await deed();
  }

  /** The server whose turn it is. */
  #url(): string {
    return this.#stage.servers[this.#turn++ % this.#stage.servers.length]?.url ?? '';
  }

  #token(person: number): string {
    return this.#stage.tokens[person] ?? '';
  }

  async #retrying(): Promise<boolean> {
    await wait(retryDelay, undefined, { signal: this.#over.signal }).catch(() => {});
    return !this.#over.signal.aborted;
  }

  /** Starts the job; its key makes it one job, however often it is asked for. Null: its time was over before. */
  async #start(): Promise<number | null> {
    const { round } = this.#plan;
    const wish = this.#stage.wishOf(round);
    const idempotencyKey = `round ${round}`;
    const [document, input] =
      wish === null
        ? [documents.start, { changes: [String(round)], acceptUnverified: true, idempotencyKey }]
        : [documents.retry, { jobId: String(wish), idempotencyKey }];
    do {
      const asked = request<{ started: { job?: { id: string } } }>(this.#url(), this.#token(0), document, {
        input,
      });
      this.#reach('sent');
      const job = (await asked)?.started.job;
      if (job) return Number(job.id);
    } while (await this.#retrying());
    return null;
  }

  /** Sees the job through to its end, and has each question answered. */
  async #attend(jobId: number): Promise<void> {
    const settled = new Set<string>();
    const { signal } = this.#over;
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
          if (job.finishedAt !== null) return;
          const question = job.pendingInteraction;
          if (!question || settled.has(question.id)) continue;
          this.#reach('asked');
          // Looked at again, if nobody knows what came of it.
          if (!(await this.#answer(question))) break;
          settled.add(question.id);
        }
      } catch {
        // Cut off: on to the other server.
      }
    } while (await this.#retrying());
  }

  /** Several people answer at once, each with their own answer, over different servers. Returns whether anybody knows what came of it. */
  async #answer(question: { id: string; prompt: string }): Promise<boolean> {
    const nonce = question.prompt.replace('Question ', '');
    const people = Array.from({ length: this.#plan.people }, (_, person) => person);
    const given = await Promise.all(
      people.map(async (person): Promise<Given> => {
        const answer = answerOf(nonce, person);
        const data = await request<{
          answerInteraction: { __typename: string; interaction?: { answer: string } };
        }>(this.#url(), this.#token(person), documents.answer, {
          input: { interactionId: question.id, answer },
        });
        const result = data?.answerInteraction;
        const outcome = outcomes[result?.__typename ?? ''] ?? 'unknown';
        if (outcome === 'accepted') this.#reach('answered');
        return { nonce, answer, outcome, counts: result?.interaction?.answer ?? null };
      }),
    );
    this.#given.push(...given);
    return given.some(({ outcome }) => outcome !== 'unknown');
  }

  /** Asks for the stop once: a second request would go a step further. */
  async #stop(jobId: number): Promise<void> {
    const input = { jobId: String(jobId), how: this.#plan.stop?.how };
    let asked = false;
    do {
      // Not known what came of the first request: it counts if it is there.
      if (asked) {
        const data = await request<{ job: { stops: { id: string }[] } }>(
          this.#url(),
          this.#token(0),
          documents.stops,
          { id: String(jobId) },
        );
        if (!data) continue;
        if (data.job.stops.length > 0) break;
      }
      asked = true;
      if (await request<{ stopJob: object }>(this.#url(), this.#token(1), documents.stop, { input })) break;
    } while (await this.#retrying());
    this.#reach('stopped');
  }

  /** Follows the log by cursor to its end, over whatever server there is. */
  async #follow(jobId: number): Promise<void> {
    const { signal } = this.#over;
    let cursor = 0;
    do {
      try {
        const batches = subscribe<{
          jobLog: { lines: Followed[]; cursor: number; complete: boolean };
        }>(this.#url(), this.#token(1), documents.log, { id: String(jobId), after: cursor }, signal);
        for await (const { jobLog } of batches) {
          const [first] = jobLog.lines;
          this.#seamless &&= first === undefined || first.number === cursor + 1;
          this.#followed.push(...jobLog.lines);
          cursor = jobLog.cursor;
          if (jobLog.complete) return;
        }
      } catch {
        // Cut off: on to the other server.
      }
    } while (await this.#retrying());
  }

  async #evidence(stuck: string | null): Promise<Evidence> {
    const { database } = this.#stage.world;
    const jobId = this.#jobId ?? 0;
    const processes = { tag: processTagOf(database.url, jobId), leader: null, cgroup: null };
    const leftOver = processesOf(processes, null).length;
    const never = new AbortController().signal;
    const job = await patiently(() => database.em().findOne(Job, { id: jobId }), never);
    if (stuck !== null) {
      // The rounds to come are not to be held up: its lane is freed.
      if (job?.supervisor && isAlive(job.supervisor)) process.kill(job.supervisor.pid, 'SIGKILL');
      await killJob(processes);
    }
    const text = (name: string): string => {
      const path = join(this.#directory, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    return {
      plan: this.#plan,
      stuck,
      job,
      interactions: await patiently(() => database.em().find(Interaction, { job: jobId }), never),
      stops: await patiently(() => database.em().find(Stop, { job: jobId }), never),
      log: await patiently(() => this.#wholeLog(jobId), never),
      followed: this.#followed,
      seamless: this.#seamless,
      truth: existsSync(join(this.#directory, 'truth'))
        ? readFileSync(join(this.#directory, 'truth'))
        : Buffer.alloc(0),
      marks: new Set(programMarks.filter((name) => existsSync(join(this.#directory, name)))),
      read: text('answers')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
      given: this.#given,
      supervisorKilledAt: this.#supervisorKilledAt,
      leftOver,
    };
  }

  async #wholeLog(jobId: number): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (;;) {
      const more = await readLines(this.#stage.world.database, jobId, lines.at(-1)?.number ?? 0, 5_000);
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
