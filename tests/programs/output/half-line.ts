// Prints a line and half of another, waits for a line on stdin, prints the other half and exits without a newline.
import { answer, finish, print } from '../scap.ts';

await print('ready\nhalf a line');
await answer();
await print(' and its end');
finish();
