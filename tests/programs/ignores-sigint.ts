// Sends `ready`, ignores SIGINT with the line `SIGINT ignored`, and exits with status 143 on SIGTERM. Runs for at most 60 seconds.
import { liveFor, say } from './scap.ts';

process.on('SIGINT', () => say('SIGINT ignored'));
process.on('SIGTERM', () => process.exit(143));
liveFor(60);
await say('ready');
