// Prints JSON nested N deep (argument, default 100,000): once as plain text, once inside a message with the right key; then says `end`.
import { dumps } from '../../jobrunner/simulator/scap/message.ts';
import { key, numberArgument, print, say } from './scap.ts';

const depth = numberArgument(0, 100_000);
const nested = '['.repeat(depth) + ']'.repeat(depth);
const objects = '{"a":'.repeat(depth) + '1'.padEnd(depth + 1, '}');
await print(`${objects}\n`);
await print(`{"iokey": ${dumps(key)}, "type": "line", "line": "deep", "more": ${nested}}\n`);
await say('end');
