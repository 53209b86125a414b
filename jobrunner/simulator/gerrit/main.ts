// Owns running the simulated Gerrit as a process of its own, for as long as its parent keeps its stdin open.
import { startGerrit } from './gerrit.ts';

if (import.meta.main) {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  // A parent that is killed cannot say so, but its end of the pipe closes.
  for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => end.abort());
  process.stdin.resume();
  // A pipe that nobody reads any more means the same.
  process.stdout.on('error', () => end.abort());

  const gerrit = await startGerrit();
  end.signal.addEventListener('abort', async () => {
    await gerrit.close();
    process.stdin.destroy();
  });
  if (end.signal.aborted) await gerrit.close();
  process.stdout.write(`gerrit ${gerrit.url}\n`);
}
