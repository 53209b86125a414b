// Prints `closing`, closes stdout and stderr, waits for input or the end of stdin, and exits with status 0. Runs for at most 60 seconds.
import { closeSync, writeSync } from 'node:fs';
import { liveFor } from '../scap.ts';

// Not with process.stdout: Node would reopen the descriptor.
writeSync(1, 'closing\n');
closeSync(1);
closeSync(2);
liveFor(60);
process.stdin.once('data', () => process.exit(0));
process.stdin.once('end', () => process.exit(0));
