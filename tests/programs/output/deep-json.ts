// Prints JSON with N nested levels (argument, default 100,000) as plain text and in a message, then `end`.
import { dumps } from '../../../jobrunner/simulator/scap/message.ts';
import { key, numberArgument, print, say } from '../scap.ts';

const depth = numberArgument(0, 100_000);
const nested = '['.repeat(depth) + ']'.repeat(depth);
const objects = '{"a":'.repeat(depth) + '1'.padEnd(depth + 1, '}');
await print(`${objects}\n`);
await print(`{"iokey": ${dumps(key)}, "type": "line", "line": "deep", "more": ${nested}}\n`);
await say('end');
