// Owns what the words after `spiderpig` mean for the terminal client: pure, no request and no output.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { StopMode } from '../generated/graphql.ts';

/** Where the server is and who asks. */
export interface Access {
  readonly url: string;
  readonly token: string;
}

/** What was asked for. */
export type Command =
  | { readonly name: 'help' }
  | {
      readonly name: 'start';
      readonly access: Access;
      readonly changes: readonly string[];
      readonly revert: boolean;
      readonly acceptUnverified: boolean;
      /** Null: the server chooses. */
      readonly lane: string | null;
      /** Watch it to its end; else return when it is queued. */
      readonly watch: boolean;
    }
  | { readonly name: 'watch'; readonly access: Access; readonly job: string }
  | {
      readonly name: 'answer';
      readonly access: Access;
      readonly interaction: string;
      readonly answer: string;
    }
  | { readonly name: 'stop'; readonly access: Access; readonly job: string; readonly how: StopMode }
  | {
      readonly name: 'log';
      readonly access: Access;
      readonly job: string;
      readonly after: number;
      readonly follow: boolean;
    }
  | { readonly name: 'jobs'; readonly access: Access; readonly first: number };

/** The command line is wrong; the message is one line that names what. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export const usage = `spiderpig start [--revert] [--lane LANE] [--accept-unverified] [--no-watch] CHANGE…
                                    start a deployment and watch it to its end
spiderpig watch JOB                 follow a job: its log, and its questions to answer here
spiderpig answer INTERACTION CODE   answer a question
spiderpig stop [--how interrupt|terminate|kill] JOB
spiderpig log [--follow] [--after LINE] JOB
spiderpig jobs [--first N]          jobs, newest first

--url URL       where the server is (SPIDERPIG_URL, default http://127.0.0.1:8888)
SPIDERPIG_TOKEN what \`spiderpig token create\` printed

Exit status: 0 when the job succeeded or the request was granted, 1 when not, 2 for wrong usage.`;

const stopModes: Readonly<Record<string, StopMode>> = {
  interrupt: 'INTERRUPT',
  terminate: 'TERMINATE',
  kill: 'KILL',
};

type Options = NonNullable<ParseArgsConfig['options']>;

const flags: Readonly<Record<Exclude<Command['name'], 'help'>, Options>> = {
  start: {
    revert: { type: 'boolean' },
    lane: { type: 'string' },
    'accept-unverified': { type: 'boolean' },
    'no-watch': { type: 'boolean' },
  },
  watch: {},
  answer: {},
  stop: { how: { type: 'string' } },
  log: { follow: { type: 'boolean' }, after: { type: 'string' } },
  jobs: { first: { type: 'string' } },
};

type Flags = { readonly [flag: string]: unknown };

/** Reads the arguments after `spiderpig`. Throws WrongUsage. */
export function readCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Command {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || rest.includes('--help'))
    return { name: 'help' };
  switch (name) {
    case 'start': {
      const { access, words, values } = read(name, rest, env);
      if (words.length === 0) throw new WrongUsage('spiderpig start: at least one change is needed');
      const {
        revert = false,
        lane,
        'accept-unverified': acceptUnverified = false,
        'no-watch': noWatch = false,
      } = values;
      return {
        name,
        access,
        changes: words,
        revert: revert === true,
        acceptUnverified: acceptUnverified === true,
        lane: typeof lane === 'string' ? lane : null,
        watch: noWatch === false,
      };
    }
    case 'watch': {
      const { access, words } = read(name, rest, env);
      const [job] = exactly(name, words, ['JOB']);
      return { name, access, job };
    }
    case 'answer': {
      const { access, words } = read(name, rest, env);
      const [interaction, answer] = exactly(name, words, ['INTERACTION', 'CODE']);
      return { name, access, interaction, answer };
    }
    case 'stop': {
      const { access, words, values } = read(name, rest, env);
      const [job] = exactly(name, words, ['JOB']);
      const { how: word = 'interrupt' } = values;
      const how = stopModes[String(word)];
      if (how === undefined)
        throw new WrongUsage(
          `spiderpig stop: --how is interrupt, terminate or kill, not ${JSON.stringify(word)}`,
        );
      return { name, access, job, how };
    }
    case 'log': {
      const { access, words, values } = read(name, rest, env);
      const [job] = exactly(name, words, ['JOB']);
      const { follow = false, after } = values;
      return { name, access, job, after: whole(name, '--after', after, 0, 0), follow: follow === true };
    }
    case 'jobs': {
      const { access, words, values } = read(name, rest, env);
      exactly(name, words, []);
      const { first } = values;
      return { name, access, first: whole(name, '--first', first, 20, 1) };
    }
    default:
      throw new WrongUsage(`spiderpig: unknown command ${JSON.stringify(name)}`);
  }
}

function read(
  name: keyof typeof flags,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { access: Access; words: readonly string[]; values: Flags } {
  let words: readonly string[];
  let values: Flags;
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...flags[name], url: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    words = parsed.positionals;
    values = parsed.values;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new WrongUsage(`spiderpig ${name}: ${why}`);
  }
  const { SPIDERPIG_URL: fromEnvironment, SPIDERPIG_TOKEN: token } = env;
  const { url: fromOption } = values;
  const url = typeof fromOption === 'string' ? fromOption : fromEnvironment || 'http://127.0.0.1:8888';
  if (!/^https?:\/\/[^\s]+$/.test(url) || !URL.canParse(url)) {
    const origin = typeof fromOption === 'string' ? '--url' : 'SPIDERPIG_URL';
    throw new WrongUsage(`spiderpig: ${origin} is not an http(s) URL: ${JSON.stringify(url)}`);
  }
  if (!token)
    throw new WrongUsage('spiderpig: SPIDERPIG_TOKEN is not set; make a token with `spiderpig token create`');
  // It goes into a header, where nothing else can stand.
  if (!/^[!-~]+$/.test(token))
    throw new WrongUsage('spiderpig: SPIDERPIG_TOKEN holds characters that no token has');
  return { access: { url, token }, words, values };
}

function exactly<const Names extends readonly string[]>(
  name: string,
  words: readonly string[],
  wanted: Names,
): { [Index in keyof Names]: string } {
  if (words.length !== wanted.length) {
    const needed = wanted.length === 0 ? 'no argument' : wanted.join(' and ');
    throw new WrongUsage(`spiderpig ${name}: needs ${needed}, got ${words.length}`);
  }
  // The lengths were compared above; TypeScript does not carry that over to the tuple.
  return words as unknown as { [Index in keyof Names]: string };
}

function whole(name: string, flag: string, text: unknown, fallback: number, least: number): number {
  if (text === undefined) return fallback;
  if (typeof text === 'string' && /^[0-9]{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new WrongUsage(
    `spiderpig ${name}: ${flag} must be a whole number from ${least}, not ${JSON.stringify(text)}`,
  );
}
