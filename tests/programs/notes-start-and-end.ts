// Notes in its home that it started, that it is alone in its lane (the one of its change number, modulo the argument) and that it ends. A second start, and
// a second one in the lane, leave a note too. Argument: how many lanes there are.
import { closeSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { finish, numberArgument, say } from './scap.ts';

const notes = join(homedir(), 'notes');
mkdirSync(notes, { recursive: true });

/** Makes a file that must not be there yet, or else says so in another one. */
function note(name: string, otherwise: string): void {
  try {
    closeSync(openSync(join(notes, name), 'wx'));
  } catch {
    closeSync(openSync(join(notes, otherwise), 'w'));
  }
}

const number = Number(process.argv.at(-1));
const lane = `lane-${number % numberArgument(0, 1)}`;
note(`${number}-started`, `${number}-started-again`);
note(lane, `${number}-not-alone-in-${lane}`);
await say(`job ${number} is in ${lane}`);
unlinkSync(join(notes, lane));
note(`${number}-ended`, `${number}-ended-again`);
finish();
