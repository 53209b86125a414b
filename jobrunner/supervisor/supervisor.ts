// Owns the running of one job from start to end: starts scap, passes answers and stops on to it, records how it ended.
import { randomBytes } from 'node:crypto';
import { User } from '../../schema/model/account/user.ts';
import { recordSupervisor } from '../../schema/model/job/claim.ts';
import { type Ending, endingOf, endJob, exitText } from '../../schema/model/job/ending.ts';
import {
  type AskedQuestion,
  askInteraction,
  undeliveredAnswers,
} from '../../schema/model/job/interaction.ts';
import { Job, type SupervisorIdentity } from '../../schema/model/job/job.ts';
import { kindOf } from '../../schema/model/job/kind/list.ts';
import type { Exit } from '../../schema/model/job/outcome.ts';
import { recordStart } from '../../schema/model/job/report.ts';
import { recordStage } from '../../schema/model/job/stage.ts';
import { recordStopHandled, type Stop, unhandledStops } from '../../schema/model/job/stop.ts';
import type { Masks } from '../../schema/model/log/mask.ts';
import { recordPartialLine } from '../../schema/model/log/partial-line.ts';
import { leaseInterval, renewLease } from '../../schema/model/runner/lease.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { retryUntilAvailable } from '../../schema/model/store/problem.ts';
import { type FailureLog, RepeatedFailure } from '../../schema/process/repeated-failure.ts';
import type { Tracing } from '../../schema/process/span.ts';
import { readStaging, StagingUnreadable } from '../../schema/process/staging.ts';
import { hasUnixAccount } from '../../schema/process/unix-account.ts';
import { type StageName, stageBegunBy } from '../../schema/text/stage.ts';
import { OutputReader, type Report } from '../output/output.ts';
import { PartialOutput } from '../output/partial-output.ts';
import { type Child, type Command, startChild } from '../process/child.ts';
import { environmentOf, jobMarkOf } from '../process/environment.ts';
import { type Launcher, LauncherLost, NotStarted } from '../process/launcher.ts';
import { killJob } from '../process/signal.ts';
import { AnswerDelivery } from './answer-delivery.ts';
import { JobClock } from './job-clock.ts';
import { JobLog } from './job-log.ts';
import { JobRecord } from './job-record.ts';
import { JobTrace } from './job-trace.ts';
import { readRest, windDown } from './leftover.ts';
import { Recorder } from './recorder.ts';
import { StopSequence } from './stop-sequence.ts';

/** What a supervisor needs for a job. */
export interface SupervisorOptions {
  readonly database: Database;
  readonly jobId: number;
  /** This process. */
  readonly identity: SupervisorIdentity;
  /** What starts scap. Opened in advance, because that takes time. */
  readonly launcher: Launcher;
  /** The command that deploys, as argv without the job's own arguments. */
  readonly scap: readonly string[];
  /** Arguments inserted after scap's subcommand. */
  readonly scapArguments: readonly string[];
  /** Whether a train asks for confirmation before production. */
  readonly trainPause: boolean;
  /** The staging directory of scap, for jobs that depend on what it says; null if it is not known. */
  readonly staging: string | null;
  /** Variables of `environment` that scap inherits besides those that it always does. */
  readonly passEnv: readonly string[];
  /** Whether the owner of the job must have a Unix account on this host. */
  readonly accountCheck: boolean;
  /** The working directory of scap. */
  readonly directory: string;
  /** The data directory, for what the database cannot take. */
  readonly data: string;
  /** Seconds until a stop continues to its next signal by itself; 0: never. */
  readonly stopGrace: number;
  /** Seconds that processes of a stopped job may take after scap's exit; 0: any time. */
  readonly windingDown: number;
  /** Masks known secrets before anything is stored; null if no secrets are known. */
  readonly masks: Masks | null;
  readonly environment: { readonly [name: string]: string | undefined };
  /** Missing or null: no traces are recorded. */
  readonly tracing?: Tracing | null;
  readonly warn: (message: string, error?: unknown, facts?: object) => void;
}

/**
 * Runs a job. Resolves when it has ended and everything is written. Does nothing when another supervisor has the job, or when it must not be
 * started.
 */
export async function supervise(options: SupervisorOptions): Promise<void> {
  const { database, jobId } = options;
  // Retried while the database is unavailable: no other process would look after this job.
  const found = await retryUntilAvailable(async () => {
    if (!(await recordSupervisor(database, jobId, options.identity))) return null;
    const em = database.em();
    const job = await em.findOneOrFail(Job, { id: jobId });
    return { job, owner: await em.findOneOrFail(User, { id: job.owner }) };
  });
  if (!found) return;
  using trace = new JobTrace(options.tracing ?? null, found.job);
  using run = new Run(options, found.job, found.owner, trace);
  await run.run();
}

