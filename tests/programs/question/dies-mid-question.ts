// Asks a question and kills itself with SIGKILL after a number of milliseconds (argument, default 0).
import { setTimeout as sleep } from 'node:timers/promises';
import { numberArgument, sendQuestion } from '../scap.ts';

await sendQuestion('Will anybody answer this?');
await sleep(numberArgument(0, 0));
process.kill(process.pid, 'SIGKILL');
