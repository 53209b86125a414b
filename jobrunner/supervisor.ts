// Owns the running of one job from start to end: scap's lines into rows, answers and stops to scap, the exit into the job. One process each (main-supervisor.ts).
import { randomBytes } from 'node:crypto';
import { User } from '../schema/model/account/user.ts';
import { type Ending, endingOf, endJob } from '../schema/model/job/ending.ts';
import {
  answerLabel,
  askInteraction,
  type Interaction,
  type Question,
  recordDelivery,
  recordFailedDelivery,
  undeliveredAnswers,
} from '../schema/model/job/interaction.ts';
import {
  assignSupervisor,
  endedStates,
  Job,
  recordStart,
  recordSupervisor,
  type SupervisorIdentity,
} from '../schema/model/job/job.ts';
import {
  recordStopHandled,
  type Stop,
  type StopMode,
  stopModes,
  unhandledStops,
} from '../schema/model/job/stop.ts';
import { type LogLineKind, systemLine } from '../schema/model/log/line.ts';
import type { MaskedLine, Masks } from '../schema/model/log/mask.ts';
import type { Database } from '../schema/model/store/database.ts';
import { retryUntilAvailable } from '../schema/model/store/problem.ts';
import { type Child, NotStarted, type OutputPipe, openOutputPipe, startChild } from './child.ts';
import { argumentsOf, environmentOf, markOf } from './command.ts';
import { LineSplitter, maxLineBytes, type RawBlock, type RawLine } from './line.ts';
import { type Message, parseLine, withoutKey } from './protocol.ts';
import { Recorder } from './recorder.ts';

/** What a supervisor is told and given. */
export interface SupervisorOptions {
  readonly database: Database;
  readonly jobId: number;
  /** Who this process is. */
  readonly identity: SupervisorIdentity;
  /** The pipe that scap will write to, made beforehand: it takes a process to make one. */
  readonly pipe: OutputPipe;
  /** The command that deploys, as argv without the job's own arguments. */
  readonly scap: readonly string[];
  /** Where scap is started. */
  readonly directory: string;
  /** Seconds between the steps of a stop. */
  readonly stopGrace: number;
  /** What masks known secrets before anything is stored; null: none are known. */
  readonly masks: Masks | null;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly warn: (message: string, error?: unknown) => void;
}

const signals: Record<StopMode, NodeJS.Signals> = {
  interrupt: 'SIGINT',
  terminate: 'SIGTERM',
  kill: 'SIGKILL',
};

/** Runs a job; resolves when it has ended and all of it is written. Does nothing when another supervisor has it or it is not to be started. */
export async function supervise(options: SupervisorOptions): Promise<void> {
  const { database, jobId } = options;
  // A job that this supervisor may have is not left because the database is away: nobody else would look after it.
  const found = await retryUntilAvailable(async () => {
    if (!(await recordSupervisor(database, jobId, options.identity))) return null;
    const em = database.em();
    const job = await em.findOneOrFail(Job, { id: jobId });
    return { job, owner: await em.findOneOrFail(User, { id: job.owner }) };
  });
  if (!found) return;
  using run = new Run(options, found.job, found.owner);
  await run.toTheEnd();
}

/** How often everything is done beforehand: until the statements are compiled and the code is warm. A child costs much more than a look. */
const rehearsals = 12;
const rehearsedChildren = 3;

/** Does what a job will need, for no job: the first time of everything takes several times as long, and is not to be waited for later. */
export async function rehearse(database: Database, identity: SupervisorIdentity): Promise<void> {
  for (let times = 0; times < rehearsals; times++) {
    await database.write([], (em) => assignSupervisor(em, 0, identity));
    const em = database.em();
    // Some job that there is: what the ORM makes of a row costs more than asking for it.
    const job = await em.findOne(Job, { id: { $gt: 0 } }, { orderBy: { id: 'desc' } });
    await em.findOne(User, { id: job?.owner ?? 0 });
    await unhandledStops(em, 0);
    await undeliveredAnswers(em, 0);
  }
  for (let times = 0; times < rehearsedChildren; times++) {
    const pipe = await openOutputPipe();
    const child = await startChild(
      {
        file: 'true',
        arguments: [],
        environment: environmentOf(process.env, noJob),
        directory: '/',
        mark: noJob.mark,
        cgroup: null,
      },
      pipe,
    );
    child.onOutput(() => {});
    await child.ended;
  }
}

