// Sends secrets as plain output, with colours, in messages, in a question, as a status, and across the cut of a line that is too long.
import { ask, finish, print, say, send } from '../scap.ts';

const secret = 'hunter2024';
await print(`plain ${secret} line\nordinary\n`);
await print(`\x1b[1mbold hun\x1b[31mter20\x1b[0m24\x1b[0m rest\n`);
await say(`said ${secret}\ntwice: ${secret} AKIAABCDEFGHIJKLMNOP`);
await send({ type: 'status', status: `deploying with ${secret}` });
await send({ type: 'status', status: 'x'.repeat(995) + secret });
// A line is cut after 65,536 bytes, so the secret is on both sides.
await print(`${'z'.repeat(65_530)}${secret}${'z'.repeat(70_000)}\n`);
await say('y'.repeat(65_530) + secret);
await print(`{"iokey": "wrong", "line": "${secret}"}\n{"${'z'.repeat(65_530)}${secret}\n`);
await ask(`Use ${secret}\nor not?`, { [`With ${secret}`]: 'y', Without: 'n' });
await print(`last words: ${secret}`);
finish();
