// Owns watching a job in a terminal: its live log, its progress, its place in the queue, its questions, and how it ended.
import { TimeLeft } from '../../../schema/text/time-left.ts';
import type { Interaction, Job } from '../../sdk/client.ts';
import type { LogStart, Watching } from '../command.ts';
import {
  answerCommand,
  durationText,
  endText,
  expectedStartText,
  questionText,
  queueText,
  stateText,
  statusOf,
  timeLeftText,
} from '../job-text.ts';
import type { Session } from '../session.ts';
import { ownMark, reset, terminalText } from '../text.ts';
import { startCursor } from './log-start.ts';
import { LogPrinter } from './log-text.ts';
import { promptAnswer } from './question-prompt.ts';
import { Screen } from './screen.ts';

/** The exit status when the job waits for an answer, with `--until-question`. */
const waitsForAnswer = 5;

/**
 * Watches the job until it ends and resolves with the exit status. Questions are printed with the command that answers them; where standard
 * input is a terminal, they are answered here, and the question says what to type.
 */
export async function watchJob(
  session: Session,
  job: Job,
  { untilQuestion }: Watching,
  from: LogStart = { by: 'line', after: 0 },
): Promise<number> {
  session.onInterrupt(
    `no longer watching; the job continues (\`spiderpig stop ${job.id}\` stops it, \`spiderpig watch ${job.id}\` watches it again)`,
  );
  const after = await startCursor(session, job, from);
  const watch = new JobWatch(session, job, after);
  return await watch.run(untilQuestion);
}

/** A question that is shown. */
interface Asked {
  readonly id: string;
  readonly closed: AbortController;
  readonly answering: Promise<void>;
}

class JobWatch {
  readonly #session: Session;
  readonly #screen: Screen;
  readonly #lines: LogPrinter;
  readonly #left = new TimeLeft();
  readonly #done = new AbortController();
  readonly #signal: AbortSignal;
  readonly #after: number;
  #job: Job;
  #asked: Asked | null = null;
  #queued: string | null = null;
  #warnedOfBacklog = false;

  constructor(session: Session, job: Job, after: number) {
    this.#session = session;
    this.#job = job;
    this.#after = after;
    const { colours, terminal } = session.printer;
    this.#lines = new LogPrinter(colours, terminal.stdout.isTTY === true);
    this.#screen = new Screen(session.printer);
    this.#signal = AbortSignal.any([session.signal, this.#done.signal]);
  }

