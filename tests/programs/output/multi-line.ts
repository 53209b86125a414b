// Sends `line` messages that contain newlines, some of them sensitive, with every value that means "not sensitive".
import { say, send } from '../scap.ts';

await say('one\ntwo\n\nfour');
await say('secret one\nsecret two', true);
await send({ type: 'line', line: 'sensitive is null\nsecond', sensitive: null });
await send({ type: 'line', line: 'sensitive is absent\nsecond' });
await say('ends in a newline\n');
await say('\r\ncarriage return\r\nlines\r\n');
await say('');
await say('\n');
await say('end');
