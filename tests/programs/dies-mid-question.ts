// Asks a question and is killed by SIGKILL before anybody can answer. Argument: how many milliseconds later (default 0).
import { setTimeout as sleep } from 'node:timers/promises';
import { numberArgument, pose } from './scap.ts';

await pose('Will anybody answer this?');
await sleep(numberArgument(0, 0));
process.kill(process.pid, 'SIGKILL');
