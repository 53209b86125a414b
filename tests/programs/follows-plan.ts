// Follows the plan of a round of the crash test: prints, asks and exits as planned, and notes what happened in files beside the plan.
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
import { identify, isAlive } from '../../schema/model/runner/process.ts';
import { answerOf, maxPeople, type ProgramPlan, type Step } from '../crash/plan.ts';
import { answer, finish, key, liveFor } from './scap.ts';

const directory = join(homedir(), 'rounds', process.argv.at(-1) ?? '');
const plan: ProgramPlan = JSON.parse(readFileSync(join(directory, 'plan.json'), 'utf8'));
liveFor(900);
const printedFile = openSync(join(directory, 'printed'), 'a');

/** Creates an empty file as a note of an event. Throws if it exists. */
function note(name: string): void {
  closeSync(openSync(join(directory, name), 'wx'));
}

/** Writes all bytes synchronously, so that nothing is lost when this process is killed afterwards. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** Prints, after noting the same bytes in a file: so the output is never longer than the file. */
function print(output: string | Uint8Array): void {
  const bytes = Buffer.from(output);
  writeWhole(printedFile, bytes);
  writeWhole(1, bytes);
}

process.on('SIGINT', () => {
  print('\ninterrupted: cleaning up\ncleaned up\n');
  note('interrupted');
  process.exit(130);
});

try {
  note('started');
} catch {
  note('started-again');
  process.exit(99);
}
enterLane();

/** Notes that this program is in its lane. Another program that is alive there is a violation. */
function enterLane(): void {
  const lanes = join(homedir(), 'lanes');
  mkdirSync(lanes, { recursive: true });
  const identity = join(directory, 'identity');
  writeFileSync(identity, JSON.stringify(identify(process.pid)));
  const lock = join(lanes, plan.lane);
  try {
    linkSync(identity, lock);
  } catch {
    if (isAlive(JSON.parse(readFileSync(lock, 'utf8')))) note('two-in-lane');
    renameSync(identity, lock);
  }
  process.on('exit', () => rmSync(lock, { force: true }));
}

let lineCount = 0;
/** A line that is unique in this job, with its newline. */
const line = (text = ''): string =>
  `round ${plan.round}, line ${++lineCount}: \x1b[32mgrün\x1b[0m, 漢字, 😀 ${text}\n`;
const lines = (count: number): string => Array.from({ length: count }, () => line()).join('');

async function runStep(step: Step): Promise<void> {
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
  const codes = Array.from({ length: maxPeople }, (_, person) => answerOf(nonce, person));
  const message = encodeMessage(
    key,
    kind === 'text'
      ? { type: 'interaction', subtype: 'input_line', prompt }
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
  await runStep(step);
  // Node calls signal listeners only between two turns of the event loop.
  await turn();
}
if (plan.unfinished) print('the last line has no newline');
finish();
note('end');
process.exit(plan.status);
