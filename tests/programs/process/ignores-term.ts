// Sends `ready` and ignores SIGINT and SIGTERM, so that only SIGKILL ends it. Runs for at most 60 seconds.
import { liveFor, say } from '../scap.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => say(`${signal} ignored`));
liveFor(60);
await say('ready');
