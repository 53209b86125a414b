// Main: the simulated Gerrit and, where a simulated staging directory is wanted, the services about the train and the error log as a process. It runs until its stdin closes, or until it gets a signal.
import { startErrorLog } from '../error-log/error-log.ts';
import { readOutbreaks } from '../error-log/outbreak.ts';
import { startTrainServices } from '../train/phorge.ts';
import { ensureStaging, readBranches } from '../train/staging.ts';
import { startGerrit } from './gerrit.ts';

if (import.meta.main) {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  // A parent that is killed sends no signal, but its end of the pipe closes.
  for (const event of ['end', 'close', 'error'] as const) process.stdin.once(event, () => end.abort());
  process.stdin.resume();
  // An error when writing to stdout also means that the parent has ended.
  process.stdout.on('error', () => end.abort());

  const { SPIDERPIG_SIMULATOR_STAGING: staging } = process.env;
  if (staging) ensureStaging(staging);
  const train = staging ? await startTrainServices({ staging }) : null;
  const errorLog = staging ? await startErrorLog({ outbreaks: () => readOutbreaks(staging) }) : null;
  const gerrit = await startGerrit(staging ? { trainVersions: () => readBranches(staging) } : {});
  const close = async (): Promise<void> => {
    await gerrit.close();
    await train?.[Symbol.asyncDispose]();
    await errorLog?.[Symbol.asyncDispose]();
    process.stdin.destroy();
  };
  end.signal.addEventListener('abort', close);
  if (end.signal.aborted) await close();
  process.stdout.write(
    `gerrit ${gerrit.url}${train && errorLog ? ` ${train.taskUrl} ${errorLog.url}` : ''}\n`,
  );
}
