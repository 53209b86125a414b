// Owns how a command is described. Usage, parsing, completions and the manual page follow from the descriptions (command.ts, bin/command.ts).

/** An option of a command. */
export interface OptionDescription {
  /** Its name without `--`. */
  readonly name: string;
  /** The placeholder of its value, for example `LINE`; null if it takes no value. */
  readonly value: string | null;
  /** What it does, as a phrase. */
  readonly help: string;
  /** The values that it accepts, where they are a closed list. */
  readonly words?: readonly string[];
}

/** A command of `spiderpig`. */
export interface CommandDescription {
  readonly name: string;
  /** The placeholders of its arguments: `JOB`. `CHANGE…` takes one or more, `[JOB]` at most one. */
  readonly operands: readonly string[];
  /** What it does, as a phrase. */
  readonly summary: string;
  readonly options: readonly OptionDescription[];
}

/** A command in the table of all commands. */
export interface ListedCommand extends CommandDescription {
  /** Where it runs: `terminal` commands use the API, from any machine; `host` commands use the configuration of an installation. */
  readonly on: 'terminal' | 'host';
}

/** An exit status of the terminal client and when it is used. */
export const exitStatuses = [
  { status: 0, meaning: 'the job succeeded, or the request was accepted' },
  { status: 1, meaning: 'the job did not succeed, was declined or rolled back, or the request was refused' },
  { status: 2, meaning: 'wrong usage' },
  { status: 3, meaning: 'the server could not be reached' },
  { status: 4, meaning: 'not allowed: no token, an invalid one, or one without the necessary scope' },
  { status: 5, meaning: 'the job waits for an answer (only with --until-question)' },
  { status: 130, meaning: 'interrupted with Ctrl-C' },
] as const;

/** The options of every command of the terminal client. */
export const commonOptions: readonly OptionDescription[] = [
  {
    name: 'url',
    value: 'URL',
    help: 'the URL of the server, or unix:PATH for its Unix socket (SPIDERPIG_URL; default: http://127.0.0.1:8888)',
  },
  { name: 'json', value: null, help: 'print JSON, one object per line' },
  {
    name: 'color',
    value: 'WHEN',
    help: 'whether to use colours: auto (default), always or never; NO_COLOR means never',
    words: ['auto', 'always', 'never'],
  },
  { name: 'help', value: null, help: 'print the usage of the command' },
];
