// Owns the command line of the terminal client: parses it and checks it. Pure: no request and no output.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { StopMode } from '../generated/graphql.ts';

/** The server, and the token to use there. */
export interface Access {
  readonly url: string;
  readonly token: string;
}

/** A parsed command line. */
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
      /** Watch the job until it ends; else exit when it is queued. */
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

/** The command line is wrong. The message is one line that names the argument or variable. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export const usage = `spiderpig start [--revert] [--lane LANE] [--accept-unverified] [--no-watch] CHANGE…
                                    start a deployment and watch it until it ends
spiderpig watch JOB                 follow the log of a job and answer its questions
spiderpig answer INTERACTION CODE   answer a question
spiderpig stop [--how interrupt|terminate|kill] JOB
                                    stop a job; kill is Force-stop
spiderpig log [--follow] [--after LINE] JOB
                                    print the log of a job
spiderpig jobs [--first N]          list jobs, newest first

--url URL         the URL of the server (SPIDERPIG_URL; default: http://127.0.0.1:8888)
SPIDERPIG_TOKEN   the API token, from \`spiderpig token create\`

Exit status: 0 when the job or the request succeeded, 1 when it did not, 2 for wrong usage.`;

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
      const { access, positionals, values } = read(name, rest, env);
      if (positionals.length === 0) throw new WrongUsage('spiderpig start: at least one change is needed');
      const {
        revert = false,
        lane,
        'accept-unverified': acceptUnverified = false,
        'no-watch': noWatch = false,
      } = values;
      return {
        name,
        access,
        changes: positionals,
        revert: revert === true,
        acceptUnverified: acceptUnverified === true,
        lane: typeof lane === 'string' ? lane : null,
        watch: noWatch === false,
      };
    }
    case 'watch': {
      const { access, positionals } = read(name, rest, env);
      const [job] = requireExactly(name, positionals, ['JOB']);
      return { name, access, job };
    }
    case 'answer': {
      const { access, positionals } = read(name, rest, env);
      const [interaction, answer] = requireExactly(name, positionals, ['INTERACTION', 'CODE']);
      return { name, access, interaction, answer };
    }
    case 'stop': {
      const { access, positionals, values } = read(name, rest, env);
      const [job] = requireExactly(name, positionals, ['JOB']);
      const { how: mode = 'interrupt' } = values;
      const how = stopModes[String(mode)];
      if (how === undefined)
        throw new WrongUsage(
          `spiderpig stop: --how is interrupt, terminate or kill, not ${JSON.stringify(mode)}`,
        );
      return { name, access, job, how };
    }
    case 'log': {
      const { access, positionals, values } = read(name, rest, env);
      const [job] = requireExactly(name, positionals, ['JOB']);
      const { follow = false, after } = values;
      return { name, access, job, after: wholeNumber(name, '--after', after, 0, 0), follow: follow === true };
    }
    case 'jobs': {
      const { access, positionals, values } = read(name, rest, env);
      requireExactly(name, positionals, []);
      const { first } = values;
      return { name, access, first: wholeNumber(name, '--first', first, 20, 1) };
    }
    default:
      throw new WrongUsage(`spiderpig: Unknown command ${JSON.stringify(name)}`);
  }
}

function read(
  name: keyof typeof flags,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { access: Access; positionals: readonly string[]; values: Flags } {
  let positionals: readonly string[];
  let values: Flags;
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...flags[name], url: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    positionals = parsed.positionals;
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
    throw new WrongUsage(
      'spiderpig: SPIDERPIG_TOKEN is not set; create a token with `spiderpig token create`',
    );
  // The token is sent in a header, which allows only these characters.
  if (!/^[!-~]+$/.test(token))
    throw new WrongUsage('spiderpig: SPIDERPIG_TOKEN contains characters that no token has');
  return { access: { url, token }, positionals, values };
}

function requireExactly<const Names extends readonly string[]>(
  name: string,
  positionals: readonly string[],
  wanted: Names,
): { [Index in keyof Names]: string } {
  if (positionals.length !== wanted.length) {
    const needed = wanted.length === 0 ? 'no argument' : wanted.join(' and ');
    throw new WrongUsage(`spiderpig ${name}: needs ${needed}, got ${positionals.length}`);
  }
  // The lengths were compared above; TypeScript does not carry that over to the tuple.
  return positionals as unknown as { [Index in keyof Names]: string };
}

function wholeNumber(name: string, flag: string, text: unknown, fallback: number, min: number): number {
  if (text === undefined) return fallback;
  if (typeof text === 'string' && /^[0-9]{1,9}$/.test(text) && Number(text) >= min) return Number(text);
  throw new WrongUsage(
    `spiderpig ${name}: ${flag} must be a whole number from ${min}, not ${JSON.stringify(text)}`,
  );
}
