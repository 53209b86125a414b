// Owns reading the arguments of a command: which are options, values and operands, and every mistake in them. Not what they mean. Pure.
import { nearName } from './near-name.ts';

/** The options of a command, without `--`. */
export interface OptionList {
  /** Those that take a value. */
  readonly texts: readonly string[];
  /** Those that take none. */
  readonly switches: readonly string[];
}

/** The arguments of a command in parts. */
export interface Arguments {
  readonly texts: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  readonly operands: readonly string[];
  /** One sentence for each, without a full stop. */
  readonly mistakes: readonly string[];
}

/**
 * Reads arguments in the usual syntax: `--name VALUE`, `--name=VALUE`, and `--` before operands that begin with a dash, apart from numbers. A mistake does not end it, so that
 * all of them can be reported together.
 */
export function readArguments(args: readonly string[], options: OptionList): Arguments {
  const reader = new ArgumentReader(options);
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined && arg !== '--'; arg = rest.shift()) reader.read(arg, rest);
  reader.operands.push(...rest);
  return reader;
}

class ArgumentReader implements Arguments {
  readonly texts = new Map<string, string>();
  readonly switches = new Set<string>();
  readonly operands: string[] = [];
  readonly mistakes: string[] = [];
  readonly #options: OptionList;

  constructor(options: OptionList) {
    this.#options = options;
  }

  /** Reads one argument. Takes the value of an option from `rest`. */
  read(arg: string, rest: string[]): void {
    const [, name = null, value = null] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== null && this.#options.texts.includes(name))
      this.#readText(name, value ?? this.#valueIn(rest));
    else if (name !== null && this.#options.switches.includes(name)) {
      if (value !== null) this.mistakes.push(`--${name} takes no value`);
      this.switches.add(name);
    } else if (/^-[^0-9]/s.test(arg)) {
      const near = this.#nearOption(name ?? arg.slice(1));
      // Not its value, which can be a secret.
      const [shown] = arg.split('=');
      this.mistakes.push(`Unknown option "${shown}"${near === null ? '' : ` (did you mean --${near}?)`}`);
      if (value === null && this.#options.texts.includes(near ?? '')) this.#valueIn(rest);
    } else this.operands.push(arg);
  }

  #readText(name: string, value: string | null): void {
    if (value === null)
      this.mistakes.push(`--${name} needs a value; one that begins with -- is written --${name}=VALUE`);
    else if (this.texts.has(name)) this.mistakes.push(`--${name} is given more than once`);
    else this.texts.set(name, value);
  }

  /** Takes the value of an option. Null: what follows is missing, or looks like another option. Options have two dashes, so -1 can be a value. */
  #valueIn(rest: string[]): string | null {
    return rest[0]?.startsWith('--') ? null : (rest.shift() ?? null);
  }

  /** The option that was probably meant: with another number of dashes, or with few other letters. */
  #nearOption(name: string): string | null {
    const names = [...this.#options.texts, ...this.#options.switches];
    return names.find((known) => known === name) ?? nearName(name, names);
  }
}
