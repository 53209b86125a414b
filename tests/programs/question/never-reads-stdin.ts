// Asks a question and never reads the answer. Exits with status 130 on SIGINT. Runs for at most 60 seconds.
import { liveFor, sendQuestion } from '../scap.ts';

process.on('SIGINT', () => process.exit(130));
liveFor(60);
await sendQuestion('Is the answer read?');