/** One job from start to end. */
class Run implements Disposable {
  readonly #options: SupervisorOptions;
  readonly #writeFailure: RepeatedFailure;
  readonly #lookFailure: RepeatedFailure;
  readonly #job: Job;
  readonly #owner: User;
  readonly #trace: JobTrace;
  readonly #recorder: Recorder;
  readonly #clock: JobClock;
  readonly #log: JobLog;
  readonly #answers: AnswerDelivery;
  readonly #record: JobRecord;
  /** Proves that a message comes from this job's scap. It exists only here and in scap's environment. */
  readonly #key = randomBytes(32).toString('hex');
  /** Aborts when scap has exited and nothing of the job is left to wait for. */
  readonly #ended = new AbortController();
  #exited = false;
  /** When the lease was renewed, in milliseconds of the monotonic clock. */
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** scap has exited after a stop, and its other processes have not. */
  #isWindingDown = false;
  #child: Child | null = null;
  /** The status that scap reported last. */
  #status: string | null = null;
  /** The stage of the deployment that scap reached last. */
  #stage: StageName = 'check';
  /** The argv of scap, as it may be shown. */
  #command: readonly string[] = [];
  /** Who stopped scap first. */
  #stoppedBy: string | null = null;
  /** The reason with which another process has ended the job. */
  #endedElsewhere: string | null = null;
  /** The question that scap waits at. */
  #question: { readonly asked: AskedQuestion; readonly at: number } | null = null;
  /** Stops that were acted on. The row says so too, but it may be impossible to write: a stop must not be repeated for that. */
  readonly #handledStops = new Set<number>();

