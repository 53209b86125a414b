// Asks a question, refuses the first answer by asking again in a new message, and prints `got: ANSWER` for the second.
import { ask, finish, say } from '../scap.ts';

const first = await ask('Are you sure?');
await say(`not accepted: ${first}`);
await say(`got: ${await ask('Are you sure?')}`);
finish();
