// Owns reading the arguments of one command by its description. Pure. Not which commands exist (command.ts).
import { readArguments } from '../../schema/text/argument.ts';
import { type CommandDescription, commonOptions } from './description.ts';

/** The command line is wrong. The message has a line for each mistake, which names the argument or variable. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Words as a choice: `a, b or c`. */
export const offered = (words: readonly string[]): string =>
  new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(words);

/** The arguments of a command. Mistakes are collected, so that all of them are reported together: a wrong argument reads as if it were missing until `finish`. */
export class CommandLine {
  readonly operands: readonly string[];
  readonly #command: CommandDescription;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #switches: ReadonlySet<string>;
  readonly #mistakes: string[];

  constructor(command: CommandDescription, args: readonly string[]) {
    this.#command = command;
    const options = [...command.options, ...commonOptions];
    const { texts, switches, operands, mistakes } = readArguments(args, {
      texts: options.filter(({ value }) => value !== null).map(({ name }) => name),
      switches: options.filter(({ value }) => value === null).map(({ name }) => name),
    });
    this.operands = operands;
    this.#texts = texts;
    this.#switches = switches;
    this.#mistakes = [...mistakes];
    this.#checkCount();
  }

  /** Adds a mistake in this command line. */
  wrong(message: string): void {
    this.#mistakes.push(message);
  }

  /** Throws WrongUsage if there is a mistake. */
  finish(): void {
    if (this.#mistakes.length === 0) return;
    const { name } = this.#command;
    const lines = this.#mistakes.map((mistake) => `spiderpig ${name}: ${mistake}`);
    throw new WrongUsage(`${lines.join('\n')}; see spiderpig ${name} --help`);
  }

  /** The operand at this place; empty if it is missing, which is a mistake already. */
  operand(index: number): string {
    return this.operands[index] ?? '';
  }

  /** A job number. */
  job(index = 0): string {
    const job = this.operands[index];
    if (job !== undefined && !/^[1-9][0-9]{0,9}$/.test(job))
      this.wrong(`${JSON.stringify(job)} is not a job number`);
    return job ?? '';
  }

  has(option: string): boolean {
    return this.#switches.has(option);
  }

  text(option: string): string | null {
    return this.#texts.get(option) ?? null;
  }

  /** The value for one of `words`, in lower case; `fallback` without the option. */
  word<Value>(option: string, words: Readonly<Record<string, Value>>, fallback: Value): Value {
    const text = this.text(option);
    if (text === null) return fallback;
    const value = Object.hasOwn(words, text) ? words[text] : undefined;
    if (value !== undefined) return value;
    this.wrong(`--${option} is ${offered(Object.keys(words))}, not ${JSON.stringify(text)}`);
    return fallback;
  }

  /** A whole number from `min` to `max`; `fallback` without the option. */
  wholeNumber<Fallback>(
    option: string,
    { min, max = Infinity }: { readonly min: number; readonly max?: number },
    fallback: Fallback,
  ): number | Fallback {
    const text = this.text(option);
    if (text === null) return fallback;
    if (/^[0-9]{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    const range = `from ${min}${max === Infinity ? '' : ` to ${max}`}`;
    this.wrong(`--${option} must be a whole number ${range}, not ${JSON.stringify(text)}`);
    return fallback;
  }

  /** A point in time in milliseconds: how long ago (`90s`, `10m`, `2h`, `1d`), or an ISO 8601 time; null without the option. */
  time(option: string, now: number): number | null {
    const text = this.text(option);
    if (text === null) return null;
    const [, count, unit] = /^([0-9]{1,6})([smhd])$/.exec(text) ?? [];
    const seconds = secondsOf[unit ?? ''];
    if (seconds !== undefined) return now - Number(count) * seconds * 1000;
    const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(at)) return at;
    this.wrong(
      `--${option} is a duration such as 90s, 10m, 2h, or a time such as 2026-11-20T12:03Z, not ${JSON.stringify(text)}`,
    );
    return null;
  }

  #checkCount(): void {
    const { operands: wanted } = this.#command;
    const least = wanted.filter((operand) => !operand.startsWith('[')).length;
    const most = wanted.some((operand) => operand.endsWith('…')) ? Infinity : wanted.length;
    const { length: count } = this.operands;
    if (count >= least && count <= most) return;
    const needed = wanted.length === 0 ? 'no argument' : wanted.join(' and ');
    this.wrong(`needs ${needed}, got ${count === 0 ? 'none' : count}`);
  }
}
