// Owns the table of the terminal client's commands, and reading a command line by it. Pure: no request and no output.
import type { JobOutcome, JobState, StopMode } from '../generated/graphql.ts';
import { CommandLine, offered, WrongUsage } from './command-line.ts';
import type { CommandDescription, OptionDescription } from './description.ts';
import { asksForHelp, unknownCommand } from './help.ts';
import { isServerName } from './server-name.ts';

/** What a command asks for. */
export type Request =
  | {
      readonly name: 'start';
      readonly changes: readonly string[];
      readonly revert: boolean;
      readonly acceptUnverified: boolean;
      /** Whether to print what would be deployed, and to start nothing. */
      readonly preview: boolean;
      /** Null: the server chooses. */
      readonly lane: string | null;
      /** The idempotency key; null for a new one. */
      readonly key: string | null;
      readonly watch: Watching | null;
    }
  | { readonly name: 'watch'; readonly job: string; readonly from: LogStart; readonly watch: Watching }
  | {
      readonly name: 'answer';
      /** The number of a job or of a question. */
      readonly number: string;
      /** What the number is; `any`: the one of the two that waits. */
      readonly of: 'any' | 'job' | 'question';
      readonly answer: string;
    }
  | { readonly name: 'stop'; readonly job: string; readonly how: StopMode }
  /** `to` null: the user takes the job over. */
  | { readonly name: 'hand-over'; readonly job: string; readonly to: string | null }
  | {
      readonly name: 'retry' | 'revert';
      readonly job: string;
      readonly key: string | null;
      readonly watch: Watching | null;
    }
  | {
      readonly name: 'train';
      readonly act: 'status' | 'promote' | 'rollback';
      /** The station; empty for the status. */
      readonly group: string;
      /** Null: that of the current train. */
      readonly version: string | null;
      readonly excludedWikis: readonly string[];
      readonly acceptSkippedGroups: boolean;
      readonly lane: string | null;
      readonly key: string | null;
      readonly watch: Watching | null;
    }
  | {
      readonly name: 'errors';
      readonly minutes: number;
      readonly first: number;
      readonly text: string | null;
      readonly version: string | null;
      readonly onlyNew: boolean;
    }
  | { readonly name: 'log'; readonly job: string; readonly from: LogStart; readonly follow: boolean }
  | {
      readonly name: 'jobs';
      readonly first: number;
      readonly filter: {
        readonly owner: string | null;
        readonly text: string | null;
        readonly states: readonly JobState[];
        readonly outcomes: readonly JobOutcome[];
      };
    }
  | { readonly name: 'queue' | 'whoami' }
  | {
      readonly name: 'sign-in';
      /** `any`: from the browser in a terminal, else from standard input. */
      readonly from: 'any' | 'browser' | 'input';
      readonly scope: 'read' | 'deploy';
    }
  | { readonly name: 'sign-out' }
  | { readonly name: 'open'; readonly job: string | null };

/** How a job is watched. */
export interface Watching {
  /** Ends as soon as the job waits for an answer. */
  readonly untilQuestion: boolean;
}

/** The first line of a log to print. */
export type LogStart =
  | { readonly by: 'line'; readonly after: number }
  /** The last lines. */
  | { readonly by: 'tail'; readonly count: number }
  /** In milliseconds since 1970. */
  | { readonly by: 'time'; readonly since: number };

/** How the output of a command looks. */
export interface Output {
  readonly json: boolean;
  readonly color: 'auto' | 'always' | 'never';
}

/** A parsed command line. */
export type Command =
  | { readonly name: 'help'; readonly of: CommandDescription | null }
  | { readonly name: 'request'; readonly request: Request; readonly url: string; readonly output: Output };

interface Row extends CommandDescription {
  /** Reads the arguments. `now`: milliseconds since 1970. Throws WrongUsage. */
  readonly read: (line: CommandLine, now: number) => Request;
}

