// Owns the URLs of the running servers of a data directory: a file for each process, so that several servers can share the directory. Not how a URL is made (address.ts).
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../model/runner/process.ts';

const directoryOf = (data: string): string => join(data, 'servers');

/** Records the URL of a server until it is disposed, and forgets those of processes that were killed. */
export function recordServerUrl(data: string, url: string, server = process.pid): Disposable {
  const directory = directoryOf(data);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const pid of pidsIn(directory))
    if (!isRunning(pid)) rmSync(join(directory, String(pid)), { force: true });
  const file = join(directory, String(server));
  writeFileSync(file, `${url}\n`, { mode: 0o600 });
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** The URLs of the running servers, the one that was started last first. */
export function runningServerUrls(data: string): string[] {
  const directory = directoryOf(data);
  const found = pidsIn(directory)
    .filter(isRunning)
    .flatMap((pid) => readIn(join(directory, String(pid))));
  return found.sort((one, other) => other.since - one.since).map(({ url }) => url);
}

function pidsIn(directory: string): number[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^[1-9][0-9]*$/.test(name))
      .map(Number);
  } catch {
    return []; // no server has been started yet
  }
}

function readIn(file: string): { readonly url: string; readonly since: number }[] {
  try {
    return [{ url: readFileSync(file, 'utf8').trim(), since: statSync(file).mtimeMs }];
  } catch {
    return []; // the server has ended in the meantime
  }
}
