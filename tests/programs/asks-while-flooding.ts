// Asks, and while it waits for the answer another process of it prints N lines (floods.ts) as fast as they are read. Arguments: N, and a file to which
// it adds the answer, or SIGINT, the moment it comes: whatever holds up its output. Then prints `got: ANSWER`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, finish, pose, say } from './scap.ts';

const [count = '0', file = ''] = process.argv.slice(2);
process.on('SIGINT', () => {
  appendFileSync(file, 'SIGINT\n');
  process.exit(130);
});
await pose('While I print?');
const flood = spawn(process.execPath, [join(import.meta.dirname, 'floods.ts'), count], {
  stdio: ['ignore', 'inherit', 'inherit'],
});
const flooded = once(flood, 'exit');
const given = await answer();
appendFileSync(file, `${given}\n`);
await flooded;
await say(`got: ${given}`);
finish();
