// Sends `dying` and kills itself with a signal (argument, default SIGSEGV).
import { constants } from 'node:os';
import { say } from '../scap.ts';

const name = process.argv[2] ?? 'SIGSEGV';
const number = Object.entries(constants.signals).find(([known]) => known === name)?.[1];
if (number === undefined) throw new RangeError(`No such signal: ${name}`);
await say('dying');
process.kill(process.pid, number);
