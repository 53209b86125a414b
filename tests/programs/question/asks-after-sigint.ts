// Sends `ready`, asks on SIGINT whether to retry, and exits with status 0 after the answer `r`, else with 1. Runs for at most 60 seconds.
import { ask, liveFor, say } from '../scap.ts';

process.on('SIGINT', async () => {
  const answer = await ask('Sync failed. What now?', { Retry: 'r', 'Roll back': 'b' }, 'r');
  process.exit(answer === 'r' ? 0 : 1);
});
liveFor(60);
await say('ready');