  async run(untilQuestion: boolean): Promise<number> {
    const { printer } = this.#session;
    const { stdin } = printer.terminal;
    // If one part fails, the others are aborted.
    let failure: { readonly error: unknown } | undefined;
    const fail = (error: unknown): void => {
      if (!this.#done.signal.aborted) failure ??= { error };
      this.#done.abort();
    };
    // Input that was typed before a question was shown must not answer it.
    const discard = () => {};
    const isInteractive = this.#isInteractive;
    if (isInteractive) stdin.on('data', discard);
    const clock = setInterval(() => this.#showStatus(), 1000);
    const queue = this.#followQueue().catch(fail);
    const end = this.#followJob(untilQuestion).catch(fail);
    await Promise.all([this.#followLog().catch(fail), end]);
    this.#done.abort();
    await queue;
    clearInterval(clock);
    this.#screen.showStatus(null);
    if (isInteractive) stdin.off('data', discard).pause();
    if (failure) throw failure.error;
    const { colours } = printer;
    await this.#screen.print(`${this.#lines.interruption()}${colours ? reset : ''}${endText(this.#job)}\n`);
    await printer.object({ type: 'end', job: this.#job });
    return this.#job.ended ? statusOf(this.#job) : waitsForAnswer;
  }

  get #isInteractive(): boolean {
    return this.#session.printer.terminal.stdin.isTTY === true && !this.#session.printer.json;
  }

  async #followLog(): Promise<void> {
    const { client, printer } = this.#session;
    for await (const batch of client.followLog(this.#job.id, this.#after, this.#signal)) {
      await printer.batch(this.#job.id, batch);
      // Questions are printed with their choices by followJob.
      const lines = batch.lines.filter((line) => line.kind !== 'QUESTION');
      // The row of a partial line would take that of the prompt.
      const partial = this.#screen.hasPrompt ? null : batch.partial;
      await this.#screen.print(this.#lines.batch(lines, partial, printer.terminal.stdout.columns));
    }
  }

  async #followJob(untilQuestion: boolean): Promise<void> {
    const { client, printer } = this.#session;
    try {
      for await (const update of client.watchJob(this.#job.id, this.#signal)) {
        this.#job = update;
        await printer.object({ type: 'job', job: update });
        this.#warnOfBacklog(update.behindSince);
        this.#left.observe(update.progress, Date.now());
        this.#showStatus();
        const question = update.pendingInteraction;
        if (question?.id === this.#asked?.id) continue;
        await this.#closeQuestion();
        if (question === null) continue;
        await this.#ask(question, untilQuestion);
        if (untilQuestion) {
          this.#done.abort();
          return;
        }
      }
    } finally {
      await this.#closeQuestion();
    }
  }

  async #ask(question: Interaction, untilQuestion: boolean): Promise<void> {
    const { printer } = this.#session;
    await printer.object({
      type: 'question',
      job: this.#job.id,
      question,
      command: answerCommand(this.#job, question),
    });
    const start = `${this.#lines.interruption()}${printer.colours ? reset : ''}`;
    const atPrompt = this.#isInteractive && !untilQuestion;
    const text = questionText(this.#job, question, { colours: printer.colours, atPrompt });
    await this.#screen.print(`${start}${text}`);
    const closed = new AbortController();
    const signal = AbortSignal.any([this.#signal, closed.signal]);
    const answering = atPrompt
      ? promptAnswer(this.#session, this.#screen, question, signal)
      : Promise.resolve();
    this.#asked = { id: question.id, closed, answering };
  }

  async #closeQuestion(): Promise<void> {
    this.#asked?.closed.abort();
    await this.#asked?.answering;
    this.#asked = null;
  }

  /** Says where the job is in the queue, until it has started. */
  async #followQueue(): Promise<void> {
    if (this.#job.state !== 'QUEUED') return;
    const { client, printer } = this.#session;
    for await (const system of client.watchSystem(this.#signal)) {
      const text = queueText(this.#job.id, system);
      if (text === null) {
        // Perhaps it was queued after this state, or has started.
        if (this.#queued !== null || this.#job.state !== 'QUEUED') return;
        continue;
      }
      if (text === this.#queued) continue;
      this.#queued = text;
      await printer.object({ type: 'queue', job: this.#job.id, text });
      await this.#screen.print(
        `${this.#lines.interruption()}${ownMark('- ', printer.colours)}Job ${this.#job.id} is queued: ${text}${expectedStartText(this.#job.id, system)}\n`,
      );
    }
  }

  #warnOfBacklog(since: string | null): void {
    if (since === null || this.#warnedOfBacklog) return;
    this.#warnedOfBacklog = true;
    this.#session.printer.remark(
      `recording is behind since ${since}: the database does not accept scap's output. scap waits, and nothing is lost.`,
    );
  }

  #showStatus(): void {
    if (this.#signal.aborted) return;
    this.#screen.showStatus(statusText(this.#job, this.#left, Date.now()));
  }
}

/** The bottom line: what the job does, for how long, and how much is left. */
function statusText(job: Job, left: TimeLeft, now: number): string {
  const { progress } = job;
  const began = job.startedAt ?? job.queuedAt;
  const remaining = left.estimate(now);
  const parts = [
    `job ${job.id} ${stateText(job)}`,
    durationText(now - Date.parse(began)),
    ...(job.status === null ? [] : [job.status]),
    ...(progress === null
      ? []
      : [
          `${progress.name} ${progress.finished}/${progress.total} (${Math.floor(progress.percent)} %)`,
          ...(progress.failed > 0 ? [`${progress.failed} failed`] : []),
          ...(remaining === null ? [] : [`about ${durationText(remaining)} left in this step`]),
        ]),
    ...timeLeftText(job.timeLeft, now),
  ];
  return terminalText(parts.join(' · ')).replaceAll('\n', ' ');
}