const noJob = { key: '', user: '', mark: 'rehearsal' };

class Run implements Disposable {
  readonly #options: SupervisorOptions;
  readonly #job: Job;
  readonly #owner: User;
  readonly #recorder: Recorder;
  /** Proves that a message comes from this job's scap. Held here and in scap's environment, nowhere else. */
  readonly #key = randomBytes(32).toString('hex');
  readonly #over = new AbortController();
  #child: Child | null = null;
  /** Who stopped scap first: the reason why it ends. */
  #stoppedBy: string | null = null;
  /** Why somebody else has ended the job. */
  #endedAs: string | null = null;
  readonly #steps: StopMode[] = [];
  /** The last step taken of a stop, as an index of `stopModes`. */
  #step = -1;
  #stepTimer: NodeJS.Timeout | undefined;
  /** Whether scap has asked since it was last signalled: then it waits for people, not people for it. */
  #askedSinceSignal = false;
  #warned = false;
  /** Answers and stops that were acted on. The row says so too, but it may be impossible to write: nothing is done twice for that. */
  readonly #delivered = new Set<number>();
  readonly #obeyed = new Set<number>();
  /** The line that is coming in pieces because it is too long for one. */
  #longLine: { readonly sensitive: boolean; readonly masked: MaskedLine | null } | null = null;

