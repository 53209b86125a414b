// Prints one line of N bytes (argument 1, default 10,000,000) without a newline, then `end`. Argument 2, `message`: sends it as a message.
import { dumps } from '../../../jobrunner/simulator/scap/message.ts';
import { key, numberArgument, print } from '../scap.ts';

const size = numberArgument(0, 10_000_000);
const asMessage = process.argv[3] === 'message';
if (asMessage) await print(`{"iokey": ${dumps(key)}, "type": "line", "line": "`);
for (let left = size; left > 0; left -= 65_536) await print('y'.repeat(Math.min(left, 65_536)));
await print(asMessage ? '"}\nend\n' : '\nend\n');
