// Asks for free text and prints it as `got: ` and a JSON string, so that nothing of it can be lost unseen.
import { askText, finish, say } from './scap.ts';

await say(`got: ${JSON.stringify(await askText('It becomes part of the log message.\n\nReason?'))}`);
finish();
