// Prints one line of N bytes without its newline (default 10,000,000), then `end`. Second argument `message`: as the text of a message.
import { dumps } from '../../jobrunner/simulator/scap/message.ts';
import { key, numberArgument, print } from './scap.ts';

const size = numberArgument(0, 10_000_000);
const asMessage = process.argv[3] === 'message';
if (asMessage) await print(`{"iokey": ${dumps(key)}, "type": "line", "line": "`);
for (let left = size; left > 0; left -= 65_536) await print('y'.repeat(Math.min(left, 65_536)));
await print(asMessage ? '"}\nend\n' : '\nend\n');