const noWatch: OptionDescription = {
  name: 'no-watch',
  value: null,
  help: 'exit when the job is queued instead of watching it',
};
const untilQuestion: OptionDescription = {
  name: 'until-question',
  value: null,
  help: 'exit with status 5 as soon as the job waits for an answer',
};
const key: OptionDescription = {
  name: 'key',
  value: 'KEY',
  help: 'the idempotency key: the same key returns the same job (default: a new key)',
};
const tail: OptionDescription = { name: 'tail', value: 'N', help: 'begin with the last N lines' };
const since: OptionDescription = {
  name: 'since',
  value: 'TIME',
  help: 'begin with the lines of the last 90s, 10m, 2h, 1d, or since a time such as 2026-11-20T12:03Z',
};
const after: OptionDescription = { name: 'after', value: 'LINE', help: 'begin after this line' };

const stopModes: Readonly<Record<string, StopMode>> = {
  interrupt: 'INTERRUPT',
  terminate: 'TERMINATE',
  kill: 'KILL',
};

const states: Readonly<Record<string, JobState>> = {
  queued: 'QUEUED',
  starting: 'STARTING',
  running: 'RUNNING',
  waiting: 'WAITING',
  stopping: 'STOPPING',
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  stopped: 'STOPPED',
  lost: 'LOST',
  cancelled: 'CANCELLED',
};

const outcomes: Readonly<Record<string, JobOutcome>> = {
  deployed: 'DEPLOYED',
  'deployed-with-errors': 'DEPLOYED_WITH_ERRORS',
  'rolled-back': 'ROLLED_BACK',
  declined: 'DECLINED',
  'nothing-to-do': 'NOTHING_TO_DO',
  failed: 'FAILED',
  stopped: 'STOPPED',
  lost: 'LOST',
  cancelled: 'CANCELLED',
};

const trainActs = ['status', 'promote', 'rollback'] as const;

const watching = (line: CommandLine): Watching => ({ untilQuestion: line.has('until-question') });
const watchingUnlessRefused = (line: CommandLine): Watching | null =>
  line.has('no-watch') ? null : watching(line);

/** Where to begin. Only one of the three options makes sense at a time. */
function logStart(line: CommandLine, now: number): LogStart {
  const given = ['after', 'tail', 'since'].filter((option) => line.text(option) !== null);
  if (given.length > 1) line.wrong(`--${given.join(' and --')} cannot be used together`);
  const count = line.wholeNumber('tail', { min: 1 }, null);
  if (count !== null) return { by: 'tail', count };
  const at = line.time('since', now);
  if (at !== null) return { by: 'time', since: at };
  return { by: 'line', after: line.wholeNumber('after', { min: 0 }, 0) };
}

