// Follows the plan of a round of the crash test: prints, asks and ends as it says, and keeps in files beside the plan what really happened.
import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { encodeMessage } from '../../jobrunner/simulator/scap/message.ts';
import { identify, isAlive } from '../../schema/model/job/process.ts';
import { answerOf, mostPeople, type ProgramPlan, type Step } from '../crash/plan.ts';
import { answer, finish, key, liveFor } from './scap.ts';

const directory = join(homedir(), 'rounds', process.argv.at(-1) ?? '');
const plan: ProgramPlan = JSON.parse(readFileSync(join(directory, 'plan.json'), 'utf8'));
liveFor(400);
const truth = openSync(join(directory, 'truth'), 'a');

/** A file whose being there says that something happened. Throws when it had happened before. */
function mark(name: string): void {
  closeSync(openSync(join(directory, name), 'wx'));
}

/** The whole of it, and when it returns the kernel has it: whatever kills this process then takes nothing of it away. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** Prints, and keeps it before: what is printed is never more than what is kept. */
function print(output: string | Uint8Array): void {
  const bytes = Buffer.from(output);
  writeWhole(truth, bytes);
  writeWhole(1, bytes);
}

process.on('SIGINT', () => {
  print('\ninterrupted: cleaning up\ncleaned up\n');
  mark('interrupted');
  process.exit(130);
});

try {
  mark('started');
} catch {
  mark('started-again');
  process.exit(99);
}
enterLane();

/** Notes that this program is in the lane. Another one there that lives is one too many. */
function enterLane(): void {
  const lanes = join(homedir(), 'lanes');
  mkdirSync(lanes, { recursive: true });
  const identity = join(directory, 'identity');
  writeFileSync(identity, JSON.stringify(identify(process.pid)));
  const lock = join(lanes, plan.lane);
  try {
    linkSync(identity, lock);
  } catch {
    if (isAlive(JSON.parse(readFileSync(lock, 'utf8')))) mark('two-in-lane');
    renameSync(identity, lock);
  }
  process.on('exit', () => rmSync(lock, { force: true }));
}

let printed = 0;
/** A line like no other of this job, with its newline. */
const line = (text = ''): string =>
  `round ${plan.round}, line ${++printed}: \x1b[32mgrün\x1b[0m, 漢字, 😀 ${text}\n`;
const lines = (count: number): string => Array.from({ length: count }, () => line()).join('');

async function take(step: Step): Promise<void> {
  switch (step.type) {
    case 'slow':
      for (let count = 0; count < step.lines; count++) {
        print(line());
        await wait(step.pause);
      }
      break;
    case 'burst':
      print(lines(step.lines));
      break;
    case 'flood':
      appendFileSync(join(directory, 'flood'), '');
      for (let left = step.lines; left > 0; left -= 500) {
        print(lines(Math.min(left, 500)));
        await turn();
      }
      break;
    case 'long':
      print(line('é漢x'.repeat(step.characters / 3)));
      break;
    case 'pieces': {
      const bytes = Buffer.from(lines(3));
      for (let at = 0; at < bytes.length; at += step.bytes) {
        print(bytes.subarray(at, at + step.bytes));
        if (step.pause > 0) await wait(step.pause);
      }
      break;
    }
    case 'bad bytes':
      print(Buffer.concat([Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0xe6, 0xbc]), Buffer.from(line())]));
      break;
    case 'question':
      appendFileSync(
        join(directory, 'answers'),
        `${JSON.stringify({ nonce: step.nonce, answer: await ask(step) })}\n`,
      );
      break;
  }
}

function ask({ kind, nonce }: Extract<Step, { type: 'question' }>): Promise<string> {
  const prompt = `Question ${nonce}`;
  const codes = Array.from({ length: mostPeople }, (_, person) => answerOf(nonce, person));
  const message = encodeMessage(
    key,
    kind === 'text'
      ? { type: 'interaction', subtype: 'input_line', prompt, default: null }
      : {
          type: 'interaction',
          subtype: 'choices',
          prompt,
          choices: Object.fromEntries(codes.map((code) => [`Choose ${code}`, code])),
          default: null,
        },
  );
  writeWhole(1, Buffer.from(`${message}\n`));
  return answer();
}

for (const step of plan.steps) {
  await take(step);
  // A signal is heard only between two turns.
  await turn();
}
if (plan.unfinished) print('the last line has no newline');
finish();
mark('end');
process.exit(plan.status);
