// Main: the simulated Gerrit as a process. It runs until its stdin closes, or until it gets a signal.
import { startGerrit } from './gerrit.ts';

if (import.meta.main) {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  // A parent that is killed sends no signal, but its end of the pipe closes.
  for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => end.abort());
  process.stdin.resume();
  // An error when writing to stdout also means that the parent has ended.
  process.stdout.on('error', () => end.abort());

  const gerrit = await startGerrit();
  end.signal.addEventListener('abort', async () => {
    await gerrit.close();
    process.stdin.destroy();
  });
  if (end.signal.aborted) await gerrit.close();
  process.stdout.write(`gerrit ${gerrit.url}\n`);
}
