// Owns reading the arguments of one command by its description. Pure. Not which commands exist (command.ts).
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type CommandDescription, commonOptions } from './description.ts';

/** The command line is wrong. The message is one line that names the argument or variable. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The arguments of a command. Every method throws WrongUsage, which names the argument. */
export class CommandLine {
  readonly operands: readonly string[];
  readonly #command: CommandDescription;
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(command: CommandDescription, args: readonly string[]) {
    this.#command = command;
    const types: ParseArgsOptionsConfig = {};
    for (const { name, value } of [...command.options, ...commonOptions])
      types[name] = { type: value === null ? 'boolean' : 'string' };
    try {
      const { positionals, values } = parseArgs({
        args: [...args],
        options: types,
        allowPositionals: true,
        strict: true,
      });
      this.operands = positionals;
      this.#values = new Map<string, unknown>(Object.entries(values));
    } catch (error) {
      throw this.wrong(
        error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error),
      );
    }
    this.#checkCount();
  }

  /** A mistake in this command line. */
  wrong(message: string): WrongUsage {
    const { name } = this.#command;
    return new WrongUsage(`spiderpig ${name}: ${message}; see spiderpig ${name} --help`);
  }

  /** The operand at this place, which the description requires. */
  operand(index: number): string {
    const operand = this.operands[index];
    if (operand === undefined) throw this.wrong(`needs ${this.#command.operands[index] ?? 'an argument'}`);
    return operand;
  }

  /** A job number. */
  job(index = 0): string {
    const job = this.operand(index);
    if (!/^[1-9][0-9]{0,9}$/.test(job)) throw this.wrong(`${JSON.stringify(job)} is not a job number`);
    return job;
  }

  has(option: string): boolean {
    return this.#values.get(option) === true;
  }

  text(option: string): string | null {
    const value = this.#values.get(option);
    return typeof value === 'string' ? value : null;
  }

  /** The value for one of `words`, in lower case; of `fallback` without the option. */
  word<Value>(option: string, words: Readonly<Record<string, Value>>, fallback: Value): Value {
    const text = this.text(option);
    if (text === null) return fallback;
    const value = Object.hasOwn(words, text) ? words[text] : undefined;
    if (value !== undefined) return value;
    const offered = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(Object.keys(words));
    throw this.wrong(`--${option} is ${offered}, not ${JSON.stringify(text)}`);
  }

  /** A whole number of at least `least`; `fallback` without the option. */
  wholeNumber<Fallback>(option: string, least: number, fallback: Fallback): number | Fallback {
    const text = this.text(option);
    if (text === null) return fallback;
    if (/^[0-9]{1,9}$/.test(text) && Number(text) >= least) return Number(text);
    throw this.wrong(`--${option} must be a whole number from ${least}, not ${JSON.stringify(text)}`);
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
    throw this.wrong(
      `--${option} is a duration such as 90s, 10m, 2h, or a time such as 2026-11-20T12:03Z, not ${JSON.stringify(text)}`,
    );
  }

  #checkCount(): void {
    const { operands: wanted } = this.#command;
    const least = wanted.filter((operand) => !operand.startsWith('[')).length;
    const most = wanted.some((operand) => operand.endsWith('…')) ? Infinity : wanted.length;
    const { length: count } = this.operands;
    if (count >= least && count <= most) return;
    const needed = wanted.length === 0 ? 'no argument' : wanted.join(' and ');
    throw this.wrong(`needs ${needed}, got ${count === 0 ? 'none' : count}`);
  }
}
