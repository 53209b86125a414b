// Asks for a text and prints it as `got: ` and a JSON string, which shows every character.
import { askText, finish, say } from '../scap.ts';

await say(`got: ${JSON.stringify(await askText('It becomes part of the log message.\n\nReason?'))}`);
finish();
