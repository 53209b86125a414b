// Prints N lines of 88 bytes, newline included, as fast as possible. Arguments: N (default 1,000,000), and `messages` to send each line as a message.
import { encodeMessage } from '../../../jobrunner/simulator/scap/message.ts';
import { key, numberArgument, print } from '../scap.ts';

const count = numberArgument(0, 1_000_000);
const asMessages = process.argv[3] === 'messages';
const filling = 'x'.repeat(88);
for (let number = 1; number <= count; ) {
  let chunk = '';
  for (; number <= count && chunk.length < 65_536; number++) {
    const text = `line ${number} of ${count} ${filling}`.slice(0, 87);
    chunk += asMessages ? `${encodeMessage(key, { type: 'line', line: text })}\n` : `${text}\n`;
  }
  await print(chunk);
}
