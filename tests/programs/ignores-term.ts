// Says `ready` and ignores SIGINT and SIGTERM alike: only SIGKILL ends it; lives at most 60 seconds.
import { liveFor, say } from './scap.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => say(`${signal} ignored`));
liveFor(60);
await say('ready');
