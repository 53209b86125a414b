#!/usr/bin/env node
// Owns the simulated scap's command line: arguments, environment, SIGINT and exit status; the play is backport.ts.
import { userInfo } from 'node:os';
import { findSampleChange, type SampleChange } from '../change.ts';
import { playBackport } from './backport.ts';
import { Console } from './console.ts';
import { readSpeed } from './pace.ts';

const version = 'scap 4.210.0 (the simulator of SpiderPig)';
const usage = `usage: scap backport [--revert] [--yes] [--] CHANGE…
       scap --version

Plays the deployment of sample changes; nothing is deployed. CHANGE is a Gerrit change number or URL.`;

type Command =
  | { readonly name: 'version' | 'help' }
  | {
      readonly name: 'backport';
      readonly revert: boolean;
      readonly yes: boolean;
      readonly changes: readonly number[];
    }
  | { readonly name: 'wrong'; readonly complaint: string };

/** Reads the arguments after the program's name. Never throws. */
export function readArguments(argv: readonly string[]): Command {
  const [first, ...rest] = argv;
  if (first === '--version' || first === '-V') return { name: 'version' };
  if (first === '--help' || first === '-h') return { name: 'help' };
  if (first === undefined) return { name: 'wrong', complaint: 'a command is missing' };
  if (first !== 'backport') return { name: 'wrong', complaint: `unknown command ${JSON.stringify(first)}` };
  const end = rest.indexOf('--');
  const flags = new Set<string>();
  const changes = new Set<number>();
  for (const [index, argument] of rest.entries()) {
    if (index === end) continue;
    if (argument.startsWith('-') && (end === -1 || index < end)) {
      if (argument === '--help' || argument === '-h') return { name: 'help' };
      if (argument !== '--revert' && argument !== '--yes')
        return { name: 'wrong', complaint: `unknown option ${JSON.stringify(argument)}` };
      flags.add(argument);
      continue;
    }
    const number = changeNumber(argument);
    if (number === undefined)
      return { name: 'wrong', complaint: `not a change number or URL: ${JSON.stringify(argument)}` };
    changes.add(number);
  }
  if (changes.size === 0) return { name: 'wrong', complaint: 'at least one change is needed' };
  return { name: 'backport', revert: flags.has('--revert'), yes: flags.has('--yes'), changes: [...changes] };
}

function changeNumber(argument: string): number | undefined {
  const match =
    /^(?:https?:\/\/[^/\s]+\/(?:r\/)?(?:c\/[^\s?#]+\/\+\/)?)?([1-9][0-9]{0,9})(?:\/[0-9]*)?$/.exec(argument);
  return match ? Number(match[1]) : undefined;
}

async function main(): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const {
    SPIDERPIG_IO_KEY: key,
    SPIDERPIG_REAL_USER: user,
    SPIDERPIG_SIMULATOR_SPEED: speedText,
    FORCE_COLOR: forceColour = '',
  } = process.env;
  const command = readArguments(process.argv.slice(2));
  switch (command.name) {
    case 'version':
      stdout.write(`${version}\n`);
      return 0;
    case 'help':
      stdout.write(`${usage}\n`);
      return 0;
    case 'wrong':
      stderr.write(`${usage}\n\nscap: ${command.complaint}\n`);
      return 2;
    case 'backport':
      break;
  }
  let speed: number;
  try {
    speed = readSpeed(speedText);
  } catch (error) {
    stderr.write(`scap: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    // The second one does not wait for the clean-up.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
  // Nobody reads any more: end as Python does with its BrokenPipeError.
  stdout.on('error', () => process.exit(1));
  stderr.on('error', () => process.exit(1));
  const console = new Console(
    { stdin, stdout, stderr },
    {
      key,
      colours: stdout.isTTY === true || !['', '0'].includes(forceColour),
      assumeYes: command.yes,
    },
  );
  const changes: SampleChange[] = [];
  for (const number of command.changes) {
    const change = findSampleChange(number);
    if (change) changes.push(change);
    else console.say(`\x1b[31mChange ${number} was not found in Gerrit\x1b[0m`);
  }
  try {
    if (changes.length < command.changes.length) return 1;
    return await playBackport({
      changes,
      revert: command.revert,
      user: user || userInfo().username,
      console,
      speed,
      clock: () => new Date(),
      interrupted: interrupt.signal,
    });
  } finally {
    console.close();
  }
}

if (import.meta.main) process.exitCode = await main();
