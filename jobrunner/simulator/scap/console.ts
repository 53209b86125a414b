// Owns the output format of the simulated scap: messages for a jobrunner, or plain text for a terminal. Not the text.
import type { Readable, Writable } from 'node:stream';
import { AnswerLines } from './answer.ts';
import { Failure } from './ending.ts';
import { encodeMessage, type ProgressReport, type ScapMessage } from './message.ts';

/** A question with fixed answers. */
export interface Choices {
  /** Explanation first, the question last. */
  readonly prompt: string;
  /** Label to code, in the order shown. */
  readonly choices: { readonly [label: string]: string };
  /** The code an empty line stands for. */
  readonly default: string;
}

/** Where a console reads and writes. */
export interface ConsoleStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable;
}

/** What decides which format is used. */
export interface ConsoleOptions {
  /** The job's key (SPIDERPIG_IO_KEY). Undefined or empty if there is no jobrunner. */
  readonly key: string | undefined;
  /** Keep ANSI colours. */
  readonly colours: boolean;
}

const yesNo = { Yes: 'y', No: 'n' } as const;

/** What the simulated scap uses to write and to ask. */
export class Console {
  readonly #streams: ConsoleStreams;
  readonly #options: ConsoleOptions;
  readonly #answers: AnswerLines;

  constructor(streams: ConsoleStreams, options: ConsoleOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#answers = new AnswerLines(streams.stdin);
  }

  /** Writes a line as a message. Sensitive lines are hidden by the jobrunner. */
  output(line: string, sensitive = false): void {
    if (this.#options.key) this.#send({ type: 'line', line, sensitive });
    else this.print(`${line}\n`);
  }

  /** Writes plain text to standard output, with or without a newline. */
  print(output: string | Uint8Array): void {
    this.#streams.stdout.write(typeof output === 'string' ? this.#plain(output) : output);
  }

  /** Writes plain text to standard error, as Python's loggers do. */
  printError(output: string): void {
    this.#streams.stderr.write(this.#plain(output));
  }

  /** What scap is doing now; null clears it. A terminal does not show it. */
  status(status: string | null): void {
    if (this.#options.key) this.#send({ type: 'status', status });
  }

  /** How far a measure is. A terminal shows only the lines of the measure (meter.ts). */
  progress(progress: ProgressReport): void {
    if (this.#options.key) this.#send({ type: 'progress', progress });
  }

  /** Asks until one of the codes is answered. Without a person the default is the answer. Throws like {@link inputLine}. */
  async choose(question: Choices, signal: AbortSignal): Promise<string> {
    if (!this.#hasPerson) return question.default;
    const codes = Object.values(question.choices);
    for (;;) {
      if (this.#options.key) this.#send({ type: 'interaction', subtype: 'choices', ...question });
      else this.print(terminalPrompt(question));
      const text = await this.#answer(signal);
      const answer = isYesNo(question) ? text.toLowerCase() : text;
      if (answer === '') return question.default;
      if (codes.includes(answer)) return answer;
      this.output(`Invalid choice: '${answer}'`);
    }
  }

  /** Asks a question of yes or no. */
  async confirm(prompt: string, signal: AbortSignal, fallback: 'y' | 'n' = 'n'): Promise<boolean> {
    return (await this.choose({ prompt, choices: yesNo, default: fallback }, signal)) === 'y';
  }

  /** Asks for a line of free text, which may be empty. Throws {@link Failure} at the end of input, or the signal's reason. */
  async inputLine(prompt: string, signal: AbortSignal): Promise<string> {
    if (!this.#hasPerson) return '';
    if (this.#options.key) this.#send({ type: 'interaction', subtype: 'input_line', prompt });
    else this.print(prompt);
    return this.#answer(signal);
  }

  /** Waits until what was written has been taken; immediately where writing to a pipe blocks. */
  async drained(signal: AbortSignal): Promise<void> {
    const { stdout } = this.#streams;
    if (!stdout.writableNeedDrain) return;
    await new Promise<void>((resolve, reject) => {
      const finish = () => {
        stdout.off('drain', resolve);
        reject(signal.reason);
      };
      signal.addEventListener('abort', finish, { once: true });
      stdout.once('drain', resolve);
    });
  }

  /** Leaves further answers to a nested scap. */
  async release(): Promise<void> {
    await this.#answers.release();
  }

  /** Stops reading answers, so that the process can exit. Ends coloured output with a reset and no newline, as scap does. */
  close(): void {
    if (this.#options.colours) this.print('\x1b[0m');
    this.#answers.close();
  }

  get #hasPerson(): boolean {
    const { stdin, stdout } = this.#streams;
    return Boolean(this.#options.key) || (stdin.isTTY === true && stdout.isTTY === true);
  }

  async #answer(signal: AbortSignal): Promise<string> {
    const answer = await this.#answers.next(signal);
    if (answer === null) throw new Failure('EOFError', 'EOF when reading a line');
    return answer.trim();
  }

  #send(message: ScapMessage): void {
    if (this.#options.key) this.#streams.stdout.write(`${encodeMessage(this.#options.key, message)}\n`);
  }

  #plain(text: string): string {
    return this.#options.colours ? text : text.replace(/\x1b\[[0-9;]*m/g, '');
  }
}

function isYesNo({ choices }: Choices): boolean {
  return Object.keys(choices).length === 2 && choices['Yes'] === 'y' && choices['No'] === 'n';
}

/** A question as scap writes it to a terminal: the choices stand before the last paragraph. */
function terminalPrompt(question: Choices): string {
  const { prompt, choices, default: fallback } = question;
  if (isYesNo(question)) return `${prompt} ${fallback === 'y' ? '[Y/n]' : '[y/N]'}: `;
  const split = prompt.lastIndexOf('\n\n');
  const list = Object.entries(choices).map(([label, code]) => `[${code}] ${label}\n`);
  const explanation = split < 0 ? '' : `${prompt.slice(0, split)}\n\n`;
  return `${explanation}${list.join('')}${split < 0 ? prompt : prompt.slice(split + 2)} (default: [${fallback}]): `;
}
