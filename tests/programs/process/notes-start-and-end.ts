// Creates a file in HOME when it starts, while it is in its lane (change number modulo the argument, the number of lanes), and when it ends. A second start, or another program in the lane, creates a file too.
import { closeSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { finish, numberArgument, say } from '../scap.ts';

const notes = join(homedir(), 'notes');
mkdirSync(notes, { recursive: true });

/** Creates an empty file. If it exists, creates the file `otherwise`. */
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
