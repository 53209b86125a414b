// Owns the output format of the simulated scap: messages for a jobrunner, or plain text for a terminal. Not the text.
import type { Readable, Writable } from 'node:stream';
import { AnswerLines } from './answer.ts';
import { encodeMessage, type ProgressReport, type ScapMessage } from './message.ts';

/** How far a measured step is. */
export interface Step {
  readonly name: string;
  readonly total: number;
  /** Null where scap does not know. */
  readonly inFlight: number | null;
  readonly ok: number;
  readonly failed: number;
}

/** A question with fixed answers. */
export interface Choices {
  /** Explanation first, a blank line, the question last. */
  readonly prompt: string;
  /** Label to code, in the order shown. */
  readonly choices: { readonly [label: string]: string };
  /** The code an empty line stands for, or null. */
  readonly default: string | null;
}

/** Where a console reads and writes. */
export interface ConsoleStreams {
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/** What decides which face is shown. */
export interface ConsoleOptions {
  /** The job's key (SPIDERPIG_IO_KEY). Undefined or empty: a person is at the terminal. */
  readonly key: string | undefined;
  /** Keep ANSI colours. */
  readonly colours: boolean;
  /** Take the answer `y` to every question with choices, and an empty text, without asking (`--yes`). */
  readonly assumeYes: boolean;
}

/** Standard input ended while a question was open. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** What the simulated scap uses to speak and to ask. */
export class Console {
  readonly #streams: ConsoleStreams;
  readonly #options: ConsoleOptions;
  readonly #answers: AnswerLines;
  #meter = false;

  constructor(streams: ConsoleStreams, options: ConsoleOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#answers = new AnswerLines(streams.stdin);
  }

  /** Says text, which may hold newlines. `sensitive` goes out as given; undefined leaves the member out. */
  say(text: string, sensitive?: boolean | null): void {
    const line = this.#options.colours ? text : text.replace(/\x1b\[[0-9;]*m/g, '');
    if (this.#options.key)
      this.#send({ type: 'line', line, ...(sensitive === undefined ? {} : { sensitive }) });
    else this.#print(`${line}\n`);
  }

  /** Passes on what a nested tool printed: always as plain output, newline included or not. */
  nested(output: string | Uint8Array): void {
    this.#print(output);
  }

  /** Prints a line on standard error, as libraries do. */
  warn(text: string): void {
    this.#clearMeter();
    this.#streams.stderr.write(`${text}\n`);
  }

  /** What scap is doing now; null clears it. A terminal does not show it. */
  status(status: string | null): void {
    if (this.#options.key) this.#send({ type: 'status', status });
  }

  /** How far the step is. A terminal shows a meter. */
  progress(step: Step): void {
    const finished = step.ok + step.failed;
    const progress: ProgressReport = {
      name: step.name,
      totalTasks: step.total,
      tasksInFlight: step.inFlight,
      tasksFinishedOk: step.ok,
      tasksFinishedFailed: step.failed,
      tasksFinishedTotal: finished,
      tasksPercentComplete: step.total === 0 ? 100 : (100 * finished) / step.total,
      tasksRemaining: step.total - finished,
      progressFinished: finished === step.total,
    };
    if (this.#options.key) this.#send({ type: 'progress', progress });
    else if (this.#streams.stdout.isTTY === true) {
      const width = 30;
      const full = Math.round((width * progress.tasksPercentComplete) / 100);
      const bar = '█'.repeat(full) + '░'.repeat(width - full);
      this.#streams.stdout.write(`\r\x1b[2K${step.name} ${bar} ${finished}/${step.total}`);
      this.#meter = true;
      if (progress.progressFinished) this.#print('\n');
    } else if (progress.progressFinished) this.#print(`${step.name}: ${finished}/${step.total}\n`);
  }

  /** Asks until one of the codes is answered. Rejects with NoAnswer at the end of input, or the signal's reason. */
  async choose(question: Choices, signal?: AbortSignal): Promise<string> {
    const codes = Object.values(question.choices);
    if (this.#options.assumeYes && codes.includes('y')) {
      this.say(`${question.prompt}\nAnswered y because of --yes`);
      return 'y';
    }
    for (;;) {
      if (this.#options.key) this.#send({ type: 'interaction', subtype: 'choices', ...question });
      else {
        const offered = Object.entries(question.choices).map(([label, code]) => `${code}: ${label}`);
        const fallback = question.default === null ? '' : ` (default: ${question.default})`;
        this.#print(`\n${question.prompt}\n  ${offered.join('\n  ')}\n[${codes.join('/')}]${fallback} `);
      }
      const answer = await this.#answer(signal);
      if (codes.includes(answer)) return answer;
      if (answer === '' && question.default !== null) return question.default;
      this.say(
        `${JSON.stringify(answer)} is not one of the choices (${codes.join(', ')}). Please answer again.`,
      );
    }
  }

  /** Asks for a line of free text, which may be empty. Rejects as `choose` does. */
  async inputLine(prompt: string, signal?: AbortSignal): Promise<string> {
    if (this.#options.assumeYes) return '';
    if (this.#options.key) this.#send({ type: 'interaction', subtype: 'input_line', prompt, default: null });
    else this.#print(`\n${prompt} `);
    return this.#answer(signal);
  }

  /** Waits until what was written has been taken; at once where writing to a pipe blocks. */
  async drained(signal?: AbortSignal): Promise<void> {
    const { stdout } = this.#streams;
    if (!stdout.writableNeedDrain) return;
    await new Promise<void>((resolve, reject) => {
      const finish = () => {
        stdout.off('drain', resolve);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', finish, { once: true });
      stdout.once('drain', resolve);
    });
  }

  /** Stops reading answers, so that the process can end. */
  close(): void {
    this.#clearMeter();
    this.#answers.close();
  }

  async #answer(signal?: AbortSignal): Promise<string> {
    const answer = await this.#answers.next(signal);
    if (answer === null) throw new NoAnswer('Standard input is closed: nobody can answer.');
    return answer.trim();
  }

  #send(message: ScapMessage): void {
    if (this.#options.key) this.#print(`${encodeMessage(this.#options.key, message)}\n`);
  }

  #clearMeter(): void {
    if (!this.#meter) return;
    this.#meter = false;
    this.#streams.stdout.write('\n');
  }

  #print(output: string | Uint8Array): void {
    if (output !== '\n') this.#clearMeter();
    this.#meter = false;
    this.#streams.stdout.write(output);
  }
}
