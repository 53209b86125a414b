// Owns the arguments of the simulated scap. Pure.

/** The version that the simulator imitates. */
export const version = '4.283.0';

export const usage = `usage: scap backport [--list] [--revert] [--yes] [--stop-before-sync] [GLOBAL]... [CHANGE]...
       scap deploy-promote [--yes] [--train --old-version VERSION] [--exclude-wikis A,B] [--pause-after-testserver-sync] [GLOBAL]... GROUP [VERSION]
       scap prep [GLOBAL]... auto
       scap sync-world [--backport] [--pause-after-testserver-sync] [--notify-user=NAME]... [--k8s-confirm-diffs] [GLOBAL]... MESSAGE
       scap sync-wikiversions [--pause-after-testserver-sync] [GLOBAL]... MESSAGE
       scap version

GLOBAL: -D NAME:VALUE, --no-log-message, -v. CHANGE: a Gerrit change number or URL.
Plays the deployment of sample changes; nothing is deployed.`;

/** What every command accepts. */
interface Global {
  /** From `-D`: settings that replace those of scap.cfg. */
  readonly defines: ReadonlyMap<string, string>;
  /** Whether debug lines are printed. */
  readonly verbose: boolean;
  /** The staging directory; null if none exists. */
  readonly staging: string | null;
}

export interface BackportCommand extends Global {
  readonly name: 'backport';
  readonly list: boolean;
  readonly revert: boolean;
  readonly yes: boolean;
  readonly stopBeforeSync: boolean;
  /** As typed, each once. */
  readonly changes: readonly string[];
  /** What a nested scap gets too. */
  readonly passThrough: readonly string[];
}

export interface DeployPromoteCommand extends Global {
  readonly name: 'deploy-promote';
  readonly group: string;
  /** Null for the newest one that a wiki runs. */
  readonly version: string | null;
  readonly yes: boolean;
  readonly train: boolean;
  readonly oldVersion: string | null;
  readonly excludedWikis: readonly string[];
  readonly pause: boolean;
  /** What a nested scap gets too. */
  readonly passThrough: readonly string[];
}

/** `sync-wikiversions` is `sync-world` for nothing but the versions of wikis. */
export interface SyncWorldCommand extends Global {
  readonly name: 'sync-world' | 'sync-wikiversions';
  readonly backport: boolean;
  readonly pause: boolean;
  readonly confirmDiffs: boolean;
  readonly notify: readonly string[];
  readonly message: string;
}

export type Command =
  | { readonly name: 'version' | 'help' }
  | BackportCommand
  | DeployPromoteCommand
  | (Global & { readonly name: 'prep' })
  | SyncWorldCommand
  | { readonly name: 'wrong'; readonly complaint: string };

