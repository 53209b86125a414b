// Asks a question and never reads the answer; ends with status 130 on SIGINT; lives at most 60 seconds.
import { liveFor, pose } from './scap.ts';

process.on('SIGINT', () => process.exit(130));
liveFor(60);
await pose('Does anybody hear the answer?');
