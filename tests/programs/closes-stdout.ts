// Prints `closing`, closes stdout and stderr, and lives on until something comes on stdin or it ends; then ends with status 0. Lives at most 60 seconds.
import { closeSync, writeSync } from 'node:fs';
import { liveFor } from './scap.ts';

// Not through process.stdout: Node would open something else in place of a descriptor it holds.
writeSync(1, 'closing\n');
closeSync(1);
closeSync(2);
liveFor(60);
process.stdin.once('data', () => process.exit(0));
process.stdin.once('end', () => process.exit(0));