  constructor(options: SupervisorOptions, job: Job, owner: User, trace: JobTrace) {
    const { database, jobId, identity, data, warn } = options;
    this.#options = options;
    const log: FailureLog = {
      error: ({ err, ...facts }, message) => warn(message, err, facts),
      info: (facts, message) => warn(message, undefined, facts),
    };
    this.#writeFailure = new RepeatedFailure(log, 'the database failed; retrying');
    this.#lookFailure = new RepeatedFailure(log, 'looking for answers and stops failed; retrying');
    this.#job = job;
    this.#owner = owner;
    this.#trace = trace;
    this.#record = new JobRecord({ database, jobId, identity, data, warn });
    this.#recorder = new Recorder(database, jobId, {
      onRefused: this.#record.keep,
      onPressure: (high) => (high ? this.#child?.output.pause() : this.#child?.output.resume()),
      onError: (error) => this.#writeFailure.failed(error),
      onRecovery: () => this.#writeFailure.succeeded(),
      onGap: ({ from, to }) => {
        options.warn(`the database has lost the lines ${from} to ${to} of job ${jobId}`);
        void this.#answers.reportLost();
      },
    });
    this.#clock = new JobClock(job.queuedAt);
    this.#log = new JobLog(this.#recorder, options.masks, this.#clock.now);
    this.#answers = new AnswerDelivery({
      database,
      jobId,
      log: this.#log,
      recorder: this.#recorder,
      clock: this.#clock,
      trace: this.#trace,
    });
  }

  async run(): Promise<void> {
    const { database } = this.#options;
    // Listening begins before the first query, so that no answer or stop is missed in between.
    using orders = database.doorbell.listen('orders');
    if (await this.#endBeforeStart()) return;
    const child = await this.#start();
    if (child) await this.#supervise(child, orders);
  }

  [Symbol.dispose](): void {
    this.#recorder[Symbol.dispose]();
    this.#options.launcher[Symbol.dispose]();
  }

  /** Ends the job if it was stopped while it was queued for this supervisor. */
  async #endBeforeStart(): Promise<boolean> {
    const { database, jobId } = this.#options;
    const [early] = await retryUntilAvailable(() => unhandledStops(database.em(), jobId));
    if (!early) return false;
    await this.#recordStopHandled(early.stop);
    const reason = `Stopped by ${early.user.name} before scap was started.`;
    await this.#end({ state: 'stopped', reason, exit: { status: null, signal: null } });
    return true;
  }

  /** Starts scap; null when that failed, and the job has ended. */
  async #start(): Promise<Child | null> {
    const { launcher, accountCheck, staging, warn } = this.#options;
    try {
      if (accountCheck) await requireUnixAccount(this.#owner.name);
      if (staging !== null) await requireUnchanged(this.#job, staging);
      const command = this.#scapCommand();
      this.#command = [command.file, ...command.arguments].map(this.#log.mask);
      this.#child = await startChild(command, launcher);
      this.#trace.started();
      return this.#child;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!(error instanceof NotStarted)) warn('scap could not be started', error);
      const rest = error instanceof LauncherLost ? await this.#killRest() : '';
      const reason = `scap could not be started: ${error.message}${rest}`;
      await this.#end({ state: 'failed', reason, exit: { status: null, signal: null } });
      return null;
    }
  }

  /** The command that starts scap for this job. Throws {@link NotStarted}. */
  #scapCommand(): Command {
    const { scap, environment, passEnv, directory, database, jobId, identity } = this.#options;
    const { kind, changes, parameters } = this.#job;
    const [file, ...prefix] = scap;
    if (file === undefined) throw new NotStarted('no command is configured');
    const jobMark = jobMarkOf(database.url, jobId);
    const job = { key: this.#key, user: this.#owner.name, jobMark };
    return {
      file,
      arguments: [
        ...prefix,
        ...kindOf(kind).argv({ changes, parameters: parameters ?? null }, this.#options),
      ],
      environment: environmentOf(environment, job, passEnv),
      directory,
      jobMark,
      cgroup: identity.cgroup ?? null,
    };
  }

  /** Kills what a killed launcher had started: it must not continue without a supervisor. Returns what to add to the reason. */
  async #killRest(): Promise<string> {
    const { database, jobId, identity, launcher } = this.#options;
    const jobMark = jobMarkOf(database.url, jobId);
    const cgroup = identity.cgroup ?? null;
    const { killed } = await killJob({ jobMark, leader: null, cgroup, launcher: launcher.pid });
    return killed === 0 ? '' : '. What was running of it was killed: look at what is live';
  }

  /** Looks after a running scap until it has ended and everything is written. */
  async #supervise(child: Child, orders: Orders): Promise<void> {
    const { database, jobId, stopGrace } = this.#options;
    using stop = new StopSequence(stopGrace, {
      send: (signal) => {
        // SIGKILL again and again, because a process may fork between the look-up and the signal.
        if (signal === 'SIGKILL') void child.kill();
        else child.signal(signal);
      },
      onEscalated: (signal) =>
        this.#log.note(
          'stop',
          `scap did not end within ${stopGrace} s: ${signal} was sent to all processes of the job.`,
        ),
    });
    const output = new OutputReader(this.#key, this.#log, {
      onReport: (report) => {
        if (report.status !== undefined) this.#status = report.status;
        this.#recorder.report(report);
      },
      onStatus: (status, at) => this.#recordStage(status, at),
      onQuestion: (question, lineNumber, at) => {
        stop.questionAsked();
        const asked = { ...question, lineNumber };
        this.#question = { asked, at };
        void this.#recorder.run(() => askInteraction(database, jobId, asked, at));
        this.#endUnanswerable(stop);
      },
    });
    using partial = this.#partialOutput(output);
    child.output.read((chunk) => {
      output.push(chunk, this.#clock.now());
      partial.changed();
    });
    const started = { command: this.#command, now: this.#clock.now() };
    const start = (): Promise<void> => recordStart(database, jobId, child.identity, started);
    const requests = this.#recorder
      .run(start)
      .then(() => this.#handleRequests({ child, stop, start }, orders));

    const exit = await child.exited;
    this.#exited = true;
    stop[Symbol.dispose]();
    await this.#awaitLeftovers(child, exit, this.#stoppedBy !== null);
    this.#ended.abort();
    await requests;
    partial[Symbol.dispose]();
    output.end(this.#clock.now());
    await this.#answers.reportUndelivered();
    // Read last: an answer that ends the stop can still be on its way to the database when scap, which has read it, exits.
    const by = this.#stoppedBy;
    await this.#end(endingOf(exit, by === null ? null : { by, steps: stop.taken }));
  }

  /** Records the stage that a status begins. */
  #recordStage(status: string, at: number): void {
    const stage = stageBegunBy(status, this.#stage);
    if (stage === null) return;
    this.#stage = stage;
    const { database, jobId } = this.#options;
    void this.#recorder.run(() => recordStage(database, jobId, stage, at));
  }

  #partialOutput(output: OutputReader): PartialOutput {
    const { database, jobId } = this.#options;
    return new PartialOutput({
      read: () => output.unfinished,
      record: (line) => {
        const number = this.#recorder.nextNumber;
        return this.#recorder.runInOrder(() => recordPartialLine(database, jobId, number, line));
      },
    });
  }

  /** Waits for the other processes of a stopped job, and reads the rest of the output. */
  async #awaitLeftovers(child: Child, exit: Exit, isStopped: boolean): Promise<void> {
    const listener = {
      log: this.#log,
      report: (report: Report) => this.#recorder.report(report),
      exitText: exitText(exit),
    };
    if (isStopped) {
      this.#isWindingDown = true;
      await windDown(child, listener, this.#options.windingDown);
      this.#isWindingDown = false;
    }
    // The reason of the end names scap's status.
    if (await readRest(child, listener)) listener.report({ status: this.#status, progress: null });
  }

  /** Records the end of the job with the last line of its log, in one transaction. The first end wins: another process may have ended the job. */
  async #end(ending: Ending): Promise<void> {
    const { database, jobId } = this.#options;
    if (this.#endedElsewhere !== null) {
      this.#log.note('exit', this.#endedElsewhere);
      await this.#recorder.runInOrder(async () => {});
      return;
    }
    const { reason } = ending;
    const now = this.#clock.now();
    const masked = typeof reason === 'string' ? { ...ending, reason: this.#log.mask(reason) } : ending;
    if (this.#record.isLost) return await this.#endWithoutRecord(masked, now);
    let isRecorded = true;
    await this.#recorder.runInOrder(async () => {
      isRecorded = await endJob(database, jobId, masked, { intoLog: true, now });
    });
    if (isRecorded) this.#trace.ended(ending.state, now);
    else await this.#endWithoutRecord(masked, now);
  }

  /** The job is not active in the database. Unless another process has ended it, the end goes where its lines go. */
  async #endWithoutRecord({ state, reason, exit }: Ending, now: number): Promise<void> {
    const found = await retryUntilAvailable(() => this.#record.look(async () => {}));
    if (found.state !== 'lost') return;
    this.#trace.ended(state, now);
    await this.#goOnWithoutRecord(found.why);
    this.#log.note('exit', typeof reason === 'string' ? reason : `scap has ended: ${exitText(exit)}.`);
    await this.#recorder.runInOrder(async () => {});
  }

  /** Handles answers and stops, at the start and after each ring of the doorbell, until scap has ended. */
  async #handleRequests(
    { child, stop, start }: { child: Child; stop: StopSequence; start: () => Promise<void> },
    orders: Orders,
  ): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        const found = await this.#record.look(start);
        if (found.state === 'ended') return await this.#killEndedElsewhere(child, found.reason);
        if (found.state === 'lost') await this.#goOnWithoutRecord(found.why);
        this.#endUnanswerable(stop);
        if (found.state === 'ours') {
          await this.#handleNewRequests(child, stop);
          if (found.isRunning) await this.#askAgain();
          await this.#renewLease();
        }
        this.#lookFailure.succeeded();
      } catch (error) {
        this.#lookFailure.failed(error);
      }
      // Also without a ring, to renew the lease.
      await orders.nextRing(AbortSignal.any([signal, AbortSignal.timeout(leaseInterval)]));
    }
  }

  async #renewLease(): Promise<void> {
    const now = performance.now();
    if (now - this.#renewedAt < leaseInterval / 2) return;
    await renewLease(this.#options.database, this.#options.jobId);
    this.#renewedAt = now;
  }

  /** The job may have been closed as lost while this host was not reachable. Another job may run in its lane now, so scap must not continue. */
  async #killEndedElsewhere(child: Child, reason: string): Promise<void> {
    this.#endedElsewhere = reason;
    await child.kill();
  }

  /** The database has lost the job. scap continues, like in all other problems of the database; its lines go to a file. */
  async #goOnWithoutRecord(why: string): Promise<void> {
    if (this.#record.isLost) return;
    this.#log.note('notice', `From here on the log is only in this file: ${why}.`);
    this.#recorder.redirect();
    await this.#record.lose(why, this.#child?.identity.pid ?? 0);
  }

  /** Interrupts a scap that asks, if the job has no record: nobody could answer, and it would wait indefinitely. */
  #endUnanswerable(stop: StopSequence): void {
    if (!this.#record.isLost || this.#question === null) return;
    this.#question = null;
    const signal = stop.request(stop.taken.length === 0 ? 'interrupt' : 'kill');
    this.#log.note(
      'stop',
      `scap asks, but nobody can answer without a record of the job: ${signal} was sent to it.`,
    );
  }

  /** Asks again: the database has lost the question, and nobody would see it. Changes nothing if the question is there. */
  async #askAgain(): Promise<void> {
    if (this.#question === null || this.#exited) return;
    const { asked, at } = this.#question;
    await askInteraction(this.#options.database, this.#options.jobId, asked, at);
  }

  async #handleNewRequests(child: Child, stop: StopSequence): Promise<void> {
    const { database, jobId } = this.#options;
    const em = database.em();
    // Answers first: they were accepted before the stop that followed.
    for (const { interaction, user } of await undeliveredAnswers(em, jobId)) {
      if (this.#exited) break;
      if (interaction.lineNumber === this.#question?.asked.lineNumber) this.#question = null;
      if (await this.#answers.deliver(child, interaction, user)) await this.#resumeUnlessStopping(stop);
    }
    const requests = await unhandledStops(em, jobId);
    const due = requests.filter(({ stop: request }) => !this.#handledStops.has(request.id));
    for (const [index, { stop: request, user }] of due.entries()) {
      // Of several, the last one: after a pause of this process, signals that nobody wants must not be sent together.
      if (index === due.length - 1) await this.#handleStop(stop, request, user);
      else await this.#skipStop(request, user);
    }
  }

  /** An answer to a question that scap asked after a stop has made the job *running* again: scap continues, and its exit says how it ends. */
  async #resumeUnlessStopping(stop: StopSequence): Promise<void> {
    if (stop.taken.length === 0) return;
    const { database, jobId } = this.#options;
    let isStopping = true;
    await this.#recorder.run(async () => {
      isStopping = (await database.em().count(Job, { id: jobId, state: 'stopping' })) > 0;
    });
    if (isStopping) return;
    stop.reset();
    this.#stoppedBy = null;
    this.#log.note('stop', 'An answer has ended the stop: scap continues.');
  }

  async #recordStopHandled(request: Stop): Promise<void> {
    this.#clock.follow(request.requestedAt);
    const now = this.#clock.now();
    await this.#recorder.run(() => recordStopHandled(this.#options.database, request, now));
  }

  async #skipStop(request: Stop, user: User): Promise<void> {
    this.#handledStops.add(request.id);
    this.#clock.follow(request.requestedAt);
    this.#log.note(
      'stop',
      `${user.name} stops the job (${request.mode}); a later stop replaces this one, so no signal was sent for it.`,
    );
    await this.#recordStopHandled(request);
  }

  async #handleStop(stop: StopSequence, request: Stop, user: User): Promise<void> {
    this.#handledStops.add(request.id);
    this.#clock.follow(request.requestedAt);
    if (this.#exited && !this.#isWindingDown) {
      this.#log.note('stop', `${user.name} stops the job, but scap has exited already: no signal was sent.`);
    } else {
      const signal = stop.request(request.mode);
      this.#stoppedBy ??= user.name;
      const whom = signal === 'SIGINT' ? 'the process group of scap' : 'all processes of the job';
      this.#log.note('stop', `${user.name} stops the job: ${signal} was sent to ${whom}.`);
    }
    await this.#recordStopHandled(request);
  }
}

