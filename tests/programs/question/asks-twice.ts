// Asks two questions in sequence and prints `first: ANSWER` and `second: ANSWER`. A duplicate answer to the first question answers the second.
import { ask, finish, say } from '../scap.ts';

await say(`first: ${await ask('First question?')}`);
await say(`second: ${await ask('Second question?', { 'Yes, go on': 'y', 'No, roll back': 'n' }, 'n')}`);
finish();
