// Asks two questions, one after the other; prints `first: ANSWER` and `second: ANSWER`. An answer too many to the first answers the second.
import { ask, finish, say } from './scap.ts';

await say(`first: ${await ask('First question?')}`);
await say(`second: ${await ask('Second question?', { 'Yes, go on': 'y', 'No, roll back': 'n' }, 'n')}`);
finish();
