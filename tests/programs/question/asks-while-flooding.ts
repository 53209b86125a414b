// Asks a question while a child process prints N lines (floods.ts). Arguments: N, and a file to which it appends the answer, or SIGINT, on arrival, even if its output is blocked. Then prints `got: ANSWER`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, finish, say, sendQuestion } from '../scap.ts';

const [count = '0', file = ''] = process.argv.slice(2);
process.on('SIGINT', () => {
  appendFileSync(file, 'SIGINT\n');
  process.exit(130);
});
await sendQuestion('While I print?');
const flood = spawn(process.execPath, [join(import.meta.dirname, '../output/floods.ts'), count], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const flooded = once(flood, 'exit');
const given = await answer();
appendFileSync(file, `${given}\n`);
await flooded;
await say(`got: ${given}`);
finish();