  constructor(options: SupervisorOptions, job: Job, owner: User) {
    this.#options = options;
    this.#job = job;
    this.#owner = owner;
    this.#recorder = new Recorder(options.database, options.jobId, {
      onPressure: (high) => (high ? this.#child?.pause() : this.#child?.resume()),
      onTrouble: (error) => options.warn('the database failed; it is tried again', error),
    });
  }

  async toTheEnd(): Promise<void> {
    const { database, jobId } = this.#options;
    // Listening begins before the first look, so nothing wanted in between is missed.
    using orders = database.doorbell.listen('orders');
    const [early] = await retryUntilAvailable(() => unhandledStops(database.em(), jobId));
    if (early) {
      const reason = `Stopped by ${early.user.name} before scap was started.`;
      await this.#recorder.deed(() => recordStopHandled(database, early.stop));
      await this.#end({ state: 'stopped', reason, exit: { status: null, signal: null } });
      return;
    }
    try {
      this.#child = await this.#start();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const reason = `scap could not be started: ${error.message}`;
      if (!(error instanceof NotStarted)) this.#options.warn('scap could not be started', error);
      await this.#end({ state: 'failed', reason, exit: { status: null, signal: null } });
      return;
    }
    const child = this.#child;
    const splitter = new LineSplitter();
    child.onOutput((chunk) => {
      const at = Date.now();
      for (const part of splitter.push(chunk)) this.#receive(part, at);
    });
    const started = this.#recorder.deed(() => recordStart(database, jobId, child.identity));
    const obeying = started.then(() => this.#obey(child, orders));

    const { exit, cutOff } = await child.ended;
    this.#over.abort();
    clearTimeout(this.#stepTimer);
    await obeying;
    for (const part of splitter.end()) this.#receive(part, Date.now());
    if (cutOff) {
      this.#note(
        'notice',
        'scap has exited, but a process that it left behind still holds its output. What that prints is not recorded.',
      );
    }
    await this.#tellUndelivered();
    // A stop is for every process of the job.
    if (this.#step >= 0) await child.kill();
    const by = this.#stoppedBy;
    const ending = endingOf(exit, by === null ? null : { by, steps: this.#steps });
    if (this.#endedAs === null) return await this.#end(ending);
    this.#note('exit', this.#endedAs);
    await this.#recorder.lastDeed(async () => {});
  }

  [Symbol.dispose](): void {
    this.#recorder[Symbol.dispose]();
  }

  #start(): Promise<Child> {
    const { scap, environment, directory, pipe, database, jobId, identity } = this.#options;
    const mark = markOf(database.url, jobId);
    const [file, ...prefix] = scap;
    if (file === undefined) throw new NotStarted('no command is configured');
    return startChild(
      {
        file,
        arguments: [...prefix, ...argumentsOf(this.#job)],
        environment: environmentOf(environment, { key: this.#key, user: this.#owner.name, mark }),
        directory,
        mark,
        cgroup: identity.cgroup ?? null,
      },
      pipe,
    );
  }

  /** The end, and the last line that says it, in one transaction: neither is ever there without the other. */
  async #end(ending: Ending): Promise<void> {
    const { database, jobId } = this.#options;
    const { reason } = ending;
    const masked = typeof reason === 'string' ? { ...ending, reason: this.#mask(reason) } : ending;
    await this.#recorder.lastDeed(() => endJob(database, jobId, masked, { intoLog: true }));
  }

  // --- from scap

  #receive(part: RawLine | RawBlock, at: number): void {
    const { masks } = this.#options;
    if ('text' in part) this.#receiveLine(part, at);
    else if (!part.bytes.includes(this.#key))
      this.#recorder.log({ at, count: part.count, bytes: masks?.bytes(part.bytes) ?? part.bytes });
    else {
      for (const text of part.bytes.toString('utf8').split('\n').slice(0, -1))
        this.#receiveLine({ text, continues: false }, at);
    }
  }

  #receiveLine(line: RawLine, at: number): void {
    const message =
      this.#longLine === null && !line.continues
        ? parseLine(line.text, this.#key, this.#mask)
        : this.#piece(line);
    switch (message.type) {
      case 'line':
        this.#output(message.text, message.sensitive, line.continues, at);
        break;
      case 'status':
        this.#recorder.report({ status: message.status, progress: null });
        if (message.status !== null) this.#note('status', message.status, at);
        break;
      case 'progress':
        this.#recorder.report({ progress: message.progress });
        break;
      case 'question':
        this.#ask(message.question, at);
        break;
      case 'strange':
        this.#output(message.text, message.sensitive, false, at);
        if (!this.#warned) {
          this.#warned = true;
          this.#note(
            'notice',
            `scap sent ${message.why}; it is kept as output. If scap now waits for an answer, it cannot be given from here: stop the job.`,
            at,
          );
        }
        break;
    }
  }

  /**
   * A piece of a line that was too long. It is output, whatever it looks like; but if the line may have been a message, it may have
   * been a sensitive one.
   */
  #piece(line: RawLine): Message {
    this.#longLine ??= {
      sensitive: line.text.startsWith('{'),
      masked: this.#options.masks?.longLine() ?? null,
    };
    const { sensitive, masked } = this.#longLine;
    if (!line.continues) this.#longLine = null;
    const text = withoutKey(line.text, this.#key);
    return { type: 'line', text: masked?.push(text, !line.continues) ?? text, sensitive };
  }

  /** Text may hold newlines, and may be longer than a line: then it becomes several. */
  #output(text: string, sensitive: boolean, continues: boolean, at: number): void {
    for (const part of text.split('\n')) {
      let rest = part;
      while (rest.length > maxLineBytes) {
        const piece = rest.slice(0, maxLineBytes);
        this.#recorder.log({ at, kind: 'output', text: piece, sensitive, continues: true });
        rest = rest.slice(maxLineBytes);
      }
      this.#recorder.log({ at, kind: 'output', text: rest, sensitive, continues });
    }
  }

  /** A line of our own in the log. Returns its number. Masked as it is quoted, and again as it is one line. */
  #note(kind: Exclude<LogLineKind, 'output'>, text: string, at = Date.now()): number {
    const line = systemLine(kind, this.#mask(text), at);
    return this.#recorder.log({ ...line, text: this.#mask(line.text) });
  }

  /** Text as it may be stored. */
  readonly #mask = (text: string): string => this.#options.masks?.text(text) ?? text;

  #ask(question: Question, at: number): void {
    const { database, jobId } = this.#options;
    this.#askedSinceSignal = true;
    const choices = question.choices.map((choice) => `[${choice.code}] ${choice.label}`).join('  ');
    const lineNumber = this.#note('question', `${question.prompt} ${choices}`, at);
    void this.#recorder.deed(() => askInteraction(database, jobId, { ...question, lineNumber }, at));
  }

  // --- to scap

  /** Looks for answers and stops after each ring, until scap has ended. */
  async #obey(child: Child, orders: { nextRing(signal: AbortSignal): Promise<void> }): Promise<void> {
    const { database, jobId, warn } = this.#options;
    const { signal } = this.#over;
    while (!signal.aborted) {
      try {
        const em = database.em();
        const ended = await em.findOne(Job, { id: jobId, state: { $in: [...endedStates] } });
        if (ended) {
          // Lost while nothing was heard of this host: the lane may have another job by now.
          this.#endedAs = ended.reason ?? '';
          await child.kill();
          return;
        }
        // Answers first: they were accepted before the stop that followed.
        for (const { interaction, user } of await undeliveredAnswers(em, jobId)) {
          if (!signal.aborted && !this.#delivered.has(interaction.id))
            await this.#deliver(child, interaction, user);
        }
        for (const { stop, user } of await unhandledStops(em, jobId)) {
          if (!this.#obeyed.has(stop.id)) await this.#stop(child, stop, user);
        }
      } catch (error) {
        warn('answers and stops could not be looked for; it is tried again', error);
      }
      await orders.nextRing(signal);
    }
  }

  async #deliver(child: Child, interaction: Interaction, user: User): Promise<void> {
    const { database } = this.#options;
    this.#delivered.add(interaction.id);
    const answer = interaction.answer ?? '';
    const label = answerLabel(interaction);
    const said = interaction.kind === 'choices' ? `“${label}” (${answer})` : `“${answer}”`;
    try {
      await child.writeLine(answer);
    } catch {
      this.#note(
        'answer',
        `${user.name} answered ${said}, but scap no longer reads its input: the answer was not delivered.`,
      );
      await this.#recorder.deed(() => recordFailedDelivery(database, interaction));
      return;
    }
    this.#note('answer', `${user.name} answered ${said}`);
    await this.#recorder.deed(() => recordDelivery(database, interaction));
  }

  /** Answers that were accepted while scap was ending: whoever gave one must not believe that it was read. */
  async #tellUndelivered(): Promise<void> {
    const { database, jobId } = this.#options;
    let late: Awaited<ReturnType<typeof undeliveredAnswers>> = [];
    await this.#recorder.deed(async () => {
      late = await undeliveredAnswers(database.em(), jobId);
    });
    for (const { interaction, user } of late) {
      if (this.#delivered.has(interaction.id)) continue;
      this.#note(
        'answer',
        `${user.name} answered “${answerLabel(interaction)}”, but scap had ended: the answer was not delivered.`,
      );
      await this.#recorder.deed(() => recordFailedDelivery(database, interaction));
    }
  }

  async #stop(child: Child, stop: Stop, user: User): Promise<void> {
    this.#obeyed.add(stop.id);
    // A second request goes further at once, whatever it asked for.
    const wished = stopModes.indexOf(stop.mode);
    const step = Math.min(Math.max(wished, this.#step + 1), stopModes.length - 1);
    const mode = this.#signal(child, step);
    this.#stoppedBy ??= user.name;
    this.#note(
      'stop',
      `${user.name} stops the job: ${signals[mode]} was sent to scap and all its processes.`,
    );
    await this.#recorder.deed(() => recordStopHandled(this.#options.database, stop));
  }

  #signal(child: Child, step: number): StopMode {
    this.#step = step;
    this.#askedSinceSignal = false;
    const mode = stopModes[step] ?? 'kill';
    this.#steps.push(mode);
    child.signal(signals[mode]);
    this.#armNextStep(child);
    return mode;
  }

  #armNextStep(child: Child): void {
    clearTimeout(this.#stepTimer);
    if (this.#step >= stopModes.length - 1) return;
    this.#stepTimer = setTimeout(() => {
      if (this.#askedSinceSignal) {
        // scap asked while it cleaned up: people decide when it goes on, or stop it again.
        this.#armNextStep(child);
        return;
      }
      const mode = this.#signal(child, this.#step + 1);
      this.#note(
        'stop',
        `scap did not end within ${this.#options.stopGrace} s: ${signals[mode]} was sent to all its processes.`,
      );
    }, this.#options.stopGrace * 1_000);
  }
}