/** All commands of the terminal client, in the order of the usage text. */
export const commands: readonly Row[] = [
  {
    name: 'start',
    operands: ['CHANGE…'],
    summary: 'start a deployment and watch it until it ends',
    options: [
      { name: 'revert', value: null, help: 'revert the changes instead' },
      { name: 'lane', value: 'LANE', help: 'the lane to run in' },
      {
        name: 'accept-unverified',
        value: null,
        help: 'start even if Gerrit cannot verify the changes',
      },
      {
        name: 'preview',
        value: null,
        help: 'start nothing; print the changes in their order, what is wrong with them, and what they depend on',
      },
      key,
      noWatch,
      untilQuestion,
    ],
    read: (line) => ({
      name: 'start',
      changes: line.operands,
      revert: line.has('revert'),
      acceptUnverified: line.has('accept-unverified'),
      preview: line.has('preview'),
      lane: line.text('lane'),
      key: line.text('key'),
      watch: watchingUnlessRefused(line),
    }),
  },
  {
    name: 'watch',
    operands: ['JOB'],
    summary: 'follow the log of a job and answer its questions',
    options: [tail, since, after, untilQuestion],
    read: (line, now) => ({
      name: 'watch',
      job: line.job(),
      from: logStart(line, now),
      watch: watching(line),
    }),
  },
  {
    name: 'answer',
    operands: ['JOB', 'CODE'],
    summary: 'answer the open question of a job (or a question, by its number)',
    options: [
      { name: 'job', value: null, help: 'the number is that of a job' },
      { name: 'question', value: null, help: 'the number is that of a question' },
    ],
    read: (line) => {
      if (line.has('job') && line.has('question')) line.wrong('--job and --question cannot be used together');
      const of = line.has('job') ? 'job' : line.has('question') ? 'question' : 'any';
      return { name: 'answer', number: line.job(), of, answer: line.operand(1) };
    },
  },
  {
    name: 'stop',
    operands: ['JOB'],
    summary: 'stop a job',
    options: [
      {
        name: 'how',
        value: 'MODE',
        help: 'interrupt (default), terminate or kill (force-stop)',
        words: Object.keys(stopModes),
      },
    ],
    read: (line) => ({
      name: 'stop',
      job: line.job(),
      how: line.word<StopMode>('how', stopModes, 'INTERRUPT'),
    }),
  },
  {
    name: 'hand-over',
    operands: ['JOB'],
    summary: 'make another deployer responsible for a job, or take it over',
    options: [{ name: 'to', value: 'NAME', help: 'the deployer who becomes responsible (default: you)' }],
    read: (line) => ({ name: 'hand-over', job: line.job(), to: line.text('to') }),
  },
  {
    name: 'retry',
    operands: ['JOB'],
    summary: 'deploy the changes of an ended job again, and watch the new job',
    options: [key, noWatch, untilQuestion],
    read: (line) => ({
      name: 'retry',
      job: line.job(),
      key: line.text('key'),
      watch: watchingUnlessRefused(line),
    }),
  },
  {
    name: 'revert',
    operands: ['JOB'],
    summary: 'revert the changes of a job, and watch the new job',
    options: [key, noWatch, untilQuestion],
    read: (line) => ({
      name: 'revert',
      job: line.job(),
      key: line.text('key'),
      watch: watchingUnlessRefused(line),
    }),
  },
  {
    name: 'train',
    operands: ['ACT', '[GROUP]'],
    summary:
      'show the MediaWiki train (status), or move it to a group (promote GROUP, rollback GROUP or start)',
    options: [
      { name: 'version', value: 'VERSION', help: 'the version of the train (default: the current one)' },
      { name: 'exclude', value: 'A,B', help: 'wikis that keep their version' },
      { name: 'skip-groups', value: null, help: 'skip groups that the train has not reached' },
      { name: 'lane', value: 'LANE', help: 'the lane to run in' },
      key,
      noWatch,
      untilQuestion,
    ],
    read: (line) => {
      const [given, group = ''] = line.operands;
      const act = trainActs.find((known) => known === given) ?? 'status';
      if (given !== undefined && given !== act)
        line.wrong(`ACT is ${offered(trainActs)}, not ${JSON.stringify(given)}`);
      else if ((act === 'status') !== (group === ''))
        line.wrong(act === 'status' ? 'status needs no group' : `${act} needs a group`);
      return {
        name: 'train',
        act,
        group,
        version: line.text('version'),
        excludedWikis: (line.text('exclude') ?? '').split(',').filter((wiki) => wiki !== ''),
        acceptSkippedGroups: line.has('skip-groups'),
        lane: line.text('lane'),
        key: line.text('key'),
        watch: watchingUnlessRefused(line),
      };
    },
  },
  {
    name: 'errors',
    operands: [],
    summary: 'print production errors, with their messages',
    options: [
      { name: 'minutes', value: 'N', help: 'how many minutes back: 1 to 60 (default: 15)' },
      { name: 'first', value: 'N', help: 'how many messages: 1 to 200 (default: 20)' },
      { name: 'search', value: 'TEXT', help: 'only messages or versions with this text' },
      { name: 'version', value: 'VERSION', help: 'only messages of this version of MediaWiki' },
      { name: 'new', value: null, help: 'only messages that did not occur in the hour before' },
    ],
    read: (line) => ({
      name: 'errors',
      minutes: line.wholeNumber('minutes', { min: 1, max: 60 }, 15),
      first: line.wholeNumber('first', { min: 1, max: 200 }, 20),
      text: line.text('search'),
      version: line.text('version'),
      onlyNew: line.has('new'),
    }),
  },
  {
    name: 'log',
    operands: ['JOB'],
    summary: 'print the log of a job',
    options: [
      { name: 'follow', value: null, help: 'print new lines until the job ends' },
      after,
      tail,
      since,
    ],
    read: (line, now) => ({
      name: 'log',
      job: line.job(),
      from: logStart(line, now),
      follow: line.has('follow'),
    }),
  },
  {
    name: 'jobs',
    operands: [],
    summary: 'list jobs, newest first',
    options: [
      { name: 'first', value: 'N', help: 'how many jobs (default: 20)' },
      { name: 'owner', value: 'NAME', help: 'only jobs of this user' },
      { name: 'text', value: 'TEXT', help: 'only jobs with this text in the title, or with this change' },
      { name: 'state', value: 'STATE', help: 'only jobs in this state', words: Object.keys(states) },
      {
        name: 'outcome',
        value: 'OUTCOME',
        help: 'only jobs with this outcome',
        words: Object.keys(outcomes),
      },
    ],
    read: (line) => ({
      name: 'jobs',
      first: line.wholeNumber('first', { min: 1 }, 20),
      filter: {
        owner: line.text('owner'),
        text: line.text('text'),
        states: line.word<JobState[]>('state', singly(states), []),
        outcomes: line.word<JobOutcome[]>('outcome', singly(outcomes), []),
      },
    }),
  },
  {
    name: 'queue',
    operands: [],
    summary: 'list running and queued jobs, and what they wait for',
    options: [],
    read: () => ({ name: 'queue' }),
  },
  {
    name: 'whoami',
    operands: [],
    summary: 'print your user name and your rights at the server',
    options: [],
    read: () => ({ name: 'whoami' }),
  },
  {
    name: 'sign-in',
    operands: [],
    summary: 'get a token for a server: confirm it in the browser, or pass one on standard input',
    options: [
      { name: 'browser', value: null, help: 'confirm in the browser also without a terminal' },
      { name: 'input', value: null, help: 'read a token from the terminal instead, without showing it' },
      {
        name: 'scope',
        value: 'SCOPE',
        help: 'what the new token may do (default: deploy)',
        words: ['read', 'deploy'],
      },
    ],
    read: (line) => {
      if (line.has('browser') && line.has('input'))
        line.wrong('--browser and --input cannot be used together');
      return {
        name: 'sign-in',
        from: line.has('browser') ? 'browser' : line.has('input') ? 'input' : 'any',
        scope: line.word<'read' | 'deploy'>('scope', { read: 'read', deploy: 'deploy' }, 'deploy'),
      };
    },
  },
  {
    name: 'sign-out',
    operands: [],
    summary: 'revoke the stored token of a server, and delete it',
    options: [],
    read: () => ({ name: 'sign-out' }),
  },
  {
    name: 'open',
    operands: ['[JOB]'],
    summary: 'open the overview, or the page of a job, in the browser',
    options: [],
    read: (line) => ({ name: 'open', job: line.operands.length > 0 ? line.job() : null }),
  },
];