const flags = {
  backport: ['--list', '--revert', '--yes', '--stop-before-sync'],
  'deploy-promote': ['--yes', '--train', '--pause-after-testserver-sync'],
  prep: [],
  'sync-world': ['--backport', '--pause-after-testserver-sync', '--k8s-confirm-diffs', '--notify-user'],
  'sync-wikiversions': ['--pause-after-testserver-sync'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A command that is played. */
type PlayedName = keyof typeof flags;

const isPlayed = (name: string): name is PlayedName => Object.hasOwn(flags, name);

/** The arguments of a command, before their meaning for it. */
interface Arguments {
  readonly found: ReadonlySet<string>;
  readonly notify: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly defines: ReadonlyMap<string, string>;
  readonly passThrough: readonly string[];
  readonly words: readonly string[];
}

const wrong = (complaint: string): Command => ({ name: 'wrong', complaint });

/** Reads the arguments after the program's name. `staging`: the staging directory without a setting. Never throws. */
export function readArguments(argv: readonly string[], staging: string | null = null): Command {
  const [first, ...rest] = argv;
  if (first === 'version' || first === '--version') return { name: 'version' };
  if (first === '--help' || first === '-h') return { name: 'help' };
  if (first === undefined) return wrong('a command is missing');
  if (!isPlayed(first)) return wrong(`argument command: invalid choice: '${first}'`);
  const read = splitArguments(first, rest);
  return 'name' in read ? read : commandOf(first, read, staging);
}

/** Sorts arguments into flags, values and words; or returns the help, or what is wrong. */
function splitArguments(name: PlayedName, rest: readonly string[]): Arguments | Command {
  const accepted: readonly string[] = flags[name];
  const found = new Set<string>();
  const notify: string[] = [];
  const values = new Map<string, string>();
  const defines = new Map<string, string>();
  const passThrough: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const argument = rest[index] ?? '';
    const [, flag = argument, value] = /^(--[^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (!argument.startsWith('-')) words.push(argument);
    else if (flag === '--') {
      words.push(...rest.slice(index + 1));
      break;
    } else if (flag === '-h' || flag === '--help') return { name: 'help' };
    else if (flag === '-v' || flag === '--verbose' || flag === '--no-log-message') {
      found.add(flag === '-v' ? '--verbose' : flag);
      passThrough.push(argument);
    } else if (flag === '--old-version' || flag === '--exclude-wikis') {
      const given = value ?? rest[++index];
      if (name !== 'deploy-promote' || given === undefined)
        return wrong(`unrecognized arguments: ${argument}`);
      values.set(flag, given);
    } else if (flag === '--notify-user') {
      if (value === undefined) return wrong(`argument ${flag}: expected one argument`);
      notify.push(value);
    } else if (argument.startsWith('-D')) {
      const setting = argument === '-D' ? rest[++index] : argument.slice(2);
      if (setting === undefined) return wrong('argument -D/--define: expected one argument');
      const [, key, text] = /^([^:]*):(.*)$/s.exec(setting) ?? [];
      if (key === undefined || text === undefined) return wrong(`Invalid configuration setting: ${setting}`);
      defines.set(key, text);
      passThrough.push('-D', setting);
    } else if (accepted.includes(argument)) found.add(argument);
    else return wrong(`unrecognized arguments: ${argument}`);
  }
  return { found, notify, values, defines, passThrough, words };
}

function commandOf(
  name: PlayedName,
  { found, notify, values, defines, passThrough, words }: Arguments,
  staging: string | null,
): Command {
  const global: Global = {
    defines,
    verbose: found.has('--verbose'),
    staging: defines.get('stage_dir') ?? staging,
  };
  switch (name) {
    case 'backport':
      return {
        ...global,
        name,
        list: found.has('--list'),
        revert: found.has('--revert'),
        yes: found.has('--yes'),
        stopBeforeSync: found.has('--stop-before-sync'),
        changes: [...new Set(words)],
        passThrough,
      };
    case 'deploy-promote':
      if (words[0] === undefined || words.length > 2)
        return wrong('the following arguments are required: group');
      return {
        ...global,
        name,
        group: words[0],
        version: words[1] ?? null,
        yes: found.has('--yes'),
        train: found.has('--train'),
        oldVersion: values.get('--old-version') ?? null,
        excludedWikis: (values.get('--exclude-wikis') ?? '').split(',').filter((wiki) => wiki !== ''),
        pause: found.has('--pause-after-testserver-sync'),
        passThrough,
      };
    case 'prep':
      if (words.length !== 1 || words[0] !== 'auto') return wrong('the simulator can only prepare "auto"');
      return { ...global, name };
    case 'sync-world':
    case 'sync-wikiversions':
      return {
        ...global,
        name,
        backport: found.has('--backport'),
        pause: found.has('--pause-after-testserver-sync'),
        confirmDiffs: found.has('--k8s-confirm-diffs'),
        notify,
        message: words.join(' ') || '(no justification provided)',
      };
  }
}

/** The number in a change number or a Gerrit URL, or undefined. */
export function changeNumber(argument: string): number | undefined {
  const match =
    /^(?:https?:\/\/[^/\s]+\/(?:r\/)?(?:c\/(?:[^\s?#]+\/\+\/)?)?)?([1-9][0-9]{0,9})(?:\/[0-9]*)?$/.exec(
      argument,
    );
  return match ? Number(match[1]) : undefined;
}
