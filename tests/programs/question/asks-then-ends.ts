// Asks a question, prints `got: ANSWER` and exits with status 0.
import { ask, finish, say } from '../scap.ts';

await say(`got: ${await ask('The test program is ready.\n\nGo on?')}`);
finish();