const singly = <Word>(words: Readonly<Record<string, Word>>): Readonly<Record<string, Word[]>> =>
  Object.fromEntries(Object.entries(words).map(([name, word]) => [name, [word]]));

/** Reads the arguments after `spiderpig`. `now`: milliseconds since 1970. Throws WrongUsage. */
export function readCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  now: number,
): Command {
  const [name = 'help', ...rest] = argv;
  if (name === 'help' || name === '--help' || name === '-h') return { name: 'help', of: null };
  const row = commands.find((known) => known.name === name);
  if (row === undefined) throw new WrongUsage(`spiderpig: ${unknownCommand(name, commands)}`);
  if (asksForHelp(rest)) return { name: 'help', of: row };
  const line = new CommandLine(row, rest);
  const command: Command = {
    name: 'request',
    request: row.read(line, now),
    url: urlOf(line, env),
    output: {
      json: line.has('json'),
      color: line.word<Output['color']>(
        'color',
        { auto: 'auto', always: 'always', never: 'never' },
        env['NO_COLOR'] ? 'never' : 'auto',
      ),
    },
  };
  line.finish();
  return command;
}

function urlOf(line: CommandLine, env: Readonly<Record<string, string | undefined>>): string {
  const fromOption = line.text('url');
  const url = fromOption ?? (env['SPIDERPIG_URL'] || 'http://127.0.0.1:8888');
  const origin = fromOption === null ? 'SPIDERPIG_URL' : '--url';
  if (!isServerName(url))
    line.wrong(`${origin} is neither an http(s) URL nor unix:PATH: ${JSON.stringify(url)}`);
  return url;
}