/** Throws {@link NotStarted} if the account does not exist: a revert would fail half-way, when git commits in the name of the owner. */
async function requireUnixAccount(name: string): Promise<void> {
  if (await hasUnixAccount(name)) return;
  throw new NotStarted(
    `“${name}”, to whom the deployment would be attributed, is not a Unix account on this host. Nothing was deployed. Ask an operator to create the account, or to choose the right claim with --oidc-user-claim`,
  );
}

/** Throws {@link NotStarted} with what is different if the job depends on what the staging directory says, which has changed since it was requested. */
async function requireUnchanged({ kind, changes, parameters }: Job, staging: string): Promise<void> {
  const { changesBeforeStart } = kindOf(kind);
  if (changesBeforeStart === null) return;
  try {
    const facts = await readStaging(staging);
    const differences = changesBeforeStart({ changes, parameters: parameters ?? null }, facts);
    if (differences.length === 0) return;
    throw new NotStarted(
      `the wikis have changed since this was requested. ${differences.join(' ')} Nothing was deployed. Look at the train again`,
    );
  } catch (error) {
    if (!(error instanceof StagingUnreadable)) throw error;
    throw new NotStarted(
      `the staging directory cannot be read (${error.message}), so it is not known what the wikis run. Nothing was deployed`,
    );
  }
}

/** Answers and stops: rings when there may be new ones. */
interface Orders {
  /** Resolves at the next ring, or when `signal` aborts. */
  nextRing(signal: AbortSignal): Promise<void>;
}
