// Asks one question, prints `got: ANSWER` and ends with status 0.
import { ask, finish, say } from './scap.ts';

await say(`got: ${await ask('The test program is ready.\n\nGo on?')}`);
finish();
